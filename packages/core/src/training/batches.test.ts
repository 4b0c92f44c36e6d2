import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { EncodedTexts } from "../nn/network.js";
import { Random } from "../random.js";
import { countIds, lengthOf, planEpoch } from "./batches.js";

/** Texts of the given lengths. */
function textsOf(lengths: readonly number[]): EncodedTexts {
  const offsets = new Uint32Array(lengths.length + 1);
  for (const [row, length] of lengths.entries()) offsets[row + 1] = offsets[row] + length;
  return { ids: new Int32Array(offsets[lengths.length]), offsets };
}

const plan = (texts: EncodedTexts, batching: "random" | "byLength", batchSize: number, random: Random) =>
  planEpoch(texts, Uint32Array.from(texts.offsets.subarray(1).keys()), { batching, batchSize, random });

describe("planEpoch", () => {
  it("visits every row exactly once in batches of the asked size, whatever the lengths", () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 500 });
    const batching = fc.constantFrom("random" as const, "byLength" as const);
    fc.assert(
      fc.property(lengths, batching, fc.integer({ min: 1, max: 70 }), (lengths, batching, batchSize) => {
        const batches = plan(textsOf(lengths), batching, batchSize, new Random(1, "shuffle"));
        const rows = batches.flatMap((batch) => Array.from(batch));
        expect(rows.toSorted((a, b) => a - b)).toEqual([...lengths.keys()]);
        expect(batches.length).toBe(Math.ceil(lengths.length / batchSize));
        expect(Math.max(...batches.map((batch) => batch.length))).toBeLessThanOrEqual(batchSize);
      }),
    );
  });

  it("puts texts of similar length together by length, and not at random", () => {
    const random = new Random(3, "lengths");
    const texts = textsOf(Array.from({ length: 2000 }, () => 1 + random.integer(200)));
    const spread = (batching: "random" | "byLength"): number => {
      const batches = plan(texts, batching, 40, new Random(1, "shuffle"));
      const spreads = batches.map((rows) => {
        const lengths = Array.from(rows, (row) => lengthOf(texts, row));
        return Math.max(...lengths) - Math.min(...lengths);
      });
      return spreads.reduce((a, b) => a + b) / spreads.length;
    };
    expect(spread("byLength")).toBeLessThan(10);
    expect(spread("random")).toBeGreaterThan(150);
  });

  it("does not go from short to long: the order of the batches is random", () => {
    const texts = textsOf(Array.from({ length: 1000 }, (_, row) => row + 1));
    const firsts = plan(texts, "byLength", 20, new Random(1, "shuffle")).map((rows) => rows[0]);
    expect(firsts).not.toEqual(firsts.toSorted((a, b) => a - b));
  });

  it.each(["random", "byLength"] as const)("differs from epoch to epoch and repeats with the seed (%s)", (batching) => {
    const texts = textsOf(Array.from({ length: 300 }, (_, row) => (row % 50) + 1));
    const random = new Random(5, "shuffle");
    const first = plan(texts, batching, 16, random);
    expect(plan(texts, batching, 16, random)).not.toEqual(first);
    expect(plan(texts, batching, 16, new Random(5, "shuffle"))).toEqual(first);
    expect(plan(texts, batching, 16, new Random(6, "shuffle"))).not.toEqual(first);
  });
});

describe("countIds", () => {
  it("adds the lengths of the rows", () => {
    expect(countIds(textsOf([3, 5, 7]), Uint32Array.of(0, 2))).toBe(10);
  });
});
