/**
 * Weights as 8-bit whole numbers: a row of a matrix is whole numbers from -127 to 127 times the row's scale.
 *
 * A scale has 17 significant bits, so that its product with any of these numbers is exact in 32-bit floats. Quantising
 * what was quantised before therefore gives the same numbers and scales: the floats say all that the bytes do, and only
 * files and kernels need to know the difference.
 */
import type { NamedTensor } from "./network.js";

const largest = 127;

/** A matrix in 8 bits. */
export interface QuantizedMatrix {
  /** Row-major, -127 to 127. */
  readonly values: Int8Array;
  /** One a row, positive. */
  readonly scales: Float32Array;
}

/** Whether 8-bit networks keep this parameter in 8 bits: matrices, not biases. */
export function isQuantized({ shape }: { readonly shape: readonly number[] }): boolean {
  return shape.length === 2;
}

/** The nearest matrix in 8 bits. @param data row-major, finite. */
export function quantizeMatrix(data: Float32Array, rows: number): QuantizedMatrix {
  const columns = data.length / rows;
  const values = new Int8Array(data.length);
  const scales = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    const first = row * columns;
    let magnitude = 0;
    for (let at = first; at < first + columns; at++) {
      const size = Math.abs(data[at]);
      if (size > magnitude) magnitude = size;
    }
    const scale = roundUpScale(magnitude / largest);
    scales[row] = scale;
    for (let at = first; at < first + columns; at++) values[at] = Math.round(data[at] / scale);
  }
  return { values, scales };
}

/** The floats that an 8-bit matrix stands for; exact. */
export function dequantizeMatrix({ values, scales }: QuantizedMatrix): Float32Array {
  const columns = values.length / scales.length;
  const data = new Float32Array(values.length);
  for (let row = 0; row < scales.length; row++) {
    const scale = scales[row];
    for (let at = row * columns; at < (row + 1) * columns; at++) data[at] = values[at] * scale;
  }
  return data;
}

/** The tensors with their matrices replaced by what 8 bits keep of them. */
export function roundToInt8(tensors: readonly NamedTensor[]): NamedTensor[] {
  return tensors.map((tensor) =>
    isQuantized(tensor) && !tensor.isRounded
      ? { ...tensor, data: dequantizeMatrix(quantizeMatrix(tensor.data, tensor.shape[0])) }
      : tensor,
  );
}

/**
 * Whether the floats that the matrix stands for are those that `roundToInt8` leaves as they are: so it is with all that
 * `quantizeMatrix` makes, but files of others may use the 8 bits otherwise.
 */
export function isRounded({ values, scales }: QuantizedMatrix): boolean {
  const columns = values.length / scales.length;
  for (let row = 0; row < scales.length; row++) {
    const scale = Math.abs(scales[row]);
    let magnitude = 0;
    for (let at = row * columns; at < (row + 1) * columns; at++) {
      const size = Math.abs(values[at]);
      if (size > magnitude) magnitude = size;
    }
    if (magnitude > 0 && (magnitude !== largest || roundUpScale(scale) !== scale)) return false;
  }
  return true;
}

const bits = new Uint32Array(1);
const float = new Float32Array(bits.buffer);
/** The lowest 7 of the 24 significant bits of a float. */
const lowBits = (1 << 7) - 1;

/** The smallest float of 17 significant bits that is not below `scale`. */
function roundUpScale(scale: number): number {
  // The smallest scale keeps products out of the subnormal numbers, which have fewer bits.
  float[0] = Math.max(scale, 2 ** -100);
  if ((bits[0] & lowBits) !== 0) bits[0] = (bits[0] | lowBits) + 1;
  return float[0];
}
