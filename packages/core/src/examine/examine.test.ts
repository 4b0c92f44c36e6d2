import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DataError } from "../errors.js";
import type { Prediction } from "../model/prediction.js";
import type { RatingModel } from "../model/ratingModel.js";
import { chooseEvenly } from "./evenly.js";
import { HeldOutRows } from "./heldOutRows.js";

/** Copies the rating that a text states, and says 3 to everything else; a text without letters or digits is refused. */
const copyingModel = {
  scale: { task: "rating", labels: [1, 2, 3, 4, 5], values: [1, 2, 3, 4, 5] },
  predict(texts: readonly string[]): Partial<Prediction>[] {
    if (texts.some((text) => !/\w/.test(text))) throw new DataError("empty-text", "One text has no words.");
    return texts.map((text) => ({ rating: Number(/(\d) stars/.exec(text)?.[1] ?? 3), unknownWords: 0 }));
  },
} as unknown as RatingModel;

describe("held-out rows", () => {
  const held = new HeldOutRows(copyingModel, { name: "test", rows: 5 }, ["shop"]);
  held.rate([
    { row: 1, text: "nice, 5 stars", label: 5, others: ["a"] },
    { row: 2, text: "2 stars on the label, but good", label: 4, others: ["b"] },
    { row: 3, text: " ... ", label: 1, others: ["c"] },
    { row: 4, text: "plain words", label: "3", others: [null] },
  ]);

  it("are rated as they are and with their ratings blanked out", () => {
    expect([...held.predictions.values]).toEqual([5, 2, 3]);
    expect([...held.maskedPredictions.values]).toEqual([3, 3, 3]);
    expect(held.mentions).toEqual([true, true, false]);
    expect(held.agreeing).toEqual([true, false, false]);
  });

  it("leave out and count those without words, in every list", () => {
    expect(held.withoutWords).toBe(1);
    expect([...held.truths]).toEqual([5, 4, 3]);
    expect(held.columns.get("shop")).toEqual(["a", "b", null]);
    expect(held.worst.list()[0]).toMatchObject({ row: 2, truth: 4, prediction: 2, error: -2 });
  });
});

describe("chooseEvenly", () => {
  it("chooses exactly as many as asked for, with gaps that differ by at most one", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 500 }), fc.integer({ min: 1, max: 50 }), (count, most) => {
        const choose = chooseEvenly(count, most);
        const chosen = Array.from({ length: count }, (_, index) => (choose() ? index : -1)).filter(
          (index) => index >= 0,
        );
        expect(chosen).toHaveLength(Math.min(count, most));
        const gaps = new Set(chosen.slice(1).map((index, position) => index - chosen[position]));
        expect(Math.max(0, ...gaps) - Math.min(Number.POSITIVE_INFINITY, ...gaps)).toBeLessThanOrEqual(1);
      }),
    );
  });
});
