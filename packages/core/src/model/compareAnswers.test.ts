import { describe, expect, it } from "vitest";
import { Random } from "../random.js";
import { compareAnswers } from "./compareAnswers.js";
import type { RatedRows } from "./ratedRows.js";

const scale = { task: "rating", labels: [1, 2, 3, 4, 5], values: [1, 2, 3, 4, 5] } as const;

/** Answers that are off by what is hard about a row, which both models share, and by a noise of their own. */
function answers(rows: number, noise: number, stream: string): RatedRows {
  const shared = new Random(1, "shared");
  const own = new Random(1, stream);
  const truths = Float64Array.from({ length: rows }, () => shared.integer(5));
  const hard = Float64Array.from({ length: rows }, () => 2 * (shared.uniform() - 0.5));
  const expected = truths.map((truth, row) => truth + 1 + hard[row] + noise * (own.uniform() - 0.5));
  const classes = Uint32Array.from(expected, (value) => Math.min(Math.max(Math.round(value) - 1, 0), 4));
  return { rows, truths, expected, classes };
}

describe("compareAnswers", () => {
  it("sees a difference that the intervals of the two results would hide", () => {
    const [rmse] = compareAnswers(answers(800, 0.2, "a"), answers(800, 0.6, "b"), scale);
    expect(rmse).toMatchObject({ measure: "RMSE", better: "first" });
    expect(rmse.difference).toBeCloseTo(rmse.first - rmse.second, 12);
    expect(rmse.interval[1]).toBeLessThan(0);
    // Each result alone has an interval of about 0.57 +- 0.02, and the difference is 0.03.
    expect(Math.abs(rmse.difference)).toBeLessThan(0.05);
  });

  it("calls what is within noise so, and turns round with its models", () => {
    const [first, second] = [answers(300, 0.4, "a"), answers(300, 0.4, "b")];
    for (const difference of compareAnswers(first, second, scale)) expect(difference.better).toBeUndefined();
    expect(compareAnswers(first, first, scale).map(({ interval }) => interval)).toEqual([
      [0, 0],
      [0, 0],
      [0, 0],
    ]);
    const [there] = compareAnswers(answers(800, 0.2, "a"), answers(800, 0.9, "b"), scale);
    const [back] = compareAnswers(answers(800, 0.9, "b"), answers(800, 0.2, "a"), scale);
    expect([there.better, back.better]).toEqual(["first", "second"]);
    expect(back.difference).toBeCloseTo(-there.difference, 12);
  });

  it("judges classes by macro F1 and accuracy, where more is better", () => {
    const truths = Float64Array.from({ length: 200 }, (_, row) => row % 3);
    const right = { rows: 200, truths, classes: Uint32Array.from(truths) };
    const worse = {
      rows: 200,
      truths,
      classes: Uint32Array.from(truths, (truth, row) => (row % 4 === 0 ? (truth + 1) % 3 : truth)),
    };
    const found = compareAnswers(worse, right, { task: "class", labels: ["a", "b", "c"] });
    expect(found.map(({ measure, better }) => [measure, better])).toEqual([
      ["macro F1", "second"],
      ["accuracy", "second"],
    ]);
    expect(found[1]).toMatchObject({ first: 0.75, second: 1 });
  });

  it("refuses answers to other rows", () => {
    expect(() => compareAnswers(answers(10, 1, "a"), answers(11, 1, "a"), scale)).toThrow("not to the same rows");
  });
});
