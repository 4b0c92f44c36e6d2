import { FormatError } from "../errors.js";
import {
  decodeSafetensors,
  decodeUtf8,
  encodeJson,
  encodeSafetensors,
  type ModelFolder,
  parseJson,
  readRecord,
} from "../storage/index.js";
import { Vocabulary } from "../text/index.js";
import type { Engine } from "../training/engine.js";
import { type CardDetails, describeModel } from "./card.js";
import { modelFormat, readModelConfig } from "./config.js";
import type { TrainMetrics } from "./metrics.js";
import type { ModelParts } from "./ratingModel.js";

const files = {
  weights: "model.safetensors",
  config: "config.json",
  vocabulary: "vocabulary.txt",
  metrics: "metrics.json",
  card: "README.md",
} as const;

/** The files of a model by name. The same model gives the same bytes. */
export function writeModel(model: ModelParts, card?: CardDetails): Map<string, Uint8Array> {
  const text = new TextEncoder();
  const written = new Map<string, Uint8Array>();
  written.set(files.weights, encodeSafetensors(model.network.stateDict(), { format: modelFormat }));
  written.set(files.config, encodeJson(model.config));
  written.set(files.vocabulary, text.encode(model.vocabulary.toLines()));
  if (model.metrics) written.set(files.metrics, encodeJson(model.metrics));
  written.set(files.card, text.encode(describeModel(model.config, model.metrics, card)));
  return written;
}

/**
 * Reads and checks a model's files.
 *
 * @throws {FormatError} when one is missing or damaged, or when they do not fit together.
 */
export async function readModel(folder: ModelFolder, engine: Engine): Promise<ModelParts> {
  const config = readModelConfig(parseJson(await folder.read(files.config), files.config), files.config);
  const vocabulary = Vocabulary.fromLines(decodeUtf8(await folder.read(files.vocabulary), files.vocabulary));
  if (vocabulary.size !== config.network.vocabularySize) {
    throw new FormatError(
      "bad-value",
      `${files.vocabulary} has ${vocabulary.size} entries, but ${files.config} says ${config.network.vocabularySize}; they belong to different models.`,
    );
  }
  const { tensors } = decodeSafetensors(await folder.read(files.weights));
  const metrics = await readMetrics(folder);
  const network = await engine.createNetwork(config.network, config);
  try {
    network.loadStateDict(tensors);
  } catch (error) {
    network.dispose();
    throw error;
  }
  return { config, vocabulary, network, metrics };
}

/** For people and reports only, so it need not be there, and what it says is not used to run the model. */
async function readMetrics(folder: ModelFolder): Promise<TrainMetrics | undefined> {
  let bytes: Uint8Array;
  try {
    bytes = await folder.read(files.metrics);
  } catch (error) {
    if (error instanceof FormatError && error.code === "missing-file") return undefined;
    throw error;
  }
  const value = parseJson(bytes, files.metrics);
  readRecord(value, files.metrics);
  return value as TrainMetrics;
}
