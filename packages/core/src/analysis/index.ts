export {
  findSlices,
  type RowsToSlice,
  type Slice,
  type SliceAttribute,
  type SliceOptions,
  type SliceReport,
} from "./slices.js";
export { type TextTraits, textTraits } from "./textTraits.js";
export { type WorstError, WorstErrors } from "./worstErrors.js";
