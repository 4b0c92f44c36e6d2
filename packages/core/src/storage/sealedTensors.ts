import { FormatError } from "../errors.js";
import { crc32 } from "./crc32.js";
import { type DecodedSafetensors, decodeSafetensors } from "./safetensorsDecode.js";
import { planSafetensors } from "./safetensorsEncode.js";
import { encodeValues } from "./safetensorsValues.js";
import type { NamedTensor } from "./tensor.js";

/** `__metadata__` is first in the header and its names are sorted, so the sum stands at the same place in every file. */
const beforeSum = '{"__metadata__":{"checksum":"';
const sumStart = 8 + beforeSum.length;
const sumLength = 8;
/** Written where the sum will stand, and counted in its place. */
const placeholder = "0".repeat(sumLength);
/** Bytes of a piece at most. */
const pieceBytes = 1 << 20;
/** The state of a run with thousands of epochs or classes, as JSON, is far below this. */
const maxHeaderBytes = 256 * 2 ** 20;

/** A file whose bytes are made when they are asked for, from tensors that have to stay as they are until then. */
export interface SealedFile {
  /** Bytes of the whole. */
  readonly size: number;
  /** All of its bytes in order, from the beginning at each call. Each piece is its receiver's own, of a mebibyte at most. */
  pieces(): Iterable<Uint8Array<ArrayBuffer>>;
}

/**
 * Tensors and texts as one safetensors file that vouches for itself: its metadata entry `checksum` is the CRC-32 of the
 * whole file, as eight hexadecimal digits, counted with eight zeros in its own place. Any safetensors reader can read it.
 *
 * @param metadata texts by name; no name may come before `checksum` in the alphabet.
 */
export function sealTensors(tensors: readonly NamedTensor[], metadata: Readonly<Record<string, string>>): SealedFile {
  const { start, sorted, size } = planSafetensors(tensors, { ...metadata, checksum: placeholder });
  const sum = sorted.reduce((before, { data }) => crc32(encodeValues(data), before), crc32(start));
  start.set(new TextEncoder().encode(hexadecimal(sum)), sumStart);
  return {
    size,
    *pieces() {
      yield* cut(start);
      for (const { data } of sorted) yield* cut(encodeValues(data));
    },
  };
}

function* cut(bytes: Uint8Array): Generator<Uint8Array<ArrayBuffer>> {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield new Uint8Array(bytes.subarray(at, at + pieceBytes));
}

/** The bytes of a file in one array. */
export function joinPieces(file: SealedFile): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(file.size);
  let position = 0;
  for (const piece of file.pieces()) {
    bytes.set(piece, position);
    position += piece.length;
  }
  return bytes;
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
  return hexadecimal(crc32(bytes.subarray(sumStart + sumLength), middle));
}

function hexadecimal(sum: number): string {
  return sum.toString(16).padStart(sumLength, "0");
}
