import { describe, expect, it } from "vitest";
import { DataError, DivergedError, OptionError } from "../errors.js";
import { Random } from "../random.js";
import { recipes } from "../recipes/resolve.js";
import type { LabelledText, Rows } from "../training/labelledText.js";
import type { Evaluation } from "../training/score.js";
import { type fakeEngine as FakeEngine, fakeEngine } from "../training/testing/fakeEngine.js";
import { madeUpReviews } from "../training/testing/reviews.js";
import type { DoneEvent, TrainEvent } from "./events.js";
import type { TrainOptions } from "./options.js";
import { trainWith } from "./train.js";

async function run(
  rows: Rows,
  options: TrainOptions = {},
  {
    engine = fakeEngine(),
    onEvent,
  }: { engine?: ReturnType<typeof FakeEngine>; onEvent?: (event: TrainEvent) => void } = {},
): Promise<{ events: TrainEvent[]; done: DoneEvent; engine: ReturnType<typeof FakeEngine> }> {
  const events: TrainEvent[] = [];
  for await (const event of trainWith(engine, rows, options)) {
    events.push(event);
    onEvent?.(event);
  }
  const done = events.at(-1);
  if (done?.type !== "done") throw new Error("no done event");
  return { events, done, engine };
}

const failure = async (rows: Rows, options?: TrainOptions): Promise<unknown> => {
  try {
    await run(rows, options);
  } catch (error) {
    return error;
  }
  throw new Error("did not fail");
};

function rmseOf(evaluation: Evaluation | undefined): number {
  if (evaluation && "rmse" in evaluation) return evaluation.rmse;
  throw new Error("no RMSE");
}

const quick = { members: 1, epochs: 3, batchSize: 16, learningRate: 0.05, baselines: false } as const;

