import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OptionError } from "../errors.js";
import { encodeTexts, encodeTokens } from "./encode.js";
import { unknownId, Vocabulary } from "./vocabulary.js";

const vocabulary = Vocabulary.fromTokens(["a", "b", "c"]);

describe("encodeTokens", () => {
  it("cuts at the end and writes unknown tokens as 1", () => {
    expect([...encodeTokens(["a", "?", "c", "b"], vocabulary, { maxLength: 3 })]).toEqual([2, 1, 4]);
  });

  it("makes one unknown token of a text without tokens", () => {
    expect([...encodeTokens([], vocabulary, { maxLength: 3 })]).toEqual([unknownId]);
    expect([...encodeTokens([], vocabulary, { maxLength: 3, padToMaxLength: true })]).toEqual([unknownId, 0, 0]);
  });

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])("refuses a maxLength of %d", (maxLength) => {
    expect(() => encodeTokens(["a"], vocabulary, { maxLength })).toThrow(OptionError);
  });
});

describe("encodeTexts", () => {
  it("pads at the end when asked to", () => {
    const { ids, offsets } = encodeTexts([["b"], ["a", "b", "c"]], vocabulary, { maxLength: 2, padToMaxLength: true });
    expect([...ids]).toEqual([3, 0, 2, 3]);
    expect([...offsets]).toEqual([0, 2, 4]);
  });

  it("keeps all ids when there are many", () => {
    const texts = Array.from({ length: 5_000 }, (_, row) => [["a", "b"][row % 2], "c"]);
    const { ids } = encodeTexts(texts, vocabulary, { maxLength: 9 });
    expect([...ids]).toEqual(texts.flat().map((token) => vocabulary.idOf(token)));
  });

  it("lays texts one after another, each encoded as alone, however many there are", () => {
    const textLists = fc.array(fc.array(fc.constantFrom("a", "b", "c", "d"), { maxLength: 50 }), { maxLength: 200 });
    fc.assert(
      fc.property(textLists, fc.integer({ min: 1, max: 40 }), fc.boolean(), (texts, maxLength, padToMaxLength) => {
        const options = { maxLength, padToMaxLength };
        const { ids, offsets } = encodeTexts(texts, vocabulary, options);
        expect(offsets[0]).toBe(0);
        expect(offsets.length).toBe(texts.length + 1);
        expect(ids.length).toBe(offsets.at(-1));
        for (const [row, text] of texts.entries()) {
          expect(ids.slice(offsets[row], offsets[row + 1])).toEqual(encodeTokens(text, vocabulary, options));
        }
      }),
    );
  });
});
