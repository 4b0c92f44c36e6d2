import { describe, expect, it } from "vitest";
import { learningRateAt } from "./schedule.js";

describe("learningRateAt", () => {
  it("gives the round's rate at every step of a constant schedule", () => {
    expect([0, 5, 9].map((step) => learningRateAt("constant", step, 10, 0.01))).toEqual([0.01, 0.01, 0.01]);
  });

  it("follows the formula of OneCycleLR (peak 0.1, 10 steps)", () => {
    // Half cosines worked out by hand: from 0.1 / 25 up to 0.1 at step 2, down to 0.004 / 10000 at step 9.
    const expected = [0.004, 0.052, 0.1, 0.0950484, 0.0811746, 0.0611262, 0.0388742, 0.0188258, 0.00495196, 4e-7];
    const rates = expected.map((_, step) => learningRateAt("oneCycle", step, 10, 0.1));
    for (const [step, rate] of rates.entries()) expect(rate).toBeCloseTo(expected[step], 6);
  });

  it("stays finite and above zero however few the steps", () => {
    for (let steps = 1; steps < 6; steps++) {
      for (let step = 0; step < steps; step++) expect(learningRateAt("oneCycle", step, steps, 1)).toBeGreaterThan(0);
    }
  });
});
