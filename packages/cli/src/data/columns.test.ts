import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ColumnOptions, guessColumns } from "./columns.js";
import { readTable } from "./readTable.js";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "starcast-columns-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Cell = string | number | null;

/** A table of 40 rows, each column made by a function of the row's number. */
async function guess(
  columns: Record<string, (row: number) => Cell>,
  options: ColumnOptions & { needsLabel?: boolean } = {},
) {
  const names = Object.keys(columns);
  const rows = Array.from({ length: 40 }, (_, row) => names.map((name) => JSON.stringify(columns[name](row) ?? "")));
  const path = join(folder, "data.csv");
  writeFileSync(path, `${names.join(",")}\n${rows.map((row) => row.join(",")).join("\n")}\n`);
  const { text, label } = await guessColumns(await readTable(path), { needsLabel: true, ...options });
  return { text, label };
}

const sentence = (row: number) => `this is sentence ${row} of them`;
const other = (row: number) => `and another one ${row} of those`;
const title = (row: number) => `great thing ${row}`;
const stars = (row: number) => (row % 5) + 1;
const id = (row: number) => row;

describe("guessColumns", () => {
  it("finds title and text and rating of the clothing reviews, and no other number", async () => {
    const found = await guess({
      "Unnamed: 0": id,
      "Clothing ID": (row) => 700 + row,
      Age: (row) => 30 + row,
      Title: (row) => (row % 6 === 0 ? null : title(row)),
      "Review Text": (row) => (row % 20 === 0 ? null : sentence(row)),
      Rating: stars,
      "Recommended IND": (row) => row % 2,
      "Positive Feedback Count": (row) => row % 4,
      "Division Name": (row) => ["General", "General Petite"][row % 2],
      "Class Name": (row) => ["Knits", "Pants"][row % 2],
    });
    expect(found).toEqual({ text: ["Title", "Review Text"], label: "Rating" });
  });

  it.each<[string, Record<string, (row: number) => Cell>, { text: string[]; label: string }]>([
    ["plain", { text: sentence, label: stars }, { text: ["text"], label: "label" }],
    [
      "Amazon, 5-core",
      {
        reviewerID: id,
        asin: title,
        reviewerName: title,
        helpful: stars,
        reviewText: sentence,
        overall: stars,
        summary: title,
      },
      { text: ["summary", "reviewText"], label: "overall" },
    ],
    [
      "Amazon, TSV dump",
      { product_title: title, star_rating: stars, helpful_votes: stars, review_headline: title, review_body: sentence },
      { text: ["review_headline", "review_body"], label: "star_rating" },
    ],
    [
      "Yelp",
      { review_id: id, stars, useful: stars, funny: stars, cool: stars, text: sentence, date: title },
      { text: ["text"], label: "stars" },
    ],
    [
      "films",
      { title: (row) => `Film ${row % 4} again`, movie_review: sentence, score: stars },
      { text: ["movie_review"], label: "score" },
    ],
    [
      "tickets",
      { subject: title, body: sentence, priority: (row) => ["low", "high"][row % 2] },
      { text: ["subject", "body"], label: "priority" },
    ],
    [
      "set with names of labels",
      { text: sentence, label: stars, label_text: (row) => `l${row % 5}` },
      { text: ["text"], label: "label" },
    ],
    ["by content alone", { a: id, b: sentence, c: stars, d: (row) => row * 17 }, { text: ["b"], label: "c" }],
    ["German", { Datum: id, Meinung: sentence, Sterne: stars }, { text: ["Meinung"], label: "Sterne" }],
  ])("guesses the columns: %s", async (_, columns, expected) => {
    expect(await guess(columns)).toEqual(expected);
  });

  it("takes names that are given, in any case and order", async () => {
    const columns = { body: sentence, extra: other, rating: stars, level: stars };
    expect(await guess(columns, { text: ["EXTRA", "body"], label: "Level" })).toEqual({
      text: ["extra", "body"],
      label: "level",
    });
    expect(await guess(columns, { label: "level" })).toEqual({ text: ["body"], label: "level" });
    expect(await guess(columns, { text: ["extra"] })).toEqual({ text: ["extra"], label: "rating" });
  });

  it("needs no rating for prediction", async () => {
    expect(await guess({ id, comment: sentence }, { needsLabel: false })).toEqual({
      text: ["comment"],
      label: undefined,
    });
  });

  it.each<[string, Record<string, (row: number) => Cell>, ColumnOptions, string, RegExp]>([
    [
      "two texts",
      { review: sentence, comment: other, rating: stars },
      {},
      "ambiguous-columns",
      /2 columns that may be the text: "review", "comment".*--text "review"/,
    ],
    [
      "two ratings",
      { text: sentence, food_rating: stars, room_rating: stars },
      {},
      "ambiguous-columns",
      /may be the rating: "food_rating", "room_rating".*--label/,
    ],
    ["two by content", { text: sentence, x: stars, y: stars }, {}, "ambiguous-columns", /"x", "y"/],
    ["no text", { id, rating: stars }, {}, "no-text-column", /--text COLUMN; the columns are: "id", "rating"/],
    ["no rating", { id, text: sentence }, {}, "no-label-column", /--label COLUMN/],
    [
      "unknown text",
      { Review: sentence, rating: stars },
      { text: ["Reveiw"] },
      "unknown-column",
      /has no column "Reveiw". Did you mean "Review"\? Its columns are: "Review", "rating"/,
    ],
    ["unknown label", { text: sentence, rating: stars }, { label: "ratng" }, "unknown-column", /Did you mean "rating"/],
    [
      "same for both",
      { text: sentence, rating: stars },
      { text: ["rating"], label: "rating" },
      "ambiguous-columns",
      /both/,
    ],
  ])("says what is unclear: %s", async (_, columns, options, code, message) => {
    await expect(guess(columns, options)).rejects.toMatchObject({
      name: "DataError",
      code,
      message: expect.stringMatching(message) as string,
    });
  });
});
