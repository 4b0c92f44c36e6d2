import { describe, expect, it } from "vitest";
import { DataError, FormatError } from "../errors.js";
import { evaluateRatings } from "../metrics/index.js";
import { memoryFolder } from "../storage/index.js";
import type { LabelledText } from "../training/labelledText.js";
import { fakeEngine } from "../training/testing/fakeEngine.js";
import { madeUpReviews } from "../training/testing/reviews.js";
import type { TrainOptions } from "./options.js";
import { RatingModel } from "./ratingModel.js";
import { trainWith } from "./train.js";

const engine = fakeEngine();

async function trained(rows: Iterable<LabelledText>, options: TrainOptions = {}): Promise<RatingModel> {
  const settings = { epochs: 4, batchSize: 16, learningRate: 0.05, baselines: false, ...options };
  for await (const event of trainWith(engine, rows, settings)) if (event.type === "done") return event.model;
  throw new Error("no model");
}

const reviews = madeUpReviews(200);
const model = await trained(reviews);

describe("predict", () => {
  it("gives probabilities that sum to 1, whose mean is the rating and whose largest is the label", () => {
    for (const { rating, label, probabilities = [] } of model.predict(reviews.map(({ text }) => text))) {
      expect(probabilities.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 12);
      expect(rating).toBeCloseTo(
        probabilities.reduce((sum, p) => sum + p.probability * Number(p.label), 0),
        12,
      );
      expect(label).toBe(probabilities.toSorted((a, b) => b.probability - a.probability)[0].label);
    }
  });

  it("keeps the order, and answers a text the same alone as among others", () => {
    const texts = reviews.slice(0, 30).map(({ text }) => text);
    const together = model.predict(texts);
    expect(together).toEqual(texts.map((text) => model.predict(text)));
    expect(model.predict(texts.toReversed())).toEqual(together.toReversed());
  });

  it("counts the words, those it read, and those it does not know", () => {
    expect(model.predict("the dress zzz qqq")).toMatchObject({ words: 4, wordsRead: 4, unknownWords: 0.5 });
    const long = model.predict("dress ".repeat(300));
    expect(long).toMatchObject({ words: 300, wordsRead: 200, unknownWords: 0 });
  });

  it("answers no texts with no predictions", () => {
    expect(model.predict([])).toEqual([]);
  });

  it.each(["", "   ", "\n\t"])("refuses the empty text %j, naming its position in a list", (text) => {
    expect(() => model.predict(text)).toThrow(DataError);
    expect(() => model.predict(text)).toThrow("The text has no words to rate");
    expect(() => model.predict(["fine", text, "good"])).toThrow("Text 2 of 3 has no words to rate");
  });

  it("refuses spaces also with the article's tokenizer, which makes tokens of them", async () => {
    const article = await trained(reviews, { recipe: "fixed", epochs: 1 });
    expect(() => article.predict("    ")).toThrow("no words");
  });
});

describe("tryPredict", () => {
  it("answers as predict, and gives a text that cannot be rated its error among the others", () => {
    const results = model.tryPredict(["the dress", " ", "it is lovely", 5 as unknown as string]);
    expect([results[0], results[2]]).toEqual(model.predict(["the dress", "it is lovely"]));
    expect([results[1], results[3]].map((error) => error instanceof DataError && error.code)).toEqual([
      "empty-text",
      "missing-text",
    ]);
  });

  it("has nothing to compute where no text can be rated", () => {
    expect(model.tryPredict([""])).toEqual([expect.any(DataError)]);
    expect(model.tryPredict([])).toEqual([]);
  });
});

