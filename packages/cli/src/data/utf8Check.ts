import { isUtf8 } from "node:buffer";
import { DataError } from "@starcast/core";
import { conversionHint } from "./files.js";

/** Checks a stream of bytes for valid UTF-8, chunk by chunk, and tells the line of the first fault. */
export class Utf8Check {
  readonly #path: string;
  #carry = Buffer.alloc(0);
  #lines = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /** @throws {DataError} `wrong-encoding` when these bytes, after the earlier ones, are not UTF-8. */
  push(chunk: Buffer): void {
    const bytes = this.#carry.length > 0 ? Buffer.concat([this.#carry, chunk]) : chunk;
    const end = lastBoundary(bytes);
    const whole = bytes.subarray(0, end);
    if (!isUtf8(whole)) this.#refuse(whole);
    this.#lines += countNewlines(whole);
    this.#carry = Buffer.from(bytes.subarray(end));
  }

  /** To be called after the last chunk: a character may have been cut off. */
  end(): void {
    if (this.#carry.length > 0 && !isUtf8(this.#carry)) this.#refuse(this.#carry);
  }

  #refuse(bytes: Buffer): never {
    const offset = firstFault(bytes);
    const line = this.#lines + countNewlines(bytes.subarray(0, offset)) + 1;
    const value = bytes[offset].toString(16).padStart(2, "0").toUpperCase();
    throw new DataError(
      "wrong-encoding",
      `"${this.#path}" is not encoded as UTF-8: line ${line} holds the byte 0x${value}, as files in Windows-1252 or Latin-1 do. ${conversionHint(this.#path, "WINDOWS-1252")}`,
    );
  }
}

/** Where the last character that may be incomplete begins: at most three bytes before the end. */
function lastBoundary(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back];
    if (byte < 0x80) return bytes.length;
    if (byte >= 0xc0) {
      const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return needed > back ? bytes.length - back : bytes.length;
    }
  }
  return bytes.length;
}

/** The place of the first byte that no valid text continues with, found by halving. */
function firstFault(bytes: Buffer): number {
  let valid = 0;
  let invalid = bytes.length;
  while (invalid - valid > 1) {
    const middle = (valid + invalid) >> 1;
    const part = bytes.subarray(0, middle);
    if (isUtf8(part.subarray(0, lastBoundary(part)))) valid = middle;
    else invalid = middle;
  }
  // A character that its successor breaks off began earlier.
  for (let start = invalid - 2; start >= Math.max(0, invalid - 4); start--) {
    if (bytes[start] < 0x80) break;
    if (bytes[start] >= 0xc0) return isUtf8(bytes.subarray(start, invalid - 1)) ? invalid - 1 : start;
  }
  return invalid - 1;
}

function countNewlines(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) count++;
  return count;
}
