export {
  type BootstrapOptions,
  bootstrapInterval,
  bootstrapIntervals,
  type Interval,
  meanStatistic,
  type RowStatistic,
} from "./bootstrap.js";
export { expectedCalibrationError, type ReliabilityBin, reliabilityBins } from "./calibration.js";
export { accuracy, confusionMatrix, logLoss, macroF1, offByOneAccuracy, quadraticWeightedKappa } from "./classes.js";
export { cutClass, type DecodingScore, type DecodingScores, medianClass, scoreDecodings } from "./decodings.js";
export {
  type ClassEvaluation,
  type ClassesToEvaluate,
  evaluateClasses,
  evaluateNumbers,
  evaluateRatings,
  type NumberEvaluation,
  type NumbersToEvaluate,
  type NumericRatingsToEvaluate,
  type RatingEvaluation,
  type RatingsToEvaluate,
} from "./evaluation.js";
export { meanAbsoluteError, rootMeanSquaredError } from "./numeric.js";
