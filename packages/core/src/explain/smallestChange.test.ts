import { afterAll, describe, expect, it } from "vitest";
import { OptionError } from "../errors.js";
import type { RatingModel } from "../model/ratingModel.js";
import { train } from "../model/train.js";
import { madeUpReviews } from "../training/testing/reviews.js";
import { Explainer } from "./explainer.js";
import { unitStep } from "./smallestChange.js";
import { randomModel } from "./testing/models.js";

async function trained(): Promise<RatingModel> {
  const options = { epochs: 8, batchSize: 32, learningRate: 0.02, baselines: false };
  for await (const event of train(madeUpReviews(300), options)) if (event.type === "done") return event.model;
  throw new Error("no model");
}

const model = await trained();
const explainer = new Explainer(model);
afterAll(() => model.dispose());

describe("the smallest change", () => {
  it("replaces the word that matters by one that says the opposite, in real texts whose predictions it tells", () => {
    const text = "The dress is WONDERFUL, really";
    const explanation = explainer.explain(text);
    const change = explainer.smallestChange(explanation, { direction: "down" });
    expect(change?.changes).toHaveLength(1);
    expect(change?.changes[0]).toMatchObject({ from: "WONDERFUL", start: 13, end: 22 });
    expect(change?.prediction).toEqual(model.predict(change?.text ?? ""));
    expect(change?.value).toBeLessThanOrEqual(explanation.value - 1);
    const farther = explainer.smallestChange(explanation, { direction: "down", step: 3.5 });
    expect(farther?.changes).toMatchObject([{ from: "WONDERFUL" }]);
    // In capitals, as the word was.
    expect(farther?.changes[0].to).toMatch(/^[A-Z]+$/);
    const up = explainer.smallestChange(explainer.explain("the dress is terrible"), { direction: "up" });
    expect(up?.changes.map(({ from }) => from)).toEqual(["terrible"]);
    expect(up?.value).toBeGreaterThan(2);
  });

  it("is not larger than it has to be: no single change does what it needs two for", () => {
    const explanation = explainer.explain("the dress is wonderful and perfect and wonderful");
    const change = explainer.smallestChange(explanation, { direction: "down", step: 2.5 });
    if (change === undefined || change.changes.length === 1) return;
    for (const { start, end } of explanation.words) {
      const without = explanation.text.slice(0, start) + explanation.text.slice(end);
      expect(model.predict(without).rating).toBeGreaterThan(explanation.value - 2.5);
    }
  });

  it("takes a word out with one of its blanks", async () => {
    const random = await randomModel({ seed: 2, scale: 3 });
    const own = new Explainer(random);
    const texts = new Set<string>();
    for (const direction of ["up", "down"] as const) {
      for (let step = 0.02; step < 1; step += 0.02) {
        const change = own.smallestChange(own.explain("w5 w6,  zzz w7!"), { direction, step });
        if (change?.changes.length === 1 && change.changes[0].to === undefined) texts.add(change.text);
      }
    }
    expect(texts.size).toBeGreaterThan(0);
    for (const text of texts)
      expect(["w6,  zzz w7!", "w5,  zzz w7!", "w5 w6,  w7!", "w5 w6,  zzz!", "w5 w6,  zzz w7"]).toContain(text);
    random.dispose();
  });

  it("is found in a text of which most is cut off, without copying it hundreds of times", async () => {
    const random = await randomModel({ seed: 2, scale: 3, maxLength: 8 });
    const own = new Explainer(random);
    const text = `w5 w6 good bad fine w7 w8 w9 ${"bad fine ".repeat(100_000)}`;
    const explanation = own.explain(text);
    const change = own.smallestChange(explanation, { direction: "down", step: 0.1 });
    expect(change?.text.length).toBeGreaterThan(900_000 - 10);
    expect(change?.value).toBe(random.predict(change?.text ?? "").rating);
    expect(change?.value).toBeLessThanOrEqual(explanation.value - 0.1);
    random.dispose();
  });

  it("says that there is none when the scale ends before, or when too few words may change", () => {
    const explanation = explainer.explain("the dress is wonderful");
    expect(explainer.smallestChange(explanation, { direction: "up" })).toBeUndefined();
    expect(explainer.smallestChange(explanation, { direction: "down", step: 4.1 })).toBeUndefined();
    expect(explainer.smallestChange(explanation, { direction: "down", maxChanges: 0 })).toBeUndefined();
  });

  it.each([{ step: 0 }, { step: Number.NaN }, { maxChanges: 1.5 }, { maxChanges: -1 }])("refuses %j", (options) => {
    const explanation = explainer.explain("the dress is wonderful");
    expect(() => explainer.smallestChange(explanation, { direction: "down", ...options })).toThrow(OptionError);
  });

  it("changes the label of classes, which have no up", async () => {
    const random = await randomModel({ seed: 9, head: "class", scale: 3 });
    const own = new Explainer(random);
    const explanation = own.explain("fine bad good not w7");
    const change = own.smallestChange(explanation, { direction: "down", maxChanges: 5 });
    expect(change?.prediction.label).not.toBe(explanation.prediction.label);
    expect(own.smallestChange(explanation, { direction: "up" })).toBeUndefined();
    random.dispose();
  });
});

describe("a step", () => {
  it("is a star on scales of stars and half stars, the distance of ratings elsewhere, a deviation of numbers", () => {
    const rating = (values: number[]) => unitStep({ scale: { task: "rating", labels: values, values } });
    expect(rating([1, 2, 3, 4, 5])).toBe(1);
    expect(rating([0.5, 1, 1.5, 2, 2.5, 3])).toBe(1);
    expect(rating([0, 10, 20])).toBe(10);
    expect(rating([0, 0.5, 1])).toBe(0.5);
    expect(unitStep({ scale: { task: "number", mean: 3, deviation: 7 } })).toBe(7);
  });
});

describe("word effects over texts", () => {
  it("are means over the occurrences of known words, strongest up first, rare ones left out", () => {
    const texts = [
      "the dress is wonderful",
      "this shirt is terrible",
      "the dress is terrible zzz",
      "my order is wonderful",
    ];
    const influences = explainer.wordEffects(texts, { minTexts: 2, tolerance: 0.005 });
    const words = influences.map(({ word }) => word);
    expect(words).toContain("dress");
    expect(words).not.toContain("shirt");
    expect(words).not.toContain("zzz");
    expect(words[0]).toBe("wonderful");
    expect(words.at(-1)).toBe("terrible");
    const effects = texts
      .flatMap((text) => explainer.explain(text).words)
      .filter(({ token }) => token === "terrible")
      .map(({ effect }) => effect);
    const last = influences.at(-1);
    expect(last).toMatchObject({ count: 2, texts: 2 });
    expect(last?.effect).toBeCloseTo((effects[0] + effects[1]) / 2, 2);
  });
});
