/** What the parts of the benchmarks hand to each other. */
import type { EncodedTexts, ModelConfig, NamedTensor, NetworkConfig, TrainerConfig, Vocabulary } from "@starcast/core";

/** Something that can be measured: one system in one setting. */
export interface System {
  /** The product: systems of one product are settings of it, of which the faster counts. */
  readonly product: string;
  /** The setting, such as `2 threads`. */
  readonly setting: string;
  readonly version: string;
  /** Does the work once and tells the seconds it took, and what came out, to be compared by eye. */
  measure(): Promise<Measurement> | Measurement;
  /** Measure at most this often, because it is slow; the settings are then chosen by the warm-up. */
  readonly maxRounds?: number;
  dispose(): void;
}

export interface Measurement {
  readonly seconds: number;
  /** Processor time of all threads: what tells most while other work runs on the machine; absent where it is not known. */
  readonly cpuSeconds?: number;
  readonly loss?: number;
}

/** What a system's measurements come to. */
export interface Summary {
  readonly product: string;
  readonly setting: string;
  readonly version: string;
  readonly medianSeconds: number;
  readonly medianCpuSeconds?: number;
  readonly seconds: readonly number[];
  /** Of the last round. */
  readonly loss?: number;
  /** Best setting of its product. */
  readonly best: boolean;
  /** This product's time divided by Starcast's; only on the best setting of a peer. */
  readonly starcastTimesAsFast?: number;
}

/** A training as Starcast does it. */
export interface Training {
  /** Texts at their true lengths; otherwise padded to the longest. */
  readonly trueLengths: boolean;
  readonly batchSize: number;
  /** Rows in random order, or batches of rows of equal length in random order. */
  readonly batching: "random" | "byLength";
  readonly learningRate: number;
  /** The vocabulary is the data's. */
  readonly network: Omit<NetworkConfig, "vocabularySize">;
  readonly trainer: TrainerConfig;
}

/** PyTorch in one way of doing the work. */
export interface PyTorchPeer {
  readonly product: string;
  /**
   * How texts of different lengths share a batch: all 70 steps count; a packed sequence; all steps are run and the
   * last true one is picked; or padding is left out of the pooling by a mask.
   */
  readonly lengthsBy: "none" | "packed" | "pick" | "mask";
  /** With settings that a plain installation does not have: freed memory is kept, numbers below 1e-38 become zero. */
  readonly tuned: boolean;
  readonly maxRounds?: number;
}

/** A peer that could not be measured, and how to get it. */
export interface MissingPeer {
  readonly product: string;
  readonly reason: string;
  readonly install: string;
}

export interface Report {
  readonly benchmark: string;
  readonly work: string;
  readonly data: string;
  readonly machine: Machine;
  /** Whole systems side by side; empty where only `tables` tell something. */
  readonly summaries: readonly Summary[];
  /** What does not fit the comparison of systems. */
  readonly tables?: readonly Table[];
  readonly missing: readonly MissingPeer[];
}

/** Rows of named cells; in a terminal a missing cell is blank. */
export interface Table {
  readonly title: string;
  readonly rows: readonly Readonly<Record<string, string | number | undefined>>[];
}

export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly system: string;
  readonly node: string;
  /** Processes that wanted to run in the minute before, on average: well above 0, other work disturbs the measurement. */
  readonly loadBefore: number;
}

export interface RunOptions {
  /** Measured rounds after the warm-up. */
  readonly rounds: number;
  /** Progress, one line each. */
  readonly log: (line: string) => void;
}

/** What a file in `benchmarks/` exports; the file's name is the benchmark's. */
export interface Benchmark {
  /** One line for the list. */
  readonly description: string;
  run(options: RunOptions): Promise<Omit<Report, "benchmark" | "machine">>;
}

/** The training part of the article's data, encoded, or synthetic ids of the same shape. */
export interface TrainingData {
  /** Where it is from, for the report. */
  readonly description: string;
  readonly vocabularySize: number;
  readonly maxLength: number;
  /** Ids, `rowCount x maxLength`, padded with 0. */
  readonly ids: Int32Array;
  readonly lengths: Int32Array;
  readonly classes: Int32Array;
}

/** A small piece of work whose arithmetic or traffic is known. */
export interface KernelCase {
  readonly name: string;
  /** Sizes, in words. */
  readonly shape: string;
  /** Useful arithmetic operations of a call. */
  readonly flops?: number;
  /** Bytes read and written by a call, for work that moves numbers rather than computes. */
  readonly bytes?: number;
  /** Elements of a call, where a time for each says most. */
  readonly elements?: number;
  readonly run: () => unknown;
}

/** A case's median over the rounds. */
export interface KernelTime extends Omit<KernelCase, "run"> {
  readonly secondsPerCall: number;
  /** 10^9 operations a second. */
  readonly gflops?: number;
  /** 10^9 bytes a second. */
  readonly gigabytes?: number;
}

/** A training step to be looked into. */
export interface StepWork {
  readonly config: NetworkConfig;
  readonly trainer: TrainerConfig;
  readonly texts: EncodedTexts;
  readonly rows: Uint32Array;
  readonly targets: Float32Array;
  readonly maxLength: number;
}

/** Processor time of a training step on one thread, and of the kernels in it. */
export interface StepProfile {
  readonly seconds: number;
  readonly kernels: readonly { readonly name: string; readonly calls: number; readonly seconds: number }[];
}

/** A network whose predictions are measured. */
export interface RatingNetwork {
  readonly name: string;
  readonly config: ModelConfig;
  readonly vocabulary: Vocabulary;
  readonly weights: readonly NamedTensor[];
  /** Texts keep their lengths; otherwise all have the longest, padding included. */
  readonly trueLengths: boolean;
  /** The same network as ONNX, as `starcast export` writes it. */
  readonly onnx: Uint8Array;
}

/** Texts as ONNX Runtime takes them: `ids` [text][step], padded with 0. */
export interface PaddedBatch {
  readonly ids: BigInt64Array;
  readonly lengths: BigInt64Array;
}
