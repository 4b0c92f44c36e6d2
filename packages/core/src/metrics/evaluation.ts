import { OptionError } from "../errors.js";
import { bootstrapIntervals, type Interval, meanStatistic, type RowStatistic } from "./bootstrap.js";
import { checkFinite } from "./checks.js";
import { accuracy, confusionMatrix, kappaOf, logLoss, macroF1Of, offByOneAccuracy } from "./classes.js";
import { absoluteErrors, checkNumbers, meanOf, rootMeanSquaredError, squaredErrors } from "./numeric.js";

/** How well numbers were predicted; errors are in the user's units, intervals hold 95 % of the bootstrap. */
export interface NumberEvaluation {
  readonly rows: number;
  /** Root mean squared error of the expected rating, or of the regression's output. */
  readonly rmse: number;
  readonly rmseInterval: Interval;
  /** Mean absolute error of the same. */
  readonly mae: number;
  readonly maeInterval: Interval;
}

/** How well ratings, ordered classes with a value each, were predicted. */
export interface RatingEvaluation extends NumberEvaluation {
  /** Root mean squared error of the value of the most likely class, or of the rating nearest to the output. */
  readonly rmseOfMode: number;
  /** Share of rows whose most likely class is right. */
  readonly accuracy: number;
  readonly accuracyInterval: Interval;
  /** Share of rows whose most likely class is at most one position off. */
  readonly offByOne: number;
  /** Cohen's kappa with quadratic weights, of the most likely class. */
  readonly qwk: number;
  /** Mean F1 over classes, of the most likely class. */
  readonly macroF1: number;
  /** Mean -ln(probability of the right class); absent where there are no probabilities. */
  readonly logLoss?: number;
  /** Rows counted by `[target][most likely class]`. */
  readonly confusion: readonly (readonly number[])[];
}

/** How well classes without order were predicted. */
export interface ClassEvaluation {
  readonly rows: number;
  readonly accuracy: number;
  readonly accuracyInterval: Interval;
  readonly macroF1: number;
  readonly macroF1Interval: Interval;
  readonly logLoss: number;
  /** Rows counted by `[target][most likely class]`. */
  readonly confusion: readonly (readonly number[])[];
}

/** What a classifier over ordered ratings answered, and the truth. */
export interface RatingsToEvaluate {
  /** `rows x values.length`, row-major, each row summing to 1. */
  readonly probabilities: ArrayLike<number>;
  /** Class indices, one a row. */
  readonly targets: ArrayLike<number>;
  /** What each class is worth, in the user's scale, ascending. */
  readonly values: readonly number[];
  /** Seed of the bootstrap. Default 1. */
  readonly seed?: number;
}

/**
 * Evaluates a classifier of ratings, decoded twice: `rmse` and `mae` by the expected rating, sum of p(k) value(k),
 * everything else by the most likely class (the lowest of several equally likely ones).
 *
 * @throws {OptionError} for no rows, sizes that do not fit, values that do not ascend, or a bad number.
 */
export function evaluateRatings(input: RatingsToEvaluate): RatingEvaluation {
  const { probabilities, targets, values, seed } = input;
  checkValues(values);
  const loss = logLoss(probabilities, targets, values.length);
  const expected = expectedValues(probabilities, values);
  const modes = mostLikely(probabilities, values.length);
  return { ...ratingEvaluation(expected, modes, targets, values, seed), logLoss: loss };
}

/** What a regression answered, and the truth. */
export interface NumbersToEvaluate {
  /** Predicted numbers, in the user's units. */
  readonly predictions: ArrayLike<number>;
  /** True numbers, in the user's units, one a row. */
  readonly targets: ArrayLike<number>;
  /** Seed of the bootstrap. Default 1. */
  readonly seed?: number;
}

/** What a regression answered for ordered ratings, and the truth. */
export interface NumericRatingsToEvaluate extends NumbersToEvaluate {
  /** The possible ratings, ascending; every target must be one of them. */
  readonly values: readonly number[];
}

/**
 * Evaluates a regression. With `values`, the scale of a rating task, the nearest rating (the lower of two equally near
 * ones) takes the place of the most likely class; `logLoss` is absent.
 *
 * @throws {OptionError} for no rows, different lengths, a number that is not finite, values that do not ascend, or a
 *   target that is not among the values.
 */
export function evaluateNumbers(input: NumericRatingsToEvaluate): RatingEvaluation;
export function evaluateNumbers(input: NumbersToEvaluate): NumberEvaluation;
export function evaluateNumbers(
  input: NumbersToEvaluate & { readonly values?: readonly number[] },
): NumberEvaluation | RatingEvaluation {
  const { predictions, targets, values, seed } = input;
  checkNumbers(predictions, targets);
  if (values === undefined) {
    const { errors, statistics } = numberStatistics(predictions, targets);
    const [rmseInterval, maeInterval] = bootstrapIntervals(targets.length, statistics, { seed });
    return { ...errors, rmseInterval, maeInterval };
  }
  checkValues(values);
  const modes = Int32Array.from(predictions, (prediction) => nearestClass(prediction, values));
  const classes = Int32Array.from(targets, (target, row) => {
    const index = values.indexOf(target);
    if (index < 0) {
      throw new OptionError("bad-target", `targets[${row}] is ${target}, which is not one of ${values.join(", ")}.`);
    }
    return index;
  });
  return ratingEvaluation(predictions, modes, classes, values, seed);
}

