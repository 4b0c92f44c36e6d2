export { Dropout, type DropoutOptions } from "./dropout.js";
export { Embedding, type EmbeddingOptions } from "./embedding.js";
export { type Layer, type Parameter, zeroGradients } from "./layer.js";
export { Linear, type LinearOptions } from "./linear.js";
export { crossEntropyLoss, type Loss, meanSquaredErrorLoss } from "./losses.js";
export {
  Lstm,
  type LstmInput,
  type LstmInputGradient,
  type LstmOptions,
  type LstmOutput,
  type LstmOutputGradient,
  type LstmState,
} from "./lstm.js";
export { Adam, type AdamOptions, AdamW, clipGradientNorm } from "./optimizers.js";
export { Sequential } from "./sequential.js";
export { type IdTensor, idTensor, type Tensor, tensor } from "./tensor.js";
