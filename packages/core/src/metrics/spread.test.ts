import { describe, expect, it } from "vitest";
import { spreadOf } from "./spread.js";

describe("spreadOf", () => {
  it("gives mean, deviation and Student's interval of a worked example", () => {
    // 1, 2, 3, 4, 5: deviation sqrt(2.5), t(4) = 2.776, half width 2.776 sqrt(2.5 / 5).
    const { mean, deviation, lowest, highest, interval } = spreadOf([1, 2, 3, 4, 5]);
    expect([mean, lowest, highest]).toEqual([3, 1, 5]);
    expect(deviation).toBeCloseTo(Math.sqrt(2.5), 12);
    expect(interval[0]).toBeCloseTo(3 - 2.776 * Math.sqrt(0.5), 12);
    expect(interval[1]).toBeCloseTo(3 + 2.776 * Math.sqrt(0.5), 12);
  });

  it("widens the interval of folds by what they share", () => {
    // Five folds: 1/5 becomes 1/5 + 1/4.
    const width = ({ interval: [low, high] }: { interval: [number, number] }) => high - low;
    const values = [0.61, 0.64, 0.66, 0.6, 0.63];
    const ratio = width(spreadOf(values, { testShare: 0.25 })) / width(spreadOf(values));
    expect(ratio).toBeCloseTo(Math.sqrt(0.45 / 0.2), 12);
  });

  it("knows no spread of one run", () => {
    expect(spreadOf([0.7])).toMatchObject({ mean: 0.7, deviation: Number.NaN, interval: [Number.NaN, Number.NaN] });
  });
});
