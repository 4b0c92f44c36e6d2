/** The kernels that the engine calls. Pointers are byte offsets; blocks are [feature][lane] with 8 rows of a batch to a tile. */
export { activate } from "./activations";
export { attentionBackward, attentionForward } from "./attention";
export { embeddingBackward, embeddingForward } from "./embedding";
export { dropoutFeatures, packBias, sumLanes, unpackBias } from "./features";
export { clear, packPanels, transpose, unpackAdd } from "./layout";
export { crossEntropy, squaredError } from "./loss";
export { ordinalLoss } from "./ordinalLoss";
export { lstmBackward } from "./lstmBackward";
export { lstmForward } from "./lstmForward";
export { adam, adamRows, addFloats, sumOfSquares, sumOfSquaresOfRows } from "./optimizer";
export { lastState, meanMaxBackward, meanMaxForward } from "./pooling";
export { outerProduct, product } from "./product";
export { fillNormal, fillUniform } from "./random";
export { skipGram } from "./skipGram";
export { gatherTokenRows, groupByToken, scatterTokenRows, sumSlotRows, sumTokenRows } from "./tokens";

/** First byte after the kernels' own constants. */
export function heapBase(): usize {
  return __heap_base;
}
