/** Whether probabilities and intervals mean what they say. */
import { checkClasses, checkProbabilities } from "./checks.js";

/** Bins of equal width between 0 and 1 that confidences are sorted into: the field's usual 15. */
const binCount = 15;

/** One bin of a reliability diagram. */
export interface ReliabilityBin {
  /** Confidences above `from`, up to `to`. */
  readonly from: number;
  readonly to: number;
  readonly rows: number;
  /** Mean probability of the most likely class. */
  readonly confidence: number;
  /** Share of rows whose most likely class is right. */
  readonly accuracy: number;
}

/**
 * The bins of a reliability diagram that hold any row: rows sorted by the probability of their most likely class into
 * 15 bins of equal width (Guo et al. 2017, section 2).
 *
 * @param probabilities `rows x classCount`, row-major, each row summing to 1. @param targets class indices.
 * @throws {OptionError} for sizes that do not fit, a bad probability, or a class index out of range.
 */
export function reliabilityBins(
  probabilities: ArrayLike<number>,
  targets: ArrayLike<number>,
  classCount: number,
): ReliabilityBin[] {
  checkProbabilities(probabilities, targets.length, classCount);
  checkClasses("targets", targets, classCount);
  const rows = new Float64Array(binCount);
  const confidences = new Float64Array(binCount);
  const hits = new Float64Array(binCount);
  for (let row = 0; row < targets.length; row++) {
    let best = 0;
    for (let index = 1; index < classCount; index++) {
      if (probabilities[row * classCount + index] > probabilities[row * classCount + best]) best = index;
    }
    const confidence = probabilities[row * classCount + best];
    const bin = Math.min(Math.max(Math.ceil(confidence * binCount) - 1, 0), binCount - 1);
    rows[bin]++;
    confidences[bin] += confidence;
    if (best === targets[row]) hits[bin]++;
  }
  return Array.from({ length: binCount }, (_, bin) => ({
    from: bin / binCount,
    to: (bin + 1) / binCount,
    rows: rows[bin],
    confidence: confidences[bin] / rows[bin],
    accuracy: hits[bin] / rows[bin],
  })).filter((bin) => bin.rows > 0);
}

/**
 * Expected calibration error, 0 to 1: the mean distance between confidence and accuracy over the
 * {@link reliabilityBins}, weighted by their rows (Guo et al. 2017, equation 3). Even perfect probabilities have some on
 * finitely many rows.
 *
 * @throws {OptionError} as {@link reliabilityBins}.
 */
export function expectedCalibrationError(
  probabilities: ArrayLike<number>,
  targets: ArrayLike<number>,
  classCount: number,
): number {
  const bins = reliabilityBins(probabilities, targets, classCount);
  const total = bins.reduce((sum, bin) => sum + bin.rows * Math.abs(bin.confidence - bin.accuracy), 0);
  return targets.length === 0 ? 0 : total / targets.length;
}
