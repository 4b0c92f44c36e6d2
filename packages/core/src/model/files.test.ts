/** A stranger's model folder: what is refused, and that nothing is made of it before. */
import { beforeAll, describe, expect, it } from "vitest";
import { FormatError, OptionError } from "../errors.js";
import { encodeJson, encodeSafetensors, type MemoryFolder, memoryFolder, type NamedTensor } from "../storage/index.js";
import { fakeEngine } from "../training/testing/fakeEngine.js";
import { madeUpReviews } from "../training/testing/reviews.js";
import type { TrainOptions } from "./options.js";
import { RatingModel } from "./ratingModel.js";
import { trainWith } from "./train.js";

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

/** The good folder with one value of a JSON file replaced; undefined takes it out. The path is keys joined by points. */
function changedJson(name: string, path: string, replacement: unknown): MemoryFolder {
  const value: unknown = JSON.parse(new TextDecoder().decode(good.files.get(name)));
  const keys = path.split(".");
  const last = keys.pop() as string;
  const parent = keys.reduce((inner, key) => inner[key] as Fields, value as Fields);
  parent[last] = replacement;
  return changed(name, encodeJson(value));
}

type Fields = Record<string, unknown>;

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
      () => changedJson("config.json", "network.embeddingSize", 65_536),
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
  it.each<[what: string, path: string, value: unknown, message: RegExp]>([
    [
      "another version",
      "format",
      "starcast/3",
      /the format "starcast\/3", and this version reads "starcast\/1", "starcast\/2"/,
    ],
    ["a key that is not known", "code", "x", /unknown key "code"/],
    ["a size out of range", "network.hiddenSize", 1e9, /network.hiddenSize must be a whole number/],
    [
      "a text that would take gigabytes",
      "maxLength",
      999_999,
      /maxLength must be at most \d+ in a network of these sizes/,
    ],
    ["mixed labels", "scale.labels.0", "1", /scale.labels must be all numbers or all texts/],
    ["labels but for blanks alike", "scale.labels", ["a", "b", "c", "d", "a "], /scale.labels must be different/],
    ["a blank label", "scale.labels", ["a", "b", " ", "d", "e"], /scale.labels must not be blank/],
    ["values that do not ascend", "scale.values", [5, 4, 3, 2, 1], /scale.values must be ascending/],
    ["values that are not the labels", "scale.values", [10, 20, 30, 40, 50], /scale.values must equal the labels/],
    ["another number of outputs", "network.outputSize", 4, /network.outputSize must be 5/],
    ["a head that does not suit", "scale", { task: "number", mean: 1, deviation: 1 }, /must suit the task number/],
  ])("with %s is refused", async (_what, path, value, message) => {
    const error = await failureOf(changedJson("config.json", path, value));
    expect(error).toBeInstanceOf(FormatError);
    expect((error as Error).message).toMatch(message);
  });
});

describe("metrics", () => {
  it.each<[what: string, path: string, value: unknown, place: string]>([
    ["a text for a count", "threads", "<script>", "threads"],
    ["no validation", "validation", undefined, "validation"],
    ["an interval of three", "test.rmseInterval", [1, 2, 3], "test.rmseInterval"],
    ["a confusion of texts", "validation.confusion.0.0", "1", "validation.confusion[0][0]"],
    ["an unknown reason", "reason", "magic", "reason"],
    ["rounds that are none", "settings.rounds", {}, "settings.rounds"],
    ["a baseline that is none", "baselines.linear", null, "baselines.linear"],
  ])("with %s are refused, with the place", async (_what, path, value, place) => {
    const error = await failureOf(changedJson("metrics.json", path, value));
    expect(error).toBeInstanceOf(FormatError);
    expect((error as Error).message).toContain(`metrics.json: ${place} must be`);
  });

  it("may be absent, may hold what a later version adds, and lose no NaN", async () => {
    const files = new Map(good.files);
    files.delete("metrics.json");
    expect((await RatingModel.load(memoryFolder(files), { engine: fakeEngine() })).metrics).toBeUndefined();
    const load = (path: string, value: unknown) =>
      RatingModel.load(changedJson("metrics.json", path, value), { engine: fakeEngine() });
    expect((await load("later", { anything: 1 })).metrics).not.toHaveProperty("later");
    expect((await load("epochs.0.rmse", null)).metrics?.epochs[0].rmse).toBeNaN();
    expect((await load("validation.qwk", null)).metrics?.validation).toHaveProperty("qwk", Number.NaN);
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
    const rows = Array.from({ length: 4_400 }, (_, index) => ({
      text: `good ${index}`,
      label: `label ${index % 2_100}`,
    }));
    const run = trainWith(fakeEngine(), rows, { task: "class" });
    await expect(run.next()).rejects.toThrow("2100 different labels, and at most 2000 can be learned");
  });
});
