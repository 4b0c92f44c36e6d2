import { FormatError } from "../errors.js";
import type { NetworkConfig } from "../nn/network.js";
import {
  badValue,
  oneOf,
  type Place,
  type Read,
  type RecordReader,
  readNumber,
  readRecord,
  stringUpTo,
} from "../storage/index.js";
import type { Label, RatingScale } from "../training/scale.js";
import type { TrainingSettings } from "../training/settings.js";

/** Version of the model folder that this build writes and reads. */
export const modelFormat = "starcast/1";

/** Most labels that a model may have: far more than anyone rates with, and few enough to be safe to load. */
const mostLabels = 100_000;

/** All that is needed to run a model, beside its weights and its vocabulary: `config.json`. */
export interface ModelConfig {
  readonly format: typeof modelFormat;
  /** Name of the recipe that the model was trained with. */
  readonly recipe: string;
  readonly tokenizer: TrainingSettings["tokenizer"];
  /** Tokens of a text that are read. */
  readonly maxLength: number;
  readonly padToMaxLength: boolean;
  readonly head: TrainingSettings["head"];
  readonly scale: RatingScale;
  readonly network: NetworkConfig;
  /** Facts of the training, for people. */
  readonly training: TrainingFacts;
}

/** How a model came about, as far as its config tells. */
export interface TrainingFacts {
  /** Rows of the training part. */
  readonly rows: number;
  readonly seed: number;
  /** Epochs that were run. */
  readonly epochs: number;
  /** The epoch whose weights were kept. */
  readonly keptEpoch: number;
}

/**
 * Checks a parsed `config.json` completely: nothing in a stranger's file reaches the network unchecked.
 *
 * @throws {FormatError} with the key that is wrong, for an unknown key, and for a format of another version.
 */
export function readModelConfig(value: unknown, fileName = "config.json"): ModelConfig {
  const record = readRecord(value, fileName);
  const format = record.string("format", { maxLength: 100 });
  if (format !== modelFormat) {
    throw new FormatError(
      "unknown-format",
      `${fileName}: the model has the format ${JSON.stringify(format)}, and this version reads "${modelFormat}".`,
    );
  }
  const config: ModelConfig = {
    format: modelFormat,
    recipe: record.string("recipe", { maxLength: 200 }),
    tokenizer: record.oneOf("tokenizer", ["article", "words"]),
    maxLength: record.integer("maxLength", { min: 1, max: 1_000_000 }),
    padToMaxLength: record.boolean("padToMaxLength"),
    head: record.oneOf("head", ["classes", "number"]),
    scale: record.required("scale", readScale),
    network: record.required("network", readNetworkConfig),
    training: record.required("training", readTrainingFacts),
  };
  record.refuseOtherKeys();
  const outputs = config.head === "number" ? 1 : config.scale.task === "number" ? 0 : config.scale.labels.length;
  if (outputs === 0 || (config.head === "number" && config.scale.task === "class")) {
    throw badValue({ fileName, path: "head" }, `must suit the task ${config.scale.task}`, config.head);
  }
  if (config.network.outputSize !== outputs) {
    throw badValue({ fileName, path: "network.outputSize" }, `must be ${outputs}`, config.network.outputSize);
  }
  return config;
}

const readScale: Read<RatingScale> = (value, place) => {
  const record = readRecord(value, place);
  const task = record.oneOf("task", ["rating", "class", "number"]);
  let scale: RatingScale;
  if (task === "number") {
    const deviation = record.number("deviation", { min: Number.MIN_VALUE, max: Number.MAX_VALUE });
    scale = { task, mean: record.number("mean"), deviation };
  } else {
    const labels = record.list("labels", readLabel, { minLength: 2, maxLength: mostLabels });
    if (new Set(labels).size !== labels.length) throw badValue(inside(place, "labels"), "must be different", labels);
    scale = task === "class" ? { task, labels } : { task, labels, values: readValues(record, labels.length, place) };
  }
  record.refuseOtherKeys();
  return scale;
};

function readValues(record: RecordReader, count: number, place: Place): number[] {
  const values = record.list("values", readNumber, { minLength: count, maxLength: count });
  if (values.every((value, index) => index === 0 || value > values[index - 1])) return values;
  throw badValue(inside(place, "values"), "must be ascending", values);
}

const readLabel: Read<Label> = (value, place) =>
  typeof value === "number" ? readNumber(value, place) : stringUpTo(10_000)(value, place);

const readNetworkConfig: Read<NetworkConfig> = (value, place) => {
  const record = readRecord(value, place);
  const size = { min: 1, max: 1 << 16 };
  const config: NetworkConfig = {
    vocabularySize: record.integer("vocabularySize", { min: 2, max: 1 << 26 }),
    embeddingSize: record.integer("embeddingSize", size),
    hiddenSize: record.integer("hiddenSize", size),
    numLayers: record.integer("numLayers", { min: 1, max: 64 }),
    bidirectional: record.boolean("bidirectional"),
    pooling: record.required("pooling", oneOf(["last", "meanMax"])),
    outputSize: record.integer("outputSize", { min: 1, max: mostLabels }),
  };
  record.refuseOtherKeys();
  return config;
};

const readTrainingFacts: Read<TrainingFacts> = (value, place) => {
  const record = readRecord(value, place);
  const count = { min: 0, max: Number.MAX_SAFE_INTEGER };
  const facts: TrainingFacts = {
    rows: record.integer("rows", count),
    seed: record.integer("seed", count),
    epochs: record.integer("epochs", count),
    keptEpoch: record.integer("keptEpoch", count),
  };
  record.refuseOtherKeys();
  return facts;
};

function inside(place: Place, key: string): Place {
  return { ...place, path: place.path === "" ? key : `${place.path}.${key}` };
}
