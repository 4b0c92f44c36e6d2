export {
  type ConstantClasses,
  type ConstantNumbers,
  constantClasses,
  constantNumbers,
  repeatNumber,
  repeatShares,
} from "./constantBaselines.js";
export { LinearTextModel, type LinearTrainOptions } from "./linearTextModel.js";
export type { SolverProgress } from "./turns.js";
export { splitWords } from "./words.js";
