/** Model folders, broken in every way, are refused with a typed error or give sound predictions. */
import { readdirSync, readFileSync } from "node:fs";
import { memoryFolder, type NamedTensor, type Prediction, RatingModel } from "@starcast/core";
import * as nn from "../../packages/core/src/nn/index.js";
import type { Engine } from "../../packages/core/src/training/engine.js";
import { hostileTexts, join, Mutator } from "./mutate.js";
import { outcomeOf, promise } from "./outcome.js";

/** A model folder's files by name. */
export type Files = Map<string, Uint8Array>;

const [weightsName, configName, vocabularyName, metricsName] = [
  "model.safetensors",
  "config.json",
  "vocabulary.txt",
  "metrics.json",
];

const texts = ["A lovely dress!", "the the THE fine \ud800 hat \u0000", "x ".repeat(50), hostileTexts.join(" and ")];

/** The models that are broken: one of each kind of every version. */
export function readModels(testdata: URL): Files[] {
  const folders = readdirSync(testdata).filter((name) => name.startsWith("starcast-"));
  return folders.flatMap((version) => {
    const place = new URL(`${version}/`, testdata);
    return readdirSync(place).map((name) => {
      const folder = new URL(`${name}/`, place);
      const files = readdirSync(folder).filter((file) => file !== "expected.json");
      return new Map(files.map((file) => [file, new Uint8Array(readFileSync(new URL(file, folder)))]));
    });
  });
}

/** The models, and those with floats as weights once more with 8 bits. */
export async function withQuantized(models: readonly Files[]): Promise<Files[]> {
  const quantized = models.map(async (files) => {
    const model = await RatingModel.load(memoryFolder(files));
    if (model.config.weights === "int8") return [];
    const small = await model.quantize();
    const folder = memoryFolder();
    await small.save(folder);
    model.dispose();
    small.dispose();
    return [new Map(folder.files)];
  });
  return [...models, ...(await Promise.all(quantized)).flat()];
}

/** Breaks a model by a seed and a case's number, loads it, predicts, saves it and loads it again. */
export async function modelCase(
  models: readonly Files[],
  seed: number,
  number: number,
  engine: Engine,
): Promise<string> {
  const mutator = new Mutator(seed, `models ${number}`);
  const files: Files = new Map(mutator.pick(models));
  for (let rounds = mutator.rounds(); rounds > 0; rounds--) breakFiles(mutator, files, models);
  return outcomeOf(async () => {
    const model = await RatingModel.load(memoryFolder(files), { engine });
    try {
      checkModel(model);
      const copy = memoryFolder();
      await model.save(copy);
      checkCard(new TextDecoder().decode(copy.files.get("README.md")));
      const again = await RatingModel.load(copy, { engine });
      promise(JSON.stringify(again.config) === JSON.stringify(model.config), "the configuration changed on the way");
      again.dispose();
      return "answered";
    } finally {
      model.dispose();
    }
  });
}

function checkModel(model: RatingModel): void {
  const { scale } = model;
  const labels = new Set(scale.task === "number" ? [] : scale.labels);
  const predictions = model.predict(texts);
  for (const prediction of predictions) checkPrediction(prediction, labels);
  const alone = texts.map((text) => model.predict(text));
  promise(
    JSON.stringify(alone) === JSON.stringify(predictions),
    "a text is answered otherwise alone than among others",
  );
}

/** Holds what `Prediction` promises. */
export function checkPrediction(prediction: Prediction, labels: ReadonlySet<string | number>): void {
  const { rating, label, probabilities, words, wordsRead, unknownWords } = prediction;
  promise(rating === undefined || Number.isFinite(rating), `the rating is ${rating}`);
  promise(labels.size > 0 ? labels.has(label) : Number.isFinite(label), `the label ${JSON.stringify(label)} is none`);
  const sum = probabilities?.reduce((total, { probability }) => total + probability, 0) ?? 1;
  promise(Math.abs(sum - 1) < 1e-9, `the probabilities sum to ${sum}`);
  promise(probabilities?.every(({ probability }) => probability >= 0) ?? true, "a probability is below 0");
  promise(
    Number.isSafeInteger(words) && wordsRead <= words && wordsRead > 0,
    `${wordsRead} of ${words} words are read`,
  );
  promise(unknownWords >= 0 && unknownWords <= 1, `the share of unknown words is ${unknownWords}`);
}

/** Nothing from a file stands in the card as HTML, as a link or as a line of its own. */
export function checkCard(card: string): void {
  promise(!/(?<!\\)<(?!!)/.test(card.replace(/```[\s\S]*?```/g, "")), "the model card holds HTML of the file");
  promise(!/(?<!\\)\]\((?!https:\/\/www\.npmjs\.com)/.test(card), "the model card holds a link of the file");
  promise(!/[\u0000-\u0009\u000b-\u001f\u202e]/.test(card), "the model card holds control characters of the file");
}

function breakFiles(mutator: Mutator, files: Files, models: readonly Files[]): void {
  const name = mutator.pick([
    weightsName,
    weightsName,
    configName,
    configName,
    vocabularyName,
    metricsName,
    "README.md",
  ]);
  const donor = mutator.pick(models).get(name) ?? new Uint8Array();
  const source = files.get(name) ?? new Uint8Array();
  const change = mutator.below(20);
  if (change === 0) files.delete(name);
  else if (change === 1) files.set(name, donor);
  else if (change < 8) files.set(name, mutator.bytes(source, donor));
  else if (name === weightsName) files.set(name, breakWeights(mutator, source));
  else if (name === vocabularyName) files.set(name, breakLines(mutator, source));
  else if (name.endsWith(".json")) files.set(name, encode(mutator.json(decode(source))));
}

