import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DataError } from "../errors.js";
import { train } from "../model/train.js";
import { madeUpReviews } from "../training/testing/reviews.js";
import { Explainer } from "./explainer.js";
import { randomModel } from "./testing/models.js";

describe("explain", () => {
  it("adds up to the prediction minus the baseline within 1 %, for every kind of network and head, for several members and a linear branch", async () => {
    const variants = fc.record({
      network: fc.record({
        embeddingSize: fc.integer({ min: 1, max: 9 }),
        hiddenSize: fc.integer({ min: 1, max: 9 }),
        numLayers: fc.integer({ min: 1, max: 2 }),
        bidirectional: fc.boolean(),
        pooling: fc.constantFrom("last" as const, "meanMax" as const, "meanMaxAttention" as const),
      }),
      head: fc.constantFrom(
        "rating" as const,
        "regression" as const,
        "corn" as const,
        "coral" as const,
        "class" as const,
        "number" as const,
      ),
      padToMaxLength: fc.boolean(),
      members: fc.integer({ min: 1, max: 3 }),
      wide: fc.boolean(),
      seed: fc.nat(10_000),
    });
    const texts = fc.array(fc.constantFrom("fine", "bad", "Good", "zzz", "not", "w7", "w8", "!"), {
      minLength: 1,
      maxLength: 14,
    });
    await fc.assert(
      fc.asyncProperty(variants, texts, async (variant, words) => {
        const model = await randomModel(variant);
        const { value, baseline, completeness, ...explanation } = new Explainer(model).explain(words.join(" "));
        model.dispose();
        const sum = explanation.words.reduce((total, { effect }) => total + effect, 0);
        const difference = Math.abs(value - baseline);
        expect(completeness.error).toBeCloseTo(sum - (value - baseline), 12);
        expect(completeness.reached).toBe(true);
        // Where the words hardly change anything, a share would mean nothing.
        expect(Math.abs(completeness.error)).toBeLessThan(Math.max(0.01 * difference, 1e-4));
      }),
      { numRuns: 60 },
    );
  });

  it("says honestly when the limit of points is reached", async () => {
    const model = await randomModel({ seed: 3, scale: 4 });
    const { completeness } = new Explainer(model).explain("fine bad good not w7 w8", {
      tolerance: 1e-7,
      maxPoints: 16,
    });
    expect(completeness.points).toBeLessThanOrEqual(16);
    expect(completeness.reached).toBe(false);
    expect(completeness.share).toBeGreaterThan(1e-7);
    model.dispose();
  });

  it("attaches effects to the words as they stand in the text, and says where reading ended", async () => {
    const model = await randomModel({ seed: 1, maxLength: 3 });
    const text = "  Not GOOD… zzz, w8 w9";
    const { words, readUpTo } = new Explainer(model).explain(text);
    expect(words.map((word) => [word.text, word.token, word.known])).toEqual([
      ["Not", "not", true],
      ["GOOD", "good", true],
      ["zzz", "zz", false],
    ]);
    expect(words.every((word) => text.slice(word.start, word.end) === word.text)).toBe(true);
    expect(text.slice(readUpTo)).toBe(", w8 w9");
    model.dispose();
  });

  it("refuses what cannot be rated", async () => {
    const model = await randomModel({ seed: 1 });
    expect(() => new Explainer(model).explain(" … ")).toThrow(DataError);
    model.dispose();
  });

  it("finds the words that told a trained model the rating", async () => {
    const options = { epochs: 8, batchSize: 32, learningRate: 0.02, baselines: false };
    for await (const event of train(madeUpReviews(300), options)) {
      if (event.type !== "done") continue;
      const explainer = new Explainer(event.model);
      const effects = (text: string) => explainer.explain(text).words.map(({ effect }) => effect);
      const [, , , bad] = effects("the dress is terrible");
      const [, , , good] = effects("the dress is wonderful");
      expect(bad).toBeLessThan(-0.5);
      expect(good).toBeGreaterThan(0.1);
      event.model.dispose();
    }
  });
});
