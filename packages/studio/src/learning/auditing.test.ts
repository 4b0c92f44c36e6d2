import { describe, expect, it } from "vitest";
import { readCsv } from "../reading/csv.js";
import { correctedCsv } from "./auditing.js";
import { Dataset } from "./dataset.js";

const source = 'rating,text,note\n5,"good, ""very"" good", \n1,bad,x\n3,"two\nlines",\n';
const table = readCsv(source, "a.csv", { preferTab: false });
const dataset = new Dataset(table, { text: ["text"], label: "rating", task: "rating" });

describe("the corrected file", () => {
  it("reads back as the data that it was, where nothing was corrected", () => {
    const again = readCsv(correctedCsv(dataset, []), "a.csv", { preferTab: false });
    expect([again.columns, again.values]).toEqual([table.columns, table.values]);
  });

  it("has the corrected ratings, and not the rows that were left out", () => {
    const csv = correctedCsv(dataset, [
      { row: 1, from: 5, to: 4 },
      { row: 2, from: 1 },
    ]);
    expect(readCsv(csv, "a.csv", { preferTab: false }).values).toEqual([
      ["4", "3"],
      ['good, "very" good', "two\nlines"],
      [" ", ""],
    ]);
  });
});