describe("train", () => {
  it("tells what it does in order and ends with a model that learned", async () => {
    const { events, done } = await run(madeUpReviews(400), {
      members: 1,
      epochs: 8,
      batchSize: 16,
      learningRate: 0.05,
    });
    const types = events.map((event) => event.type);
    expect(types.filter((type, index) => type !== types[index - 1]).slice(0, 4)).toEqual([
      "prepared",
      "baselines",
      "pretraining",
      "batch",
    ]);
    expect(types.filter((type) => type === "pretraining")).toHaveLength(recipes.best.pretraining?.passes ?? 0);
    expect(types.filter((type) => type === "epoch")).toHaveLength(8);
    expect(types.filter((type) => type === "estimate")).toHaveLength(1);
    const { metrics } = done;
    expect(metrics.dataset).toEqual({
      rows: 400,
      train: 280,
      validation: 40,
      test: 80,
      removedDuplicates: { validation: 0, test: 0 },
    });
    expect(metrics.validation).toMatchObject({ rows: 40, usedForEarlyStopping: true });
    expect(metrics.test).toMatchObject({ rows: 80 });
    expect(rmseOf(metrics.validation)).toBeLessThan(0.5 * rmseOf(metrics.baselines?.mean));
    expect(done.model.predict("the dress is wonderful").rating).toBeGreaterThan(4);
    expect(done.model.predict("my order is terrible").rating).toBeLessThan(2);
  });

  it("ends by telling which rows were in which part, so that their texts can be found again", async () => {
    const rows = madeUpReviews(100);
    const options = { ...quick, testFraction: 0.1, validation: rows.slice(0, 7), keepDuplicates: true };
    const { done } = await run(rows, options);
    const { train, validation, test } = done.parts;
    expect([...validation]).toEqual([100, 101, 102, 103, 104, 105, 106]);
    expect([...train, ...test].sort((a, b) => a - b)).toEqual([...rows.keys()]);
    const again = done.model.evaluate(Array.from(test, (row) => rows[row]));
    expect(again).toEqual(done.metrics.test);
  });

  it("reports the validation metrics of the very model that it hands out", async () => {
    const rows = madeUpReviews(300);
    const own = madeUpReviews(60);
    const { done } = await run(rows, { ...quick, validation: own, keepDuplicates: true });
    const { usedForEarlyStopping: _, ...evaluation } = done.metrics.validation;
    expect(done.model.evaluate(own)).toEqual(evaluation);
  });

  it("keeps the last weights and says so with an article recipe", async () => {
    const recipe = { ...recipes.fixed, rounds: [{ epochs: 3, learningRate: 0.05 }], batchSize: 50 };
    const { done, engine } = await run(madeUpReviews(200), { recipe, baselines: false });
    expect(done.metrics.validation.usedForEarlyStopping).toBe(false);
    expect(done.metrics.keptEpochs).toEqual([3]);
    expect(done.model.weights()).toEqual(engine.made[0].stateDict());
    expect(done.model.config).toMatchObject({
      recipe: "fixed",
      tokenizer: "article",
      padToMaxLength: true,
      maxLength: 70,
    });
  });

  it("builds the vocabulary from all rows for the article and from the training part for the default", async () => {
    // Each row has a word of its own, twice: letters only, since the article drops digits.
    const own = (index: number): string => `q${String.fromCharCode(97 + Math.floor(index / 10), 97 + (index % 10))}`;
    const rows = madeUpReviews(100).map((row, index) => ({ ...row, text: `${row.text} ${own(index)} ${own(index)}` }));
    const seen = async (recipe: "fixed" | "best"): Promise<number> => {
      const { done } = await run(rows, { ...quick, epochs: 1, recipe });
      return [...rows.keys()].filter((index) => done.model.vocabulary.has(own(index))).length;
    };
    expect(await seen("fixed")).toBe(100);
    expect(await seen("best")).toBe(70);
  });

  it("trains the same bits from the same seed, and others from another", async () => {
    const weights = async (seed: number) => (await run(madeUpReviews(200), { ...quick, seed })).done.model.weights();
    const first = await weights(1);
    expect(await weights(1)).toEqual(first);
    expect(await weights(2)).not.toEqual(first);
  });

  it("gives the same model for rows that arrive one by one", async () => {
    const rows = madeUpReviews(200);
    async function* arriving(): AsyncGenerator<LabelledText> {
      for (const row of rows) yield row;
    }
    const options = { ...quick, baselines: true };
    const [once, streamed] = [await run(rows, options), await run(arriving(), options)];
    expect(streamed.done.model.weights()).toEqual(once.done.model.weights());
    expect(streamed.done.metrics.baselines).toEqual(once.done.metrics.baselines);
  });

  it("ends while rows arrive when it is aborted", async () => {
    const controller = new AbortController();
    let read = 0;
    async function* arriving(): AsyncGenerator<LabelledText> {
      for (const row of madeUpReviews(200)) {
        if (++read === 50) controller.abort(new Error("enough"));
        yield row;
      }
    }
    expect(await failure(arriving(), { ...quick, signal: controller.signal })).toEqual(new Error("enough"));
    expect(read).toBe(50);
  });

  it("evaluates on a test part that decided nothing, and the baselines with it", async () => {
    const { done } = await run(madeUpReviews(300), { ...quick, baselines: true, testFraction: 0.2 });
    expect(done.metrics.dataset).toMatchObject({ rows: 300, train: 210, validation: 30, test: 60 });
    expect(done.metrics.test).toMatchObject({ rows: 60 });
    expect(done.metrics.baselines).toMatchObject({ evaluatedOn: "test", linear: { rows: 60 }, majority: { rows: 60 } });
  });

  it("learns half stars and answers in half stars", async () => {
    const labels = [0.5, 1.5, 2.5, 3.5, 4.5];
    const { done } = await run(madeUpReviews(300, labels), { ...quick, epochs: 8 });
    expect(done.model.scale).toEqual({ task: "rating", labels, values: labels });
    const prediction = done.model.predict("this shirt is perfect");
    expect(prediction.label).toBe(4.5);
    expect(prediction.rating).toBeGreaterThan(3.5);
    expect(prediction.probabilities?.map(({ label }) => label)).toEqual(labels);
  });

  it("learns words in order, worth 1, 2, 3", async () => {
    const labels = ["poor", "fair", "good"];
    const { done } = await run(madeUpReviews(300, labels), { ...quick, epochs: 8, labels });
    const prediction = done.model.predict("this shirt is perfect");
    expect(prediction.label).toBe("good");
    expect(prediction.rating).toBeGreaterThan(2.5);
    expect(prediction.rating).toBeLessThanOrEqual(3);
  });

  it("learns classes without order and reports macro F1 and no RMSE", async () => {
    const labels = ["dress", "Shirt", "shoe"];
    const { done, events } = await run(madeUpReviews(300, labels), {
      ...quick,
      epochs: 8,
      task: "class",
      baselines: true,
    });
    expect(done.model.scale).toEqual({ task: "class", labels: ["Shirt", "dress", "shoe"] });
    expect(Object.keys(done.metrics.validation)).toEqual(expect.arrayContaining(["macroF1", "accuracy", "logLoss"]));
    expect(done.metrics.validation).not.toHaveProperty("rmse");
    expect(done.metrics.baselines).not.toHaveProperty("mean");
    const prediction = done.model.predict("this shirt is perfect");
    expect(prediction.label).toBe("shoe");
    expect(prediction).not.toHaveProperty("rating");
    const records = events.flatMap((event) => (event.type === "epoch" ? [event.record] : []));
    expect(records[0]).not.toHaveProperty("rmse");
  });

  it("learns numbers in their own units, with one output whatever the recipe", async () => {
    const random = new Random(1, "noise");
    const rows = madeUpReviews(400).map((row) => ({
      ...row,
      label: 1000 + 100 * Number(row.label) + random.integer(9),
    }));
    const { done } = await run(rows, { ...quick, epochs: 12, task: "number", baselines: true });
    expect(done.model.config.head).toBe("regression");
    expect(rmseOf(done.metrics.validation)).toBeLessThan(0.5 * rmseOf(done.metrics.baselines?.mean));
    const prediction = done.model.predict("this shirt is perfect");
    expect(prediction.rating).toBeGreaterThan(1350);
    expect(prediction.label).toBe(prediction.rating);
    expect(prediction).not.toHaveProperty("probabilities");
  });

  it("regresses on the rating minus the lowest, as the article does, and clamps only what it tells users", async () => {
    const recipe = { ...recipes.regression, rounds: [{ epochs: 2, learningRate: 1 }], batchSize: 50 };
    const { done } = await run(madeUpReviews(200), { recipe, baselines: false });
    const ratings = done.model.predict(madeUpReviews(200).map(({ text }) => text)).map(({ rating }) => rating ?? 0);
    expect(Math.max(...ratings)).toBeLessThanOrEqual(5);
    expect(Math.min(...ratings)).toBeGreaterThanOrEqual(1);
    const rmse = Math.sqrt(
      madeUpReviews(200).reduce((sum, { label }, row) => sum + (ratings[row] - Number(label)) ** 2, 0) / 200,
    );
    expect(rmseOf(done.model.evaluate(madeUpReviews(200)))).toBeGreaterThan(rmse);
  });

  it("starts the embedding from word vectors and takes their size", async () => {
    const vector = Float32Array.of(0.5, -1, 2);
    const recipe = { ...recipes.glove, rounds: [{ epochs: 1, learningRate: 1e-30 }], batchSize: 50 };
    const { done, events } = await run(madeUpReviews(100), {
      recipe,
      baselines: false,
      wordVectors: (vocabulary) => ({
        size: 3,
        rows: new Map([[vocabulary.idOf("dress"), vector]]),
        coverage: { foundTokens: 1, vocabularyTokens: vocabulary.keptTokens },
      }),
    });
    const embedding = done.model.weights().find(({ name }) => name === "embeddings.weight");
    const id = done.model.vocabulary.idOf("dress");
    expect(embedding?.data.subarray(id * 3, id * 3 + 3)).toEqual(vector);
    expect([...(embedding?.data.subarray(0, 3) ?? [])]).toEqual([0, 0, 0]);
    expect(done.model.config.network.embeddingSize).toBe(3);
    expect(events[0]).toMatchObject({ type: "prepared", vectors: { foundTokens: 1 } });
    expect(done.metrics.wordVectors).toMatchObject({ foundTokens: 1 });
  });
});

