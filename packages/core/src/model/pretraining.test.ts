import { describe, expect, it } from "vitest";
import { OptionError } from "../errors.js";
import type { EncodedTexts, SkipGramOptions, WordLearner } from "../nn/index.js";
import * as nn from "../nn/index.js";
import { recipes } from "../recipes/resolve.js";
import type { Engine } from "../training/engine.js";
import { learnWordVectors, measurePass } from "../training/pretraining.js";
import { madeUpReviews } from "../training/testing/reviews.js";
import { prepareRun } from "./preparedRun.js";

const reviews = madeUpReviews(300);
const options = { seed: 1, threads: 1, baselines: false };

/** The real engine, and the rows that were learned from. */
function watched(): { engine: Engine; rows: number[]; rates: number[]; given: SkipGramOptions[] } {
  const rows: number[] = [];
  const rates: number[] = [];
  const given: SkipGramOptions[] = [];
  const createSkipGram = (settings: SkipGramOptions): WordLearner => {
    given.push(settings);
    const learner = nn.createSkipGram(settings);
    return {
      beginPass: () => learner.beginPass(),
      learn: (texts: EncodedTexts, row: number, position: number, rate: number) => {
        rows.push(row);
        rates.push(rate);
        learner.learn(texts, row, position, rate);
      },
      vectors: () => learner.vectors(),
    };
  };
  return { engine: { ...nn, createSkipGram }, rows, rates, given };
}

async function vectorsOf(engine: Engine, unlabelled?: string[]) {
  const { data, settings } = await prepareRun(reviews, recipes.best, { ...options, unlabelled });
  const steps = learnWordVectors(engine, data, settings, { seed: 1 });
  const events = [];
  for (;;) {
    const { done, value } = await steps.next();
    if (done) return { vectors: value, events, data, settings };
    events.push(value);
  }
}

describe("learning words from texts alone", () => {
  it("reads the training part and unlabelled texts, each once a pass, and nothing that is held back", async () => {
    const { engine, rows } = watched();
    const { data, settings } = await vectorsOf(engine, ["a dress like none before", reviews[0].text]);
    const passes = settings.pretraining?.passes ?? 0;
    const read = [...data.parts.train, reviews.length];
    expect(rows).toEqual(Array.from({ length: passes }, () => read).flat());
    for (const row of [...data.parts.validation, ...data.parts.test]) expect(rows).not.toContain(row);
  });

  it("lets the rate fall from step to step, and tells of every pass", async () => {
    const { engine, rates } = watched();
    const { events, data } = await vectorsOf(engine);
    expect(rates.every((rate, step) => rate > 0 && (step === 0 || rate < rates[step - 1]))).toBe(true);
    expect(events.map(({ pass }) => pass)).toEqual([1, 2, 3, 4, 5]);
    expect(events[0]).toMatchObject({ type: "pretraining", passes: 5, texts: data.parts.train.length });
  });

  it("gives vectors of mean 0 and the recipe's deviation, and zeros to padding and unknown", async () => {
    const { vectors, data, settings } = await vectorsOf(nn);
    const size = settings.network.embeddingSize;
    expect(vectors).toHaveLength(data.vocabulary.size * size);
    expect(vectors.subarray(0, 2 * size).every((value) => value === 0)).toBe(true);
    const words = vectors.subarray(2 * size);
    const squares = words.reduce((sum, value) => sum + value * value, 0);
    expect(Math.sqrt(squares / words.length)).toBeCloseTo(settings.embeddingDeviation ?? 1, 4);
    for (const place of [0, 7, size - 1]) {
      const column = words.filter((_, index) => index % size === place);
      expect(column.reduce((sum, value) => sum + value, 0) / column.length).toBeCloseTo(0, 5);
    }
  });

  it("knows words of unlabelled texts that no row has", async () => {
    const { data, vectors, settings } = await vectorsOf(nn, ["zebra stripes zebra", "stripes again"]);
    const size = settings.network.embeddingSize;
    const id = data.vocabulary.idOf("zebra");
    expect(id).toBeGreaterThan(1);
    expect(vectors.subarray(id * size, (id + 1) * size).some((value) => value !== 0)).toBe(true);
  });

  it("ends at once when it is aborted", async () => {
    const { data, settings } = await prepareRun(reviews, recipes.best, options);
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(learnWordVectors(nn, data, settings, { seed: 1, signal }).next()).rejects.toThrow("enough");
  });

  it("measures how long a pass takes", async () => {
    const { data, settings } = await prepareRun(reviews, recipes.best, options);
    const seconds = measurePass(nn, data, settings, 0.01);
    expect(seconds).toBeGreaterThan(0);
    expect(Number.isFinite(seconds)).toBe(true);
  });

  it("refuses unlabelled texts that nothing would be learned from", async () => {
    await expect(prepareRun(reviews, recipes.fixed, { ...options, unlabelled: ["x"] })).rejects.toThrow(
      new OptionError(
        "unused-texts",
        'The recipe "fixed" learns nothing from texts without ratings, unlike "best"; leave one of the two out.',
      ),
    );
  });
});
