import { describe, expect, it } from "vitest";
import { guessLabelColumn, guessTextColumns } from "./columnGuess.js";
import { nameWords, profileColumn } from "./columnProfile.js";

const rows = Array.from({ length: 40 }, (_, row) => row);
const column = (name: string, value: (row: number) => string | null) => profileColumn(name, rows.map(value));
const sentences = (name: string) => column(name, (row) => `this is sentence ${row} of them`);
const stars = (name: string) => column(name, (row) => String((row % 5) + 1));

describe("guesses of columns", () => {
  it("join a title and its text, and take the rating by its name", () => {
    const profiles = [sentences("Review Text"), column("Title", (row) => `great thing ${row}`), stars("Rating")];
    expect(guessTextColumns(profiles)).toEqual({ columns: ["Title", "Review Text"], candidates: [] });
    expect(guessLabelColumn(profiles)).toEqual({ columns: ["Rating"], candidates: [] });
  });

  it("name the candidates instead of choosing by chance", () => {
    const profiles = [sentences("review"), sentences("comment"), stars("x"), stars("y")];
    expect(guessTextColumns(profiles)).toEqual({ columns: [], candidates: ["review", "comment"] });
    expect(guessLabelColumn(profiles)).toEqual({ columns: [], candidates: ["x", "y"] });
  });

  it("find nothing where there is nothing", () => {
    expect(guessTextColumns([stars("x")])).toEqual({ columns: [], candidates: [] });
    expect(guessLabelColumn([sentences("text")])).toEqual({ columns: [], candidates: [] });
  });

  it("divides names into words", () => {
    expect(nameWords("reviewText")).toEqual(["review", "text"]);
    expect(nameWords("Unnamed: 0")).toEqual(["unnamed", "0"]);
    expect(nameWords("star_rating")).toEqual(["star", "rating"]);
  });
});
