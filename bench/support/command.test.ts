import { describe, expect, it } from "vitest";
import { runStarcast } from "./command.mjs";

describe("runStarcast", () => {
  it("tells time, output and memory of a command of its own process", async () => {
    const { seconds, cpuSeconds, output, peakBytes } = await runStarcast(["--version"]);
    expect(output).toMatch(/^\d+\.\d+\.\d+/);
    expect(seconds).toBeGreaterThan(0);
    expect(cpuSeconds).toBeGreaterThan(0.01);
    expect(peakBytes).toBeGreaterThan(10e6);
  });

  it("fails with what the command said", async () => {
    await expect(runStarcast(["train", "missing.csv"])).rejects.toThrow(/missing\.csv/);
  });
});
