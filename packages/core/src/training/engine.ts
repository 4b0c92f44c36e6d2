import type { ParameterShape, SkipGramOptions, WordLearner } from "../nn/index.js";
import type { Network, NetworkConfig, TrainableNetwork, TrainerConfig } from "../nn/network.js";

/** What loading a model needs of the room of networks: a page that only rates gets no more of it. */
export interface LoadingEngine {
  /** Names and shapes of all parameters that a network of these sizes has; allocates nothing. */
  parameterShapes(config: NetworkConfig): readonly ParameterShape[];
  createNetwork(config: NetworkConfig, options: NetworkOptions): Promise<Network>;
}

/** What training needs; tests put a small one in its place. */
export interface Engine extends LoadingEngine {
  createTrainableNetwork(
    config: NetworkConfig,
    trainer: TrainerConfig,
    options: TrainableNetworkOptions,
  ): Promise<TrainableNetwork>;
  /** Learns vectors of words from texts alone. @throws {EngineError} when the engine lacks memory. */
  createSkipGram(options: SkipGramOptions): WordLearner;
  /** Bytes that a network of these sizes will take; nothing is allocated. */
  planTrainingBytes(config: NetworkConfig, trainer: TrainerConfig, options: TrainableNetworkOptions): number;
}

export interface NetworkOptions {
  /** Ids of the longest text. */
  readonly maxLength: number;
  /** `int8`: with weights rounded to 8 bits. */
  readonly weights?: "int8";
  readonly threads?: number;
}

export interface TrainableNetworkOptions extends NetworkOptions {
  readonly seed: number;
  /** Rows of the largest batch of a step. */
  readonly maxBatchRows: number;
}
