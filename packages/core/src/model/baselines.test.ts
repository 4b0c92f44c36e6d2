import { describe, expect, it } from "vitest";
import { splitWords } from "../baselines/index.js";
import { recipes } from "../recipes/resolve.js";
import { prepareRows } from "../training/prepare.js";
import { collectRows, createScale } from "../training/rows.js";
import { madeUpReviews } from "../training/testing/reviews.js";
import { TokenStore } from "../training/tokens.js";
import { trainBaselines } from "./baselines.js";

async function prepared(count: number) {
  const tokens = new TokenStore();
  const words = new TokenStore();
  const onText = (text: string): void => {
    tokens.add(text.split(" "));
    words.add(splitWords(text));
  };
  const rows = await collectRows(madeUpReviews(count), { seed: 1, onText });
  return { words, data: prepareRows(rows, tokens, createScale(rows, "rating"), recipes.best) };
}

describe("trainBaselines", () => {
  it("says from how many rows the linear model learned when those were not all, and then lets go of the words", async () => {
    const { words, data } = await prepared(200);
    const limited = await trainBaselines(words, data, { mostLinearRows: 40 });
    expect(limited.linearRows).toBe(40);
    expect(limited.linear.rows).toBe(40);
    expect(words.length).toBe(0);
    const all = await prepared(200);
    const unlimited = await trainBaselines(all.words, all.data, {});
    expect(unlimited).not.toHaveProperty("linearRows");
    expect(unlimited.mean).toEqual(limited.mean);
  });
});
