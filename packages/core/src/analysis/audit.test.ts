import { describe, expect, it } from "vitest";
import { Random } from "../random.js";
import { auditRatings } from "./audit.js";
import { isReversedThroughout, reversalEvidence } from "./reversedScales.js";

const values = [1, 2, 3, 4, 5];

/** Rows whose texts read like their true rating, give or take a little, most often 5. */
function readings(count: number): { truths: number[]; probabilities: number[]; expected: number[] } {
  const random = new Random(3, "readings");
  const truths: number[] = [];
  const probabilities: number[] = [];
  const expected: number[] = [];
  for (let row = 0; row < count; row++) {
    const truth = Math.min(random.integer(8), 4);
    const centre = truth + (random.uniform() - 0.5) * 1.5;
    const weights = values.map((_, label) => 0.5 ** (2 * (label - centre) ** 2));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    truths.push(truth);
    probabilities.push(...weights.map((weight) => weight / total));
    expected.push(weights.reduce((sum, weight, label) => sum + (weight / total) * values[label], 0));
  }
  return { truths, probabilities, expected };
}

describe("auditRatings", () => {
  it("puts planted wrong ratings first, and leaves most of the others alone", () => {
    const { truths, probabilities, expected } = readings(4000);
    const random = new Random(4, "plant");
    const planted = new Set<number>();
    while (planted.size < 200) planted.add(random.integer(4000));
    for (const row of planted) truths[row] = (truths[row] + 1 + random.integer(4)) % 5;
    const { suspicious } = auditRatings({ truths, probabilities, expected, values });
    const hits = suspicious.filter(({ row }) => planted.has(row)).length;
    expect(hits).toBeGreaterThan(0.9 * suspicious.length);
    expect(hits).toBeGreaterThan(100);
    const doubts = suspicious.map(({ doubt }) => doubt);
    expect(doubts).toEqual([...doubts].sort((a, b) => b - a));
  });

  it("treats a neighbouring rating gently", () => {
    const probabilities = [0, 0, 0, 0.04, 0.96, 0, 0, 0, 0.04, 0.96];
    const rows = { truths: [3, 0], probabilities, expected: [4.96, 4.96], values };
    const { suspicious } = auditRatings(rows);
    expect(suspicious).toEqual([
      { row: 1, doubt: 1, predicted: 4.96, likely: { index: 4, probability: 0.96 }, severity: 3.96 },
    ]);
    // Without order a neighbour is as wrong as any other.
    const unordered = auditRatings({ truths: rows.truths, probabilities });
    expect(unordered.suspicious.map(({ row }) => row)).toEqual([1, 0]);
  });

  it("doubts numbers that are much farther off than the others are", () => {
    const expected = Array.from({ length: 100 }, (_, row) => 50 + ((row * 7) % 11) - 5);
    const truths = expected.map((value, row) => value + ((row * 5) % 7) - 3);
    truths[17] = 150;
    const { suspicious } = auditRatings({ truths, expected });
    expect(suspicious.map(({ row }) => row)).toEqual([17]);
    expect(suspicious[0].severity).toBe(Math.abs(150 - expected[17]));
  });

  it("finds a run of rows and a source whose scales are reversed, and nothing in sound data", () => {
    const { truths, probabilities, expected } = readings(3000);
    const groups = truths.map((_, row) => `shop ${row % 40}`);
    expect(auditRatings({ truths, probabilities, expected, values, groups }).reversed).toEqual([]);
    for (let row = 1200; row < 1300; row++) truths[row] = 4 - truths[row];
    for (let row = 7; row < 3000; row += 40) if (row < 1200 || row >= 1300) truths[row] = 4 - truths[row];
    const { reversed, suspicious } = auditRatings({ truths, probabilities, expected, values, groups });
    const [shop, run] = reversed;
    expect(reversed).toHaveLength(2);
    expect([shop.group, shop.rows.length]).toEqual(["shop 7", 75]);
    expect(run.group).toBeUndefined();
    expect(Math.abs(run.rows[0] - 1200)).toBeLessThan(5);
    expect(Math.abs(run.rows[run.rows.length - 1] - 1299)).toBeLessThan(5);
    expect(suspicious.find(({ row }) => row % 40 === 7)?.block).toBe(0);
  });
});

it("tells a file that is reversed throughout by the answers of a model of other data", () => {
  const { truths, expected } = readings(60);
  const turned = truths.map((truth) => 4 - truth);
  expect(isReversedThroughout(reversalEvidence(truths, expected, values))).toBe(false);
  expect(isReversedThroughout(reversalEvidence(turned, expected, values))).toBe(true);
});
