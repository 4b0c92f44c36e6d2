export { type ParameterShape, requireShapes } from "./blocks/parameters.js";
export {
  createEnsemble,
  createNetwork,
  ensembleShapes,
  joinMembers,
  membersOf,
  parameterShapes,
  wideTensorsOf,
} from "./ensemble.js";
export { GradientNetwork } from "./gradientNetwork.js";
export {
  Adam,
  type AdamOptions,
  AdamW,
  clipGradientNorm,
  crossEntropyLoss,
  Dropout,
  type DropoutOptions,
  Embedding,
  type EmbeddingOptions,
  type IdTensor,
  idTensor,
  type Layer,
  Linear,
  type LinearOptions,
  type Loss,
  Lstm,
  type LstmInput,
  type LstmInputGradient,
  type LstmOptions,
  type LstmOutput,
  type LstmOutputGradient,
  type LstmState,
  meanSquaredErrorLoss,
  type Parameter,
  Sequential,
  type Tensor,
  tensor,
  zeroGradients,
} from "./layers/index.js";
export { createTrainableNetwork, planTrainingBytes, type TrainableNetworkOptions } from "./lstmNetwork.js";
export type {
  Batch,
  EncodedTexts,
  LossKind,
  Network,
  NetworkConfig,
  NetworkOptions,
  OptimizerConfig,
  TrainableNetwork,
  TrainerConfig,
  TrainerState,
} from "./network.js";
export { dequantizeMatrix, isQuantized, isRounded, quantizeMatrix } from "./quantize.js";
export { createSkipGram, type SkipGramOptions, type WordLearner } from "./skipGram.js";
export { WideBranch } from "./wideBranch.js";
