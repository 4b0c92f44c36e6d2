import { describe, expect, it } from "vitest";
import { rowOf } from "./explain.mjs";
import { scaleRows } from "./scale.mjs";
import { speedUps } from "./threads.mjs";
import { articleRow } from "./time-to-quality.mjs";

describe("threads", () => {
  it("divides the time on one thread by that on two, and says when the losses differ", () => {
    const summary = (setting: string, medianSeconds: number, loss: number) => ({
      product: "fixed",
      setting,
      version: "1",
      medianSeconds,
      medianCpuSeconds: 4,
      seconds: [medianSeconds],
      loss,
      best: false,
    });
    const [same, other] = speedUps([
      summary("1 thread", 4, 1.25),
      summary("2 threads", 2.5, 1.25),
      summary("1 thread", 4, 1.25),
      summary("2 threads", 2, 1.5),
    ]);
    expect(same).toMatchObject({ work: "fixed", "times as fast": 1.6, "same loss": "yes" });
    expect(other).toMatchObject({ "times as fast": 2, "same loss": "NO" });
  });
});

describe("scale", () => {
  it("compares the time for each row with the size before, and shows the largest memory of all runs", () => {
    const run = (seconds: number, peakBytes: number) => ({
      seconds,
      cpuSeconds: 1.5 * seconds,
      peakBytes,
      epochSeconds: seconds / 2,
      words: 7,
    });
    const [small, large] = scaleRows([
      { rows: 100, results: [run(1, 5e6), run(2, 9e6), run(3, 6e6)] },
      { rows: 1000, results: [run(18, 20e6)] },
    ]);
    expect(small).toMatchObject({ "total s": 2, "ms a row": 20, "peak MB": 9, runs: 3 });
    expect(small["time a row, against the line before"]).toBeUndefined();
    expect(large["time a row, against the line before"]).toBeCloseTo(0.9);
    expect(large["processor time a row, against the line before"]).toBeCloseTo(0.9);
    expect(large["processor s"]).toBe(27);
    expect(large).toMatchObject({ "of that the epoch s": 9, "rest s": 9 });
  });
});

describe("time-to-quality", () => {
  it("computes the article's time from its start and one epoch", () => {
    const row = articleRow({ seconds: 40, epochSeconds: 10 }, 5);
    expect(row).toMatchObject({ "start and encoding s": 30, "epochs (recorded)": 20, "computed s": 230 });
    expect(row["Starcast is times as fast"]).toBe(46);
  });
});

describe("explain", () => {
  it("tells by how much effects miss the difference of the answers, and how far they are from ours", () => {
    const own = { seconds: 1, cpuSeconds: 1, answers: [{ effects: [1, -0.5], baseline: 3, value: 3.5 }] };
    const other = { seconds: 2, cpuSeconds: 4, answers: [{ effects: [1.1, -0.5], baseline: 3, value: 3.5 }] };
    expect(rowOf("own", own, own)).toMatchObject({ "misses, worst %": 0, "effects apart, largest": 0 });
    expect(rowOf("other", other, own)).toEqual({
      by: "other",
      "ms a text": 2000,
      "processor ms a text": 4000,
      "misses, mean %": 20,
      "misses, worst %": 20,
      "effects apart, largest": 0.1,
    });
  });
});
