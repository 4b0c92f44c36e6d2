import { describe, expect, it } from "vitest";
import { speedUps } from "./threads.mjs";

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
