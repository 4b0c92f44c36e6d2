import { describe, expect, it } from "vitest";
import { synthesiseTrainingData } from "./trainingData.mjs";

describe("synthetic training data", () => {
  it("have the reviews' shape: rows, mean length, share of fives, words by frequency, padding at the end only", async () => {
    const data = await synthesiseTrainingData();
    const rows = data.lengths.length;
    expect(rows).toBe(18_789);
    expect(data.ids.length).toBe(rows * 70);
    expect(data.lengths.reduce((sum, length) => sum + length, 0) / rows).toBeCloseTo(54.4, 0);
    expect(data.classes.filter((rating) => rating === 4).length / rows).toBeCloseTo(0.558, 1);
    const counts = new Uint32Array(data.vocabularySize);
    for (const id of data.ids) counts[id]++;
    expect(counts[2]).toBeGreaterThan(counts[11]);
    expect(counts[11]).toBeGreaterThan(counts[101]);
    const badRow = data.lengths.findIndex((length, row) => {
      const text = data.ids.subarray(row * 70, (row + 1) * 70);
      return text.subarray(0, length).includes(0) || text.subarray(length).some((id) => id !== 0);
    });
    expect(badRow).toBe(-1);
  });
});
