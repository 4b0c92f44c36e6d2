export {
  type ConstantClasses,
  type ConstantNumbers,
  constantClasses,
  constantNumbers,
  repeatNumber,
  repeatShares,
} from "./constantBaselines.js";
export { type IdFeatures, type IdTexts, learnIdFeatures } from "./idFeatures.js";
export { LinearTextModel, type LinearTrainOptions } from "./linearTextModel.js";
export { fitRidge } from "./ridge.js";
export { fitSoftmax, type LinearWeights } from "./softmaxRegression.js";
export { type SolverProgress, Turns } from "./turns.js";
export { splitWords } from "./words.js";
