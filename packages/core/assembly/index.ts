/** The kernels that the engine calls. Pointers are byte offsets; blocks are [feature][lane] with 8 rows of a batch to a tile. */
export { activate } from "./activations";
export { embeddingBackward, embeddingForward, groupByToken, sumTokenRows } from "./embedding";
export { dropoutFeatures, packBias, sumLanes, unpackBias } from "./features";
export { clear, packPanels, transpose, unpackAdd } from "./layout";
export { crossEntropy, squaredError } from "./loss";
export { lstmBackward, lstmForward } from "./lstm";
export { adam, sumOfSquares } from "./optimizer";
export { lastState, meanMaxBackward, meanMaxForward } from "./pooling";
export { outerProduct, product } from "./product";
export { fillNormal, fillUniform } from "./random";

/** First byte after the kernels' own constants. */
export function heapBase(): usize {
  return __heap_base;
}