/** What a classifier over labels without order answered, and the truth. */
export interface ClassesToEvaluate {
  /** `rows x classCount`, row-major, each row summing to 1. */
  readonly probabilities: ArrayLike<number>;
  /** Class indices, one a row. */
  readonly targets: ArrayLike<number>;
  readonly classCount: number;
  /** Seed of the bootstrap. Default 1. */
  readonly seed?: number;
}

/**
 * Evaluates a classifier of classes without order by its most likely class (the first of several equally likely ones).
 *
 * @throws {OptionError} for no rows, sizes that do not fit, or a bad number.
 */
export function evaluateClasses(input: ClassesToEvaluate): ClassEvaluation {
  const { probabilities, targets, classCount, seed } = input;
  const loss = logLoss(probabilities, targets, classCount);
  const modes = mostLikely(probabilities, classCount);
  const confusion = confusionMatrix(modes, targets, classCount);
  const statistics = [meanStatistic(hits(modes, targets)), macroF1Statistic(modes, targets, classCount)];
  const [accuracyInterval, macroF1Interval] = bootstrapIntervals(targets.length, statistics, { seed });
  return {
    rows: targets.length,
    accuracy: accuracy(modes, targets),
    accuracyInterval,
    macroF1: macroF1Of(confusion.flat(), classCount),
    macroF1Interval,
    logLoss: loss,
    confusion,
  };
}

/** @param targets class indices; @param predictions in the user's units; @param modes class indices. */
function ratingEvaluation(
  predictions: ArrayLike<number>,
  modes: Int32Array,
  targets: ArrayLike<number>,
  values: readonly number[],
  seed: number | undefined,
): RatingEvaluation {
  const targetValues = Float64Array.from(targets, (target) => values[target]);
  const modeValues = Float64Array.from(modes, (mode) => values[mode]);
  const confusion = confusionMatrix(modes, targets, values.length);
  const { errors, statistics } = numberStatistics(predictions, targetValues);
  const [rmseInterval, maeInterval, accuracyInterval] = bootstrapIntervals(
    targets.length,
    [...statistics, meanStatistic(hits(modes, targets))],
    { seed },
  );
  return {
    ...errors,
    rmseInterval,
    maeInterval,
    rmseOfMode: rootMeanSquaredError(modeValues, targetValues),
    accuracy: accuracy(modes, targets),
    accuracyInterval,
    offByOne: offByOneAccuracy(modes, targets),
    qwk: kappaOf(confusion),
    macroF1: macroF1Of(confusion.flat(), values.length),
    confusion,
  };
}

function numberStatistics(predictions: ArrayLike<number>, targets: ArrayLike<number>) {
  const squares = squaredErrors(predictions, targets);
  const absolutes = absoluteErrors(predictions, targets);
  return {
    errors: { rows: targets.length, rmse: Math.sqrt(meanOf(squares)), mae: meanOf(absolutes) },
    statistics: [meanStatistic(squares, Math.sqrt), meanStatistic(absolutes)],
  };
}

function macroF1Statistic(modes: Int32Array, targets: ArrayLike<number>, classCount: number): RowStatistic {
  const cells = Int32Array.from(modes, (mode, row) => targets[row] * classCount + mode);
  const counts = new Int32Array(classCount * classCount);
  return (rows) => {
    counts.fill(0);
    for (let index = 0; index < rows.length; index++) counts[cells[rows[index]]]++;
    return macroF1Of(counts, classCount);
  };
}

/** 1 where the class is right, 0 elsewhere. */
function hits(classes: Int32Array, targets: ArrayLike<number>): Float64Array {
  return Float64Array.from(classes, (index, row) => (index === targets[row] ? 1 : 0));
}

/** Sum of probability times value for each row. */
function expectedValues(probabilities: ArrayLike<number>, values: readonly number[]): Float64Array {
  const expected = new Float64Array(probabilities.length / values.length);
  for (let row = 0; row < expected.length; row++) {
    let sum = 0;
    for (let index = 0; index < values.length; index++)
      sum += probabilities[row * values.length + index] * values[index];
    expected[row] = sum;
  }
  return expected;
}

/** Index of the largest probability of each row, the lowest of several. */
function mostLikely(probabilities: ArrayLike<number>, classCount: number): Int32Array {
  const modes = new Int32Array(probabilities.length / classCount);
  for (let row = 0; row < modes.length; row++) {
    const start = row * classCount;
    let best = 0;
    for (let index = 1; index < classCount; index++) {
      if (probabilities[start + index] > probabilities[start + best]) best = index;
    }
    modes[row] = best;
  }
  return modes;
}

function nearestClass(prediction: number, values: readonly number[]): number {
  let best = 0;
  for (let index = 1; index < values.length; index++) {
    if (Math.abs(prediction - values[index]) < Math.abs(prediction - values[best])) best = index;
  }
  return best;
}

function checkValues(values: readonly number[]): void {
  checkFinite("values", values);
  for (let index = 1; index < values.length; index++) {
    if (!(values[index] > values[index - 1])) {
      throw new OptionError(
        "bad-values",
        `The ratings' values must ascend, but ${values[index]} follows ${values[index - 1]}.`,
      );
    }
  }
}
