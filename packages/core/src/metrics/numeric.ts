import { checkFinite, checkPairs } from "./checks.js";

/**
 * Root of the mean squared error, in the units of the targets: sqrt(mean((prediction - target)^2)).
 *
 * @throws {OptionError} for no rows, different lengths, or a number that is not finite.
 */
export function rootMeanSquaredError(predictions: ArrayLike<number>, targets: ArrayLike<number>): number {
  checkNumbers(predictions, targets);
  return Math.sqrt(meanOf(squaredErrors(predictions, targets)));
}

/**
 * Mean absolute error, in the units of the targets: mean(|prediction - target|).
 *
 * @throws {OptionError} for no rows, different lengths, or a number that is not finite.
 */
export function meanAbsoluteError(predictions: ArrayLike<number>, targets: ArrayLike<number>): number {
  checkNumbers(predictions, targets);
  return meanOf(absoluteErrors(predictions, targets));
}

/** @throws {OptionError} for no rows, different lengths, or a number that is not finite. */
export function checkNumbers(predictions: ArrayLike<number>, targets: ArrayLike<number>): void {
  checkPairs(predictions, targets);
  checkFinite("predictions", predictions);
  checkFinite("targets", targets);
}

/** (prediction - target)^2 of each row. */
export function squaredErrors(predictions: ArrayLike<number>, targets: ArrayLike<number>): Float64Array {
  return Float64Array.from({ length: targets.length }, (_, row) => (predictions[row] - targets[row]) ** 2);
}

/** |prediction - target| of each row. */
export function absoluteErrors(predictions: ArrayLike<number>, targets: ArrayLike<number>): Float64Array {
  return Float64Array.from({ length: targets.length }, (_, row) => Math.abs(predictions[row] - targets[row]));
}

/** Arithmetic mean. */
export function meanOf(numbers: Float64Array): number {
  let sum = 0;
  for (const number of numbers) sum += number;
  return sum / numbers.length;
}