describe("an aborted run", () => {
  it("still ends with a model, of the best epoch so far", async () => {
    const controller = new AbortController();
    const { done } = await run(
      madeUpReviews(200),
      { ...quick, epochs: 50, signal: controller.signal },
      { onEvent: (event) => event.type === "batch" && event.epoch === 3 && controller.abort() },
    );
    expect(done.reason).toBe("aborted");
    expect(done.metrics.reason).toBe("aborted");
    expect(done.metrics.epochs).toHaveLength(2);
    expect(done.metrics.keptEpochs).toEqual([done.metrics.epochs.length]);
    expect(done.model.predict("this shirt is perfect").label).toBeDefined();
  });

  it("throws the signal's reason when nothing was learned", async () => {
    const reason = new Error("no time");
    expect(await failure(madeUpReviews(200), { ...quick, signal: AbortSignal.abort(reason) })).toBe(reason);
  });
});

describe("memory", () => {
  it("is given back when the loop is left early, and after the end for all but the model", async () => {
    const left = fakeEngine();
    for await (const event of trainWith(left, madeUpReviews(200), quick)) if (event.type === "batch") break;
    expect(left.made.map((network) => network.disposed)).toEqual([true]);
    const { engine } = await run(madeUpReviews(200), quick);
    expect(engine.made.map((network) => network.disposed)).toEqual([true, false]);
  });

  it("is given back when training fails", async () => {
    const engine = fakeEngine((network) => {
      network.lossOfStep = () => Number.NaN;
    });
    await expect(run(madeUpReviews(200), quick, { engine })).rejects.toThrow(DivergedError);
    expect(engine.made.map((network) => network.disposed)).toEqual([true]);
  });
});

