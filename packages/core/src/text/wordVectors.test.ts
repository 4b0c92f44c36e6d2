import { describe, expect, it } from "vitest";
import { DataError, OptionError } from "../errors.js";
import { Random } from "../random.js";
import { Vocabulary } from "./vocabulary.js";
import { buildEmbeddingMatrix, readWordVectors } from "./wordVectors.js";

const wanted = Vocabulary.fromTokens(["good", "bad", ". . .", "\u00a0"]);

/** The vectors found, by token. */
async function read(lines: Iterable<string>, options: { size?: number; vocabulary?: Vocabulary } = {}) {
  const vocabulary = options.vocabulary ?? wanted;
  const vectors = await readWordVectors(lines, { wanted: vocabulary, fileName: "glove.txt", size: options.size });
  return Object.fromEntries([...vectors.rows].map(([id, row]) => [vocabulary.tokenOf(id), [...row]]));
}

describe("readWordVectors", () => {
  it("keeps the rows wanted, of doubles the first", async () => {
    expect(await read(["the 1 2", "good 0.5 -1e-1", "good 7 7", "bad .25 1."])).toEqual({
      good: [0.5, Math.fround(-0.1)],
      bad: [0.25, 1],
    });
  });

  it("skips word2vec's header and spaces at the end", async () => {
    expect(await read(["2 3", "good 1 2 3 ", "other\t4 5 6"])).toEqual({ good: [1, 2, 3] });
  });

  it("splits numbers from the right, since tokens may hold spaces", async () => {
    expect(await read(["the 1 2", ". . . 3 4", "at name@domain.com 5 6", "\u00a0 7 8"])).toEqual({
      ". . .": [3, 4],
      "\u00a0": [7, 8],
    });
  });

  it("can be told the size, when the first token looks like a number", async () => {
    expect(await read(["1 000 1 2", "good 3 4"], { size: 2 })).toEqual({ good: [3, 4] });
  });

  it("reads a stream", async () => {
    async function* stream() {
      yield "good 1 2";
    }
    expect((await readWordVectors(stream(), { wanted })).size).toBe(2);
  });

  it("reports how much of vocabulary and texts is covered, spaces aside", async () => {
    const vocabulary = Vocabulary.build([["good", "good", "  ", "bad", "rare", "bad", "  "]], { minCount: 2 });
    const { coverage } = await readWordVectors(["good 1", "extra 2"], { wanted: vocabulary });
    expect(coverage).toEqual({ foundTokens: 1, vocabularyTokens: 3, shareOfText: 2 / 5 });
    expect((await readWordVectors(["good 1"], { wanted })).coverage).toEqual({ foundTokens: 1, vocabularyTokens: 4 });
  });

  it.each([
    [["the 1 2", "good 1"], undefined, "glove.txt, line 2: a token and 2 numbers were expected, 2 fields found."],
    [["the 1 2", "", "good"], undefined, "glove.txt, line 3: a token and 2 numbers were expected, 1 fields found."],
    [["the 1 2", "good 1 x"], undefined, 'glove.txt, line 2: "x" is not a number that fits into 32 bits.'],
    [["the 1 2", "good 1 nan"], undefined, '"nan" is not a number'],
    [["the 1 2", "good 0x10 1"], undefined, '"0x10" is not a number'],
    [["the 1 2", "good 1e39 1"], undefined, '"1e39" is not a number'],
    [["the 1 2", "good 1  2"], undefined, "line 2"],
    [["the 1 2", "other 0.1 0.2 0.3"], undefined, "line 2: more than 2 numbers"],
    [["the 1 2", " 1 2"], undefined, "line 2: the token before the numbers is missing"],
    [["only text here"], undefined, "line 1: a token with at least one number was expected"],
    [["good 1 2 3"], 4, "line 1: a token and 4 numbers were expected, 4 fields found"],
    [["10 3", "good 1 2 3"], 4, "line 1: the header says that vectors have 3 numbers, where 4 were asked for"],
    [["10 0"], undefined, "line 1: the header says that vectors have no numbers"],
    [[], undefined, "glove.txt: there is no line with a word vector."],
  ])("says file and line of what is wrong with %j", async (lines, size, message) => {
    await expect(read(lines, { size })).rejects.toThrow(DataError);
    await expect(read(lines, { size })).rejects.toThrow(message);
  });

  it("refuses a size that is none", async () => {
    await expect(read(["good 1"], { size: 0 })).rejects.toThrow(OptionError);
  });
});

describe("buildEmbeddingMatrix", () => {
  it("has the vectors found, zeros for padding, and small random numbers elsewhere", async () => {
    const vectors = await readWordVectors(["bad 3 4"], { wanted });
    const matrix = buildEmbeddingMatrix(wanted, vectors, new Random(1, "vectors"));
    expect(matrix.length).toBe(wanted.size * 2);
    expect([...matrix.slice(0, 2)]).toEqual([0, 0]);
    expect([...matrix.slice(6, 8)]).toEqual([3, 4]);
    const others = [...matrix.slice(2, 6), ...matrix.slice(8)];
    expect(others.every((value) => value !== 0 && Math.abs(value) <= 0.25)).toBe(true);
    expect(new Set(others).size).toBe(others.length);
    expect(buildEmbeddingMatrix(wanted, vectors, new Random(1, "vectors"))).toEqual(matrix);
  });
});
