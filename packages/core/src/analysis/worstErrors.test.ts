import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { WorstErrors } from "./worstErrors.js";

describe("WorstErrors", () => {
  it("keeps exactly what sorting all rows by error would put first", () => {
    const rating = fc.integer({ min: 1, max: 5 });
    fc.assert(
      fc.property(fc.array(fc.tuple(rating, rating)), fc.integer({ min: 0, max: 7 }), (pairs, limit) => {
        const worst = new WorstErrors(limit);
        const all = pairs.map(([truth, prediction], row) => ({ row, text: "t", truth, prediction }));
        for (const row of all) worst.add(row);
        const sorted = all
          .map((row) => ({ ...row, error: row.prediction - row.truth }))
          .sort((a, b) => Math.abs(b.error) - Math.abs(a.error) || a.row - b.row);
        expect(worst.list()).toEqual(sorted.slice(0, limit));
      }),
    );
  });

  it("cuts long texts, and no character in two", () => {
    const worst = new WorstErrors(1, 4);
    worst.add({ row: 0, text: "abc😀def", truth: 1, prediction: 5 });
    expect(worst.list()[0].text).toBe("abc…");
  });
});
