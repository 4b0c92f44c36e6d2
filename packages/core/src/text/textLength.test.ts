import { describe, expect, it } from "vitest";
import { DataError } from "../errors.js";
import { articleTokenizer } from "./articleTokenizer.js";
import { checkTextLength } from "./textLength.js";
import { wordTokenizer } from "./wordTokenizer.js";

describe("checkTextLength", () => {
  it("takes the longest text, and refuses one character more with its place", () => {
    const longest = "x".repeat(1 << 24);
    checkTextLength(longest, () => "Row 7");
    expect(() => checkTextLength(`${longest}x`, () => "Row 7")).toThrow(DataError);
    expect(() => checkTextLength(`${longest}x`, () => "Row 7")).toThrow("Row 7 is a text of 16777217 characters");
  });
});

describe("a text that grows when it is normalised", () => {
  it("is refused before its tokens fill the memory", () => {
    // One ligature that is written out as four words of eighteen characters.
    const text = "\ufdfa".repeat(2_000_000);
    expect(() => wordTokenizer.tokenize(text)).toThrow(DataError);
    expect(wordTokenizer.tokenize(text.slice(0, 1000))).toHaveLength(3001);
    expect(articleTokenizer.tokenize(text)).toEqual([" "]);
  });
});
