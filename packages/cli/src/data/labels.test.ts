import { describe, expect, it } from "vitest";
import { checkLabels, countLabels, wordsInsteadOfNumbers } from "./labels.js";

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
    expect(() => checkLabels(countLabels(labels), { task }, "rating", 20)).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) as string }),
    );
  });

  it("accepts half stars from 0 to 10, and any quantity", () => {
    checkLabels(countLabels(many(200, 21)), { task: "rating" }, "rating", 20);
    checkLabels(countLabels(many(200, 200)), { task: "number" }, "price", 20);
  });
});
