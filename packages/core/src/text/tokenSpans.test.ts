import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createTokenizer, type TokenizerName } from "./tokenizer.js";
import { tokenSpans } from "./tokenSpans.js";

/** The text as written under each token. */
function written(name: TokenizerName, text: string): string[] {
  return tokenSpans(name, text).map(({ start, end }) => text.slice(start, end));
}

const strings = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: "grapheme" }),
  fc.string({
    unit: fc.constantFrom("a", "s", "Σ", "ﬁ", "½", "'", " ", "\n", "❤", "\ufe0f", "\u0301", "ᅡ", "ﾞ", "カ", "Σ"),
  }),
);

describe("tokenSpans", () => {
  it.each([
    ["Great Été, İstanbul!", ["Great", "Été", "İstanbul", "!"]],
    ["don’t soooo GOOD!!!", ["don’t", "soooo", "GOOD", "!!!"]],
    ["3½ ﬁt won\u00adder", ["3", "½", "ﬁt", "won\u00adder"]],
    ["love❤️it 👩🏽‍👩‍👧 🇩🇪🇫🇷", ["love", "❤️", "it", "👩🏽‍👩‍👧", "🇩🇪", "🇫🇷"]],
    ["很好。ｶﾞール", ["很", "好", "ｶﾞ", "ー", "ル"]],
    ["e\u0301te\u0301 ΟΔΟΣ", ["e\u0301te\u0301", "ΟΔΟΣ"]],
  ])("finds the words of %j as they were written", (text, words) => {
    expect(written("words", text)).toEqual(words);
  });

  it("finds the pieces of contractions and the blanks that the article's tokenizer makes tokens of", () => {
    expect(written("article", "I dont  like it,  ok")).toEqual(["I", "do", "nt", " ", "like", "it", "  ", "ok"]);
    expect(written("article", "fine…  So")).toEqual(["fine", "  ", "So"]);
  });

  it.each(["words", "article"] as const)("gives the tokens of the tokenizer %s and places in order", (name) => {
    const { tokenize } = createTokenizer(name);
    fc.assert(
      fc.property(strings, (text) => {
        const spans = tokenSpans(name, text);
        expect(spans.map(({ token }) => token)).toEqual(tokenize(text));
        let last = 0;
        for (const { start, end } of spans) {
          expect(start).toBeLessThan(end);
          expect(end).toBeLessThanOrEqual(text.length);
          expect(start).toBeGreaterThanOrEqual(last);
          last = start;
        }
      }),
      { numRuns: 1000 },
    );
  });

  it("finds a part of the text from which the token would be made again", () => {
    const { tokenize } = createTokenizer("words");
    fc.assert(
      fc.property(strings, (text) => {
        for (const { token, start, end } of tokenSpans("words", text)) {
          // The one letter whose lower case depends on what follows.
          const sigmas = (word: string) => word.replaceAll("ς", "σ");
          expect(tokenize(text.slice(start, end)).map(sigmas)).toContain(sigmas(token));
        }
      }),
      { numRuns: 1000 },
    );
  });
});
