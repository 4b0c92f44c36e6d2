import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PairNumbers } from "./pairs.js";

describe("PairNumbers", () => {
  it("numbers pairs as a Map of joined keys would, over several growths", () => {
    const pair = fc.tuple(fc.nat(60), fc.nat(60));
    fc.assert(
      fc.property(fc.array(pair, { maxLength: 4000, size: "max" }), (pairs) => {
        const numbers = new PairNumbers();
        const wanted = new Map<string, number>();
        for (const [first, second] of pairs) {
          const key = `${first} ${second}`;
          expect(numbers.find(first, second)).toBe(wanted.get(key) ?? -1);
          if (!wanted.has(key)) wanted.set(key, wanted.size);
          expect(numbers.add(first, second)).toBe(wanted.get(key));
        }
        expect(numbers.size).toBe(wanted.size);
        expect(Array.from(numbers.firsts(), (first, index) => `${first} ${numbers.seconds()[index]}`)).toEqual([
          ...wanted.keys(),
        ]);
      }),
      { numRuns: 3 },
    );
  });
});
