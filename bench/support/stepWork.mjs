import { planBatches, withoutPadding, withPadding } from "./starcast.mjs";
import { synthesiseTrainingData } from "./trainingData.mjs";

/**
 * One batch of a training: of the middle length where batches go by length. Texts that would be padded repeat
 * themselves instead, so that there is no padding whose arithmetic could be left out.
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
    texts: training.trueLengths ? withoutPadding(data) : withPadding({ ...data, ids: withoutEnd(data) }),
    rows,
    targets: Float32Array.from(rows, (row) => classes[row]),
    maxLength,
  };
}

/**
 * The ids with every text repeated up to the longest.
 *
 * @param {import("./types.js").TrainingData} data
 */
function withoutEnd({ ids, lengths, maxLength }) {
  return ids.map((_, position) => {
    const row = Math.floor(position / maxLength);
    return ids[row * maxLength + ((position % maxLength) % lengths[row])];
  });
}
