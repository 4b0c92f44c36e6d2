import { onnxModel } from "../../packages/cli/dist/export/onnx/index.js";
import { loadCore } from "./core.mjs";
import { bidirectional, fixed, variable } from "./trainings.mjs";

/**
 * The networks whose predictions are measured, with fresh weights: the arithmetic does not depend on what was learnt.
 *
 * @typedef {import("./types.js").TrainingData} TrainingData
 * @typedef {import("./types.js").RatingNetwork} RatingNetwork
 */

const trainings = { fixed, variable, bidirectional };

/**
 * @param {TrainingData} data
 * @returns {Promise<RatingNetwork[]>}
 */
export async function ratingNetworks(data) {
  const { createTrainableNetwork, modelFormat, Vocabulary } = await loadCore();
  const tokens = Array.from({ length: data.vocabularySize - 2 }, (_, index) => `word${index}`);
  const vocabulary = Vocabulary.fromTokens(tokens);
  const made = [];
  for (const [name, training] of Object.entries(trainings)) {
    const network = { ...training.network, vocabularySize: data.vocabularySize };
    const options = { seed: 1, maxBatchRows: 8, maxLength: data.maxLength };
    const fresh = await createTrainableNetwork(network, training.trainer, options);
    const weights = fresh.stateDict();
    fresh.dispose();
    /** @type {import("@starcast/core").ModelConfig} */
    const config = {
      format: modelFormat,
      recipe: name,
      tokenizer: "words",
      maxLength: data.maxLength,
      padToMaxLength: !training.trueLengths,
      head: "softmax",
      scale: { task: "rating", labels: [1, 2, 3, 4, 5], values: [1, 2, 3, 4, 5] },
      network,
      training: { rows: 0, seed: 1, epochs: 0, keptEpochs: [0] },
    };
    made.push({
      name,
      config,
      vocabulary,
      weights,
      trueLengths: training.trueLengths,
      onnx: onnxModel({ config, vocabulary, weights: () => weights }, { producerVersion: "bench" }),
    });
  }
  return made;
}

/**
 * Softmax of each row, to compare with what the ONNX graph puts out.
 *
 * @param {Float32Array} logits
 * @param {number} classes
 */
export function probabilitiesOf(logits, classes) {
  const probabilities = new Float32Array(logits.length);
  for (let first = 0; first < logits.length; first += classes) {
    const row = logits.subarray(first, first + classes);
    const shares = row.map((logit) => Math.exp(logit - Math.max(...row)));
    const sum = shares.reduce((total, share) => total + share, 0);
    probabilities.set(
      shares.map((share) => share / sum),
      first,
    );
  }
  return probabilities;
}

/**
 * Throws unless two systems predict the same: otherwise their times cannot be compared.
 *
 * @param {string} what
 * @param {Float32Array} given
 * @param {Float32Array} expected
 * @param {number} most largest difference of a probability
 */
export function requireSame(what, given, expected, most) {
  let largest = given.length === expected.length ? 0 : Number.POSITIVE_INFINITY;
  for (let at = 0; at < given.length; at++) largest = Math.max(largest, Math.abs(given[at] - expected[at]));
  if (!(largest <= most)) throw new Error(`${what}: probabilities differ by ${largest}, more than ${most}.`);
}
