import { describe, expect, it } from "vitest";
import { Drift, stabilityIndex } from "./drift.js";
import { figure, type ModelFacts } from "./protocol.js";

const facts = (confusion: number[][]) =>
  ({
    config: { scale: { task: "rating", labels: [1, 2, 3], values: [1, 2, 3] } },
    metrics: { test: { confusion } },
  }) as unknown as ModelFacts;

function figuresOf(rows: readonly (readonly [label: number, rating: number, words: number, unknown: number])[]) {
  const figures = new Float64Array(rows.length * figure.count);
  for (const [index, row] of rows.entries()) figures.set(row, index * figure.count);
  return figures;
}

describe("Drift", () => {
  it("is none where labels are predicted as often as for the held-out rows, and large where they are not", () => {
    const drift = new Drift(
      facts([
        [10, 0, 0],
        [10, 10, 0],
        [0, 0, 10],
      ]),
    );
    const add = (counts: readonly number[]) =>
      drift.add(
        figuresOf(
          counts.flatMap((count, label) => Array.from({ length: count }, () => [label, label + 1, 10, 1] as const)),
        ),
      );
    add([40, 20, 20]);
    expect(drift.report().stability).toBe(undefined);
    add([460, 230, 230]);
    expect(drift.report()).toMatchObject({ texts: 1_000, unknownWords: 0.1 });
    expect(drift.report().meanRating).toBeCloseTo(1.75, 12);
    expect(drift.report().stability).toBeLessThan(0.001);
    add([0, 0, 800]);
    expect(drift.report()).toMatchObject({ texts: 1_000 });
    expect(drift.report().stability).toBeGreaterThan(1);
  });

  it("forgets what lies more than 1,000 texts back, and texts without an answer", () => {
    const drift = new Drift(
      facts([
        [1, 0, 0],
        [0, 1, 0],
        [0, 0, 1],
      ]),
    );
    drift.add(figuresOf(Array.from({ length: 700 }, () => [0, 1, 4, 4] as const)));
    drift.add(figuresOf(Array.from({ length: 1_000 }, () => [2, 3, 4, 0] as const)));
    drift.add(figuresOf([[-1, 0, 0, 0]]));
    expect(drift.report()).toMatchObject({ texts: 1_000, meanRating: 3, unknownWords: 0 });
  });

  it("has no index without the metrics of the training", () => {
    const drift = new Drift({ config: facts([]).config });
    drift.add(figuresOf(Array.from({ length: 200 }, () => [0, 1, 1, 0] as const)));
    expect(drift.report()).toMatchObject({ texts: 200, stability: undefined });
  });
});

describe("stabilityIndex", () => {
  it("is the sum of (p - q) ln(p / q), with half a count added to each", () => {
    const [p, q] = [10.5 / 31, 20.5 / 31];
    const expected = (p - q) * Math.log(p / q) + (q - p) * Math.log(q / p);
    expect(stabilityIndex(Float64Array.of(10, 20), Float64Array.of(20, 10))).toBeCloseTo(expected, 12);
  });
});
