import { describe, expect, it } from "vitest";
import { rowsOf } from "./predict-batch.mjs";
import { rowOf } from "./predict-one.mjs";

const summary = (product: string, setting: string, medianSeconds: number) => ({
  product,
  setting,
  version: "",
  medianSeconds,
  medianCpuSeconds: 1,
  seconds: [medianSeconds],
  best: false,
});

describe("predict-batch", () => {
  it("divides Starcast's reviews a second by those of ONNX Runtime, each order for itself", () => {
    const systems = (setting: string) => [
      summary("fixed Starcast floats", setting, 2),
      summary("fixed Starcast int8", setting, 1),
      summary("fixed ONNX Runtime as they arrive", setting, 4),
      summary("fixed ONNX Runtime by length", setting, 3),
    ];
    const [one, two] = rowsOf([...systems("1 thread"), ...systems("2 threads")]);
    expect(one).toMatchObject({
      threads: "1 thread",
      "Starcast, floats": 2048,
      "floats against as they arrive": 2,
      "int8 against as they arrive": 4,
      "floats against by length": 1.5,
      "int8 against by length": 3,
      "int8 against by length, CPU": 1,
    });
    expect(two.threads).toBe("2 threads");
  });

  it("gives Starcast's own numbers where ONNX Runtime is missing", () => {
    const [one] = rowsOf([summary("a Starcast floats", "1 thread", 2), summary("a Starcast int8", "1 thread", 1)]);
    expect(one).toEqual({ threads: "1 thread", "Starcast, floats": 2048, "Starcast, int8": 4096 });
  });
});

describe("predict-one", () => {
  it("gives milliseconds a review, and the peer's time divided by Starcast's", () => {
    const summaries = [
      summary("b Starcast floats", "1 thread", 0.03),
      summary("b Starcast int8", "1 thread", 0.02),
      summary("b ONNX Runtime", "1 thread", 0.06),
    ];
    const row = rowOf("b", summaries);
    expect(row["Starcast, floats"]).toBeCloseTo(0.1);
    expect(row).toMatchObject({ "floats, times as fast": 2, "int8, times as fast": 3 });
  });
});
