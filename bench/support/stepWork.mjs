import { planBatches, withoutPadding, withPadding } from "./starcast.mjs";
import { synthesiseTrainingData } from "./trainingData.mjs";

/**
 * One batch of a training: of the middle length where batches go by length.
 *
 * @param {import("./types.js").Training} training
 * @returns {Promise<import("./types.js").StepWork>}
 */
export async function stepWork(training) {
  const data = await synthesiseTrainingData();
  const { maxLength, vocabularySize, classes } = data;
  const batches = planBatches(data, training, { shuffle: (items) => items });
  const rows = batches[Math.floor(batches.length / 2)];
  return {
    config: { ...training.network, vocabularySize },
    trainer: training.trainer,
    texts: training.trueLengths ? withoutPadding(data) : withPadding(data),
    rows,
    targets: Float32Array.from(rows, (row) => classes[row]),
    maxLength,
  };
}
