import { deflateSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { crc32, crc32OfArray } from "./crc32.js";

/** What zlib computed: the last eight bytes of a gzip file are the sum and the length. */
function sumOfZlib(bytes: Uint8Array): number {
  const packed = gzipSync(bytes);
  return packed.readUInt32LE(packed.length - 8);
}

describe("crc32", () => {
  it("gives the check value of the standard", () => {
    expect(crc32(new TextEncoder().encode("123456789"))).toBe(0xcbf43926);
    expect(crc32(new Uint8Array())).toBe(0);
  });

  it("is zlib's for any bytes, in one go or in pieces, at any alignment", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(100), (bytes, cut) => {
        const shifted = new Uint8Array(bytes.length + 1);
        shifted.set(bytes, 1);
        expect(crc32(shifted.subarray(1))).toBe(sumOfZlib(bytes));
        expect(crc32(bytes.subarray(cut), crc32(bytes.subarray(0, cut)))).toBe(sumOfZlib(bytes));
      }),
    );
  });

  it("notices every flipped bit", () => {
    const bytes = deflateSync(new Uint8Array(200).map((_, index) => (index * 37) % 251));
    const right = crc32(bytes);
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      bytes[bit >> 3] ^= 1 << (bit & 7);
      expect(crc32(bytes)).not.toBe(right);
      bytes[bit >> 3] ^= 1 << (bit & 7);
    }
  });

  it("sums the bytes of arrays of any kind", () => {
    const floats = Float32Array.of(1, -2, 3.5);
    expect(crc32OfArray(floats.subarray(1))).toBe(crc32(new Uint8Array(floats.buffer, 4)));
  });
});
