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
