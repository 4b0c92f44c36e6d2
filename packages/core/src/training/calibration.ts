/** What is fitted on the validation part once the network is trained, so that its answers mean what they say. */
import { cutClass, quadraticWeightedKappa } from "../metrics/index.js";
import { type Decoding, decode, type Outputs, softmaxRows } from "./decode.js";
import { exponential } from "./exponential.js";
import { spreadRows } from "./prepare.js";
import type { OrderedScale, RatingScale } from "./scale.js";
import { scoreLogits } from "./score.js";
import { type OutputCalibration, temper } from "./tempering.js";

/** How a model's raw answers are put right; the temperature is 1 for heads without probabilities. */
export interface FittedCalibration extends OutputCalibration {
  /** Between the ratings, ascending, in the user's units: an expected rating falls into the rating between two. */
  readonly cutPoints?: readonly number[];
  /** Absent for classes without order, and where the validation part has too few rows for it. */
  readonly interval?: IntervalRule;
}

/** Prediction intervals: so many spreads to either side of the prediction hold the truth of this share of the rows. */
export interface IntervalRule {
  /** Share of texts whose true rating lies within, 0 to 1. */
  readonly coverage: number;
  /** In spreads: see {@link spreadOf}. */
  readonly factor: number;
}

/** Share of texts whose interval holds the truth, unless it is asked for otherwise. */
export const defaultCoverage = 0.9;

/** Temperatures that are tried, in steps of the natural logarithm. */
const temperatureRange = { lowest: -1.5, highest: 2, step: 0.01 };

/**
 * Fits temperature, cut points and intervals on rows that the network did not learn from.
 *
 * @param logits the network's outputs, `rows x outputs`. @param truths class index or number of each row.
 */
export function calibrate(
  logits: Float32Array,
  truths: Float64Array,
  decoding: Pick<Decoding, "scale" | "head">,
  coverage = defaultCoverage,
): FittedCalibration {
  const tempering = fitTempering(logits, truths, decoding);
  const outputs = decode(logits, { ...decoding, calibration: tempering });
  const { scale } = decoding;
  const cutPoints = scale.task === "rating" ? tuneCutPoints(outputs, truths, scale) : undefined;
  const interval = fitInterval(outputs, truths, scale, coverage);
  return { ...tempering, ...(cutPoints && { cutPoints }), ...(interval && { interval }) };
}

/** The temperature and, for the softmax, the offsets at that temperature. */
function fitTempering(
  logits: Float32Array,
  truths: Float64Array,
  decoding: Pick<Decoding, "scale" | "head">,
): OutputCalibration {
  if (decoding.head === "regression") return { temperature: 1 };
  const temperature = fitTemperature(logits, truths, decoding);
  if (decoding.head !== "softmax") return { temperature };
  return { temperature, offsets: fitOffsets(logits, truths, temperature) };
}

/** Spread that offsets are expected to have: with few rows they stay near zero. */
const offsetDeviation = 0.25;
/** Steps after which the offsets of any data stand still in their fourth digit. */
const offsetSteps = 30;
/** More rows than this do not change the third digit. */
const mostOffsetRows = 10_000;

/**
 * Offsets that make the softmax's mean probability of each class its share of the rows, as far as the rows are enough to say
 * so: those of least cross-entropy plus b^2 / (2 deviation^2), by half of Newton's step along each of them.
 */
function fitOffsets(logits: Float32Array, truths: Float64Array, temperature: number): readonly number[] {
  const columns = logits.length / truths.length;
  const rows = spreadRows(Uint32Array.from(truths.keys()), mostOffsetRows);
  const chosen = new Float32Array(rows.length * columns);
  rows.forEach((row, place) => chosen.set(logits.subarray(row * columns, (row + 1) * columns), place * columns));
  const penalty = 1 / offsetDeviation ** 2;
  const offsets = new Array<number>(columns).fill(0);
  for (let step = 0; step < offsetSteps; step++) {
    const probabilities = softmaxRows(temper(chosen, columns, { temperature, offsets }), columns);
    const slopes = offsets.map((offset) => penalty * offset);
    const curvatures = offsets.map(() => penalty);
    for (let index = 0; index < probabilities.length; index++) {
      const share = probabilities[index];
      slopes[index % columns] += share;
      curvatures[index % columns] += share * (1 - share);
    }
    for (const row of rows) slopes[truths[row]]--;
    for (let column = 0; column < columns; column++) offsets[column] -= slopes[column] / (2 * curvatures[column]);
  }
  return offsets.map((offset) => Number(offset.toFixed(4)));
}

/** How far the logarithm of a temperature is expected to be from zero: with few rows it stays near. */
const temperatureDistance = 0.1;

/**
 * The temperature of least cross-entropy (Guo et al. 2017, section 4.2), as far as the rows are enough to say so: |ln
 * temperature| / distance is added to the rows' sum, which costs a network that is far too sure little. By ternary search: the
 * cross-entropy of the softmax has one valley over it. It is rounded to four digits, below which nothing is known of it.
 */
