import { describe, expect, it } from "vitest";
import { timeCases } from "./kernelTimes.mjs";
import { copyLoops, peakLoops } from "./peak.mjs";
import { profileSteps } from "./stepProfile.mjs";
import { stepWork } from "./stepWork.mjs";
import { fixed } from "./trainings.mjs";

describe("the machine's limits", () => {
  it("come from loops that do their multiply-adds: every chain ends at the fixed point of x = 0.999 x + 0.001", async () => {
    const loops = await peakLoops("separate");
    expect(loops.length).toBe(5);
    for (const { name, run } of loops) {
      const chains = Number(/(\d+) chain/.exec(name)?.[1]);
      expect(Math.abs(Number(run()) / chains - 1), name).toBeLessThan(1e-3);
    }
  });

  it("come from copies that fit their memory", async () => {
    const [copy] = await copyLoops([250_000]);
    expect(copy.bytes).toBe(500_000);
    expect(copy.run).not.toThrow();
  });
});

describe("timeCases", () => {
  it("gives a rate for the arithmetic or the traffic of a call, in the order of the cases", () => {
    const work = () => {
      let sum = 0;
      for (let index = 0; index < 1000; index++) sum += Math.sqrt(index);
      return sum;
    };
    const [computing, moving] = timeCases(
      [
        { name: "computing", shape: "", flops: 1000, run: work },
        { name: "moving", shape: "", bytes: 1000, run: work },
      ],
      1,
    );
    expect(computing.gflops).toBeCloseTo(1000 / computing.secondsPerCall / 1e9, 10);
    expect(computing.gigabytes).toBeUndefined();
    expect(moving.gigabytes).toBeCloseTo(1000 / moving.secondsPerCall / 1e9, 10);
    expect(moving.gflops).toBeUndefined();
  });
});

describe("profileSteps", () => {
  it("counts the kernels' calls of one step, and leaves WebAssembly as it was", async () => {
    const instance = WebAssembly.Instance;
    const work = await stepWork(fixed);
    const small = { ...work, rows: work.rows.subarray(0, 40), targets: work.targets.subarray(0, 40) };
    const { seconds, kernels } = await profileSteps(small, 1);
    expect(WebAssembly.Instance).toBe(instance);
    const calls = new Map(kernels.map((kernel) => [kernel.name, kernel.calls]));
    // 40 rows are three blocks of 16.
    expect(calls.get("lstmForward")).toBe(3);
    expect(calls.get("lstmBackward")).toBe(3);
    expect(kernels.reduce((sum, kernel) => sum + kernel.seconds, 0)).toBeLessThanOrEqual(seconds);
  });
});
