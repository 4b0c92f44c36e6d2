import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OptionError } from "../errors.js";
import { accuracy, confusionMatrix, logLoss, macroF1, offByOneAccuracy, quadraticWeightedKappa } from "./classes.js";
import { meanAbsoluteError, rootMeanSquaredError } from "./numeric.js";

/** Targets and predictions of 1 to 40 rows in 4 classes. */
const classPairs = fc
  .array(fc.tuple(fc.nat(3), fc.nat(3)), { minLength: 1, maxLength: 40 })
  .map((pairs) => ({ predictions: pairs.map(([first]) => first), targets: pairs.map(([, second]) => second) }));

describe("rootMeanSquaredError and meanAbsoluteError", () => {
  it("are 0 for perfect predictions and grow with the error", () => {
    expect(rootMeanSquaredError([1, 2], [1, 2])).toBe(0);
    expect(rootMeanSquaredError([4, 0], [1, 4])).toBe(Math.sqrt(12.5));
    expect(meanAbsoluteError([4, 0], [1, 4])).toBe(3.5);
  });

  it("refuse no rows and numbers that are not finite", () => {
    expect(() => rootMeanSquaredError([], [])).toThrow(OptionError);
    expect(() => meanAbsoluteError([1], [Number.POSITIVE_INFINITY])).toThrow(/targets\[0\] is Infinity/);
  });
});

describe("classification metrics", () => {
  it("count off by one as the classes next to the target and the target itself", () => {
    expect(offByOneAccuracy([0, 1, 2, 3], [1, 1, 1, 1])).toBe(0.75);
    expect(accuracy([0, 1, 2, 3], [1, 1, 1, 1])).toBe(0.25);
  });

  it("reach their limits: all right is 1, exactly reversed kappa is -1", () => {
    expect(quadraticWeightedKappa([0, 1, 2, 3], [0, 1, 2, 3], 4)).toBe(1);
    expect(quadraticWeightedKappa([3, 2, 1, 0], [0, 1, 2, 3], 4)).toBeCloseTo(-1, 12);
    expect(macroF1([0, 1, 2, 3], [0, 1, 2, 3], 4)).toBe(1);
  });

  it("leave a class out of macro F1 that occurs nowhere, and count one that is only predicted as 0", () => {
    expect(macroF1([0, 1], [0, 1], 3)).toBe(1);
    expect(macroF1([0, 1, 2], [0, 1, 1], 3)).toBeCloseTo((1 + 2 / 3 + 0) / 3, 12);
  });

  it("clip probabilities of 0, so that log loss stays finite", () => {
    expect(logLoss([0, 1], [0], 2)).toBeCloseTo(52 * Math.LN2, 9);
  });

  it("stay in range and do not depend on which side is the target where they are symmetric", () => {
    fc.assert(
      fc.property(classPairs, ({ predictions, targets }) => {
        const table = confusionMatrix(predictions, targets, 4);
        expect(table.flat().reduce((sum, count) => sum + count)).toBe(targets.length);
        const kappa = quadraticWeightedKappa(predictions, targets, 4);
        expect(kappa).toBeGreaterThanOrEqual(-1 - 1e-12);
        expect(kappa).toBeLessThanOrEqual(1);
        expect(kappa).toBeCloseTo(quadraticWeightedKappa(targets, predictions, 4), 12);
        const score = macroF1(predictions, targets, 4);
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(1);
        expect(offByOneAccuracy(predictions, targets)).toBeGreaterThanOrEqual(accuracy(predictions, targets));
      }),
    );
  });

  it("refuse classes out of range and arrays of different lengths", () => {
    expect(() => confusionMatrix([0, 4], [0, 1], 4)).toThrow(/predictions\[1\] is 4/);
    expect(() => accuracy([0], [0, 1])).toThrow(OptionError);
    expect(() => logLoss([], [], 2)).toThrow(OptionError);
  });
});
