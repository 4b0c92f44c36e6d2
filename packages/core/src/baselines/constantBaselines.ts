import { OptionError } from "../errors.js";

/** What can be said of a number without reading the text. */
export interface ConstantNumbers {
  /** Mean of the training numbers: the constant of least squared error. */
  readonly mean: number;
  /** Median of the training numbers (of an even count, midway between the two): the constant of least absolute error. */
  readonly median: number;
}

/** What can be said of a class without reading the text. */
export interface ConstantClasses {
  /** The class with the most training rows, the lowest of several. */
  readonly majority: number;
  /** Share of each class in the training rows: the constant probabilities of least log loss. */
  readonly shares: Float64Array;
}

/**
 * The mean and the median of the training numbers, or of the training ratings' values.
 *
 * @throws {OptionError} for no numbers or one that is not finite.
 */
export function constantNumbers(numbers: ArrayLike<number>): ConstantNumbers {
  checkSome(numbers);
  const sorted = Float64Array.from(numbers).sort();
  const bad = sorted.find((number) => !Number.isFinite(number));
  if (bad !== undefined) throw new OptionError("not-finite", `The training numbers hold ${bad}; all must be finite.`);
  const middle = Math.floor((sorted.length - 1) / 2);
  return {
    mean: sorted.reduce((sum, number) => sum + number, 0) / sorted.length,
    median: (sorted[middle] + sorted[sorted.length - 1 - middle]) / 2,
  };
}

/**
 * The majority class and the shares of the training classes.
 *
 * @param classIndices whole numbers from 0 to `classCount` - 1.
 * @throws {OptionError} for no rows or a class out of range.
 */
export function constantClasses(classIndices: ArrayLike<number>, classCount: number): ConstantClasses {
  checkSome(classIndices);
  checkClassIndices(classIndices, classCount);
  const counts = new Float64Array(classCount);
  for (let row = 0; row < classIndices.length; row++) counts[classIndices[row]]++;
  return {
    majority: counts.indexOf(counts.reduce((most, count) => Math.max(most, count))),
    shares: counts.map((count) => count / classIndices.length),
  };
}

/** The same number for each of `rows` rows. */
export function repeatNumber(number: number, rows: number): Float64Array {
  return new Float64Array(rows).fill(number);
}

/** The same probabilities for each of `rows` rows: `rows x shares.length`, row-major. */
export function repeatShares(shares: Float64Array, rows: number): Float32Array {
  const probabilities = new Float32Array(rows * shares.length);
  for (let row = 0; row < rows; row++) probabilities.set(shares, row * shares.length);
  return probabilities;
}

/** @throws {OptionError} when a class index is not a whole number from 0 to `classCount` - 1. */
export function checkClassIndices(classIndices: ArrayLike<number>, classCount: number): void {
  for (let row = 0; row < classIndices.length; row++) {
    const index = classIndices[row];
    if (!(Number.isInteger(index) && index >= 0 && index < classCount)) {
      throw new OptionError(
        "bad-class",
        `classIndices[${row}] is ${index}, but a class index is a whole number from 0 to ${classCount - 1}.`,
      );
    }
  }
}

function checkSome(labels: ArrayLike<number>): void {
  if (labels.length === 0) throw new OptionError("no-rows", "There are no training rows; give at least one.");
}
