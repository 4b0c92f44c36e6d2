import { describe, expect, it } from "vitest";
import { labelParser } from "./labelParser.js";

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
