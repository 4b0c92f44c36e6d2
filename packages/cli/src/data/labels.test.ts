import { describe, expect, it } from "vitest";
import { checkLabels, labelParser, wordsInsteadOfNumbers } from "./labels.js";

describe("labelParser", () => {
  it.each([
    ["5", 5],
    [" 4.0 ", 4],
    ["4.5", 4.5],
    [".5", 0.5],
    ["0", 0],
    ["-0", 0],
    ["-1", -1],
    ["1e1", 10],
    ["5 stars", 5],
    ["1 Star", 1],
    ["4,5", undefined],
    ["4/5", undefined],
    ["five", undefined],
    ["NaN", undefined],
    ["Infinity", undefined],
    ["0x10", undefined],
    ["1e999", undefined],
    ["stars", undefined],
    ["", undefined],
    [" ", undefined],
    [null, undefined],
  ])("reads the rating %j as %j", (text, rating) => {
    const found = labelParser({ task: "rating" })(text);
    expect(Object.is(found, rating)).toBe(true);
    expect(Object.is(labelParser({ task: "number" })(text), rating)).toBe(true);
  });

  it("matches words in a given order, without regard to case and outer blanks", () => {
    const parse = labelParser({ task: "rating", labels: ["low", "Medium", "high"] });
    expect([" LOW", "medium", "high", "highest", "", null].map(parse)).toEqual([
      "low",
      "Medium",
      "high",
      undefined,
      undefined,
      undefined,
    ]);
  });

  it("matches given numbers by value", () => {
    const parse = labelParser({ task: "rating", labels: [1, 2, 3] });
    expect(["1.0", "3", "4"].map(parse)).toEqual([1, 3, undefined]);
    expect(() => labelParser({ task: "rating", labels: ["1", "1.0"] })).toThrow("twice");
  });

  it("takes any text as a class", () => {
    expect([" Shipping ", "4.0", " ", null].map(labelParser({ task: "class" }))).toEqual([
      "Shipping",
      "4.0",
      undefined,
      undefined,
    ]);
  });
});

describe("wordsInsteadOfNumbers", () => {
  it("shows the words and both ways out", () => {
    const error = wordsInsteadOfNumbers(["low", "high", "low"], 0, "priority");
    expect(error?.message).toContain('--labels "low,high"');
    expect(error?.message).toContain("--task class");
  });

  it("keeps silent when most are numbers", () => {
    expect(wordsInsteadOfNumbers(["n/a"], 50, "rating")).toBeUndefined();
  });
});

describe("checkLabels", () => {
  const many = (count: number, distinct: number) => Array.from({ length: count }, (_, row) => row % distinct);

  it.each([
    ["too-few-rows", "rating", many(19, 5), /Only 19 rows .* at least 20/],
    ["one-class", "rating", many(30, 1), /All 30 rows have the same rating/],
    ["one-class", "number", many(30, 1), /same/],
    ["too-many-labels", "rating", many(200, 51), /51 different ratings.*--task number/],
    ["too-many-labels", "class", many(30, 16), /16 different labels in 30 rows/],
  ] as const)("refuses with %s for task %s", (code, task, labels, message) => {
    expect(() => checkLabels(labels, { task }, "rating", 20)).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) as string }),
    );
  });

  it("accepts half stars from 0 to 10, and any quantity", () => {
    checkLabels(many(200, 21), { task: "rating" }, "rating", 20);
    checkLabels(many(200, 200), { task: "number" }, "price", 20);
  });
});
