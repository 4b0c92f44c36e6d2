import { describe, expect, it } from "vitest";
import { numberWords, splitWords } from "./words.js";

describe("splitWords", () => {
  it("finds runs of two or more letters, digits and underscores, in lower case", () => {
    expect(splitWords("I don't: 5 OR 10 size_8 x² Été, 很好! naïve")).toEqual([
      "don",
      "or",
      "10",
      "size_8",
      "x²",
      "été",
      "很好",
      "naïve",
    ]);
    expect(splitWords("! ? a")).toEqual([]);
  });
});

describe("numberWords", () => {
  it("numbers words by first appearance, and gives -1 to words it may not learn", () => {
    const numbers = new Map<string, number>();
    expect(numberWords(["to be", "", "or to"], numbers, true)).toEqual({
      words: Int32Array.of(0, 1, 2, 0),
      starts: Int32Array.of(0, 2, 2, 4),
    });
    expect(numberWords(["be new"], numbers, false).words).toEqual(Int32Array.of(1, -1));
  });
});
