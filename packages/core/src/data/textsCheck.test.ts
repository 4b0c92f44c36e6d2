import { describe, expect, it } from "vitest";
import { splitRows } from "../training/split.js";
import { checkTexts } from "./textsCheck.js";

function check(rows: readonly (readonly [text: string, label: number | string])[], options = {}) {
  const sourced = rows.map(([text, label], index) => ({ text, label, file: "a.csv", row: index + 1 }));
  return checkTexts(sourced, options);
}

const plain = (count: number): [string, number][] =>
  Array.from({ length: count }, (_, index) => [`this is text number ${index}`, (index % 5) + 1]);

describe("checkTexts", () => {
  it("finds nothing in clean data", async () => {
    const report = await check(plain(100));
    expect(report.rows).toBe(100);
    expect(report.histogram).toEqual([1, 2, 3, 4, 5].map((label) => ({ label, count: 20, share: 0.2 })));
    expect(report.values).toMatchObject({ minimum: 1, maximum: 5, mean: 3 });
    expect(report.words).toEqual({ mean: 5, median: 5, percentile95: 5, longest: 5 });
    for (const finding of [
      report.duplicates,
      report.conflicts,
      report.withoutWords,
      report.veryShort,
      report.ratingInText,
      report.leak,
      report.halfSteps,
    ]) {
      expect(finding).toMatchObject({ count: 0, examples: [] });
    }
    expect(report.imbalance?.strong).toBe(false);
    expect(report.distinctLabels).toBe(5);
  });

  it("counts duplicates but for case and blanks, and those with other ratings apart", async () => {
    const report = await check([
      ...plain(30),
      ["Lovely  dress", 5],
      ["lovely dress ", 5],
      ["LOVELY\ndress", 5],
      ["it broke", 1],
      ["It broke", 4],
    ]);
    expect(report.duplicates).toMatchObject({ count: 3, groups: 2 });
    expect(report.duplicates.examples[0].count).toBe(3);
    expect(report.duplicates.examples[0].rows.map(({ row }) => row)).toEqual([31, 32, 33]);
    expect(report.conflicts).toMatchObject({ count: 2, groups: 1 });
    expect(report.conflicts.examples[0].rows.map(({ row, label }) => [row, label])).toEqual([
      [34, 1],
      [35, 4],
    ]);
  });

  it("counts texts without words and very short ones, each once", async () => {
    const report = await check([
      ...plain(30),
      ["", 1],
      [" \n", 2],
      ["?!...", 3],
      ["ok", 4],
      ["very nice", 5],
      ["👍", 5],
    ]);
    expect(report.withoutWords.count).toBe(3);
    expect(report.withoutWords.examples.map(({ row }) => row)).toEqual([31, 32, 33]);
    expect(report.veryShort.count).toBe(3);
    expect(report.duplicates.count).toBe(0);
  });

  it("finds ratings in the texts and how often they are the row's own", async () => {
    const report = await check([
      ...plain(30),
      ["a clear 5 stars from me", 5],
      ["4/5 for the effort", 2],
      ["8/10, as I said before", 4],
    ]);
    expect(report.ratingInText).toMatchObject({ count: 3, agreeing: 2, passages: ["5 stars", "4/5", "8/10"] });
  });

  it("finds texts that stand in both parts of the split that training makes", async () => {
    const { train, validation } = splitRows(50, { validationFraction: 0.2, testFraction: 0, seed: 7 });
    const rows = plain(50);
    rows[validation[3]] = [rows[train[5]][0].toUpperCase(), 1];
    rows[validation[4]] = [rows[validation[5]][0], 1];
    const { leak } = await check(rows, { seed: 7 });
    expect(leak).toMatchObject({ count: 1, validationRows: 10, validationFraction: 0.2, seed: 7 });
    expect(leak.examples[0].row).toBe(validation[3] + 1);
  });

  it("tells imbalance and half stars, and bears no rows at all", async () => {
    const skewed = await check([
      ...plain(5).slice(1),
      ...Array.from({ length: 96 }, (_, index): [string, number] => [`a good text ${index}`, 4.5]),
    ]);
    expect(skewed.imbalance).toMatchObject({ largest: { label: 4.5, count: 96 }, strong: true });
    expect(skewed.halfSteps.count).toBe(96);
    expect(skewed.halfSteps.examples).toHaveLength(3);
    expect(await check([])).toMatchObject({ rows: 0, distinctLabels: 0, words: { longest: 0 } });
  });

  it("orders words as they were given, and classes by frequency", async () => {
    const rows: [string, string][] = plain(30).map(([text], index) => [text, index % 3 === 0 ? "low" : "high"]);
    expect(
      (await check(rows, { labels: ["low", "medium", "high"] })).histogram.map(({ label, count }) => [label, count]),
    ).toEqual([
      ["low", 10],
      ["medium", 0],
      ["high", 20],
    ]);
    expect((await check(rows, { task: "class" })).histogram.map(({ label }) => label)).toEqual(["high", "low"]);
    expect((await check(plain(30), { task: "number" })).histogram).toEqual([]);
  });

  it("takes time in proportion to the rows", async () => {
    // Quadratic work on a million pairs of equal texts would never end here.
    const report = await check(
      Array.from({ length: 100_000 }, (_, index) => ["the same text in every row", (index % 5) + 1]),
    );
    expect(report.duplicates.count).toBe(99_999);
  });

  it("keeps no rows: it goes through them once more for the examples, and no further than it needs", async () => {
    let [passes, read] = [0, 0];
    const rows = {
      async *[Symbol.asyncIterator]() {
        passes++;
        for (const [index, text] of ["ok", "ok", ...plain(40).map((row) => row[0])].entries()) {
          read++;
          yield { text, label: 1 + (index % 5), file: "a.csv", row: index + 1 };
        }
      },
    };
    const report = await checkTexts(rows);
    expect(report.duplicates.examples[0].rows.map(({ row }) => row)).toEqual([1, 2]);
    expect([passes, read]).toEqual([2, 42 + 2]);
  });
});
