import { FormatError, Vocabulary } from "@starcast/core";
import { describe, expect, it } from "vitest";
import { readTokens, type SpecialIds } from "./tokens.js";

const usual: SpecialIds = { padding: 0, unknown: 1 };
const read = (content: unknown, rows: number, { fileName = "tokens.json", special = usual } = {}) => {
  const text = typeof content === "string" ? content : JSON.stringify(content);
  const { vocabulary, rows: order } = readTokens(text, fileName, rows, special);
  return { tokens: Array.from({ length: vocabulary.keptTokens }, (_, index) => vocabulary.tokenOf(index + 2)), order };
};
const goodAndBad = { tokens: ["good", "bad"], order: [0, 1, 2, 3] };

describe("readTokens", () => {
  it.each<[string, unknown, string]>([
    ["a list of all ids", ["", "UNK", "good", "bad"], "tokens.json"],
    ["a list without padding and unknown", ["good", "bad"], "tokens.json"],
    ["an object of all ids", { "": 0, UNK: 1, bad: 3, good: 2 }, "tokens.json"],
    ["an object without padding and unknown", { bad: 3, good: 2 }, "tokens.json"],
    ["lines", "<PAD>\n<UNK>\r\ngood\nbad\n", "tokens.txt"],
    ["lines without padding and unknown", "good\nbad", "tokens.txt"],
    ["lines whose padding is empty", "\nUNK\ngood\nbad\n", "tokens.txt"],
    ["Starcast's own file", Vocabulary.fromTokens(["good", "bad"]).toLines(), "vocabulary.txt"],
  ])("reads %s", (_name, content, fileName) => {
    expect(read(content, 4, { fileName })).toEqual(goodAndBad);
  });

  it("keeps spaces and the words that JavaScript's objects have of their own", () => {
    const tokens = ["", "", " ", "  ", "constructor", "__proto__"];
    expect(read(tokens, 6).tokens).toEqual(tokens.slice(2));
    expect(read('{"__proto__": 2, "constructor": 3}', 4).tokens).toEqual(["__proto__", "constructor"]);
  });

  it("takes padding and unknown from where they are, and orders the rows to match", () => {
    const special = { padding: 3, unknown: 0 };
    expect(read(["<unk>", "good", "bad", "<pad>"], 4, { special })).toEqual({
      tokens: ["good", "bad"],
      order: [3, 0, 1, 2],
    });
  });

  it.each<[string, unknown, string, SpecialIds?]>([
    ["too few tokens", ["a", "b", "c"], "3 tokens, but the embedding 6 rows"],
    ["a token with two ids", ["", "", "good", "bad", "x", "good"], '"good" has two ids, 2 and 5'],
    ["an id with two tokens", { a: 2, b: 2 }, '"a" and "b" have the same id 2'],
    ["an id without a token", { a: 2, b: 4, c: 5 }, "no token has the id 3"],
    ["an id that is no row", { a: 6 }, '"a" has the id 6, but ids are whole numbers from 0 to 5'],
    ["an id that is no number", { a: "2" }, '"a" has the id "2"'],
    ["a token that is no text", ["", "", 7, "a", "b", "c"], "item 3 of the list is not a text"],
    ["JSON of another kind", "5", "a JSON list of tokens, or an object"],
    ["broken JSON", '["a"', "not valid JSON"],
    ["padding beyond the rows", [], "the id 9 of padding is not one of the 6 rows", { padding: 9, unknown: 1 }],
    ["padding that is unknown", [], "cannot both have the id 1", { padding: 1, unknown: 1 }],
  ])("refuses %s", (_name, content, message, special = usual) => {
    expect(() => read(content, 6, { special })).toThrow(FormatError);
    expect(() => read(content, 6, { special })).toThrow(message);
  });

  it("refuses an empty file", () => {
    expect(() => read("", 4, { fileName: "tokens.txt" })).toThrow("it is empty");
  });
});
