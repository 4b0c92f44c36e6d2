import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { emptyHash, firstAtLeast, holds, numberGroups, TextHashes } from "./textHashes.js";

function hashesOf(texts: readonly string[]): BigUint64Array {
  const hashes = new TextHashes();
  for (const text of texts) hashes.add(text);
  return hashes.values();
}

describe("TextHashes", () => {
  it("gives equal texts equal hashes and different texts different ones, past the first room", () => {
    const texts = Array.from({ length: 5000 }, (_, index) => `text ${index % 2500}`);
    const hashes = hashesOf(texts);
    expect(hashes).toHaveLength(5000);
    expect(new Set(hashes).size).toBe(2500);
    expect(hashes.slice(0, 2500)).toEqual(hashes.slice(2500));
  });

  it("uses all 64 bits: short texts that differ in one letter share no half", () => {
    const letters = Array.from({ length: 26 * 26 * 26 }, (_, index) =>
      [index % 26, Math.floor(index / 26) % 26, Math.floor(index / 676)]
        .map((code) => (code + 10).toString(36))
        .join(""),
    );
    const hashes = [...hashesOf(letters)];
    // 17,576 numbers of 32 bits: 0.04 pairs are expected to meet by chance.
    expect(new Set(hashes.map((hash) => hash >> 32n)).size).toBeGreaterThan(letters.length - 4);
    expect(new Set(hashes.map((hash) => hash & 0xffff_ffffn)).size).toBeGreaterThan(letters.length - 4);
  });

  it("knows an empty text by its hash", () => {
    expect([...hashesOf(["", "a"])].map((hash) => hash === emptyHash)).toEqual([true, false]);
  });
});

describe("numberGroups", () => {
  it("numbers equal names equally and different ones differently, without gaps", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom("a", "b", "c", "d"), { minLength: 1 }), (names) => {
        const { groups, count } = numberGroups(hashesOf(names));
        expect(new Set(groups).size).toBe(count);
        expect(Math.max(...groups)).toBe(count - 1);
        const numberOf = new Map(names.map((name, row) => [name, groups[row]]));
        expect(numberOf.size).toBe(count);
        expect(names.map((name) => numberOf.get(name))).toEqual([...groups]);
      }),
    );
  });
});

it("finds numbers in ascending ones as a plain search does", () => {
  fc.assert(
    fc.property(fc.array(fc.bigInt(0n, 20n)), fc.bigInt(0n, 21n), (numbers, wanted) => {
      const ascending = BigUint64Array.from(numbers).sort();
      expect(holds(ascending, wanted)).toBe(numbers.includes(wanted));
      expect(firstAtLeast(ascending, wanted)).toBe(numbers.filter((number) => number < wanted).length);
    }),
  );
});
