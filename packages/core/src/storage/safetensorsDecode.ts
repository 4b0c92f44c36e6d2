import { type DecodeOptions, readSafetensors, type StoredTensor } from "./safetensorsHeader.js";
import { decodeValues } from "./safetensorsValues.js";
import type { NamedTensor } from "./tensor.js";

/** What a safetensors file holds. */
export interface DecodedSafetensors {
  /** In the order of their data in the file. */
  readonly tensors: NamedTensor[];
  readonly metadata: Record<string, string>;
}

/**
 * Reads a safetensors file that need not be trusted: everything that the header says is checked against
 * the bytes before anything is allocated by it. F32 is read as it is; F64, F16, BF16 and I8 are
 * converted to 32-bit floats.
 * Values are not judged: a file may hold NaN.
 *
 * @throws {FormatError} with one code a rule: `header-missing`, `header-too-large`, `header-past-end`,
 *   `header-not-object`, `not-utf8`, `not-json`, `too-deep`, `duplicate-key`, `bad-metadata`, `bad-name`, `bad-entry`,
 *   `unsupported-dtype`, `bad-shape`, `bad-offsets`, `size-mismatch`, `bad-number`, `overlap`, `gap`, `data-past-end`,
 *   `trailing-bytes`.
 */
export function decodeSafetensors(bytes: Uint8Array, options: DecodeOptions = {}): DecodedSafetensors {
  const { tensors, metadata } = readSafetensors(bytes, options);
  return { tensors: tensors.map(decodeTensor), metadata };
}

/** A copy of the tensor's values as 32-bit floats. */
export function decodeTensor({ name, shape, dtype, bytes }: StoredTensor): NamedTensor {
  return { name, shape, data: decodeValues(bytes, dtype) };
}
