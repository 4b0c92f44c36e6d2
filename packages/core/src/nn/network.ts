/**
 * What the training loop and the model know of a network: batches of encoded texts go in, a loss or
 * logits come out. How it computes (kernels, memory, threads) is hidden behind this interface.
 */

/** Texts as token ids, one after another: text `r` is `ids[offsets[r]]` up to `ids[offsets[r + 1]]`, at least one id each. */
export interface EncodedTexts {
  readonly ids: Int32Array | Uint16Array;
  /** Length is the number of texts plus one; the first is 0. */
  readonly offsets: Uint32Array;
}

/** Some rows of an encoded data set; order is kept in everything that is returned. */
export interface Batch {
  readonly texts: EncodedTexts;
  readonly rows: Uint32Array;
}

/** The layers and their sizes; all that is needed, beside the weights, to run a network. */
export interface NetworkConfig {
  readonly vocabularySize: number;
  readonly embeddingSize: number;
  readonly hiddenSize: number;
  readonly numLayers: number;
  readonly bidirectional: boolean;
  /**
   * How the hidden states of a text become one vector. `last`: the last one (of both directions); `meanMax`: mean and maximum
   * over the true length, concatenated; `meanMaxAttention`: with a third part, their sum weighted by attention.
   */
  readonly pooling: "last" | "meanMax" | "meanMaxAttention";
  /** Number of outputs: logits, or 1 for regression. */
  readonly outputSize: number;
  /**
   * The outputs share one row of weights and differ by their biases alone: parallel thresholds on one number, as ordinal
   * heads have them. False when absent.
   */
  readonly sharedOutputWeights?: boolean;
  /** Networks of these sizes whose outputs are averaged; 1 when absent. Only networks for predictions have several. */
  readonly members?: number;
  /**
   * A linear branch on words and pairs of words, whose outputs are mixed with those of the networks; absent when there is
   * none. Only networks for predictions have one.
   */
  readonly wide?: {
    /** Pairs that it knows. */
    readonly pairs: number;
  };
}

/**
 * Losses over a batch. `crossEntropy` of the softmax of one logit a class, and `meanSquaredError` of one output. The
 * others are for ordered classes, whose outputs answer "is the class above j?" for each j but the last: `coral` (Cao,
 * Mirjalili and Raschka 2020), `corn`, where j is only asked of rows above j - 1 (Shi, Cao and Raschka 2023), and
 * `cumulativeLink`, the likelihood of the class under those answers (McCullagh 1980).
 */
export type LossKind = "crossEntropy" | "meanSquaredError" | "coral" | "corn" | "cumulativeLink";

/** What is to be minimised, and how. */
export interface TrainerConfig {
  readonly loss: LossKind;
  /** Weight of each class in the cross-entropy, as in PyTorch; all 1 when absent. */
  readonly classWeights?: readonly number[];
  readonly optimizer: OptimizerConfig;
  /** Share of the elements of the embedded words set to zero, 0 <= p < 1. */
  readonly embeddingDropout: number;
  /**
   * Share of the words of the vocabulary whose embedding is set to zero in a step, at all their occurrences (Gal and
   * Ghahramani 2016), 0 <= p < 1; 0 when absent. It may be combined with `embeddingDropout`, but alone it lets the engine
   * compute each distinct word of a batch once.
   */
  readonly wordDropout?: number;
  /** Share of the pooled features set to zero before the linear layer, 0 <= p < 1. */
  readonly outputDropout: number;
  /** The embedding is not trained. */
  readonly freezeEmbedding: boolean;
  /**
   * Only the embedding's rows of words in the batch are updated, moments and weight decay included, as by PyTorch's
   * `SparseAdam`; otherwise all rows are, at a cost that grows with the vocabulary. False when absent.
   */
  readonly sparseEmbedding?: boolean;
  /** Gradients are scaled down when their joint L2 norm exceeds this; absent: never. */
  readonly maxGradientNorm?: number;
  /** Standard deviation of the embedding's initial numbers; 1 when absent, as in PyTorch. */
  readonly embeddingDeviation?: number;
}

/** The optimizer and its constants; the learning rate comes with each step. */
export interface OptimizerConfig {
  readonly kind: "adam" | "adamw";
  readonly betas: readonly [number, number];
  readonly epsilon: number;
  readonly weightDecay: number;
}

/** A named array of 32-bit floats, row-major, as in PyTorch's state dict. */
export interface NamedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
  /** The values are known to be such as 8 bits keep, so that rounding would leave them as they are. */
  readonly isRounded?: boolean;
}

/** A network with its weights in the engine's memory. */
export interface Network {
  readonly config: NetworkConfig;
  /** Bytes of the engine's memory that the network holds. */
  readonly memoryBytes: number;
  /** Logits, `rows x outputSize`, row-major, for any number of rows; no dropout. */
  forward(batch: Batch): Float32Array;
  /** Copies of all parameters: `embeddings.weight`, `lstm.weight_ih_l0`, ..., `linear.weight`, `linear.bias`. */
  stateDict(): NamedTensor[];
  /** Replaces all parameters. @throws {FormatError} when names or shapes differ. */
  loadStateDict(tensors: readonly NamedTensor[]): void;
  /** Releases the engine's memory (and its worker threads). */
  dispose(): void;
}

/** What a network needs, beside its weights, to go on learning as if it had never stopped. */
export interface TrainerState {
  /** Steps of the optimizer since it was fresh. */
  readonly optimizerSteps: number;
  /** Random numbers drawn for dropout since the network was made. */
  readonly dropoutDraws: number;
  /** Adam's first moments, under the names and shapes of the parameters that learn. */
  readonly firstMoments: readonly NamedTensor[];
  /** Adam's second moments, likewise. */
  readonly secondMoments: readonly NamedTensor[];
}

/** A network that can also learn. */
export interface TrainableNetwork extends Network {
  /**
   * One optimisation step over a batch.
   *
   * @param targets class indices (whole numbers) for cross-entropy, numbers for the squared error; one a row.
   * @param learningRate of this step.
   * @returns the mean loss over the batch, before the step, with dropout.
   */
  trainStep(batch: Batch, targets: Float32Array, learningRate: number): number;
  /** Forgets the optimizer's moments and step count: a fresh optimizer on the same weights. */
  resetOptimizer(): void;
  /** As `stateDict`, but views: the next step changes them, and whoever keeps them copies them. */
  stateViews(): NamedTensor[];
  /** All that training changes beside the weights; the moments are views. */
  trainerState(): TrainerState;
  /** Replaces it. @throws {FormatError} when names or shapes of the moments differ. */
  loadTrainerState(state: TrainerState): void;
}

/** What a network must be ready for: its memory is planned once. */
export interface NetworkOptions {
  /** Longest text in tokens that `forward` will see. */
  readonly maxLength: number;
  /** Threads that compute, this one included; 1 by default, and wherever memory cannot be shared. The result does not depend on it. */
  readonly threads?: number;
  /**
   * `int8`: weights are rounded to 8 bits (`stateDict` gives the rounded ones) and multiplied as whole numbers, without
   * fused multiply-add: faster, with the same bits in every engine. For predictions only.
   */
  readonly weights?: "int8";
  /**
   * With `int8`: use the engine's dot product of bytes where it has one that is right (default): the same bits, faster on
   * processors with an instruction for it.
   */
  readonly dotOfBytes?: boolean;
  /** Use fused multiply-add where the engine has it (default): faster, with other last bits than without. */
  readonly fusedMultiplyAdd?: boolean;
}