describe("bad input", () => {
  const rows = madeUpReviews(100);
  it.each<[string, Iterable<LabelledText>, TrainOptions, new (...args: never[]) => Error, string]>([
    ["too few rows", rows.slice(0, 7), {}, DataError, "There are 7 rows, and at least 20 are needed"],
    ["no rows", [], {}, DataError, "There are 0 rows"],
    ["one class only", rows.map(({ text }) => ({ text, label: 3 })), {}, DataError, "All rows have the label 3"],
    ["a rating that is none", [...rows, { text: "x", label: "five" }], {}, DataError, 'Row 101 has the label "five"'],
    ["a missing rating", [...rows, { text: "x", label: "" }], {}, DataError, "Row 101 has no label"],
    ["a missing text", [...rows, { label: 1 } as never], {}, DataError, "Row 101 has no text"],
    ["a label outside of the order", rows, { labels: [1, 2, 3] }, DataError, "which is none of 1, 2, 3"],
    ["no words", rows.map(({ label }) => ({ text: "", label })), {}, DataError, "Is this the text column?"],
    [
      "an unknown rating in the test part",
      rows,
      { test: [{ text: "x", label: "?" }] },
      DataError,
      "Row 1 of the test part",
    ],
    ["an empty validation part", rows, { validation: [] }, DataError, "The validation part has no rows"],
    ["no validation", rows, { validationFraction: 0 }, OptionError, "must be above 0"],
    ["a fraction too large", rows, { validationFraction: 1 }, OptionError, "below 1"],
    ["an unknown recipe", rows, { recipe: "bst" as never }, OptionError, 'There is no recipe "bst"'],
    ["an unknown task", rows, { task: "stars" as never }, OptionError, 'There is no task "stars"'],
    ["an order for classes", rows, { task: "class", labels: [1, 2] }, OptionError, "has none"],
    ["a regression on classes", rows, { task: "class", recipe: "regression" }, OptionError, "relies on an order"],
    ["glove without vectors", rows, { recipe: "glove" }, OptionError, "give a file of them"],
    ["a bad seed", rows, { seed: -1 }, OptionError, "seed must be"],
    ["no threads", rows, { threads: 0 }, OptionError, "threads must be"],
    ["no epochs", rows, { epochs: 0 }, OptionError, "epochs must be"],
  ])("is refused in plain words: %s", async (_name, input, options, kind, message) => {
    const error = await failure(input, { baselines: false, ...options });
    expect(error).toBeInstanceOf(kind);
    expect((error as Error).message).toContain(message);
  });
});
