import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decode } from "./decode.js";
import type { OrderedScale } from "./scale.js";

const scale: OrderedScale = { task: "rating", labels: [1, 2, 4], values: [1, 2, 4] };
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const logits = fc.array(fc.float({ min: -20, max: 20, noNaN: true }), { minLength: 2, maxLength: 2 });

describe("the answers of ordinal heads", () => {
  it("are probabilities that sum to 1, whatever the outputs", () => {
    fc.assert(
      fc.property(logits, fc.constantFrom("coral", "corn", "cumulative"), (row, head) => {
        const { probabilities = new Float64Array(), expected = [] } = decode(Float32Array.from(row), { scale, head });
        expect(probabilities.every((share) => share >= 0 && share <= 1)).toBe(true);
        expect(probabilities.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
        expect(expected[0]).toBeGreaterThanOrEqual(1);
        expect(expected[0]).toBeLessThanOrEqual(4);
      }),
    );
  });

  it("are the differences of what lies above, of CORN the products of its conditional answers", () => {
    const outputs = Float32Array.of(1.5, -0.5);
    const [first, second] = [sigmoid(1.5), sigmoid(-0.5)];
    for (const head of ["coral", "cumulative"] as const) {
      const { probabilities } = decode(outputs, { scale, head });
      [1 - first, first - second, second].forEach((share, index) => {
        expect(probabilities?.[index]).toBeCloseTo(share, 12);
      });
    }
    const { probabilities, expected } = decode(outputs, { scale, head: "corn" });
    [1 - first, first * (1 - second), first * second].forEach((share, index) => {
      expect(probabilities?.[index]).toBeCloseTo(share, 12);
    });
    expect(expected?.[0]).toBeCloseTo(1 - first + 2 * first * (1 - second) + 4 * first * second, 12);
  });

  it("give no rating less than nothing where thresholds have crossed", () => {
    const { probabilities } = decode(Float32Array.of(-1, 1), { scale, head: "cumulative" });
    expect(probabilities?.[1]).toBe(0);
  });
});

describe("a temperature", () => {
  it("divides the outputs: high ones make answers unsure, and the most likely class stays", () => {
    const outputs = Float32Array.of(2, 0.5, -1);
    const [plain, warm] = [1, 3].map((temperature) =>
      decode(outputs, { scale, head: "softmax", calibration: { temperature } }),
    );
    expect(warm.classes).toEqual(plain.classes);
    expect(Math.max(...(warm.probabilities ?? []))).toBeLessThan(Math.max(...(plain.probabilities ?? [])));
    const cooled = decode(
      outputs.map((output) => output / 3),
      { scale, head: "softmax" },
    );
    cooled.probabilities?.forEach((share, index) => {
      expect(warm.probabilities?.[index]).toBeCloseTo(share, 6);
    });
  });
});