function fitTemperature(
  logits: Float32Array,
  truths: Float64Array,
  decoding: Pick<Decoding, "scale" | "head">,
): number {
  const { lowest, highest, step } = temperatureRange;
  const lossAt = (index: number): number => {
    const logarithm = lowest + index * step;
    const calibration = { temperature: exponential(logarithm) };
    const { loss } = scoreLogits(logits, truths, { ...decoding, calibration });
    return loss + Math.abs(logarithm) / (temperatureDistance * truths.length);
  };
  let low = 0;
  let high = Math.round((highest - lowest) / step);
  while (high - low > 2) {
    const third = Math.floor((high - low) / 3);
    if (lossAt(low + third) <= lossAt(high - third)) high -= third;
    else low += third;
  }
  const best = [low, low + 1, high].reduce((a, b) => (lossAt(b) < lossAt(a) ? b : a));
  return Number(exponential(lowest + best * step).toPrecision(4));
}

/** The least distance by which a cut point is moved, in shares of the distance between two ratings. */
const finestStep = 0.02;
/** Distances that are tried one after the other, in such steps. */
const cutSteps = [16, 8, 4, 2, 1];

/** Moves one cut point at a time, from the middle between two ratings, as long as the quadratic kappa rises. */
function tuneCutPoints({ expected }: Outputs, truths: Float64Array, { values }: OrderedScale): readonly number[] {
  const ratings = expected ?? new Float64Array();
  const gaps = values.slice(1).map((value, index) => value - values[index]);
  const leastDistance = (finestStep / 2) * Math.min(...gaps);
  const steps = gaps.map(() => 0);
  const cutAt = (index: number): number => {
    const cut = values[index] + (0.5 + steps[index] * finestStep) * gaps[index];
    return Number(cut.toPrecision(12));
  };
  const cuts = gaps.map((_, index) => cutAt(index));
  const kappa = (): number =>
    quadraticWeightedKappa(
      Array.from(ratings, (rating) => cutClass(rating, cuts)),
      truths,
      values.length,
    );
  let best = kappa();
  /** Whether the kappa rose; otherwise the cut point is where it was. */
  const move = (index: number, distance: number): boolean => {
    const kept = cuts[index];
    steps[index] += distance;
    cuts[index] = cutAt(index);
    const isAboveLast = index === 0 || cuts[index] - cuts[index - 1] > leastDistance;
    const isBelowNext = index === cuts.length - 1 || cuts[index + 1] - cuts[index] > leastDistance;
    if (isAboveLast && isBelowNext) {
      const found = kappa();
      if (found > best) {
        best = found;
        return true;
      }
    }
    steps[index] -= distance;
    cuts[index] = kept;
    return false;
  };
  for (const step of cutSteps) {
    for (let moved = true; moved; ) {
      moved = false;
      for (const index of cuts.keys()) if (move(index, -step) || move(index, step)) moved = true;
    }
  }
  return cuts;
}

/** Share of the distance between neighbouring ratings that every spread has at least, so that none is nothing. */
const leastSpread = 0.05;

/**
 * How unsure a prediction is, in the user's units: the standard deviation of the distribution over ratings, and 1 where
 * there is none.
 */
export function spreadOf({ probabilities, expected }: Outputs, row: number, scale: RatingScale): number {
  if (scale.task !== "rating" || !probabilities || !expected) return 1;
  const { values } = scale;
  const labels = values.length;
  const least = (leastSpread * (values[labels - 1] - values[0])) / (labels - 1);
  let variance = least * least;
  for (let label = 0; label < labels; label++) {
    variance += probabilities[row * labels + label] * (values[label] - expected[row]) ** 2;
  }
  return Math.sqrt(variance);
}

/**
 * Split conformal prediction with errors measured in spreads (Lei et al. 2018, sections 2.2 and 5.2): of n validation
 * rows, the error of rank ceil((n + 1) coverage) is not exceeded by a further row with at least that probability.
 */
function fitInterval(
  outputs: Outputs,
  truths: Float64Array,
  scale: RatingScale,
  coverage: number,
): IntervalRule | undefined {
  const { expected } = outputs;
  const rank = Math.ceil((truths.length + 1) * coverage);
  if (scale.task === "class" || !expected || rank > truths.length) return undefined;
  const truthOf = (row: number): number => (scale.task === "rating" ? scale.values[truths[row]] : truths[row]);
  const errors = expected.map((rating, row) => Math.abs(rating - truthOf(row)) / spreadOf(outputs, row, scale)).sort();
  return { coverage, factor: Number(errors[rank - 1].toPrecision(6)) };
}

/** The interval of one prediction, in the user's units; of ratings within the scale. */
export function intervalOf(
  outputs: Outputs,
  row: number,
  scale: RatingScale,
  { factor }: IntervalRule,
): readonly [low: number, high: number] {
  const rating = outputs.expected?.[row] ?? Number.NaN;
  const half = factor * spreadOf(outputs, row, scale);
  if (scale.task !== "rating") return [rating - half, rating + half];
  const lowest = scale.values[0];
  const highest = scale.values[scale.values.length - 1];
  return [Math.max(lowest, Math.min(rating - half, highest)), Math.min(highest, Math.max(rating + half, lowest))];
}