/** Edits the header with its length put right, the length itself, or the values. */
export function breakWeights(mutator: Mutator, source: Uint8Array): Uint8Array {
  if (source.length < 8) return mutator.bytes(source);
  const length = Number(new DataView(source.buffer, source.byteOffset).getBigUint64(0, true));
  const header = source.subarray(8, 8 + length);
  const data = source.subarray(8 + length);
  switch (mutator.below(4)) {
    case 0:
      return join(lengthField(BigInt(length) + BigInt(mutator.pick([-8, -1, 1, 8, 2 ** 31, 2 ** 40]))), header, data);
    case 1:
      return join(source.subarray(0, 8 + length), breakValues(mutator, data));
    default: {
      const text = mutator.oneIn(3) ? breakHeaderText(mutator, decode(header)) : mutator.json(decode(header));
      const edited = encode(text.trimEnd().padEnd(Math.ceil(text.length / 8) * 8));
      return join(lengthField(BigInt(edited.length)), edited, data);
    }
  }
}

function lengthField(length: bigint): Uint8Array {
  const field = new Uint8Array(8);
  new DataView(field.buffer).setBigUint64(0, BigInt.asUintN(64, length), true);
  return field;
}

/** Moves an offset, changes a size or a dtype: numbers and names that stay plausible. */
function breakHeaderText(mutator: Mutator, text: string): string {
  const edits: (() => string)[] = [
    () => text.replace(/\d+(?=\])/, (digits) => String(Number(digits) + mutator.pick([-4, -1, 1, 4]))),
    () =>
      text.replace(/"F32"/, mutator.pick(['"F16"', '"F64"', '"BF16"', '"I8"', '"U8"', '"I64"', '"f32"', '"F8_E4M3"'])),
    () => text.replace(/\[(\d+),(\d+)\]/, "[$2,$1]"),
    () => text.replace(/lstm\./, "lstm .").replace("_l0", "_l1"),
    () =>
      text.replace(
        /"__metadata__":\{[^}]*\}/,
        `"__metadata__":${mutator.pick(["null", "[]", '{"a":1}', '{"a":"\\ud800"}'])}`,
      ),
    () =>
      text.replace(
        "{",
        `{${JSON.stringify(mutator.pick(hostileTexts))}:{"dtype":"F32","shape":[0],"data_offsets":[0,0]},`,
      ),
  ];
  return mutator.pick(edits)();
}

/** Numbers that are none, that overflow, or that are any bits at all. */
function breakValues(mutator: Mutator, data: Uint8Array): Uint8Array {
  const values = new Float32Array(data.slice(0, data.length - (data.length % 4)).buffer);
  if (values.length === 0) return data;
  const extremes = [Number.NaN, 1 / 0, -1 / 0, 3.4e38, -3.4e38, 1e-45, 1e30, -1e30, 0];
  for (let edits = mutator.oneIn(4) ? values.length : mutator.rounds(); edits > 0; edits--) {
    const at = mutator.below(values.length);
    if (mutator.oneIn(2)) values[at] = mutator.pick(extremes);
    else values[at] *= mutator.pick([-1, 1e3, 1e10, 1e20]);
  }
  return new Uint8Array(values.buffer);
}

/** Edits lines: doubled, swapped, taken out, filled with what has to be escaped, or very many. */
function breakLines(mutator: Mutator, source: Uint8Array): Uint8Array {
  const lines = decode(source).split("\n");
  const at = mutator.below(lines.length);
  switch (mutator.below(7)) {
    case 0:
      lines.splice(at, 0, lines[mutator.below(lines.length)]);
      break;
    case 1:
      lines.splice(at, 1);
      break;
    case 2:
      lines.splice(at, 1, mutator.pick(hostileTexts));
      break;
    case 3:
      lines.splice(at, 1, mutator.pick(["\\e", "\\n", "\\x", "\\u12", "\\ud800", "\\", "\\\\e", "\\uD83D\\uDE00"]));
      break;
    case 4:
      return encode(lines.join("\r\n"));
    case 5:
      lines.splice(at, 0, ...Array.from({ length: mutator.below(5000) }, (_, index) => `w${index}`));
      break;
    default:
      lines.reverse();
  }
  return encode(lines.join("\n"));
}

const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/**
 * The real networks, kept for the next case of the same sizes: a fresh WebAssembly memory for each of 100,000 cases
 * would measure the engine's patience with address space and not the reader.
 */
export function reusingEngine(): Engine {
  const kept = new Map<string, Awaited<ReturnType<Engine["createNetwork"]>>>();
  return {
    parameterShapes: nn.parameterShapes,
    createTrainableNetwork: nn.createTrainableNetwork,
    planTrainingBytes: nn.planTrainingBytes,
    createSkipGram: nn.createSkipGram,
    async createNetwork(config, options) {
      const key = JSON.stringify([config, options.maxLength, options.weights]);
      const network = kept.get(key) ?? (await nn.createNetwork(config, options));
      if (kept.size < 50) kept.set(key, network);
      // The next case with these sizes must not see the weights of this one.
      network.loadStateDict(network.stateDict().map(blank));
      return { ...delegate(network), dispose: () => (kept.has(key) ? undefined : network.dispose()) };
    },
  };
}

function blank(tensor: NamedTensor): NamedTensor {
  return { ...tensor, data: new Float32Array(tensor.data.length) };
}

function delegate(network: Awaited<ReturnType<Engine["createNetwork"]>>) {
  return {
    config: network.config,
    memoryBytes: network.memoryBytes,
    forward: network.forward.bind(network),
    stateDict: network.stateDict.bind(network),
    loadStateDict: network.loadStateDict.bind(network),
  };
}
