/** The trainings that are measured, as Starcast does them; the peers' programs hold the same numbers. */

/** @type {import("@starcast/core").OptimizerConfig} */
const adam = { kind: "adam", betas: [0.9, 0.999], epsilon: 1e-8, weightDecay: 0 };

/**
 * @param {{ trueLengths: boolean, dropout: number, learningRate: number }} recipe
 * @returns {import("./types.js").Training}
 */
function articleTraining({ trueLengths, dropout, learningRate }) {
  return {
    trueLengths,
    batchSize: 5000,
    batching: "random",
    learningRate,
    network: {
      embeddingSize: 50,
      hiddenSize: 50,
      numLayers: 1,
      bidirectional: false,
      pooling: "last",
      outputSize: 5,
    },
    trainer: {
      loss: "crossEntropy",
      optimizer: adam,
      embeddingDropout: dropout,
      outputDropout: 0,
      freezeEmbedding: false,
    },
  };
}

/** The article's recipe `fixed`. */
export const fixed = articleTraining({ trueLengths: false, dropout: 0.2, learningRate: 0.01 });

/** The article's recipe `variable`. */
export const variable = articleTraining({ trueLengths: true, dropout: 0.3, learningRate: 0.1 });

/** As one trains today: small batches of equal length, both directions, every step's state counts. */
/** @type {import("./types.js").Training} */
export const bidirectional = {
  trueLengths: true,
  batchSize: 64,
  batching: "byLength",
  learningRate: 0.002,
  network: {
    embeddingSize: 64,
    hiddenSize: 64,
    numLayers: 1,
    bidirectional: true,
    pooling: "meanMax",
    outputSize: 5,
  },
  trainer: {
    loss: "crossEntropy",
    optimizer: adam,
    embeddingDropout: 0,
    wordDropout: 0.3,
    outputDropout: 0,
    freezeEmbedding: false,
  },
};
