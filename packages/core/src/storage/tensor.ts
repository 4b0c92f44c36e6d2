import { FormatError } from "../errors.js";
import { quote } from "../quote.js";

/** A named array of 32-bit floats, row-major; the name and the shape are those of PyTorch's state dict. */
export interface NamedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** A tensor to be written: 32-bit floats or 8-bit whole numbers. */
export interface StorableTensor extends Omit<NamedTensor, "data"> {
  readonly data: Float32Array | Int8Array;
}

/**
 * The number of elements of a shape, with checked arithmetic.
 *
 * @returns undefined when a dimension is not a whole number from 0, or when the product exceeds 2^53 - 1.
 */
export function elementCount(shape: readonly unknown[]): number | undefined {
  let count = 1;
  for (const dimension of shape) {
    if (!Number.isSafeInteger(dimension) || (dimension as number) < 0) return undefined;
    count *= dimension as number;
    if (!Number.isSafeInteger(count)) return undefined;
  }
  return count;
}

const notFinite = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];

/**
 * Refuses weights that are no numbers: a network would answer with what is none.
 *
 * @param fileName begins the message.
 * @returns the tensor.
 * @throws {FormatError} `not-finite`, with the place of the first NaN or infinity.
 */
export function requireFinite(tensor: NamedTensor, fileName: string): NamedTensor {
  const { name, data } = tensor;
  // Start-up waits for this, and a loop in JavaScript would run before it is compiled well.
  if (!notFinite.some((value) => data.includes(value))) return tensor;
  const at = data.findIndex((value) => !Number.isFinite(value));
  throw new FormatError(
    "not-finite",
    `${fileName}: the tensor ${quote(name)} holds ${data[at]} at position ${at}; a trained model has finite numbers only.`,
  );
}
