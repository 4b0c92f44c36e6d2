import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OptionError } from "../errors.js";
import { splitRows } from "./split.js";

describe("splitRows", () => {
  it("gives the article's part sizes: 4,697 of 23,486 rows for validation", () => {
    const split = splitRows(23_486, { validationFraction: 0.2, testFraction: 0, seed: 1 });
    expect([split.train.length, split.validation.length, split.test.length]).toEqual([18_789, 4_697, 0]);
  });

  it("puts each row into exactly one part, and every part in ascending order", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 10, max: 500 }),
        fc.double({ min: 0, max: 0.45, noNaN: true }),
        fc.double({ min: 0, max: 0.45, noNaN: true }),
        fc.nat(),
        (rowCount, validationFraction, testFraction, seed) => {
          const { train, validation, test } = splitRows(rowCount, { validationFraction, testFraction, seed });
          const ascending = (a: number, b: number) => a - b;
          for (const part of [train, validation, test]) {
            expect(Array.from(part)).toEqual(Array.from(part).sort(ascending));
          }
          const all = [...train, ...validation, ...test].sort(ascending);
          expect(all).toEqual(Array.from({ length: rowCount }, (_, row) => row));
        },
      ),
    );
  });

  it("repeats itself for a seed and differs for another", () => {
    const options = { validationFraction: 0.2, testFraction: 0.1, seed: 1 };
    expect(splitRows(1_000, options)).toEqual(splitRows(1_000, options));
    expect(splitRows(1_000, { ...options, seed: 2 }).test).not.toEqual(splitRows(1_000, options).test);
  });

  it("draws rows from everywhere, not only from one end", () => {
    const { validation } = splitRows(10_000, { validationFraction: 0.2, testFraction: 0, seed: 3 });
    const mean = validation.reduce((sum, row) => sum + row, 0) / validation.length;
    expect(Math.abs(mean - 4_999.5)).toBeLessThan((5 * 10_000) / Math.sqrt(12 * validation.length));
  });

  it("keeps the test part when only the validation fraction changes", () => {
    const options = { testFraction: 0.2, seed: 1 };
    const small = splitRows(500, { ...options, validationFraction: 0.1 });
    const large = splitRows(500, { ...options, validationFraction: 0.3 });
    expect(small.test).toEqual(large.test);
  });

  it.each([-0.1, 1, Number.NaN])("refuses the fraction %d and names the option", (fraction) => {
    expect(() => splitRows(10, { validationFraction: fraction, testFraction: 0, seed: 1 })).toThrow(
      new OptionError("bad-fraction", `validationFraction must be at least 0 and below 1, but it is ${fraction}.`),
    );
    expect(() => splitRows(10, { validationFraction: 0, testFraction: fraction, seed: 1 })).toThrow(/^testFraction/);
  });

  it("refuses a split that leaves nothing to train on", () => {
    const split = () => splitRows(10, { validationFraction: 0.5, testFraction: 0.5, seed: 1 });
    expect(split).toThrow(OptionError);
    expect(split).toThrow("10 rows split into 5 for validation and 5 for test leave none for training");
  });
});
