export {
  type BootstrapOptions,
  bootstrapInterval,
  bootstrapIntervals,
  type Interval,
  meanStatistic,
  percentileInterval,
  type RowStatistic,
  resampleRows,
} from "./bootstrap.js";
export {
  type Calibration,
  calibration,
  type ProbabilitiesToCalibrate,
  type RatingBin,
  type ReliabilityBin,
  ratingCalibration,
} from "./calibration.js";
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
export { type Spread, spreadOf } from "./spread.js";
