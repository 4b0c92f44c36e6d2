import { synthesiseTrainingData } from "./trainingData.mjs";

/** Rows of a batch in the article. */
const batchSize = 5000;

/**
 * One batch of the article's recipe `fixed`: every text 70 tokens, padding included.
 *
 * @returns {Promise<import("./types.js").StepWork>}
 */
export async function articleStep() {
  const { ids, classes, maxLength, vocabularySize } = await synthesiseTrainingData();
  return {
    config: {
      vocabularySize,
      embeddingSize: 50,
      hiddenSize: 50,
      numLayers: 1,
      bidirectional: false,
      pooling: "last",
      outputSize: 5,
    },
    trainer: {
      loss: "crossEntropy",
      optimizer: { kind: "adam", betas: [0.9, 0.999], epsilon: 1e-8, weightDecay: 0 },
      embeddingDropout: 0.2,
      outputDropout: 0,
      freezeEmbedding: false,
    },
    texts: {
      ids: ids.subarray(0, batchSize * maxLength),
      offsets: Uint32Array.from({ length: batchSize + 1 }, (_, row) => row * maxLength),
    },
    rows: Uint32Array.from({ length: batchSize }, (_, row) => row),
    targets: Float32Array.from(classes.subarray(0, batchSize)),
    maxLength,
  };
}
