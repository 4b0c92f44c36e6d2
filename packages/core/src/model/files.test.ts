/** A stranger's model folder: what is refused, and that nothing is made of it before. */
import { beforeAll, describe, expect, it } from "vitest";
import { FormatError, OptionError } from "../errors.js";
import { encodeJson, encodeSafetensors, type MemoryFolder, memoryFolder, type NamedTensor } from "../storage/index.js";
import { fakeEngine } from "../training/testing/fakeEngine.js";
import { madeUpReviews } from "../training/testing/reviews.js";
import type { TrainOptions } from "./options.js";
import { RatingModel } from "./ratingModel.js";
import { trainWith } from "./train.js";

// biome-ignore lint/suspicious/noExplicitAny: tests break files in every way that JSON allows.
type Json = any;

const good = memoryFolder();
let weights: NamedTensor[];

async function trained(options: TrainOptions): Promise<RatingModel> {
  for await (const event of trainWith(fakeEngine(), madeUpReviews(60), { epochs: 1, batchSize: 16, ...options })) {
    if (event.type === "done") return event.model;
  }
  throw new Error("no model");
}

beforeAll(async () => {
  const model = await trained({ testFraction: 0.2 });
  await model.save(good);
  weights = model.weights();
});

/** The good folder with one file changed. */
function changed(name: string, bytes: Uint8Array): MemoryFolder {
  return memoryFolder(new Map([...good.files, [name, bytes]]));
}

function changedJson(name: string, change: (value: Json) => void): MemoryFolder {
  const value: Json = JSON.parse(new TextDecoder().decode(good.files.get(name)));
  change(value);
  return changed(name, encodeJson(value));
}

function changedWeights(change: (tensors: { name: string; shape: number[]; data: Float32Array }[]) => void) {
  const tensors = weights.map(({ name, shape, data }) => ({ name, shape: [...shape], data: data.slice() }));
  change(tensors);
  return changed("model.safetensors", encodeSafetensors(tensors));
}

/** Loads, and holds that no network is left behind, and none made when the files do not fit together. */
async function failureOf(folder: MemoryFolder): Promise<unknown> {
  const engine = fakeEngine();
  const error = await RatingModel.load(folder, { engine }).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error !== undefined) expect(engine.made).toEqual([]);
  return error;
}

const vocabulary = (lines: string[]) => new TextEncoder().encode(`${lines.join("\n")}\n`);

describe("a folder whose files do not fit together", () => {
  it.each<[code: string, what: string, folder: () => MemoryFolder]>([
    [
      "wrong-shape",
      "a configuration that claims gigabytes of weights",
      () => changedJson("config.json", (config) => (config.network.embeddingSize = 65_536)),
    ],
    ["missing-tensor", "weights without a tensor", () => changedWeights((tensors) => tensors.pop())],
    [
      "unexpected-tensor",
      "weights with one more",
      () => changedWeights((tensors) => tensors.push({ name: "x", shape: [1], data: Float32Array.of(1) })),
    ],
    [
      "bad-value",
      "a vocabulary that is shorter",
      () => changed("vocabulary.txt", vocabulary(["<pad>", "<unk>", "dress"])),
    ],
    [
      "vocabulary-size",
      "a vocabulary that is longer",
      () =>
        changed("vocabulary.txt", vocabulary(["<pad>", "<unk>", ...Array.from({ length: 9999 }, (_, i) => `w${i}`)])),
    ],
    ["not-finite", "weights with NaN", () => changedWeights((tensors) => (tensors[1].data[2] = Number.NaN))],
    ["not-finite", "weights with infinity", () => changedWeights((tensors) => (tensors[0].data[0] = -1 / 0))],
    ["too-large", "a configuration of 17 MB", () => changed("config.json", new Uint8Array(17 << 20))],
    ["too-large", "a vocabulary of 129 MB", () => changed("vocabulary.txt", new Uint8Array(129 << 20))],
    ["too-large", "metrics of 65 MB", () => changed("metrics.json", new Uint8Array(65 << 20))],
  ])("is refused with %s before a network is made: %s", async (code, _what, folder) => {
    const error = await failureOf(folder());
    expect(error).toBeInstanceOf(FormatError);
    expect(error).toMatchObject({ code });
  });

  it("is refused when the folder ignores the limit that it is given", async () => {
    const error = await failureOf({
      ...good,
      read: async (name) => (name === "config.json" ? new Uint8Array(17 << 20) : good.read(name)),
    });
    expect(error).toMatchObject({ code: "too-large" });
  });
});

