import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeSafetensors } from "./safetensorsDecode.js";
import { decodeSealedTensors, joinPieces, sealTensors } from "./sealedTensors.js";

const tensors = [
  { name: "a", shape: [2, 2], data: Float32Array.of(1, 2, 3, -4) },
  { name: "b", shape: [0], data: new Float32Array() },
];
const metadata = { format: "test/1", state: '{"é":"__metadata__ \\"checksum\\""}' };
const file = joinPieces(sealTensors(tensors, metadata));

describe("sealed tensors", () => {
  it("come back with their texts, and are a safetensors file to any reader", () => {
    const { checksum, ...texts } = decodeSealedTensors(file, "x").metadata;
    expect(checksum).toMatch(/^[0-9a-f]{8}$/);
    expect(texts).toEqual(metadata);
    expect(decodeSealedTensors(file, "x").tensors).toEqual(tensors);
    expect(decodeSafetensors(file).tensors).toEqual(tensors);
  });

  it("come in pieces of a mebibyte at most, each its receiver's own", () => {
    const large = { name: "large", shape: [700_000], data: new Float32Array(700_000).map((_, index) => index) };
    const sealed = sealTensors([large, ...tensors], metadata);
    const whole = joinPieces(sealed);
    expect(whole.length).toBe(sealed.size);
    const lengths = [...sealed.pieces()].map((piece) => piece.fill(0).length);
    expect(Math.max(...lengths)).toBe(1 << 20);
    expect(lengths.reduce((sum, length) => sum + length)).toBe(sealed.size);
    expect(Buffer.from(joinPieces(sealed)).equals(whole)).toBe(true);
    const read = decodeSealedTensors(whole, "x").tensors.find(({ name }) => name === "large");
    expect(read?.data.every((value, index) => value === index)).toBe(true);
  });

  it("are refused when any one bit is flipped, or the file ends early or late, or is full of zeros", () => {
    const refused = (bytes: Uint8Array) =>
      expect(() => decodeSealedTensors(bytes, "epoch 3")).toThrow("epoch 3 is damaged");
    for (let bit = 0; bit < file.length * 8; bit++) {
      const flipped = file.slice();
      flipped[bit >> 3] ^= 1 << (bit & 7);
      refused(flipped);
    }
    for (let length = 0; length < file.length; length++) refused(file.slice(0, length));
    refused(new Uint8Array([...file, 0]));
    refused(new Uint8Array(file.length));
  });

  it("are refused when a part of the file never reached the disk", () => {
    fc.assert(
      fc.property(fc.nat(file.length - 1), fc.integer({ min: 1, max: 64 }), (start, length) => {
        const torn = file.slice().fill(0, start, start + length);
        fc.pre(torn.some((byte, index) => byte !== file[index]));
        expect(() => decodeSealedTensors(torn, "x")).toThrow("damaged");
      }),
    );
  });
});
