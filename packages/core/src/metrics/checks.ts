import { OptionError } from "../errors.js";

/** @throws {OptionError} when there are no rows or the two arrays are not of one length. */
export function checkPairs(predictions: ArrayLike<number>, targets: ArrayLike<number>): void {
  if (targets.length === 0) {
    throw new OptionError("no-rows", "There are no rows to evaluate; give at least one.");
  }
  if (predictions.length !== targets.length) {
    throw new OptionError(
      "length-mismatch",
      `There are ${predictions.length} predictions for ${targets.length} targets; give one a row.`,
    );
  }
}

/** @throws {OptionError} when a number is NaN or infinite, naming its position. */
export function checkFinite(name: string, numbers: ArrayLike<number>): void {
  for (let row = 0; row < numbers.length; row++) {
    if (!Number.isFinite(numbers[row])) {
      throw new OptionError("not-finite", `${name}[${row}] is ${numbers[row]}; every one must be a finite number.`);
    }
  }
}

/** @throws {OptionError} when a class index is not a whole number from 0 to `classCount` - 1. */
export function checkClasses(name: string, classes: ArrayLike<number>, classCount: number): void {
  if (!Number.isInteger(classCount) || classCount < 1) {
    throw new OptionError(
      "bad-class-count",
      `The number of classes must be a whole number above 0, not ${classCount}.`,
    );
  }
  for (let row = 0; row < classes.length; row++) {
    const index = classes[row];
    if (!(Number.isInteger(index) && index >= 0 && index < classCount)) {
      throw new OptionError(
        "bad-class",
        `${name}[${row}] is ${index}, but a class index is a whole number from 0 to ${classCount - 1}.`,
      );
    }
  }
}

/** How far a row of probabilities may be from summing to 1: 32-bit softmax over many classes stays well within. */
const sumTolerance = 1e-3;

/**
 * @param probabilities `rows x classCount`, row-major.
 * @throws {OptionError} when the size is wrong, a probability is not in [0, 1], or a row does not sum to 1.
 */
export function checkProbabilities(probabilities: ArrayLike<number>, rows: number, classCount: number): void {
  if (probabilities.length !== rows * classCount) {
    throw new OptionError(
      "length-mismatch",
      `There are ${probabilities.length} probabilities for ${rows} rows of ${classCount} classes; give ${rows * classCount}.`,
    );
  }
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (let index = row * classCount; index < (row + 1) * classCount; index++) {
      const probability = probabilities[index];
      if (!(probability >= 0 && probability <= 1 + sumTolerance)) {
        throw new OptionError(
          "bad-probability",
          `Row ${row} has the probability ${probability}, which is not in [0, 1].`,
        );
      }
      sum += probability;
    }
    if (Math.abs(sum - 1) > sumTolerance) {
      throw new OptionError("bad-probability", `The probabilities of row ${row} sum to ${sum}, not to 1.`);
    }
  }
}
