import { describe, expect, it } from "vitest";
import { escapeMarkdown, formatCount, quoteYaml } from "./markdown.js";
import { type ModelCardFacts, modelCard } from "./modelCard.js";

const evaluation = {
  rows: 2349,
  rmse: 0.6672,
  rmseInterval: [0.6411, 0.6933],
  rmseOfMode: 0.721,
  mae: 0.489,
  accuracy: 0.6712,
  accuracyInterval: [0.652, 0.69],
  offByOne: 0.951,
  qwk: 0.78,
  macroF1: 0.552,
  logLoss: 0.79,
  confusion: [[1]],
} as const;

const full: ModelCardFacts = {
  task: "rating",
  name: "Clothing reviews",
  labels: [1, 2, 3, 4, 5],
  hasProbabilities: true,
  license: "mit",
  languages: ["en"],
  data: {
    rows: 23_486,
    train: 18_789,
    validation: 2348,
    test: 2349,
    source: "reviews.csv",
    textColumns: ["Title", "Review Text"],
    labelColumn: "Rating",
    histogram: [1, 2, 3, 4, 5].map((label, index) => ({ label, rows: [842, 1565, 2871, 5077, 13_131][index] })),
  },
  vocabulary: { distinctTokens: 14_138, keptTokens: 8263 },
  maxLength: 200,
  training: {
    recipe: "best",
    settings: { hiddenSize: 64, bidirectional: true },
    parameterCount: 1_234_567,
    epochs: 9,
    keptEpochs: [6],
    reason: "earlyStopped",
    seed: 1,
    threads: 2,
    seconds: 61.24,
    versions: { starcast: "0.1.0" },
    date: "2026-11-24",
  },
  validation: { ...evaluation, rows: 2348, rmse: 0.6598, usedForEarlyStopping: true },
  test: evaluation,
  baselines: {
    evaluatedOn: "test",
    mean: { rows: 2349, rmse: 1.1, mae: 0.9 },
    linear: { ...evaluation, rmse: 0.72, rmseInterval: [0.69, 0.75] },
  },
};

