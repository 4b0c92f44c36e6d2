/** The whole way on the real engine, small: what the fake network cannot promise. */
import { describe, expect, it } from "vitest";
import { recipes } from "../recipes/resolve.js";
import { memoryFolder } from "../storage/index.js";
import type { Evaluation } from "../training/score.js";
import { madeUpReviews } from "../training/testing/reviews.js";
import type { TrainOptions } from "./options.js";
import { RatingModel } from "./ratingModel.js";
import { trainModel } from "./train.js";

const reviews = madeUpReviews(400);
const texts = reviews.map(({ text }) => text);
const quick: TrainOptions = { epochs: 3, batchSize: 32, learningRate: 0.01, baselines: false };

function rmseOf(evaluation: Evaluation): number {
  if ("rmse" in evaluation) return evaluation.rmse;
  throw new Error("no RMSE");
}

const shortFixed = { ...recipes.fixed, batchSize: 64, rounds: [{ epochs: 4, learningRate: 0.02 }], maxLength: 12 };
const shortRegression = { ...shortFixed, name: "regression", head: "regression" } as const;

describe("a model of the real engine", () => {
  it("learns from made-up reviews what their words mean", async () => {
    const { model, metrics } = await trainModel(reviews, { ...quick, epochs: 6 });
    expect(rmseOf(metrics.validation)).toBeLessThan(0.5);
    expect(model.predict("the dress is wonderful").label).toBe(5);
    expect(model.predict("my order is terrible").label).toBe(1);
    model.dispose();
  });

  it.each([
    ["best", quick],
    ["fixed", { ...quick, recipe: shortFixed, epochs: undefined, batchSize: undefined }],
    ["regression", { ...quick, recipe: shortRegression, epochs: undefined, batchSize: undefined }],
  ] as const)(
    "predicts identical bits after a round trip, alone or among others, in any order, on two threads (%s)",
    async (_name, options) => {
      const { model } = await trainModel(reviews, options);
      const folder = memoryFolder();
      await model.save(folder);
      const loaded = await RatingModel.load(folder, { threads: 2 });
      const all = model.predict(texts);
      expect(loaded.predict(texts)).toEqual(all);
      expect(model.predict(texts.toReversed())).toEqual(all.toReversed());
      for (const row of [0, 1, 77, 399]) expect(loaded.predict(texts[row])).toEqual(all[row]);
      model.dispose();
      loaded.dispose();
    },
  );

  it.each<[string, TrainOptions]>([
    ["best", quick],
    ["fixed", { recipe: shortFixed, baselines: false }],
  ])("has the same bits from the same seed on one thread and on two (%s)", async (_name, options) => {
    const weights = async (more: TrainOptions) => {
      const { model } = await trainModel(reviews, { ...options, ...more });
      const state = model.weights();
      model.dispose();
      return state;
    };
    const first = await weights({});
    expect(await weights({})).toEqual(first);
    expect(await weights({ threads: 2 })).toEqual(first);
    expect(await weights({ seed: 2 })).not.toEqual(first);
  });

  it("learns classes and numbers", async () => {
    const names = reviews.map(({ text, label }) => ({ text, label: `class ${label}` }));
    const classes = await trainModel(names, { ...quick, epochs: 6, task: "class" });
    expect(classes.model.predict("this shirt is perfect").label).toBe("class 5");
    classes.model.dispose();
    const prices = reviews.map(({ text, label }) => ({ text, label: -50 * Number(label) }));
    const numbers = await trainModel(prices, { ...quick, epochs: 8, task: "number" });
    expect(rmseOf(numbers.metrics.validation)).toBeLessThan(40);
    numbers.model.dispose();
  });

  it("keeps frozen word vectors as they are", async () => {
    const recipe = { ...shortFixed, name: "glove", wordVectors: "required", freezeEmbedding: true } as const;
    const { model } = await trainModel(reviews, {
      recipe,
      baselines: false,
      wordVectors: (vocabulary) => ({
        size: 5,
        rows: new Map([[vocabulary.idOf("dress"), Float32Array.of(1, 2, 3, 4, 5)]]),
        coverage: { foundTokens: 1, vocabularyTokens: vocabulary.keptTokens },
      }),
    });
    const embedding = model.weights().find(({ name }) => name === "embeddings.weight");
    const start = 5 * model.vocabulary.idOf("dress");
    expect([...(embedding?.data.subarray(start, start + 5) ?? [])]).toEqual([1, 2, 3, 4, 5]);
    model.dispose();
  });

  it("ends with a usable model when aborted within the first epoch", async () => {
    const controller = new AbortController();
    const { model, metrics } = await trainModel(reviews, {
      ...quick,
      signal: controller.signal,
      onEvent: (event) => {
        if (event.type === "batch" && event.batch === 2) controller.abort();
      },
    });
    expect(metrics.reason).toBe("aborted");
    expect(metrics.epochs).toHaveLength(1);
    expect(model.predict("this shirt is perfect").rating).toBeGreaterThan(0);
    model.dispose();
  });
});
