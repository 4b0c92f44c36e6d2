import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { unicodeVersion } from "./characterClasses.generated.js";
import { classOf, classTable } from "./characterClasses.js";
import { createTokenizer } from "./tokenizer.js";
import { wordTokenizer } from "./wordTokenizer.js";

const tokenize = wordTokenizer.tokenize;

describe("wordTokenizer", () => {
  it.each([
    ["lower case, any alphabet", "Great Été ΟΔΟΣ Привет İstanbul", ["great", "été", "οδος", "привет", "istanbul"]],
    [
      "apostrophes inside words, typographic or not",
      "don’t don't don`t don´t 'tis dogs'",
      [..."x".repeat(4)].map(() => "don't").concat("tis", "dogs"),
    ],
    [
      "numbers with what joins them",
      "4.5 stars, 10/10. 1,000 at 12:30",
      ["4.5", "stars", "10/10", "1,000", "at", "12", "30"],
    ],
    ["heights, decades and sizes", "5'4\" 80's 34DD 2XL", ["5'4", "80's", "34dd", "2xl"]],
    ["one-character fractions", "3½ or ¾", ["3", "1/2", "or", "3/4"]],
    ["folded elongations, of letters only", "soooo sooo soo so 10000", ["soo", "soo", "soo", "so", "10000"]],
    [
      "exclamation and question marks",
      "Wow! Wow!!! Why? ???? ?!?! ！ ‼️ ¿؟",
      ["wow", "!", "wow", "!!", "why", "?", "??", "?!", "!", "!!", "?"],
    ],
    ["whole emoji", "👩🏽‍👩‍👧 👍🏿 🇩🇪🇫🇷 🏴󠁧󠁢󠁥󠁮󠁧󠁿", ["👩🏽‍👩‍👧", "👍🏿", "🇩🇪", "🇫🇷", "🏴󠁧󠁢󠁥󠁮󠁧󠁿"]],
    ["one spelling of an emoji, at most two in a row", "❤️❤❤️😂❤", ["❤", "❤", "😂", "❤"]],
    ["emoji next to words", "love❤️it5️⃣", ["love", "❤", "it5"]],
    ["hyphens and dots between words separate", "well-made.I U.S.A.", ["well", "made", "i", "u", "s", "a"]],
    ["compatibility forms", "ﬁt Ｆｕｌｌ 𝗯𝗼𝗹𝗱 Spandex™", ["fit", "full", "bold", "spandex"]],
    ["scripts without spaces, a character each", "很好。ガール ดี", ["很", "好", "ガ", "ー", "ル", "ดี"]],
    ["Korean keeps its words", "정말 좋아요", ["정말", "좋아요"]],
    ["invisible characters inside words", "won\u00adder می‌خواهم جمـــيل", ["wonder", "میخواهم", "جميل"]],
    ["NUL, controls and lone surrogates separate", "a\0b\ud83dc\udc00d\u200be", ["a", "b", "c", "d", "e"]],
    ["a text without words", " … -- \u0301 🄰", []],
  ])("knows %s", (_, text, tokens) => {
    expect(tokenize(text)).toEqual(tokens);
  });

  it("gives the same tokens for texts that are canonically equivalent", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        expect(tokenize(text.normalize("NFD"))).toEqual(tokenize(text));
      }),
      { examples: [["\u1810\u1fef\ua000"]] },
    );
  });

  it("takes any string and gives tokens that it would not cut again", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.string({ unit: "grapheme" })), (text) => {
        const tokens = tokenize(text);
        expect(tokens).not.toContain("");
        expect(tokenize(tokens.join(" "))).toEqual(tokens);
      }),
      { numRuns: 500, examples: [["0\u0149"]] },
    );
  });

  it("finishes with a megabyte of what is slow to normalise or to match", () => {
    const hostile = ["a\u0301\u0323", "\uff9e\u0301", "a'", "1.", "!?", "👩\u200d", "Σ'", "\ud800", "İ"];
    for (const piece of hostile) {
      expect(tokenize(piece.repeat(1_000_000 / piece.length)).length).toBeLessThan(2);
    }
  }, 60_000);

  it("does not depend on symbols or letters that its Unicode version lacks", () => {
    expect(tokenize("a\u{3fffd}b\u{e1234}c")).toEqual(["a", "b", "c"]);
  });
});

describe("classTable", () => {
  it("agrees with the engine's Unicode on what both know", () => {
    const classes = classTable();
    const engineIsNewer = Number(process.versions.unicode) > Number(unicodeVersion);
    const differing: string[] = [];
    for (let code = 0; code < 0x110000; code++) {
      const character = String.fromCodePoint(code);
      if (/^[\p{Cn}\p{Co}\p{Cs}]$/u.test(character)) continue;
      const kind = classOf(classes, code);
      if (engineIsNewer && kind === 0) continue;
      const isWordCharacter = /^[\p{L}\p{M}\p{N}]$/u.test(character);
      const isOrdinary = kind === 0 || kind === 1 || kind === 2 || kind === 3 || kind === 4;
      if (isOrdinary && isWordCharacter === (kind === 0)) differing.push(code.toString(16));
    }
    expect(differing).toEqual([]);
  });
});

describe("createTokenizer", () => {
  it("finds both by name and refuses others", () => {
    expect(createTokenizer("words").name).toBe("words");
    expect(createTokenizer("article").name).toBe("article");
    expect(() => createTokenizer("toString")).toThrow('There is no tokenizer named "toString"');
  });
});
