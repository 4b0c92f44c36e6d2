/** Alarms about parts that differ from each other: a result on one says little about the other. */
import type { Alarm } from "./alarm.js";
import { counted, percent } from "./wording.js";

/** The rows of one part, as far as shift shows in them. */
export interface PartSample {
  /** "training", "validation" or "test", for the sentence. */
  readonly name: string;
  /** True ratings, numbers, or class indices. */
  readonly truths: ArrayLike<number>;
  /** Words of each text. */
  readonly lengths: ArrayLike<number>;
  /** Share, 0 to 1, of unknown words in each text. */
  readonly unknownShares: ArrayLike<number>;
}

/** How parts are compared. */
export interface ShiftOptions {
  /** Whether the truths are real numbers, compared like lengths, instead of labels. */
  readonly isNumber?: boolean;
}

/** One in a thousand data sets without any shift may ring. */
const significance = { normal: 3.0902, kolmogorov: 1.9495 };
/** A shift that is certain but smaller than this is nothing to worry about. */
const smallest = { variation: 0.05, kolmogorov: 0.1, unknownWords: 0.05 };

/**
 * Compares a part with the training part: ratings, lengths, unknown words. Each alarm rings when the difference is both
 * larger than chance would make it (in one of a thousand data sets) and large enough to matter.
 */
export function shiftAlarms(train: PartSample, part: PartSample, options: ShiftOptions = {}): Alarm[] {
  if (train.truths.length === 0 || part.truths.length === 0) return [];
  const truths = options.isNumber ? distanceAlarm(train, part, "truths", "numbers") : labelAlarm(train, part);
  return [truths, distanceAlarm(train, part, "lengths", "lengths"), unknownAlarm(train, part)].filter(
    (alarm) => alarm !== undefined,
  );
}

const advice =
  "Look at how the rows were divided: by time, by source, or sorted by rating? The result holds for rows like those that it was measured on.";

/**
 * Labels: Pearson's chi-square test of homogeneity, with the cube-root approximation of its tail (Wilson and Hilferty,
 * "The distribution of chi-square", 1931), and the total variation distance, half the sum of |share - share|, for the
 * size: the share of rows that would have to change their label.
 */
function labelAlarm(train: PartSample, part: PartSample): Alarm | undefined {
  const [ours, theirs] = [part, train].map(({ truths }) => countsOf(truths));
  const labels = [...new Set([...ours.keys(), ...theirs.keys()])];
  const [n, m] = [part.truths.length, train.truths.length];
  let chiSquare = 0;
  let variation = 0;
  for (const label of labels) {
    const [found, trained] = [ours.get(label) ?? 0, theirs.get(label) ?? 0];
    const expected = (found + trained) / (n + m);
    chiSquare += (found - n * expected) ** 2 / (n * expected) + (trained - m * expected) ** 2 / (m * expected);
    variation += Math.abs(found / n - trained / m) / 2;
  }
  const freedom = labels.length - 1;
  if (freedom < 1 || variation < smallest.variation) return undefined;
  const spread = 2 / (9 * freedom);
  const deviations = (Math.cbrt(chiSquare / freedom) - (1 - spread)) / Math.sqrt(spread);
  if (deviations < significance.normal) return undefined;
  return {
    kind: "shift",
    finding: `The ratings of the ${part.name} part are distributed otherwise than those of the ${train.name} part: ${percent(variation)} of its rows would have to be rated otherwise to match.`,
    advice,
    numbers: { variation, chiSquare, freedom },
  };
}

function countsOf(values: ArrayLike<number>): Map<number, number> {
  const counts = new Map<number, number>();
  for (let row = 0; row < values.length; row++) counts.set(values[row], (counts.get(values[row]) ?? 0) + 1);
  return counts;
}

/**
 * Numbers: the two-sample Kolmogorov-Smirnov distance, the largest difference of the two cumulative shares, against
 * its asymptotic threshold c sqrt((n + m) / (n m)) (Smirnov, "Table for estimating the goodness of fit", 1948).
 */
function distanceAlarm(train: PartSample, part: PartSample, of: "truths" | "lengths", what: string): Alarm | undefined {
  const [ours, theirs] = [part[of], train[of]].map((values) => Float64Array.from(values).sort());
  const distance = kolmogorovDistance(ours, theirs);
  const threshold = significance.kolmogorov * Math.sqrt(1 / ours.length + 1 / theirs.length);
  if (distance < Math.max(threshold, smallest.kolmogorov)) return undefined;
  const [median, trained] = [ours, theirs].map((values) => values[Math.floor(values.length / 2)]);
  const unit = (value: number): string => (of === "lengths" ? counted(value, "word") : String(value));
  return {
    kind: "shift",
    finding: `The ${what} of the ${part.name} part differ from those of the ${train.name} part: median ${unit(median)} against ${unit(trained)}, and the shares below some value differ by ${percent(distance)}.`,
    advice,
    numbers: { distance, median, trained },
  };
}

/** @param one ascending. @param other ascending. */
function kolmogorovDistance(one: Float64Array, other: Float64Array): number {
  let [i, j, largest] = [0, 0, 0];
  while (i < one.length && j < other.length) {
    const value = Math.min(one[i], other[j]);
    while (i < one.length && one[i] === value) i++;
    while (j < other.length && other[j] === value) j++;
    largest = Math.max(largest, Math.abs(i / one.length - j / other.length));
  }
  return largest;
}

/** Unknown words: the difference of the mean shares, in standard errors (Welch's statistic). */
function unknownAlarm(train: PartSample, part: PartSample): Alarm | undefined {
  const [ours, theirs] = [part, train].map(({ unknownShares }) => momentsOf(unknownShares));
  const difference = ours.mean - theirs.mean;
  const error = Math.sqrt(ours.variance / part.unknownShares.length + theirs.variance / train.unknownShares.length);
  if (difference < smallest.unknownWords || difference < significance.normal * error) return undefined;
  return {
    kind: "shift",
    finding: `Of the words of a text of the ${part.name} part the model does not know ${percent(ours.mean)} on average, of the ${train.name} part ${percent(theirs.mean)}.`,
    advice:
      "The texts are of another kind or language than those that the model learned from; train it on such texts too.",
    numbers: { unknown: ours.mean, trained: theirs.mean },
  };
}

function momentsOf(values: ArrayLike<number>): { mean: number; variance: number } {
  let mean = 0;
  for (let row = 0; row < values.length; row++) mean += values[row] / values.length;
  let variance = 0;
  for (let row = 0; row < values.length; row++) variance += (values[row] - mean) ** 2 / values.length;
  return { mean, variance };
}
