import { OptionError } from "../errors.js";
import { checkClasses, checkProbabilities } from "./checks.js";
import { checkNumbers } from "./numeric.js";

/** Rows whose most likely class got about the same probability. */
export interface ReliabilityBin {
  /** Probabilities from above `low` (the first bin: from 0) up to `high`. */
  readonly low: number;
  readonly high: number;
  readonly rows: number;
  /** Mean probability of the most likely class: how sure the model was; NaN without rows. */
  readonly confidence: number;
  /** Share of the rows whose most likely class is right; NaN without rows. */
  readonly accuracy: number;
}

/** How far probabilities can be taken at their word. */
export interface Calibration {
  /** Of equal width, from 0 to 1. */
  readonly bins: readonly ReliabilityBin[];
  /** Mean distance of confidence and accuracy over the bins, weighted by their rows; 0 is perfect, 1 the worst. */
  readonly expectedCalibrationError: number;
  /** What perfect probabilities, as sure as these, would show on as many rows by chance alone, on average. */
  readonly chanceCalibrationError: number;
}

/** What {@link calibration} looks at. */
export interface ProbabilitiesToCalibrate {
  /** `rows x classCount`, row-major, each row summing to 1. */
  readonly probabilities: ArrayLike<number>;
  /** Class indices, one a row. */
  readonly targets: ArrayLike<number>;
  readonly classCount: number;
  /** Bins of equal width; 15 when absent, as in Guo et al. */
  readonly binCount?: number;
}

/**
 * Reliability of the most likely class and the expected calibration error (Naeini, Cooper, Hauskrecht, "Obtaining well
 * calibrated probabilities using Bayesian binning", AAAI 2015; with 15 bins of equal width as in Guo, Pleiss, Sun,
 * Weinberger, "On calibration of modern neural networks", ICML 2017): sum over bins of (rows in bin / rows) |accuracy -
 * confidence|. With few rows it is above 0 even for perfect probabilities, because each bin's accuracy is noisy: hits minus
 * confidence then is a sum of independent errors of variance p (1 - p), whose mean size is that of the normal distribution,
 * sqrt(2 variance / pi), and at most the sum of their own mean sizes, 2 p (1 - p).
 *
 * @throws {OptionError} for no rows, sizes that do not fit, a bad probability or class, or a bad number of bins.
 */
export function calibration(input: ProbabilitiesToCalibrate): Calibration {
  const { probabilities, targets, classCount, binCount = 15 } = input;
  if (targets.length === 0) throw new OptionError("no-rows", "There are no rows to evaluate; give at least one.");
  if (!(Number.isInteger(binCount) && binCount >= 1)) {
    throw new OptionError("bad-bins", `The number of bins must be a whole number above 0, not ${binCount}.`);
  }
  checkProbabilities(probabilities, targets.length, classCount);
  checkClasses("targets", targets, classCount);
  const rows = new Float64Array(binCount);
  const confidences = new Float64Array(binCount);
  const hits = new Float64Array(binCount);
  const variances = new Float64Array(binCount);
  for (let row = 0; row < targets.length; row++) {
    const start = row * classCount;
    let best = 0;
    for (let index = 1; index < classCount; index++) {
      if (probabilities[start + index] > probabilities[start + best]) best = index;
    }
    const confidence = probabilities[start + best];
    const bin = Math.min(binCount - 1, Math.max(0, Math.ceil(confidence * binCount) - 1));
    rows[bin]++;
    confidences[bin] += confidence;
    variances[bin] += confidence * (1 - confidence);
    if (best === targets[row]) hits[bin]++;
  }
  const bins = Array.from(rows, (count, bin) => ({
    low: bin / binCount,
    high: (bin + 1) / binCount,
    rows: count,
    confidence: confidences[bin] / count,
    accuracy: hits[bin] / count,
  }));
  let [error, chance] = [0, 0];
  for (let bin = 0; bin < binCount; bin++) {
    error += Math.abs(hits[bin] - confidences[bin]) / targets.length;
    chance += Math.min(Math.sqrt((2 * variances[bin]) / Math.PI), 2 * variances[bin]) / targets.length;
  }
  return { bins, expectedCalibrationError: error, chanceCalibrationError: chance };
}

/** Rows that got about the same expected rating. */
export interface RatingBin {
  readonly rows: number;
  /** Mean of the expected ratings. */
  readonly predicted: number;
  /** Mean of the true ratings. */
  readonly actual: number;
  /** Standard error of `actual`: its deviation over the square root of the rows; NaN for one row. */
  readonly standardError: number;
}

/**
 * Whether an expected rating of 3.2 means 3.2 on average: rows in order of their prediction, cut into bins of equally
 * many, and the mean truth of each.
 *
 * @param options.binCount bins at most; 10 when absent. Equal predictions stay together.
 * @throws {OptionError} for no rows, different lengths, or a number that is not finite.
 */
export function ratingCalibration(
  predictions: ArrayLike<number>,
  targets: ArrayLike<number>,
  options: { readonly binCount?: number } = {},
): RatingBin[] {
  checkNumbers(predictions, targets);
  const { binCount = 10 } = options;
  const order = Uint32Array.from({ length: targets.length }, (_, row) => row);
  order.sort((a, b) => predictions[a] - predictions[b] || a - b);
  const bins: RatingBin[] = [];
  let start = 0;
  for (let bin = 1; bin <= binCount && start < order.length; bin++) {
    let end = Math.max(start + 1, Math.round((bin * order.length) / binCount));
    while (end < order.length && predictions[order[end]] === predictions[order[end - 1]]) end++;
    bins.push(ratingBin(order.subarray(start, end), predictions, targets));
    start = end;
  }
  return bins;
}

function ratingBin(rows: Uint32Array, predictions: ArrayLike<number>, targets: ArrayLike<number>): RatingBin {
  let predicted = 0;
  let actual = 0;
  for (const row of rows) {
    predicted += predictions[row] / rows.length;
    actual += targets[row] / rows.length;
  }
  let squares = 0;
  for (const row of rows) squares += (targets[row] - actual) ** 2;
  return { rows: rows.length, predicted, actual, standardError: Math.sqrt(squares / (rows.length - 1) / rows.length) };
}
