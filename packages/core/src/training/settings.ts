import type { NetworkConfig, OptimizerConfig } from "../nn/network.js";
import type { Head } from "./heads.js";

/** Epochs at one (peak) learning rate; each round starts a fresh optimizer on the same weights. */
export interface Round {
  readonly epochs: number;
  readonly learningRate: number;
}

/** How vectors of words are learned from the texts alone, for the embedding to start from: see {@link learnWordVectors}. */
export interface Pretraining {
  /** Passes over the texts. */
  readonly passes: number;
  /** Most words to either side of a word that count as near it. */
  readonly window: number;
}

/** The sizes of a network that do not depend on the data. */
export type NetworkSizes = Pick<
  NetworkConfig,
  "embeddingSize" | "hiddenSize" | "numLayers" | "bidirectional" | "pooling"
>;

/** How the vocabulary is made from tokens. */
export interface VocabularySettings {
  /** Tokens seen less often become the unknown token. */
  readonly minCount: number;
  /** At most this many tokens are kept, the most frequent ones; absent: no limit. */
  readonly maxSize?: number;
  /** `all`: every row that is split here, as in the article, whose validation words leak in; `training`: the training part. */
  readonly builtFrom: "all" | "training";
}

/** Everything that decides how a network is built and trained, as plain data. */
export interface TrainingSettings {
  readonly tokenizer: "article" | "words";
  readonly vocabulary: VocabularySettings;
  /** Tokens of a text that are read; the rest is cut off at the end. */
  readonly maxLength: number;
  /** Short texts are filled with padding up to `maxLength`, and the network reads the padding, as in the article. */
  readonly padToMaxLength: boolean;
  readonly network: NetworkSizes;
  /** What the outputs mean and which loss they learn by. */
  readonly head: Head;
  /** Networks that are trained one after another, from different seeds, and answer together; 1 when absent. */
  readonly members?: number;
  /** A linear branch on words and pairs of words is trained beside the networks and mixed with them; false when absent. */
  readonly wide?: boolean;
  /** Standard deviation of the embedding's initial numbers; 1 when absent, as in PyTorch. */
  readonly embeddingDeviation?: number;
  /**
   * The embedding starts from vectors of words that are learned from the texts of the training part, and from unlabelled
   * ones, scaled to `embeddingDeviation`. Absent: from random numbers. Not used beside word vectors of the caller's.
   */
  readonly pretraining?: Pretraining;
  /** Share of the elements of the embedded words set to zero in training. */
  readonly embeddingDropout: number;
  /** Share of the vocabulary's words set to zero in a step, at all their occurrences; 0 when absent. */
  readonly wordDropout?: number;
  /** Share of the pooled features set to zero in training. */
  readonly outputDropout: number;
  readonly freezeEmbedding: boolean;
  /** Only the embedding's rows of words in the batch are updated (PyTorch's `SparseAdam`); false when absent. */
  readonly sparseEmbedding?: boolean;
  /** `required`: the embedding starts from word vectors given by the caller; `none`: from random numbers. */
  readonly wordVectors: "required" | "none";
  readonly optimizer: OptimizerConfig;
  /** Gradients are scaled down when their joint norm exceeds this; absent: never. */
  readonly maxGradientNorm?: number;
  readonly rounds: readonly Round[];
  /** `constant`: the round's rate throughout; `oneCycle`: it rises to the round's rate and falls to almost nothing. */
  readonly schedule: "constant" | "oneCycle";
  readonly batchSize: number;
  /** `random`: any rows together; `byLength`: rows of similar length together, in random order. */
  readonly batching: "random" | "byLength";
  /** Temperature, cut points and intervals are fitted on the validation part; false when absent. */
  readonly calibrate?: boolean;
  /**
   * Training ends when the validation part has not improved for `patience` epochs, and the weights of its best
   * epoch are kept. Absent: all epochs are run and the last weights are kept.
   */
  readonly earlyStopping?: { readonly patience: number };
}

/** Number of epochs over all rounds. */
export function totalEpochs(settings: Pick<TrainingSettings, "rounds">): number {
  return settings.rounds.reduce((sum, round) => sum + round.epochs, 0);
}

/** Which epoch of which round an epoch is. */
export interface RoundPlace {
  readonly round: Round;
  /** Counted from 0. */
  readonly epochInRound: number;
}

/** The place of an epoch, counted from 0 over all rounds; undefined beyond the last one. */
export function placeOfEpoch(settings: Pick<TrainingSettings, "rounds">, epoch: number): RoundPlace | undefined {
  let epochInRound = epoch;
  for (const round of settings.rounds) {
    if (epochInRound < round.epochs) return { round, epochInRound };
    epochInRound -= round.epochs;
  }
  return undefined;
}