describe("a configuration", () => {
  it.each<[what: string, change: (config: Json) => unknown, message: RegExp]>([
    ["another version", (config) => (config.format = "starcast/2"), /the format "starcast\/2", and this version reads/],
    ["a key that is not known", (config) => (config.code = "x"), /unknown key "code"/],
    ["a size out of range", (config) => (config.network.hiddenSize = 1e9), /network.hiddenSize must be a whole number/],
    ["mixed labels", (config) => (config.scale.labels[0] = "1"), /scale.labels must be all numbers or all texts/],
    [
      "labels that differ in blanks only",
      ({ scale }) => (scale.labels = ["a", "b", "c", "d", "a "]),
      /scale.labels must be different/,
    ],
    ["a blank label", ({ scale }) => (scale.labels = ["a", "b", " ", "d", "e"]), /scale.labels must not be blank/],
    ["values that do not ascend", ({ scale }) => scale.values.reverse(), /scale.values must be ascending/],
    [
      "values that are not the labels",
      ({ scale }) => (scale.values = [10, 20, 30, 40, 50]),
      /scale.values must equal the labels/,
    ],
    ["another number of outputs", ({ network }) => (network.outputSize = 4), /network.outputSize must be 5/],
    [
      "a head that does not suit",
      (config) => (config.scale = { task: "number", mean: 1, deviation: 1 }),
      /suit the task/,
    ],
  ])("with %s is refused", async (_what, change, message) => {
    const error = await failureOf(changedJson("config.json", change));
    expect(error).toBeInstanceOf(FormatError);
    expect((error as Error).message).toMatch(message);
  });
});

describe("metrics", () => {
  it.each<[what: string, change: (metrics: Json) => unknown, path: string]>([
    ["a text for a count", (metrics) => (metrics.threads = "<script>"), "threads"],
    ["no validation", (metrics) => delete metrics.validation, "validation"],
    ["an interval of three", ({ test }) => test.rmseInterval.push(1), "test.rmseInterval"],
    ["a confusion of texts", ({ validation }) => (validation.confusion[0][0] = "1"), "validation.confusion[0][0]"],
    ["an unknown reason", (metrics) => (metrics.reason = "magic"), "reason"],
    ["rounds that are none", ({ settings }) => (settings.rounds = {}), "settings.rounds"],
    ["a baseline that is none", ({ baselines }) => (baselines.linear = null), "baselines.linear"],
  ])("with %s are refused, with the place", async (_what, change, path) => {
    const error = await failureOf(changedJson("metrics.json", change));
    expect(error).toBeInstanceOf(FormatError);
    expect((error as Error).message).toContain(`metrics.json: ${path} must be`);
  });

  it("may be absent, may hold what a later version adds, and lose no NaN", async () => {
    const files = new Map(good.files);
    files.delete("metrics.json");
    expect((await RatingModel.load(memoryFolder(files), { engine: fakeEngine() })).metrics).toBeUndefined();
    const folder = changedJson("metrics.json", (metrics) => {
      metrics.later = { anything: 1 };
      metrics.epochs[0].rmse = null;
      metrics.validation.qwk = null;
    });
    const { metrics } = await RatingModel.load(folder, { engine: fakeEngine() });
    expect(metrics).not.toHaveProperty("later");
    expect(metrics?.validation).toHaveProperty("qwk", Number.NaN);
  });
});

describe("a model that answers with what is no number", () => {
  it("says so instead", async () => {
    const huge = changedWeights((tensors) => {
      for (const { data } of tensors) data.fill(3e38);
    });
    const model = await RatingModel.load(huge, { engine: fakeEngine() });
    expect(() => model.predict("the dress is good")).toThrow(FormatError);
    expect(() => model.evaluate([{ text: "the dress is good", label: 5 }])).toThrow("not a finite number");
  });
});

describe("what is trained", () => {
  it("can be loaded again, or training does not begin", async () => {
    const recipe = { maxLength: 2_000_000 };
    await expect(trained(recipe)).rejects.toThrow(OptionError);
    await expect(trained(recipe)).rejects.toThrow(
      "could not be loaded again. The model: maxLength must be a whole number from 1 to 1000000",
    );
  });

  it("has labels that a table of errors can hold", async () => {
    const rows = Array.from({ length: 4_400 }, (_, index) => ({ text: "good", label: `label ${index % 2_100}` }));
    const run = trainWith(fakeEngine(), rows, { task: "class" });
    await expect(run.next()).rejects.toThrow("2100 different labels, and at most 2000 can be learned");
  });
});
