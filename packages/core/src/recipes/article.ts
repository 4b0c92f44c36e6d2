/**
 * The four models of the article "Multiclass text classification using LSTM in PyTorch", with its settings:
 * embedding and hidden size 50, 70 tokens, batches of 5000, Adam, and a vocabulary counted over all rows before
 * they are split. The last weights are kept, as the article keeps them.
 */
import type { Recipe } from "./recipe.js";

const shared = {
  // The article's split, whose row counts are published: a fifth to watch the training with, which is also the result.
  heldBack: { validationFraction: 0.2, testFraction: 0, keepDuplicates: true },
  tokenizer: "article",
  vocabulary: { minCount: 2, builtFrom: "all" },
  maxLength: 70,
  network: { embeddingSize: 50, hiddenSize: 50, numLayers: 1, bidirectional: false, pooling: "last" },
  outputDropout: 0,
  freezeEmbedding: false,
  wordVectors: "none",
  optimizer: { kind: "adam", betas: [0.9, 0.999], epsilon: 1e-8, weightDecay: 0 },
  schedule: "constant",
  batchSize: 5000,
  batching: "random",
} as const;

/** The article's first model: the network reads all 70 steps, padding included. */
export const fixed: Recipe = {
  ...shared,
  name: "fixed",
  description: "The article's LSTM over 70 steps, padding included; 90 epochs.",
  padToMaxLength: true,
  head: "softmax",
  embeddingDropout: 0.2,
  rounds: [
    { epochs: 30, learningRate: 0.01 },
    { epochs: 30, learningRate: 0.01 },
    { epochs: 30, learningRate: 0.01 },
  ],
};

const fallingRounds = [
  { epochs: 30, learningRate: 0.1 },
  { epochs: 30, learningRate: 0.05 },
  { epochs: 30, learningRate: 0.05 },
] as const;

/** The article's second model: the network reads the true length only. */
export const variable: Recipe = {
  ...shared,
  name: "variable",
  description: "The article's LSTM over the true length of each text; 90 epochs.",
  padToMaxLength: false,
  head: "softmax",
  embeddingDropout: 0.3,
  rounds: fallingRounds,
};

/** The article's third model: frozen GloVe vectors. */
export const glove: Recipe = {
  ...shared,
  name: "glove",
  description: "The article's LSTM on frozen 50-dimensional GloVe vectors (give a vectors file); 90 epochs.",
  padToMaxLength: true,
  head: "softmax",
  embeddingDropout: 0.2,
  freezeEmbedding: true,
  wordVectors: "required",
  rounds: fallingRounds,
};

/** The article's fourth model: one output, squared error. */
export const regression: Recipe = {
  ...shared,
  name: "regression",
  description: "The article's LSTM with one output and squared error; 60 epochs.",
  padToMaxLength: true,
  head: "regression",
  embeddingDropout: 0.2,
  rounds: [
    { epochs: 30, learningRate: 0.05 },
    { epochs: 30, learningRate: 0.05 },
  ],
};
