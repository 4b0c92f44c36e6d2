import { describe, expect, it } from "vitest";
import type { LabelledText, Rows } from "../training/labelledText.js";
import { fakeEngine } from "../training/testing/fakeEngine.js";
import { madeUpReviews } from "../training/testing/reviews.js";
import { type CrossValidation, type CrossValidationOptions, crossValidateWith } from "./crossValidate.js";

const quick = { epochs: 4, batchSize: 16, learningRate: 0.05, baselines: false } as const;

async function validate(
  rows: Rows,
  options: CrossValidationOptions = {},
): Promise<{ types: string[]; result: CrossValidation }> {
  const types: string[] = [];
  for await (const event of crossValidateWith(fakeEngine(), rows, { ...quick, ...options })) {
    types.push(event.type);
    if (event.type === "done") return { types, result: event.result };
  }
  throw new Error("no end");
}

describe("crossValidate", () => {
  it("rates every row once, by a model that has not seen it, and sums up", async () => {
    const rows = madeUpReviews(150);
    const { types, result } = await validate(rows, { folds: 3 });
    expect(types.filter((type) => type === "fold")).toHaveLength(3);
    expect([types[0], types.at(-1)]).toEqual(["folds", "done"]);
    const { outOfFold, folds, foldOf, evaluation, spread } = result;
    expect(outOfFold.rows).toBe(150);
    expect([...outOfFold.truths]).toEqual(rows.map(({ label }) => Number(label) - 1));
    expect(evaluation.rows).toBe(150);
    const tested = folds.map(({ test }) => test?.rows ?? 0);
    expect(tested).toEqual([0, 1, 2].map((fold) => foldOf.filter((each) => each === fold).length));
    // Each fold's own result is that of its rows among the out-of-fold answers.
    const squares = rows.map(({ label }, row) => ((outOfFold.expected?.[row] ?? 0) - Number(label)) ** 2);
    const rmse = (fold: number): number => {
      const own = squares.filter((_, row) => foldOf[row] === fold);
      return Math.sqrt(own.reduce((sum, square) => sum + square, 0) / own.length);
    };
    const measured = folds.map(({ test }) => (test && "rmse" in test ? test.rmse : 0));
    for (const fold of [0, 1, 2]) expect(measured[fold]).toBeCloseTo(rmse(fold), 10);
    expect(spread.mean).toBeCloseTo(measured.reduce((sum, each) => sum + each, 0) / 3, 12);
    expect(spread.mean).toBeLessThan(1.2);
  });

  it("gives the same for rows that arrive only once", async () => {
    async function* arriving(): AsyncGenerator<LabelledText> {
      yield* madeUpReviews(60);
    }
    const [kept, arrived] = [await validate(madeUpReviews(60), { folds: 2 }), await validate(arriving(), { folds: 2 })];
    expect(arrived.result.outOfFold).toEqual(kept.result.outOfFold);
  });

  it("keeps groups and equal texts in one fold", async () => {
    const rows = madeUpReviews(90).map((row, index) => ({
      ...row,
      text: index % 9 === 0 ? "the very same text" : row.text,
      group: `product ${index % 30}`,
    }));
    const { result } = await validate(rows, { folds: 3, splitBy: "group" });
    const foldsOf = (test: (index: number) => boolean): number =>
      new Set([...result.foldOf].filter((_, index) => test(index))).size;
    for (let product = 0; product < 30; product++) expect(foldsOf((index) => index % 30 === product)).toBe(1);
    expect(foldsOf((index) => index % 9 === 0)).toBe(1);
  });

  it.each<[CrossValidationOptions, string]>([
    [{ folds: 1 }, "folds must be a whole number from 2 to 100, but it is 1."],
    [{ folds: 2.5 }, "but it is 2.5."],
    [{ folds: 50 }, "The rows fall into 40 groups, and 50 folds need at least 50"],
    [{ splitBy: "group" }, "No row has a group"],
  ])("refuses %j", async (options, message) => {
    await expect(validate(madeUpReviews(40), options)).rejects.toThrow(message);
  });

  it("ends with the reason of its signal", async () => {
    const controller = new AbortController();
    const run = async (): Promise<void> => {
      const options = { ...quick, folds: 2, signal: controller.signal };
      for await (const event of crossValidateWith(fakeEngine(), madeUpReviews(60), options)) {
        if (event.type === "fold") controller.abort(new Error("enough"));
      }
    };
    await expect(run()).rejects.toThrow("enough");
  });
});