describe("evaluate", () => {
  it("takes rows without words, and names the row of a label that is not on the scale", () => {
    expect(model.evaluate([...reviews, { text: "", label: "4" }]).rows).toBe(201);
    expect(() => model.evaluate([...reviews, { text: "fine", label: 6 }])).toThrow("Row 201 has the label 6");
    expect(() => model.evaluate([])).toThrow("no rows");
    expect(() => model.evaluate([{ label: 1 } as never])).toThrow("Row 1 has no text");
  });

  it("gives the same bits for rows that arrive one by one as for all of them rated together", async () => {
    const rows = Array.from({ length: 4_500 }, (_, index) => reviews[(index * 7) % reviews.length]);
    async function* arriving(some: readonly LabelledText[]) {
      yield* some;
    }
    const evaluation = await model.evaluate(arriving(rows));
    const values = model.scale.task === "rating" ? model.scale.values : [];
    expect(evaluation).toEqual(model.evaluate(rows));
    const predictions = model.predict(rows.map(({ text }) => text));
    expect(evaluation).toEqual(
      evaluateRatings({
        probabilities: Float64Array.from(predictions.flatMap((p) => p.probabilities?.map((q) => q.probability) ?? [])),
        targets: Float64Array.from(rows, ({ label }) => values.indexOf(Number(label))),
        values,
      }),
    );
    const bad = [...rows, { text: "fine", label: 6 }];
    expect(() => model.evaluate(bad)).toThrow("Row 4501 has the label 6");
    expect(() => model.evaluate([...rows, { label: 1 } as never])).toThrow("Row 4501 has no text");
    await expect(model.evaluate(arriving(bad))).rejects.toThrow("Row 4501");
  });

  it("is decoded twice: by the expected rating and by the most likely one", () => {
    const evaluation = model.evaluate(reviews);
    const predictions = model.predict(reviews.map(({ text }) => text));
    const rmse = (answer: (row: number) => number): number =>
      Math.sqrt(reviews.reduce((sum, { label }, row) => sum + (answer(row) - Number(label)) ** 2, 0) / reviews.length);
    expect(evaluation).toHaveProperty("rmse");
    expect((evaluation as { rmse: number }).rmse).toBeCloseTo(
      rmse((row) => predictions[row].rating ?? 0),
      12,
    );
    expect((evaluation as { rmseOfMode: number }).rmseOfMode).toBeCloseTo(
      rmse((row) => Number(predictions[row].label)),
      12,
    );
  });
});

describe("save and load", () => {
  it.each<[string, TrainOptions, (index: number) => string | number]>([
    ["ratings", {}, (index) => (index % 5) / 2],
    ["words in order", { labels: ["bad", "so so", "good"] }, (index) => ["bad", "so so", "good"][index % 3]],
    ["classes", { task: "class" }, (index) => ["shoes", "hats"][index % 2]],
    ["numbers", { task: "number" }, (index) => index * 1.5],
    ["a regression", { recipe: "regression", epochs: 1 }, (index) => index % 4],
  ])("predicts identical bits after a round trip: %s", async (_name, options, label) => {
    const rows = reviews.map(({ text }, index) => ({ text, label: label(index) }));
    const original = await trained(rows, options);
    const folder = memoryFolder();
    await original.save(folder);
    const loaded = await RatingModel.load(folder, { engine });
    const texts = reviews.map(({ text }) => text);
    expect(loaded.predict(texts)).toEqual(original.predict(texts));
    expect(loaded.config).toEqual(original.config);
    expect(loaded.evaluate(rows)).toEqual(original.evaluate(rows));
    expect(loaded.metrics?.epochs).toEqual(JSON.parse(JSON.stringify(original.metrics?.epochs)));
  });

  it("writes the same bytes again for the same model", async () => {
    const [first, second] = [memoryFolder(), memoryFolder()];
    await model.save(first);
    await model.save(second);
    expect([...second.files]).toEqual([...first.files]);
    expect([...first.files.keys()].sort()).toEqual(
      ["README.md", "config.json", "metrics.json", "model.safetensors", "vocabulary.txt"].sort(),
    );
  });

  it("writes a model card with its own facts and those of the caller", async () => {
    const folder = memoryFolder();
    await model.save(folder, { card: { name: "Dress ratings", data: { source: "reviews.csv" } } });
    const card = new TextDecoder().decode(folder.files.get("README.md"));
    expect(card).toContain("# Dress ratings");
    expect(card).toMatch(/200 labelled texts from reviews.csv: 140 for training, 20 for validation, 40 for test/);
  });

  it("loads a model without metrics", async () => {
    const folder = memoryFolder();
    await model.save(folder);
    const files = new Map(folder.files);
    files.delete("metrics.json");
    files.delete("README.md");
    const loaded = await RatingModel.load(memoryFolder(files), { engine });
    expect(loaded.metrics).toBeUndefined();
    expect(loaded.predict("the dress is nice")).toEqual(model.predict("the dress is nice"));
  });
});

