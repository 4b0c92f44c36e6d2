import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { assignFolds, bundleRows, strataOf } from "./folds.js";

const each = (count: number): Uint32Array => Uint32Array.from({ length: count }, (_, row) => row);

describe("assignFolds", () => {
  it("deals every label evenly: shares differ by at most one row from fold to fold", () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(4), { minLength: 10, maxLength: 200 }),
        fc.integer({ min: 2, max: 6 }),
        fc.nat(),
        (labels, folds, seed) => {
          const foldOf = assignFolds(each(labels.length), labels.length, Uint32Array.from(labels), { folds, seed });
          for (const label of new Set(labels)) {
            const counts = Array.from(
              { length: folds },
              (_, fold) => labels.filter((each, row) => each === label && foldOf[row] === fold).length,
            );
            expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
          }
        },
      ),
    );
  });

  it("keeps bundles together, in folds of about the same size", () => {
    const bundles = Uint32Array.from({ length: 3000 }, (_, row) => (row * row) % 97);
    const count = 97;
    const strata = Uint32Array.from(bundles, (_, row) => row % 5);
    const foldOf = assignFolds(bundles, count, strata, { folds: 5, seed: 1 });
    for (let bundle = 0; bundle < count; bundle++) {
      expect(new Set([...foldOf].filter((_, row) => bundles[row] === bundle)).size).toBeLessThanOrEqual(1);
    }
    const sizes = [0, 1, 2, 3, 4].map((fold) => foldOf.filter((each) => each === fold).length);
    expect(Math.max(...sizes)).toBeLessThan(1.3 * Math.min(...sizes));
  });

  it("deals by chance: another seed, other folds", () => {
    const deal = (seed: number) => assignFolds(each(100), 100, new Uint32Array(100), { folds: 5, seed });
    expect(deal(1)).toEqual(deal(1));
    expect(deal(1)).not.toEqual(deal(2));
  });
});

describe("bundleRows", () => {
  it("joins what shares a number, also by way of others, and nothing else", () => {
    const groups = Uint32Array.from([0, 0, 1, 2, 3, 4]);
    const texts = Uint32Array.from([0, 1, 1, 2, 3, 4]);
    expect([...bundleRows(6, [groups, texts]).bundles]).toEqual([0, 0, 0, 1, 2, 3]);
    expect(bundleRows(6, []).count).toBe(6);
  });

  it("agrees with a plain search for connected rows", () => {
    const numbers = fc.array(fc.nat(8), { minLength: 9, maxLength: 9 });
    fc.assert(
      fc.property(numbers, numbers, (first, second) => {
        const { bundles, count } = bundleRows(9, [Uint32Array.from(first), Uint32Array.from(second)]);
        const reach = first.map((_, row) => new Set([row]));
        for (let round = 0; round < 9; round++) {
          for (const seen of reach) {
            for (const a of [...seen]) {
              first.forEach((_, b) => {
                if (first[a] === first[b] || second[a] === second[b]) seen.add(b);
              });
            }
          }
        }
        expect(new Set(bundles).size).toBe(count);
        for (const [row, seen] of reach.entries()) {
          for (let other = 0; other < 9; other++) expect(bundles[row] === bundles[other]).toBe(seen.has(other));
        }
      }),
    );
  });
});

describe("strataOf", () => {
  it("gives equal labels equal strata, and numbers their tenth", () => {
    expect([...strataOf(["4", 4, "4.0", "b", " b"], "class")]).toEqual([0, 0, 0, 1, 1]);
    const tenths = strataOf(
      Array.from({ length: 100 }, (_, row) => 99 - row),
      "number",
    );
    expect([tenths[0], tenths[99], tenths[50]]).toEqual([9, 0, 4]);
  });
});
