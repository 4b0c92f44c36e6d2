/** Arrays with a shape, row-major, as the layers take and give them. */
import { OptionError } from "../../errors.js";

/** An array of 32-bit floats with its shape, row-major. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** Token ids, [rows][steps]. */
export interface IdTensor {
  readonly shape: readonly [rows: number, steps: number];
  readonly data: Int32Array;
}

/** Number of elements of a shape. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/**
 * A tensor over the given numbers, or of zeros.
 *
 * @throws {OptionError} `wrong-shape` when their number does not fit the shape.
 */
export function tensor(shape: readonly number[], data?: ArrayLike<number>): Tensor {
  const count = elementCount(shape);
  if (data && data.length !== count) {
    throw new OptionError(
      "wrong-shape",
      `Shape ${shape.join(" x ")} needs ${count} numbers, but there are ${data.length}.`,
    );
  }
  return { shape, data: data ? Float32Array.from(data) : new Float32Array(count) };
}

/** Token ids as a tensor, from rows of equal length. */
export function idTensor(rows: readonly (readonly number[])[]): IdTensor {
  const steps = rows[0]?.length ?? 0;
  if (rows.some((row) => row.length !== steps)) {
    throw new OptionError("wrong-shape", "All rows of token ids must have the same length; pad them with 0.");
  }
  return { shape: [rows.length, steps], data: Int32Array.from(rows.flat()) };
}

/** @throws {OptionError} `wrong-shape` naming what was expected of whom. */
export function checkShape(what: string, actual: readonly number[], expected: readonly (number | string)[]): void {
  const fits =
    actual.length === expected.length &&
    expected.every((size, axis) => typeof size === "string" || size === actual[axis]);
  if (!fits) {
    throw new OptionError(
      "wrong-shape",
      `${what} must have shape ${expected.join(" x ")}, but it has ${actual.join(" x ")}.`,
    );
  }
}
