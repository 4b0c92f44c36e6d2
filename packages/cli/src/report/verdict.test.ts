import { type BaselineResults, sameAnswer, worseThanBaseline } from "@starcast/core";
import { describe, expect, it } from "vitest";
import { measuresOf } from "../testing/fakeCore.js";
import { baselineName, judge as judgeWith, type Measures } from "./verdict.js";

const baselines = (linear: number) =>
  ({ evaluatedOn: "validation", mean: measuresOf(1.2), linear: measuresOf(linear) }) as const;

const judge = (metrics: Measures, results: BaselineResults) =>
  judgeWith(metrics, results, { sameAnswer, worseThanBaseline });

describe("the names of the baselines", () => {
  it("say from how many rows the linear model learned when those were not all", () => {
    expect(baselineName("linear", baselines(0.7))).toBe("linear model on words and word pairs");
    const limited = { ...baselines(0.7), linearRows: 100_000 };
    expect(baselineName("linear", limited)).toBe("linear model on words and word pairs, learned from 100,000 rows");
    expect(baselineName("mean", limited)).toBe("always the mean rating");
  });
});

describe("the verdict", () => {
  it("calls a clear gain over the strongest baseline better", () => {
    const verdict = judge(measuresOf(0.66), baselines(0.72));
    expect(verdict?.mood).toBe("good");
    expect(verdict?.text).toContain("Better than the linear model (0.720), the strongest baseline, by 0.060");
  });

  it("does not call a gain within overlapping intervals proven", () => {
    const verdict = judge(measuresOf(0.69), baselines(0.72));
    expect(verdict?.mood).toBe("unsure");
    expect(verdict?.text).toContain("may be chance");
  });

  it("says loudly when a baseline is better", () => {
    const verdict = judge(measuresOf(0.9), baselines(0.72));
    expect(verdict?.mood).toBe("bad");
    expect(verdict?.text).toContain("WORSE than the linear model (0.720) by 0.180");
  });

  it("compares with the strongest baseline, not with the weakest", () => {
    expect(judge(measuresOf(1.0), baselines(0.72))?.mood).toBe("bad");
  });

  it("takes a higher macro F1 as better where labels have no order", () => {
    const part = (macroF1: number) => ({
      rows: 9,
      accuracy: 0.5,
      macroF1,
      macroF1Interval: [macroF1 - 0.01, macroF1 + 0.01] as [number, number],
      logLoss: 1,
      confusion: [],
      accuracyInterval: [0, 1] as [number, number],
    });
    expect(judge(part(0.8), { evaluatedOn: "test", linear: part(0.7) })?.mood).toBe("good");
    expect(judge(part(0.6), { evaluatedOn: "test", linear: part(0.7) })?.mood).toBe("bad");
  });
});