function rowsOf(card: string, heading: string): string[][] {
  const section = card.split(/^## /m).find((part) => part.startsWith(heading)) ?? "";
  const lines = section.split("\n").filter((line) => line.startsWith("|"));
  return lines.map((line) =>
    line
      .slice(1, -1)
      .split(/(?<!\\)\|/)
      .map((cell) => cell.trim()),
  );
}

describe("modelCard", () => {
  it("begins with front matter of the given facts", () => {
    expect(modelCard(full)).toMatch(
      /^---\nlicense: "mit"\nlanguage:\n {2}- "en"\nlibrary_name: starcast\npipeline_tag: text-classification\ntags:\n {2}- starcast\n {2}- lstm\n {2}- rating-prediction\nmetrics:\n {2}- rmse\n {2}- mae\n {2}- accuracy\n {2}- f1\n---\n\n# Clothing reviews\n\n/,
    );
  });

  it("puts the model and its baselines into one table with intervals, test rows first", () => {
    const [header, , ...rows] = rowsOf(modelCard(full), "Results");
    expect(header.slice(0, 4)).toEqual(["System", "Rows", "RMSE", "RMSE of the most likely"]);
    expect(rows.map((row) => row.slice(0, 3))).toEqual([
      ["**This model**", "2,349 test", "0.667 (0.641 to 0.693)"],
      ["**This model**", "2,348 validation", "0.660 (0.641 to 0.693)"],
      ["Linear model on TF-IDF of words and word pairs", "2,349 test", "0.720 (0.690 to 0.750)"],
      ["Always the mean", "2,349 test", "1.100"],
    ]);
    expect(rows[3].slice(3)).toEqual(["–", "0.900", "–", "–", "–", "–", "–"]);
  });

  it("explains each measure in the table, and no other", () => {
    const card = modelCard({ task: "number", validation: { rows: 9, rmse: 12_345.6, mae: 0.00123 } });
    expect(rowsOf(card, "Results")[0]).toEqual(["System", "Rows", "RMSE", "MAE"]);
    expect(rowsOf(card, "Results")[2]).toEqual(["**This model**", "9 validation", "12,346", "0.00123"]);
    expect(card).toContain("- MAE: mean absolute error; lower is better.");
    expect(card).not.toContain("- Accuracy:");
  });

  it.each([
    [0.72, "that of the best baseline (the linear model) is 0.720. The model is better."],
    [0.69, "is 0.690. The difference is within the 95 % interval and may be chance."],
    [0.6, "is 0.600. The baseline is better: this model is not worth its cost."],
  ])("judges honestly against a linear model of RMSE %d", (rmse, words) => {
    const baselines = { ...full.baselines, evaluatedOn: "test" as const, linear: { rows: 9, rmse } };
    expect(modelCard({ ...full, baselines })).toContain(words);
  });

  it("judges classes by macro F1, where more is better", () => {
    const own = { rows: 9, macroF1: 0.8, macroF1Interval: [0.75, 0.85] as const };
    const baselines = { evaluatedOn: "test" as const, majority: { rows: 9, macroF1: 0.2 } };
    expect(modelCard({ task: "class", test: own, baselines })).toContain(
      "Its macro F1 is 0.800; that of the best baseline (always the most frequent label) is 0.200. The model is better.",
    );
  });

  it("tells the training data, its histogram and the settings", () => {
    const card = modelCard(full);
    expect(card).toContain(
      "23,486 labelled texts from reviews.csv: 18,789 for training, 2,348 for validation, 2,349 for test.",
    );
    expect(card).toContain(
      "Text: Title, Review Text, joined. Label: Rating. Vocabulary: 8,263 of 14,138 different tokens.",
    );
    expect(rowsOf(card, "Training data").at(-1)).toEqual(["5", "13,131", "55.9 %"]);
    expect(rowsOf(card, "Training\n")).toEqual([
      ["Fact", "Value"],
      ["---", "---:"],
      ["Recipe", "best"],
      ["Trained numbers", "1,234,567"],
      ["Epochs", "9, weights of epoch 6, stopped early"],
      ["Seed", "1"],
      ["Threads", "2"],
      ["Time", "61.2 s"],
      ["Date", "2026-11-24"],
      ["Version of starcast", "0.1.0"],
      ["hiddenSize", "64"],
      ["bidirectional", "true"],
    ]);
  });

  it("leaves out what it does not know, without a gap or a placeholder", () => {
    const card = modelCard({ task: "rating" });
    expect(card.match(/^## .*$/gm)).toEqual(["## How to use it", "## Limits"]);
    expect(card).not.toMatch(/license|language:|undefined|null|NaN|TODO|TBD|\[more information|\{\{|<[a-z]/i);
    expect(card).not.toMatch(/\n{3}/);
    expect(modelCard(full)).not.toMatch(/undefined|null|NaN|\n{3}/);
  });

  it("says that the validation rows chose the weights only where they are the result", () => {
    const sentence = "The validation rows also decided when training stopped";
    expect(modelCard(full)).not.toContain(sentence);
    expect(modelCard({ ...full, test: undefined })).toContain(sentence);
  });

  it("shows the rest of many labels as one row and names only the first", () => {
    const labels = Array.from({ length: 100 }, (_, index) => `class ${index}`);
    const histogram = labels.map((label) => ({ label, rows: 10 }));
    const card = modelCard({ task: "class", labels, data: { rows: 1000, histogram } });
    expect(card).toContain("class 9 and 90 more)");
    expect(rowsOf(card, "Training data").at(-1)).toEqual(["70 more", "700", "70.0 %"]);
  });

  it("keeps hostile names inside their cell, their line and the front matter", () => {
    const hostile = "a|b\n## Owned\n`x` <script>alert(1)</script> [l](http://e.org) *b* \u202e";
    const card = modelCard({
      ...full,
      name: hostile,
      license: 'x"\n---\n# Owned',
      labels: [hostile, "b"],
      data: {
        rows: 2,
        source: hostile,
        textColumns: [hostile],
        labelColumn: hostile,
        histogram: [{ label: hostile, rows: 2 }],
      },
      training: { settings: { [hostile]: hostile } },
    });
    const lines = card.split("\n");
    expect(lines.filter((line) => /^#+ Owned/.test(line))).toEqual([]);
    expect(lines.filter((line) => line === "---")).toHaveLength(2);
    expect(card).not.toMatch(/(?<!\\)[<>[]\/?script|(?<!\\)<|\u202e|(?<!\\)\]\(http:|http:\/\/e/);
    expect(rowsOf(card, "Training data").map((row) => row.length)).toEqual([3, 3, 3]);
    expect(rowsOf(card, "Training\n").map((row) => row.length)).toEqual([2, 2, 2]);
  });

  it("says when the linear model learned from a part of the rows", () => {
    const baselines = { ...full.baselines, evaluatedOn: "test" as const, linearRows: 100_000 };
    expect(modelCard({ ...full, baselines })).toContain("word pairs, trained on 100,000 rows |");
    expect(modelCard(full)).not.toContain("word pairs, trained on");
  });

  it("gives the same card for the same facts", () => {
    expect(modelCard(full)).toBe(modelCard(structuredClone(full)));
  });
});

describe("Markdown helpers", () => {
  it("escape what has a meaning and leave the rest readable", () => {
    expect(escapeMarkdown("Review Text")).toBe("Review Text");
    expect(escapeMarkdown("review_text|x")).toBe("review\\_text\\|x");
    expect(escapeMarkdown(3.5)).toBe("3.5");
    expect(escapeMarkdown("a\r\n\tb\0")).toBe("a b");
    expect(escapeMarkdown("x".repeat(300))).toHaveLength(200);
    expect(quoteYaml('a: "b"\n')).toBe('"a: \\"b\\""');
  });

  it.each([
    [0, "0"],
    [999, "999"],
    [1000, "1,000"],
    [1_234_567, "1,234,567"],
  ])("write %d as %s", (count, text) => {
    expect(formatCount(count)).toBe(text);
  });
});