describe("load refuses", () => {
  type Config = Record<string, unknown> & { network: Record<string, unknown>; scale: Record<string, unknown> };
  const damaged = async (change: (config: Config, files: Map<string, Uint8Array>) => void): Promise<RatingModel> => {
    const folder = memoryFolder();
    await model.save(folder);
    const files = new Map(folder.files);
    const config = JSON.parse(new TextDecoder().decode(files.get("config.json"))) as Config;
    change(config, files);
    if (files.has("config.json")) files.set("config.json", new TextEncoder().encode(JSON.stringify(config)));
    return RatingModel.load(memoryFolder(files), { engine });
  };

  it.each<[string, (config: Config, files: Map<string, Uint8Array>) => void, string]>([
    ["another version", (config) => (config.format = "starcast/3"), 'reads "starcast/1", "starcast/2"'],
    ["no version", (config) => delete config.format, "config.json: format"],
    ["an unknown tokenizer", (config) => (config.tokenizer = "spaces"), "config.json: tokenizer"],
    ["an unknown key", (config) => (config.script = "x"), "script"],
    ["an unknown key inside", (config) => (config.network.dropout = 1), "dropout"],
    ["a length of 0", (config) => (config.maxLength = 0), "config.json: maxLength"],
    ["a huge size", (config) => (config.network.hiddenSize = 1e9), "config.json: network.hiddenSize"],
    ["a size that is no number", (config) => (config.network.hiddenSize = "64"), "config.json: network.hiddenSize"],
    ["outputs for other labels", (config) => (config.network.outputSize = 4), "network.outputSize must be 5"],
    [
      "a head for another task",
      (config) => (config.scale = { task: "number", mean: 0, deviation: 1 }),
      "config.json: head",
    ],
    [
      "values out of order",
      (config) => (config.scale.values = [1, 2, 3, 5, 4]),
      "config.json: scale.values must be ascending",
    ],
    ["too few values", (config) => (config.scale.values = [1, 2]), "config.json: scale.values"],
    [
      "labels given twice",
      (config) => (config.scale.labels = [1, 1, 2, 3, 4]),
      "config.json: scale.labels must be different",
    ],
    ["an unknown task", (config) => (config.scale.task = "stars"), "config.json: scale.task"],
    ["no config", (_config, files) => files.delete("config.json"), "config.json"],
    ["no weights", (_config, files) => files.delete("model.safetensors"), "model.safetensors"],
    ["damaged weights", (_config, files) => files.set("model.safetensors", new Uint8Array(9)), "safetensors"],
    [
      "another model's vocabulary",
      (_config, files) => files.set("vocabulary.txt", new TextEncoder().encode("<pad>\n<unk>\nx\n")),
      "vocabulary.txt",
    ],
    [
      "metrics that are no object",
      (_config, files) => files.set("metrics.json", new TextEncoder().encode("[]")),
      "metrics.json",
    ],
  ])("%s", async (_name, change, message) => {
    await expect(damaged(change)).rejects.toThrow(FormatError);
    await expect(damaged(change)).rejects.toThrow(message);
  });
});
