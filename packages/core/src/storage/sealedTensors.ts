import { FormatError } from "../errors.js";
import { crc32 } from "./crc32.js";
import { type DecodedSafetensors, decodeSafetensors } from "./safetensorsDecode.js";
import { encodeSafetensors } from "./safetensorsEncode.js";
import type { NamedTensor } from "./tensor.js";

/** `__metadata__` is first in the header and its names are sorted, so the sum stands at the same place in every file. */
const beforeSum = '{"__metadata__":{"checksum":"';
const sumStart = 8 + beforeSum.length;
const sumLength = 8;
/** Written where the sum will stand, and counted in its place. */
const placeholder = "0".repeat(sumLength);
/** The state of a run with thousands of epochs or classes, as JSON, is far below this. */
const maxHeaderBytes = 256 * 2 ** 20;

/**
 * Tensors and texts as one safetensors file that vouches for itself: its metadata entry `checksum` is the CRC-32 of the
 * whole file, as eight hexadecimal digits, counted with eight zeros in its own place. Any safetensors reader can read it.
 *
 * @param metadata texts by name; no name may come before `checksum` in the alphabet.
 */
export function encodeSealedTensors(
  tensors: readonly NamedTensor[],
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const file = encodeSafetensors(tensors, { ...metadata, checksum: placeholder });
  const sum = crc32(file).toString(16).padStart(sumLength, "0");
  file.set(new TextEncoder().encode(sum), sumStart);
  return file;
}

/**
 * Reads such a file after its sum was checked: one that was cut short, or of which only a part reached the disk, is
 * recognised whatever its bytes.
 *
 * @throws {FormatError} `damaged` when the sum is missing or wrong; and what `decodeSafetensors` throws.
 */
export function decodeSealedTensors(bytes: Uint8Array, fileName: string): DecodedSafetensors {
  const text = new TextDecoder("latin1").decode(bytes.subarray(8, sumStart + sumLength));
  const written = text.slice(beforeSum.length);
  if (!text.startsWith(beforeSum) || written !== sumOf(bytes)) {
    throw new FormatError(
      "damaged",
      `${fileName} is damaged: its checksum does not fit its content. It was probably not written to its end.`,
    );
  }
  return decodeSafetensors(bytes, { fileName, maxHeaderBytes });
}

function sumOf(bytes: Uint8Array): string {
  const start = crc32(bytes.subarray(0, sumStart));
  const middle = crc32(new TextEncoder().encode(placeholder), start);
  return crc32(bytes.subarray(sumStart + sumLength), middle)
    .toString(16)
    .padStart(sumLength, "0");
}
