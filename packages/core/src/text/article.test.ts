import { createReadStream } from "node:fs";
import { describe, expect, it } from "vitest";
import { articleTokenizer } from "./articleTokenizer.js";
import { encodeTexts, encodeTokens } from "./encode.js";
import { linesOf } from "./lines.js";
import { hasSharedData, readReviews, vectorsFile } from "./testing/sharedData.js";
import { Vocabulary } from "./vocabulary.js";
import { readWordVectors } from "./wordVectors.js";

describe.skipIf(!hasSharedData)("the article's text steps on its data (needs ../shared/data)", () => {
  const texts = hasSharedData ? readReviews().map((text) => articleTokenizer.tokenize(text)) : [];
  const vocabulary = Vocabulary.build(texts, { minCount: 2 });

  it("find 14,138 distinct tokens and keep 8,263", () => {
    expect(texts.length).toBe(23_486);
    expect(vocabulary).toMatchObject({ distinctTokens: 14_138, keptTokens: 8_263, size: 8_265 });
    expect(vocabulary.tokenCounts?.reduce((sum, count) => sum + count)).toBe(1_620_045);
  });

  it("give the article's ids", () => {
    const encode = (row: number) => [...encodeTokens(texts[row], vocabulary, { maxLength: 70, padToMaxLength: true })];
    expect(encode(0)).toEqual([2, 3, 4, 5, 6, 7, 8, 7, 9, ...new Array<number>(61).fill(0)]);
    expect(encode(1).slice(0, 12)).toEqual([2, 10, 11, 12, 5, 13, 14, 15, 16, 5, 17, 18]);
    expect(encode(2).slice(0, 11)).toEqual([54, 55, 56, 57, 17, 58, 59, 60, 61, 62, 11]);
  });

  it("encode to 54.43 tokens in the mean", () => {
    const { ids } = encodeTexts(texts, vocabulary, { maxLength: 70 });
    expect((ids.length / texts.length).toFixed(2)).toBe("54.43");
  });

  it("find 1,541 words and 76 % of the text in the head of GloVe 6B 50d", async () => {
    const lines = linesOf(createReadStream(vectorsFile));
    const { size, coverage } = await readWordVectors(lines, { wanted: vocabulary });
    expect(size).toBe(50);
    expect(coverage).toMatchObject({ foundTokens: 1_541, vocabularyTokens: 8_263 });
    expect(coverage.shareOfText?.toFixed(2)).toBe("0.76");
  });

  it("survive saving the vocabulary", () => {
    const loaded = Vocabulary.fromLines(vocabulary.toLines());
    const [before, after] = [vocabulary, loaded].map((each) => encodeTexts(texts, each, { maxLength: 70 }).ids);
    expect(after.length).toBe(before.length);
    expect(after.every((id, index) => id === before[index])).toBe(true);
  });
});
