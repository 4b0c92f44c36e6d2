import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FormatError, OptionError } from "../errors.js";
import { paddingId, unknownId, Vocabulary } from "./vocabulary.js";

const texts = [
  ["b", "a", "c"],
  ["a", "d", "b", "a"],
];

describe("Vocabulary.build", () => {
  it("numbers tokens from 2 on in order of first appearance", () => {
    const vocabulary = Vocabulary.build(texts);
    expect(["b", "a", "c", "d", "never seen"].map((token) => vocabulary.idOf(token))).toEqual([2, 3, 4, 5, unknownId]);
    expect([0, 1, 2, 5].map((id) => vocabulary.tokenOf(id))).toEqual(["<pad>", "<unk>", "b", "d"]);
    expect(() => vocabulary.tokenOf(6)).toThrow(RangeError);
    expect(() => vocabulary.tokenOf(-1)).toThrow(RangeError);
  });

  it("leaves rare tokens out and counts them as unknown", () => {
    const vocabulary = Vocabulary.build(texts, { minCount: 2 });
    expect(vocabulary).toMatchObject({ size: 4, distinctTokens: 4, keptTokens: 2 });
    expect([...(vocabulary.tokenCounts ?? [])]).toEqual([0, 2, 2, 3]);
    expect(vocabulary.knownShare(["a", "b", "c", "a"])).toBe(0.75);
    expect(vocabulary.knownShare([])).toBe(0);
  });

  it("keeps the most frequent tokens, of equals the first seen, without changing the order of ids", () => {
    const vocabulary = Vocabulary.build(texts, { maxSize: 3 });
    expect([2, 3, 4].map((id) => vocabulary.tokenOf(id))).toEqual(["b", "a", "c"]);
    expect(vocabulary).toMatchObject({ size: 5, distinctTokens: 4, keptTokens: 3 });
    expect(Vocabulary.build(texts, { maxSize: 1 }).tokenOf(2)).toBe("a");
  });

  it("gives no id to what is too long to be a word", () => {
    const [longest, tooLong] = ["x".repeat(1000), "x".repeat(1001)];
    const vocabulary = Vocabulary.build([[longest, tooLong, tooLong]]);
    expect([vocabulary.has(longest), vocabulary.has(tooLong)]).toEqual([true, false]);
    expect([...(vocabulary.tokenCounts ?? [])]).toEqual([0, 2, 1]);
  });

  it("takes tokens that are names of object properties or of the special ids for what they are", () => {
    const vocabulary = Vocabulary.build([["__proto__", "constructor", "<pad>"]]);
    expect(["__proto__", "constructor", "<pad>", "toString"].map((t) => vocabulary.idOf(t))).toEqual([2, 3, 4, 1]);
    expect(paddingId).toBe(0);
  });

  it.each([{ minCount: 0 }, { minCount: 1.5 }, { maxSize: 0 }, { maxSize: Number.NaN }])("refuses %o", (options) => {
    expect(() => Vocabulary.build(texts, options)).toThrow(OptionError);
  });
});

describe("Vocabulary.fromTokens", () => {
  it("refuses a token given twice", () => {
    expect(() => Vocabulary.fromTokens(["a", "b", "a"])).toThrow('The token "a" is given twice');
  });
});

describe("vocabulary.txt", () => {
  it("is read up to a size, with or without a line feed at the end", () => {
    const lines = "<pad>\n<unk>\na\nb";
    for (const text of [lines, `${lines}\n`]) {
      expect(Vocabulary.fromLines(text, { maxSize: 4 }).size).toBe(4);
      expect(() => Vocabulary.fromLines(text, { maxSize: 3 })).toThrow("more than the 3 lines expected");
    }
    expect(() => Vocabulary.fromLines(`${lines}\n\n`, { maxSize: 4 })).toThrow("more than the 4 lines");
  });

  it("has one visible token a line, so that line number minus one is the id", () => {
    const lines = Vocabulary.fromTokens(["good", "  ", "", "a\nb\\c\t\r", "\u2028\ud800", "👩\u200d👧"]).toLines();
    const expected = [
      "<pad>",
      "<unk>",
      "good",
      "\\u0020\\u0020",
      "\\e",
      "a\\nb\\\\c\\t\\r",
      "\\u2028\\ud800",
      "👩\u200d👧",
      "",
    ];
    expect(lines.split("\n")).toEqual(expected);
  });

  it("comes back as it was, through UTF-8, whatever the tokens are", () => {
    const tokenLists = fc.uniqueArray(fc.oneof(fc.string({ unit: "binary" }), fc.stringMatching(/^[\\eu0-9nrt \s]*$/)));
    fc.assert(
      fc.property(tokenLists, (tokens) => {
        const bytes = new TextEncoder().encode(Vocabulary.fromTokens(tokens).toLines());
        const loaded = Vocabulary.fromLines(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
        expect(tokens.map((_, index) => loaded.tokenOf(index + 2))).toEqual(tokens);
        expect(loaded.size).toBe(tokens.length + 2);
      }),
    );
  });

  it("keeps lone surrogates apart from pairs", () => {
    const tokens = ["\ud83d", "\ude00", "\ud83d\ude00"];
    const loaded = Vocabulary.fromLines(Vocabulary.fromTokens(tokens).toLines());
    expect(tokens.map((token) => loaded.idOf(token))).toEqual([2, 3, 4]);
  });

  it("may have been given CR LF, or lost its last line feed", () => {
    expect(Vocabulary.fromLines("<pad>\r\n<unk>\r\na\r\n").idOf("a")).toBe(2);
    expect(Vocabulary.fromLines("<pad>\n<unk>\na").size).toBe(3);
  });

  it.each([
    ["", "vocabulary-header", "line 1, has to be <pad>"],
    ["<pad>\ngood\n", "vocabulary-header", "line 2, has to be <unk>"],
    ["<pad>\n<unk>\na\n\nb\n", "vocabulary-line", "line 4, is empty"],
    [
      "<pad>\n<unk>\na b\n",
      "vocabulary-line",
      "line 3, holds an invisible character that has to be written as \\u0020",
    ],
    ["<pad>\n<unk>\na\0\n", "vocabulary-line", "written as \\u0000"],
    ["<pad>\n<unk>\n\\q\n", "vocabulary-line", "unknown escape \\q"],
    ["<pad>\n<unk>\nx\\\n", "vocabulary-line", "unknown escape \\."],
    ["<pad>\n<unk>\n\\u12\n", "vocabulary-line", "unknown escape \\u"],
    ["<pad>\n<unk>\na\nb\n\\u0061\n", "vocabulary-duplicate", 'line 5, repeats the token "a" of line 3'],
  ])("is refused with the line when it is %j", (text, code, message) => {
    const load = () => Vocabulary.fromLines(text);
    expect(load).toThrow(FormatError);
    expect(load).toThrow(message);
    expect(load).toThrow(expect.objectContaining({ code }));
  });
});
