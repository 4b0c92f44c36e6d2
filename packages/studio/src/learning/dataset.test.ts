import { describe, expect, it } from "vitest";
import type { DataChoice } from "../protocol.js";
import type { Table } from "../reading/table.js";
import { Dataset, describeTable, sampleTable } from "./dataset.js";

function table(rows: readonly (readonly [title: string | null, text: string | null, rating: string | null])[]): Table {
  return {
    name: "a.csv",
    columns: ["title", "review", "stars"],
    values: [0, 1, 2].map((column) => rows.map((row) => row[column])),
    rowNumbers: rows.map((_, index) => 2 * index + 1),
    ragged: [{ row: 2, reason: "has 1 values for 3 columns" }],
  };
}

const choice: DataChoice = { text: ["title", "review"], label: "stars", task: "rating" };
const many = (rating: (row: number) => string) =>
  table(Array.from({ length: 40 }, (_, row) => [`title ${row}`, `text number ${row}`, rating(row)]));

describe("a data set", () => {
  it("joins texts as the command line does, and leaves out rows without a rating", () => {
    const { rows, skipped } = new Dataset(
      table([
        ["Fine", "works", "4 stars"],
        [null, "broke", "1"],
        ["Lost", null, "n/a"],
        ["Odd", "thing", " "],
      ]),
      choice,
    );
    expect(rows.map(({ text, label, row }) => [text, label, row])).toEqual([
      ["Fine works", 4, 1],
      [" broke", 1, 3],
    ]);
    expect(skipped.map(({ row, reason }) => [row, reason])).toEqual([
      [2, "has 1 values for 3 columns"],
      [5, "has the rating “n/a”"],
      [7, "has no rating"],
    ]);
  });

  it("makes corrections, which name rows as the file counts them", () => {
    const { rows } = new Dataset(
      many((row) => String((row % 5) + 1)),
      choice,
      [
        { row: 1, from: 1, to: 5 },
        { row: 3, from: 2 },
      ],
    );
    expect(rows.slice(0, 2).map(({ row, label }) => [row, label])).toEqual([
      [1, 5],
      [5, 3],
    ]);
  });

  it("is guessed from the sample, and can be learned from", async () => {
    const sample = sampleTable();
    const { text, label } = describeTable(sample);
    expect([text.columns, label.columns]).toEqual([["review"], ["rating"]]);
    const summary = await new Dataset(sample, { text: ["review"], label: "rating", task: "rating" }).summary();
    expect(summary.blocked).toBeUndefined();
    expect(summary.report.rows).toBe(5000);
    expect(summary.lengths.reduce((sum, { rows }) => sum + rows, 0)).toBeGreaterThanOrEqual(0.98 * 5000);
  });

  it.each([
    ["too-few-rows", table([["a", "b", "1"]]), choice],
    ["one-class", many(() => "3"), choice],
    ["too-many-labels", table(Array.from({ length: 60 }, (_, row) => ["a", "b", String(row)])), choice],
    ["too-many-labels", many((row) => `label ${row}`), { ...choice, task: "class" as const }],
    ["words-without-order", many((row) => ["bad", "good"][row % 2]), choice],
  ])("says with %s why nothing can be learned", async (code, rows, chosen) => {
    const { blocked } = await new Dataset(rows, chosen).summary();
    expect(blocked?.code).toBe(code);
    expect(blocked?.message).toMatch(/[Cc]hoose|columns|order/);
  });

  it("offers words to be put in order, and learns from them then", async () => {
    const rows = many((row) => ["bad", "good", "fair"][row % 3]);
    const summary = await new Dataset(rows, choice).summary();
    expect(summary.words).toEqual(["bad", "good", "fair"]);
    const ordered = await new Dataset(rows, { ...choice, labels: ["bad", "fair", "good"] }).summary();
    expect(ordered.blocked).toBeUndefined();
    expect(ordered.report.histogram.map(({ label }) => label)).toEqual(["bad", "fair", "good"]);
  });
});
