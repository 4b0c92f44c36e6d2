import { describe, expect, it } from "vitest";
import { OptionError } from "../errors.js";
import { constantClasses, constantNumbers, repeatNumber, repeatShares } from "./constantBaselines.js";

describe("constant baselines", () => {
  it("are mean, median, majority and shares of the training part", () => {
    expect(constantNumbers([5, 1, 4, 2])).toEqual({ mean: 3, median: 3 });
    expect(constantNumbers([9, 1, 2])).toEqual({ mean: 4, median: 2 });
    expect(constantClasses([2, 1, 2, 1], 4)).toEqual({ majority: 1, shares: Float64Array.of(0, 0.5, 0.5, 0) });
  });

  it("repeat for every row", () => {
    expect(repeatNumber(2.5, 2)).toEqual(Float64Array.of(2.5, 2.5));
    expect(repeatShares(Float64Array.of(0.25, 0.75), 2)).toEqual(Float32Array.of(0.25, 0.75, 0.25, 0.75));
  });

  it("refuse no rows and labels that are none", () => {
    expect(() => constantNumbers([])).toThrow(OptionError);
    expect(() => constantNumbers([1, Number.NaN])).toThrow(/NaN/);
    expect(() => constantClasses([0, 2], 2)).toThrow(/classIndices\[1\] is 2/);
  });
});
