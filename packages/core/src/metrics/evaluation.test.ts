import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { OptionError } from "../errors.js";
import { evaluateClasses, evaluateNumbers, evaluateRatings } from "./evaluation.js";

interface ReferenceCase {
  readonly name: string;
  readonly values: number[];
  readonly targets: number[];
  readonly probabilities: number[];
  readonly wanted: {
    readonly rmse: number;
    readonly mae: number;
    readonly rmseOfMode: number;
    readonly accuracy: number;
    readonly qwk: number;
    readonly macroF1: number;
    readonly logLoss: number;
    readonly confusion: number[][];
  };
}

/** Written by bench/reference/metric_values.py. */
const referenceCases = JSON.parse(
  readFileSync(new URL("testdata/scikit-learn.json", import.meta.url), "utf8"),
) as ReferenceCase[];

describe("evaluateRatings", () => {
  it.each(referenceCases)("agrees with scikit-learn on $name", ({ values, targets, probabilities, wanted }) => {
    const evaluation = evaluateRatings({ probabilities, targets, values });
    for (const name of ["rmse", "mae", "rmseOfMode", "accuracy", "qwk", "macroF1", "logLoss"] as const) {
      expect(evaluation[name], name).toBeCloseTo(wanted[name], 9);
    }
    expect(evaluation.confusion).toEqual(wanted.confusion);
    expect(evaluation.rows).toBe(targets.length);
  });

  it("decodes errors by the expected rating and rmseOfMode by the most likely class", () => {
    const evaluation = evaluateRatings({
      probabilities: Float32Array.of(0.5, 0.25, 0.25, 0, 0.25, 0.75),
      targets: Int32Array.of(1, 2),
      values: [1, 2, 4],
    });
    // Expected ratings 2 and 3.5 against 2 and 4; most likely 1 and 4.
    expect(evaluation.rmse).toBeCloseTo(Math.sqrt(0.125), 12);
    expect(evaluation.mae).toBeCloseTo(0.25, 12);
    expect(evaluation.rmseOfMode).toBeCloseTo(Math.sqrt(0.5), 12);
    expect(evaluation.accuracy).toBe(0.5);
    expect(evaluation.offByOne).toBe(1);
  });

  it("holds its estimates inside its intervals, the same for the same seed", () => {
    const { values, targets, probabilities } = referenceCases[0];
    const evaluation = evaluateRatings({ probabilities, targets, values, seed: 5 });
    for (const [estimate, [lower, upper]] of [
      [evaluation.rmse, evaluation.rmseInterval],
      [evaluation.mae, evaluation.maeInterval],
      [evaluation.accuracy, evaluation.accuracyInterval],
    ] as const) {
      expect(lower).toBeLessThan(estimate);
      expect(upper).toBeGreaterThan(estimate);
    }
    expect(evaluateRatings({ probabilities, targets, values, seed: 5 })).toEqual(evaluation);
    expect(evaluateRatings({ probabilities, targets, values, seed: 6 }).rmseInterval).not.toEqual(
      evaluation.rmseInterval,
    );
  });

  it("gives kappa 0 when targets are one class, right or wrong", () => {
    const values = [1, 2];
    expect(evaluateRatings({ probabilities: [1, 0, 1, 0], targets: [0, 0], values }).qwk).toBe(0);
    expect(evaluateRatings({ probabilities: [1, 0, 0, 1], targets: [0, 0], values }).qwk).toBe(0);
  });

  it.each([
    ["no rows", { probabilities: [], targets: [], values: [1, 2] }, /no rows/],
    ["too few probabilities", { probabilities: [1, 0], targets: [0, 1], values: [1, 2] }, /2 probabilities for 2 rows/],
    ["NaN", { probabilities: [Number.NaN, 0], targets: [0], values: [1, 2] }, /Row 0 .* NaN/],
    ["a row that does not sum to 1", { probabilities: [0.5, 0.4], targets: [0], values: [1, 2] }, /sum to 0.9/],
    ["a target that is no class", { probabilities: [1, 0], targets: [2], values: [1, 2] }, /targets\[0\] is 2/],
    ["values that do not ascend", { probabilities: [1, 0], targets: [0], values: [2, 1] }, /ascend/],
  ])("refuses %s", (_, input, message) => {
    expect(() => evaluateRatings(input)).toThrow(OptionError);
    expect(() => evaluateRatings(input)).toThrow(message);
  });
});

describe("evaluateNumbers", () => {
  it("takes the nearest rating for the most likely class and the raw output for the errors", () => {
    const evaluation = evaluateNumbers({ predictions: [1.4, 2.6, 9, 0.5], targets: [1, 2, 3, 1], values: [1, 2, 3] });
    expect(evaluation.rmse).toBeCloseTo(Math.sqrt((0.16 + 0.36 + 36 + 0.25) / 4), 12);
    expect(evaluation.rmseOfMode).toBeCloseTo(0.5, 12);
    expect(evaluation.accuracy).toBe(0.75);
    expect(evaluation.confusion).toEqual([
      [2, 0, 0],
      [0, 0, 1],
      [0, 0, 1],
    ]);
    expect(evaluation).not.toHaveProperty("logLoss");
  });

  it("gives errors alone without a scale", () => {
    const evaluation = evaluateNumbers({ predictions: [1, 4], targets: [1, 1] });
    expect(evaluation).toMatchObject({ rows: 2, rmse: Math.sqrt(4.5), mae: 1.5 });
    expect(evaluation).not.toHaveProperty("accuracy");
  });

  it("refuses NaN, different lengths and a target off the scale", () => {
    expect(() => evaluateNumbers({ predictions: [Number.NaN], targets: [1] })).toThrow(/predictions\[0\] is NaN/);
    expect(() => evaluateNumbers({ predictions: [1, 2], targets: [1] })).toThrow(/2 predictions for 1 targets/);
    expect(() => evaluateNumbers({ predictions: [1], targets: [1.5], values: [1, 2] })).toThrow(/1.5.*not one of 1, 2/);
  });
});

describe("evaluateClasses", () => {
  it.each(referenceCases)("agrees with scikit-learn on $name", ({ values, targets, probabilities, wanted }) => {
    const evaluation = evaluateClasses({ probabilities, targets, classCount: values.length });
    for (const name of ["accuracy", "macroF1", "logLoss"] as const) {
      expect(evaluation[name], name).toBeCloseTo(wanted[name], 9);
    }
    expect(evaluation.confusion).toEqual(wanted.confusion);
    const [lower, upper] = evaluation.macroF1Interval;
    expect(lower).toBeLessThan(evaluation.macroF1);
    expect(upper).toBeGreaterThan(evaluation.macroF1);
  });
});
