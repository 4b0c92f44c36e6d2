import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeTexts, Vocabulary } from "../text/index.js";
import { TokenStore } from "./tokens.js";

function storeOf(texts: readonly (readonly string[])[]): TokenStore {
  const store = new TokenStore();
  for (const tokens of texts) store.add(tokens);
  return store;
}

const tokenLists = fc.array(fc.array(fc.string({ maxLength: 2 })), { maxLength: 40 });

describe("TokenStore", () => {
  it("gives back the tokens that were added, empty texts included", () => {
    fc.assert(
      fc.property(tokenLists, (texts) => {
        const store = storeOf(texts);
        expect(store.length).toBe(texts.length);
        expect(texts.map((_, row) => store.tokensOf(row))).toEqual(texts);
      }),
    );
  });

  it("builds the vocabulary that the token lists of the same rows give", () => {
    fc.assert(
      fc.property(tokenLists, fc.nat(39), fc.integer({ min: 1, max: 3 }), (texts, first, minCount) => {
        const rows = texts.map((_, row) => row).slice(first);
        const built = storeOf(texts).vocabularyOf(rows, { minCount, maxSize: 4 });
        const expected = Vocabulary.build(
          rows.map((row) => texts[row]),
          { minCount, maxSize: 4 },
        );
        expect(built.toLines()).toBe(expected.toLines());
        expect(built.tokenCounts).toEqual(expected.tokenCounts);
        expect(built.distinctTokens).toBe(expected.distinctTokens);
      }),
    );
  });

  it("encodes as the token lists would be encoded, and is empty afterwards", () => {
    fc.assert(
      fc.property(tokenLists, fc.boolean(), fc.integer({ min: 1, max: 5 }), (texts, padToMaxLength, maxLength) => {
        const vocabulary = Vocabulary.build(texts, { minCount: 2 });
        const store = storeOf(texts);
        const options = { maxLength, padToMaxLength };
        const expected = encodeTexts(texts, vocabulary, options);
        const { ids, offsets } = store.takeEncoded(vocabulary, options);
        expect(ids).toEqual(Uint16Array.from(expected.ids));
        expect(offsets).toEqual(expected.offsets);
        expect(store.length).toBe(0);
      }),
    );
  });

  it("keeps texts that lie in several pieces of its memory", () => {
    const tokens = Array.from({ length: 150_000 }, (_, index) => `t${index % 97}`);
    const texts = [tokens.slice(0, 70_000), ["between"], tokens.slice(70_000)];
    const store = storeOf(texts);
    expect(store.tokensOf(0)).toEqual(texts[0]);
    expect(store.tokensOf(2)).toEqual(texts[2]);
    const vocabulary = store.vocabularyOf([0, 1, 2], {});
    const encoded = store.takeEncoded(vocabulary, { maxLength: 100_000 });
    expect([...encoded.ids]).toEqual([...encodeTexts(texts, vocabulary, { maxLength: 100_000 }).ids]);
  });

  it("keeps tokens of which there are more than 16 bits can tell apart", () => {
    const tokens = Array.from({ length: 70_000 }, (_, index) => `t${index}`);
    const texts = [tokens, [...tokens].reverse()];
    const store = storeOf(texts);
    expect(store.tokensOf(1)).toEqual(texts[1]);
    const vocabulary = store.vocabularyOf([0, 1], {});
    const encoded = store.takeEncoded(vocabulary, { maxLength: 100_000 });
    expect(encoded.ids).toEqual(encodeTexts(texts, vocabulary, { maxLength: 100_000 }).ids);
    expect(Math.max(...encoded.ids.subarray(0, 70_000))).toBe(70_001);
  });
});
