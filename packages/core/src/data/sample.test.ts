import { describe, expect, it } from "vitest";
import { Random } from "../random.js";
import { makeSample, sampleSize } from "./sample.js";
import { sentence } from "./samplePhrases.js";
import { products } from "./sampleWords.js";

const sample = makeSample();

describe("the sample", () => {
  it("is the same for the same seed, and another for another", () => {
    expect(makeSample({ rows: 200 })).toEqual(sample.slice(0, 200));
    expect(makeSample({ rows: 200, seed: 2 })).not.toEqual(sample.slice(0, 200));
  });

  it("has all five ratings, skewed to praise but not far", () => {
    const shares = [1, 2, 3, 4, 5].map((star) => sample.filter(({ rating }) => rating === star).length / sampleSize);
    expect(Math.min(...shares)).toBeGreaterThan(0.07);
    expect(Math.max(...shares)).toBeLessThan(0.35);
    expect(shares[4] + shares[3]).toBeGreaterThan(0.5);
  });

  it("has ratings as noisy as its description says", () => {
    const squares = sample.map(({ rating, meant }) => (rating - meant) ** 2);
    const rmse = Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / sampleSize);
    expect(rmse).toBeGreaterThan(0.33);
    expect(rmse).toBeLessThan(0.42);
  });

  it("is varied and short", () => {
    expect(new Set(sample.map(({ review }) => review)).size).toBeGreaterThan(0.98 * sampleSize);
    const words = sample.map(({ review }) => review.split(" ").length);
    expect(Math.max(...words)).toBeLessThan(120);
    expect(words.reduce((sum, count) => sum + count, 0) / sampleSize).toBeLessThan(30);
  });

  it("holds negation, contrast, intensity and typing errors", () => {
    const all = sample.map(({ review }) => review).join("\n");
    for (const phrase of [
      "not bad at all",
      "I would not say that",
      "is far from being",
      ", but ",
      ", even though ",
      "slightly",
      "absolutely",
      "pefect",
    ]) {
      expect(all).toContain(phrase);
    }
  });

  it("uses words of praise for bad ratings and the reverse so often that words alone do not tell", () => {
    const count = (test: (rating: number) => boolean) =>
      sample.filter(
        ({ review, meant }) => test(meant) && /\b(wonderful|excellent|superb|brilliant|perfect)\b/i.test(review),
      ).length;
    const bad = count((rating) => rating <= 2);
    const good = count((rating) => rating >= 4);
    expect(bad / sample.filter(({ meant }) => meant <= 2).length).toBeGreaterThan(
      0.4 * (good / sample.filter(({ meant }) => meant >= 4).length),
    );
  });

  it("lets the order of the clauses decide: but, although and even though", () => {
    const random = new Random(1, "test");
    const found = { but: 0, "even though": 0 };
    const good = "(?:great|lovely|superb|perfect|good|nice|solid|wonderful)";
    const pattern = new RegExp(`^the \\w+ (?:is|was) ${good}, (but|even though) the \\w+ is not ${good}`);
    for (let round = 0; round < 40_000; round++) {
      const { text, value } = sentence(random, products[0], 0.5);
      const joint = pattern.exec(text)?.[1] as keyof typeof found | undefined;
      if (joint === undefined) continue;
      expect(Math.sign(value)).toBe(joint === "but" ? -1 : 1);
      found[joint]++;
    }
    expect(Math.min(found.but, found["even though"])).toBeGreaterThan(0);
  });
});
