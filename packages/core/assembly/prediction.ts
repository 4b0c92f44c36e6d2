/** The kernels of networks that only predict, a module of their own: small to send and quick to compile. Blocks are [row][feature]. */
export { packBias } from "./features";
export { clear } from "./layout";
export { rowAttention } from "./rowAttention";
export { rowDot } from "./rowDot";
export { rowLstm } from "./rowLstm";
export { packRowPanels, projectTokens, rowProduct } from "./rowProduct";

/** First byte after the kernels' own constants. */
export function heapBase(): usize {
  return __heap_base;
}
