import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DataError } from "../errors.js";
import type { Split } from "./split.js";
import { readPart, splitByGroup, splitByPart, splitByTime } from "./splitBy.js";

const shares = { validationFraction: 0.1, testFraction: 0.2, seed: 1 };

function requireWhole({ train, validation, test }: Split, rows: number): void {
  for (const part of [train, validation, test]) expect([...part]).toEqual([...part].sort((a, b) => a - b));
  expect([...train, ...validation, ...test].sort((a, b) => a - b)).toEqual([...new Array(rows).keys()]);
}

describe("splitByGroup", () => {
  it("puts every group into one part as a whole, and no part stays empty", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(11), { minLength: 20, maxLength: 300 }), fc.nat(), (drawn, seed) => {
        const names = [...new Set(drawn)];
        fc.pre(names.length >= 3);
        const groups = Uint32Array.from(drawn, (name) => names.indexOf(name));
        const split = splitByGroup(groups, names.length, { ...shares, seed });
        requireWhole(split, groups.length);
        const of = (rows: Uint32Array): Set<number> => new Set(Array.from(rows, (row) => groups[row]));
        const sets = [of(split.train), of(split.validation), of(split.test)];
        expect(sets.reduce((sum, set) => sum + set.size, 0)).toBe(names.length);
        for (const set of sets) expect(set.size).toBeGreaterThan(0);
      }),
    );
  });

  it("gives the parts about their share of the rows when groups are small", () => {
    const groups = Uint32Array.from({ length: 10_000 }, (_, row) => row % 1000);
    const { train, validation, test } = splitByGroup(groups, 1000, shares);
    expect([train.length, validation.length, test.length]).toEqual([7000, 1000, 2000]);
  });

  it("keeps a group of half the rows in training", () => {
    const groups = Uint32Array.from({ length: 1000 }, (_, row) => (row < 500 ? 0 : row % 100));
    for (let seed = 0; seed < 20; seed++) expect(splitByGroup(groups, 100, { ...shares, seed }).train).toContain(0);
  });

  it("still trains when a few groups would all have been held back", () => {
    for (let seed = 0; seed < 20; seed++) {
      const groups = Uint32Array.from({ length: 40 }, (_, row) => row % 4);
      const split = splitByGroup(groups, 4, { validationFraction: 0.49, testFraction: 0.49, seed });
      expect(split.train.length).toBeGreaterThan(0);
      requireWhole(split, 40);
    }
  });

  it("refuses fewer groups than parts", () => {
    const split = () => splitByGroup(Uint32Array.from([0, 1, 0, 1]), 2, shares);
    expect(split).toThrow(DataError);
    expect(split).toThrow("All rows belong to 2 groups, and at least 3 are needed");
  });
});

describe("splitByTime", () => {
  it("trains on the past, validates on what follows, and tests on the newest", () => {
    const times = Float64Array.from({ length: 100 }, (_, row) => (row * 37) % 100);
    const split = splitByTime(times, shares);
    requireWhole(split, 100);
    const range = (rows: Uint32Array): number[] => {
      const found = Array.from(rows, (row) => times[row]);
      return [Math.min(...found), Math.max(...found)];
    };
    expect([range(split.train), range(split.validation), range(split.test)]).toEqual([
      [0, 69],
      [70, 79],
      [80, 99],
    ]);
  });

  it("never puts rows of one time on both sides, and leaves no part empty", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(30), { minLength: 20, maxLength: 200 }), (drawn) => {
        const times = Float64Array.from(drawn);
        let split: Split;
        try {
          split = splitByTime(times, shares);
        } catch (error) {
          expect(error).toBeInstanceOf(DataError);
          return;
        }
        requireWhole(split, drawn.length);
        const [train, validation, test] = [split.train, split.validation, split.test].map((rows) =>
          Array.from(rows, (row) => times[row]),
        );
        expect(Math.max(...train)).toBeLessThan(Math.min(...validation));
        expect(Math.max(...validation)).toBeLessThan(Math.min(...test));
      }),
    );
  });

  it("refuses rows that all have one time", () => {
    expect(() => splitByTime(new Float64Array(30), shares)).toThrow("The 30 rows have one time, too few to cut");
  });
});

describe("splitByPart", () => {
  it("follows the rows, and draws validation rows from training where none is named", () => {
    const numbers = Uint8Array.from({ length: 50 }, (_, row) => (row % 5 === 0 ? 2 : 0));
    const split = splitByPart(numbers, shares);
    requireWhole(split, 50);
    expect([...split.test]).toEqual([0, 5, 10, 15, 20, 25, 30, 35, 40, 45]);
    expect(split.validation).toHaveLength(4);
    const named = splitByPart(Uint8Array.from([0, 1, 2, 0]), shares);
    expect([[...named.train], [...named.validation], [...named.test]]).toEqual([[0, 3], [1], [2]]);
  });

  it("refuses rows of which none is for training", () => {
    expect(() => splitByPart(Uint8Array.from([1, 2, 2]), shares)).toThrow("Of 3 rows none is for training");
  });
});

describe("readPart", () => {
  it("knows the names of the field in any case", () => {
    const read = (name: string) => readPart(name, () => "Row 1");
    expect(["train", " Train ", "TRAINING"].map(read)).toEqual([0, 0, 0]);
    expect(["validation", "valid", "Val", "DEV", "eval"].map(read)).toEqual([1, 1, 1, 1, 1]);
    expect(["test", "Testing"].map(read)).toEqual([2, 2]);
  });

  it.each([
    ["holdout", 'Row 7 names the part "holdout"; it must be train,'],
    ["", "Row 7 names no part;"],
    [null, "Row 7 names no part;"],
    ["constructor", 'the part "constructor"'],
  ])("refuses %j", (name, message) => {
    expect(() => readPart(name, () => "Row 7")).toThrow(message);
  });
});
