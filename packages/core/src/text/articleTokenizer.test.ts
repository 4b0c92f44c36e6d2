import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { articleTokenizer, contractions } from "./articleTokenizer.js";
import { cleanText } from "./clean.js";

interface SpacyTokens {
  readonly spacy: string;
  readonly examples: readonly { readonly text: string; readonly tokens: readonly string[] }[];
}

/** Recorded by bench/reference/spacy_tokens.py. */
const reference = JSON.parse(
  readFileSync(new URL("./testdata/spacyTokens.json", import.meta.url), "utf8"),
) as SpacyTokens;

/** Texts of contractions and other words with all kinds of space between them. */
const spacedWords = fc
  .array(
    fc.tuple(
      fc.oneof(fc.constantFrom(...contractions().keys()), fc.stringMatching(/^[a-z]{0,6}$/)),
      fc.constantFrom(" ", " ", "  ", "   ", "\v", "\x1f "),
    ),
  )
  .map((pieces) => pieces.flat().join(""));

describe("articleTokenizer", () => {
  it(`gives spaCy ${reference.spacy}'s tokens for ${reference.examples.length} recorded texts`, () => {
    expect(reference.examples.length).toBeGreaterThan(250);
    const differing = reference.examples.filter(
      ({ text, tokens }) => JSON.stringify(articleTokenizer.tokenize(text)) !== JSON.stringify(tokens),
    );
    expect(differing).toEqual([]);
  });

  it("generates the 151 contractions that spaCy splits", () => {
    expect(contractions().size).toBe(151);
    for (const [whole, pieces] of contractions()) expect(pieces.join("")).toBe(whole);
  });

  it("leaves words whole that only look like contractions", () => {
    const words = ["ill", "its", "hell", "shell", "shed", "were", "well", "whore", "cause", "em", "constructor"];
    expect(articleTokenizer.tokenize(words.join(" "))).toEqual(words);
  });

  it("keeps every character but the one space that ends a word", () => {
    fc.assert(
      fc.property(spacedWords, (text) => {
        const withoutSpaces = (value: string) => value.replaceAll(" ", "");
        expect(withoutSpaces(articleTokenizer.tokenize(text).join(""))).toBe(withoutSpaces(cleanText(text)));
        expect(articleTokenizer.tokenize(text)).not.toContain("");
      }),
    );
  });

  it("takes any string, and as many spaces as there are", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(articleTokenizer.tokenize(text).every((token) => /^[\x00-\x7f]+$/.test(token))).toBe(true);
      }),
    );
    expect(articleTokenizer.tokenize("!".repeat(100_000))).toEqual([" ".repeat(100_000)]);
  });
});
