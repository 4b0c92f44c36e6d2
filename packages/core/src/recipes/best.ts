import type { Recipe } from "./recipe.js";

/**
 * The default. Words start from vectors that are learned from the texts alone, every word of a text has a short way to the
 * answer (two directions, mean, maximum and attention over the true length), the vocabulary comes from the training part, small
 * batches of similar length waste no steps, the validation part decides when to stop, and several networks answer
 * together. What each ingredient is worth is measured in docs/quality.md.
 */
export const best: Recipe = {
  name: "best",
  description:
    "Words learned from the texts first, bidirectional LSTM, mean, max and attention pooling, several networks that answer together: the default.",
  tokenizer: "words",
  vocabulary: { minCount: 2, maxSize: 50_000, builtFrom: "training" },
  maxLength: 200,
  padToMaxLength: false,
  network: { embeddingSize: 192, hiddenSize: 64, numLayers: 1, bidirectional: true, pooling: "meanMaxAttention" },
  head: "softmax",
  calibrate: true,
  wide: true,
  embeddingDeviation: 0.2,
  pretraining: { passes: 5, window: 5 },
  // A million texts tell as much in one pass as 200,000 in five.
  passRange: { texts: 1_000_000 },
  // Without dropout of single elements each distinct word of a batch is computed once.
  embeddingDropout: 0,
  outputDropout: 0.4,
  freezeEmbedding: false,
  sparseEmbedding: true,
  wordVectors: "none",
  optimizer: { kind: "adamw", betas: [0.9, 0.999], epsilon: 1e-8, weightDecay: 0.01 },
  maxGradientNorm: 1,
  rounds: [{ epochs: 3, learningRate: 0.004 }],
  schedule: "oneCycle",
  batchSize: 64,
  batching: "byLength",
  // A one-cycle run improves most at its end, so a pause in the middle is no reason to stop.
  earlyStopping: { patience: 5 },
  epochRange: { minSteps: 600, maxSteps: 40_000, fewestEpochs: 2, mostEpochs: 40 },
  memberRange: { rows: 40_000, mostMembers: 3 },
};
