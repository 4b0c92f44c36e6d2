import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { createTrainableNetwork, planTrainingBytes } from "./lstmNetwork.js";
import { allRows, plainTrainer, randomTexts, smallConfig, someClasses } from "./testing/networks.js";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

describe("training", () => {
  it.each([
    ["once a word", { wordDropout: 0.2, sparseEmbedding: true }],
    ["step by step", { embeddingDropout: 0.2 }],
  ])("takes no more memory in 1,000 steps than in the first ones, computed %s", async (_, trainer) => {
    const texts = randomTexts(64, 12, 1);
    const batch = { texts, rows: allRows(64) };
    const targets = someClasses(64);
    const options = { seed: 1, maxBatchRows: 64, maxLength: 12 };
    const settings = { ...plainTrainer, outputDropout: 0.2, maxGradientNorm: 1, ...trainer };
    const network = await createTrainableNetwork(smallConfig, settings, options);
    expect(network.memoryBytes).toBe(planTrainingBytes(smallConfig, settings, options));
    const growth = [1, 2, 3].map(() => {
      collectGarbage();
      const before = process.memoryUsage();
      for (let step = 0; step < 1_000; step++) network.trainStep(batch, targets, 1e-4);
      const arrayBytes = process.memoryUsage().arrayBuffers - before.arrayBuffers;
      collectGarbage();
      return { arrayBytes, heapBytes: process.memoryUsage().heapUsed - before.heapUsed };
    });
    // Arrays: none at all, not even garbage. The heap grows while the compiler works, then no more.
    expect(Math.max(...growth.map(({ arrayBytes }) => arrayBytes))).toBeLessThanOrEqual(0);
    expect(Math.min(...growth.map(({ heapBytes }) => heapBytes))).toBeLessThan(50_000);
    network.dispose();
  });
});
