import { describe, expect, it } from "vitest";
import type { Run } from "../../protocol.js";
import { differencesOf } from "./differences.js";

const run = (seed: number, settings: object, corrections: readonly object[] = []) =>
  ({
    data: { name: "a.csv", choice: { text: ["title", "text"], label: "stars", task: "rating" } },
    corrections,
    metrics: { recipe: "best", seed, threads: 2, settings },
  }) as unknown as Run;

describe("differencesOf", () => {
  it("names nested settings that differ, and those that one run lacks", () => {
    const first = run(1, { batchSize: 64, network: { hiddenSize: 64 }, rounds: [{ epochs: 3 }] });
    const second = run(2, { batchSize: 64, network: { hiddenSize: 32 }, rounds: [{ epochs: 3 }, { epochs: 1 }] }, [{}]);
    expect(differencesOf([first, second])).toEqual([
      { setting: "corrections", values: ["0", "1"] },
      { setting: "seed", values: ["1", "2"] },
      { setting: "network.hiddenSize", values: ["64", "32"] },
      { setting: "rounds.1.epochs", values: ["–", "1"] },
    ]);
  });

  it("finds nothing in equal runs", () => {
    expect(differencesOf([run(1, { batchSize: 64 }), run(1, { batchSize: 64 })])).toEqual([]);
  });
});
