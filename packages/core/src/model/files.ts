import { FormatError } from "../errors.js";
import { decodeUtf8, encodeJson, type ModelFolder, parseJson } from "../storage/index.js";
import { Vocabulary } from "../text/index.js";
import type { LoadingEngine } from "../training/engine.js";
import { type CardDetails, describeModel } from "./card.js";
import { readModelConfig } from "./config.js";
import type { TrainMetrics } from "./metrics.js";
import { readTrainMetrics } from "./metricsFile.js";
import type { ModelParts } from "./ratingModel.js";
import { decodeWeights, encodeWeights } from "./weightsFile.js";

const files = {
  weights: "model.safetensors",
  config: "config.json",
  vocabulary: "vocabulary.txt",
  metrics: "metrics.json",
  card: "README.md",
} as const;

const mebibyte = 2 ** 20;

/** The longest file of each kind that is read, in bytes; the weights are limited by where they come from. */
const longest = { config: 16 * mebibyte, vocabulary: 128 * mebibyte, metrics: 64 * mebibyte } as const;

/** The files of a model by name. The same model gives the same bytes. */
export function writeModel(model: ModelParts, card?: CardDetails): Map<string, Uint8Array> {
  const text = new TextEncoder();
  const written = new Map<string, Uint8Array>();
  written.set(files.weights, encodeWeights(model.network.stateDict(), model.config.weights));
  written.set(files.config, encodeJson(model.config));
  written.set(files.vocabulary, text.encode(model.vocabulary.toLines()));
  if (model.metrics) written.set(files.metrics, encodeJson(model.metrics));
  written.set(files.card, text.encode(describeModel(model.config, model.metrics, card)));
  return written;
}

/**
 * Reads and checks a model's files. A network is made only when all of them were found good and fit together, and then
 * it is not larger than the weights that are there.
 *
 * @throws {FormatError} when one is missing or damaged, or when they do not fit together.
 */
export async function readModel(folder: ModelFolder, engine: LoadingEngine, threads = 1): Promise<ModelParts> {
  const config = readModelConfig(await readJson(folder, files.config, longest.config), files.config);
  const vocabulary = await readVocabulary(folder, config.network.vocabularySize);
  const tensors = decodeWeights(await folder.read(files.weights), {
    fileName: files.weights,
    shapes: engine.parameterShapes(config.network),
    weights: config.weights,
  });
  const metrics = await readMetrics(folder);
  const network = await engine.createNetwork(config.network, { ...config, threads });
  try {
    network.loadStateDict(tensors);
  } catch (error) {
    network.dispose();
    throw error;
  }
  return { config, vocabulary, network, metrics };
}

async function readVocabulary(folder: ModelFolder, size: number): Promise<Vocabulary> {
  const text = decodeUtf8(await readLimited(folder, files.vocabulary, longest.vocabulary), files.vocabulary);
  const vocabulary = Vocabulary.fromLines(text, { maxSize: size });
  if (vocabulary.size === size) return vocabulary;
  throw new FormatError(
    "bad-value",
    `${files.vocabulary} has ${vocabulary.size} entries, but ${files.config} says ${size}; they belong to different models.`,
  );
}

/** For people and reports only, so it need not be there, and what it says is not used to run the model. */
async function readMetrics(folder: ModelFolder): Promise<TrainMetrics | undefined> {
  try {
    return readTrainMetrics(await readJson(folder, files.metrics, longest.metrics), files.metrics);
  } catch (error) {
    if (error instanceof FormatError && error.code === "missing-file") return undefined;
    throw error;
  }
}

async function readJson(folder: ModelFolder, name: string, maxBytes: number): Promise<unknown> {
  return parseJson(await readLimited(folder, name, maxBytes), name, { maxBytes });
}

/** Asks the folder to stop at the limit, and does not rely on it. */
async function readLimited(folder: ModelFolder, name: string, maxBytes: number): Promise<Uint8Array> {
  const bytes = await folder.read(name, { maxBytes });
  if (bytes.length <= maxBytes) return bytes;
  throw new FormatError("too-large", `${name} has ${bytes.length} bytes, more than the ${maxBytes} allowed.`);
}
