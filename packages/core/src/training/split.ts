import { OptionError } from "../errors.js";
import { Random } from "../random.js";

/** Positions of rows, each row in exactly one part, every part in ascending order. */
export interface Split {
  readonly train: Uint32Array;
  readonly validation: Uint32Array;
  readonly test: Uint32Array;
}

/** How rows are divided at random. */
export interface SplitOptions {
  /** Share of the rows for validation, 0 <= x < 1. */
  readonly validationFraction: number;
  /** Share of the rows for the test part, 0 <= x < 1. */
  readonly testFraction: number;
  readonly seed: number;
}

/**
 * Divides `rowCount` rows at random. Part sizes are the fractions rounded to whole rows, so that
 * 23,486 rows at 0.2 give 4,697 for validation and 18,789 for training.
 *
 * @throws {OptionError} when a fraction is out of range or no row is left for training.
 */
export function splitRows(rowCount: number, options: SplitOptions): Split {
  checkFractions(options);
  const { validationFraction, testFraction, seed } = options;
  const testCount = Math.round(rowCount * testFraction);
  const validationCount = Math.round(rowCount * validationFraction);
  const trainCount = rowCount - testCount - validationCount;
  if (trainCount < 1) {
    throw new OptionError(
      "nothing-to-train-on",
      `${rowCount} rows split into ${validationCount} for validation and ${testCount} for test leave none for training; lower the fractions.`,
    );
  }
  const order = new Random(seed, "split").shuffle(Uint32Array.from({ length: rowCount }, (_, row) => row));
  return {
    test: order.slice(0, testCount).sort(),
    validation: order.slice(testCount, testCount + validationCount).sort(),
    train: order.slice(testCount + validationCount).sort(),
  };
}

/** @throws {OptionError} when a fraction is out of range. */
export function checkFractions({ validationFraction, testFraction }: SplitOptions): void {
  for (const [name, fraction] of Object.entries({ validationFraction, testFraction })) {
    if (!(fraction >= 0 && fraction < 1)) {
      throw new OptionError("bad-fraction", `${name} must be at least 0 and below 1, but it is ${fraction}.`);
    }
  }
}
