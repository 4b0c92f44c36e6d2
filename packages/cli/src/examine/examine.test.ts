import { DataError, type Prediction, type RatingModel } from "@starcast/core";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { openLabelledTexts } from "../data/readTexts.js";
import { temporaryFolder } from "../testing/harness.js";
import { chooseEvenly } from "./evenly.js";
import { HeldOutRows } from "./heldOutRows.js";
import { rowsWithColumns, sliceableColumns } from "./otherColumns.js";

const files = temporaryFolder();
afterAll(() => files.remove());

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

describe("rows with other columns", () => {
  it("pairs each usable row with its own values, past rows that are left out, over several files", async () => {
    const first = files.write(
      "a.csv",
      "review,rating,shop\na good thing,4,north\nno rating,,lost\na bad thing,1,south\n",
    );
    const second = files.write("b.csv", "review,rating,shop\nanother good thing,5,east\n");
    const source = await openLabelledTexts([first, second], { skipBadRows: true, purpose: "evaluate" });
    expect(sliceableColumns(source)).toEqual(["shop"]);
    const rows: unknown[] = [];
    for await (const { text, others } of rowsWithColumns(source, ["shop"])) rows.push([text, others]);
    expect(rows).toEqual([
      ["a good thing", ["north"]],
      ["a bad thing", ["south"]],
      ["another good thing", ["east"]],
    ]);
  });
});
