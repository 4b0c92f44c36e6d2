import { describe, expect, it } from "vitest";
import { OptionError } from "../errors.js";
import { Random } from "../random.js";
import { bootstrapInterval, bootstrapIntervals, meanStatistic } from "./bootstrap.js";

/** Roughly normal numbers, mean 0, deviation 1: sums of twelve uniform ones. */
function normalNumbers(count: number): Float64Array {
  const random = new Random(3, "test");
  return Float64Array.from({ length: count }, () => {
    let sum = -6;
    for (let term = 0; term < 12; term++) sum += random.uniform();
    return sum;
  });
}

function deviationOf(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

describe("bootstrapInterval", () => {
  it.each([500, 10_000, 40_000])("is as wide as theory says for the mean of %i rows", (rows) => {
    const values = normalNumbers(rows);
    const [lower, upper] = bootstrapInterval(rows, meanStatistic(values));
    const wanted = (2 * 1.96 * deviationOf(values)) / Math.sqrt(rows);
    expect((upper - lower) / wanted).toBeGreaterThan(0.9);
    expect((upper - lower) / wanted).toBeLessThan(1.1);
  });

  it("is the same for the same seed and another for another", () => {
    const values = normalNumbers(100);
    const first = bootstrapInterval(100, meanStatistic(values), { seed: 9 });
    expect(bootstrapInterval(100, meanStatistic(values), { seed: 9 })).toEqual(first);
    expect(bootstrapInterval(100, meanStatistic(values), { seed: 10 })).not.toEqual(first);
  });

  it("gives every statistic the same resamples", () => {
    const values = normalNumbers(50);
    const shifted = values.map((value) => value + 10);
    const [plain, moved] = bootstrapIntervals(50, [meanStatistic(values), meanStatistic(shifted)]);
    expect(moved[0] - plain[0]).toBeCloseTo(10, 9);
    expect(moved[1] - plain[1]).toBeCloseTo(10, 9);
  });

  it("takes any function of the rows drawn, and narrows with less confidence", () => {
    const values = normalNumbers(200);
    const largest = (rows: Uint32Array) => rows.reduce((best, row) => Math.max(best, values[row]), -100);
    const [lower, upper] = bootstrapInterval(200, largest, { resamples: 200 });
    expect(upper).toBe(values.reduce((best, value) => Math.max(best, value)));
    const [innerLower, innerUpper] = bootstrapInterval(200, largest, { resamples: 200, confidence: 0.5 });
    expect(innerLower).toBeGreaterThan(lower);
    expect(innerUpper).toBeLessThanOrEqual(upper);
  });

  it("is a point for one row", () => {
    expect(bootstrapInterval(1, meanStatistic(Float64Array.of(4)), { resamples: 3 })).toEqual([4, 4]);
  });

  it("refuses no rows and options out of range", () => {
    const statistic = () => 0;
    expect(() => bootstrapInterval(0, statistic)).toThrow(OptionError);
    expect(() => bootstrapInterval(5, statistic, { resamples: 0 })).toThrow(OptionError);
    expect(() => bootstrapInterval(5, statistic, { confidence: 95 })).toThrow(OptionError);
  });
});
