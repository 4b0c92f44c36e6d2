import { describe, expect, it } from "vitest";
import { planBatches } from "./starcast.mjs";
import { synthesiseTrainingData } from "./trainingData.mjs";
import { bidirectional, fixed } from "./trainings.mjs";

const asTheyAre = { shuffle: <Items>(items: Items) => items };

describe("planBatches", () => {
  it("takes every row once, also the rows of the last, smaller batch", async () => {
    const data = await synthesiseTrainingData();
    for (const training of [fixed, bidirectional]) {
      const rows = planBatches(data, training, asTheyAre).flatMap((batch) => [...batch]);
      expect(new Set(rows).size).toBe(data.lengths.length);
      expect(rows.length).toBe(data.lengths.length);
    }
  });

  it("puts rows of equal length together and shuffles the batches where batches go by length", async () => {
    const data = await synthesiseTrainingData();
    const batches = planBatches(data, bidirectional, { shuffle: (items) => items.reverse() as typeof items });
    const ranges = batches.map((batch) => [data.lengths[batch[0]], data.lengths[batch[batch.length - 1]]]);
    expect(ranges.every(([longest, shortest]) => longest >= shortest)).toBe(true);
    expect(ranges[0][0]).toBeLessThan(ranges[ranges.length - 1][0]);
    expect(batches[1].length).toBe(64);
  });
});
