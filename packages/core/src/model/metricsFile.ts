/** Reads `metrics.json`, the account of a training, as strictly as the files that a model runs on. */
import type {
  ClassEvaluation,
  DecodingScore,
  DecodingScores,
  Interval,
  NumberEvaluation,
  RatingEvaluation,
} from "../metrics/index.js";
import {
  integerIn,
  listOf,
  numberIn,
  oneOf,
  type Place,
  type Read,
  type RecordReader,
  readBoolean,
  readNumber,
  readRecord,
} from "../storage/index.js";
import type { WordVectorCoverage } from "../text/index.js";
import type { RemovedDuplicates } from "../training/duplicates.js";
import type { EpochRecord } from "../training/fitEvents.js";
import type { Evaluation } from "../training/score.js";
import type { Pretraining, TrainingSettings } from "../training/settings.js";
import type { BaselineResults } from "./baselines.js";
import { mostLabels, mostMembers, readCalibration, readNetworkSizes, readScale } from "./config.js";
import type { CalibrationResult, DatasetCounts, TrainMetrics, VocabularyCounts } from "./metrics.js";

const counts = { min: 0, max: Number.MAX_SAFE_INTEGER };
const shares = { min: 0, max: 1 };
const mostEpochs = 1_000_000;

/**
 * Checks a parsed `metrics.json`. Keys that are not known are left out, so that a later version may add some.
 *
 * @throws {FormatError} with the key that is wrong.
 */
export function readTrainMetrics(value: unknown, fileName: string): TrainMetrics {
  const record = readRecord(value, fileName);
  return {
    recipe: record.string("recipe", { maxLength: 200 }),
    task: record.oneOf("task", ["rating", "class", "number"]),
    dataset: record.required("dataset", readDatasetCounts),
    vocabulary: record.required("vocabulary", readVocabularyCounts),
    ...optional(record, "wordVectors", readCoverage),
    scale: record.required("scale", readScale),
    validation: record.required("validation", readValidation),
    ...optional(record, "test", readEvaluation),
    ...optional(record, "baselines", readBaselines),
    ...optional(record, "decodings", readDecodings),
    ...optional(record, "calibration", readCalibrationResult),
    epochs: record.list("epochs", readEpoch, { maxLength: mostEpochs }),
    keptEpochs: readKeptEpochs(record),
    reason: record.oneOf("reason", ["finished", "earlyStopped", "aborted", "outOfTime"]),
    parameterCount: record.integer("parameterCount", counts),
    seed: record.integer("seed", counts),
    threads: record.integer("threads", counts),
    seconds: record.required("seconds", readResult),
    settings: record.required("settings", readSettings),
  };
}

/** The field under its key, or nothing where it is absent: a spread of it keeps absent keys absent. */
function optional<K extends string, T>(record: RecordReader, key: K, read: Read<T>): { readonly [key in K]?: T } {
  if (!record.has(key)) return {};
  return { [key]: record.required(key, read) } as { readonly [key in K]?: T };
}

/** A number that was calculated: JSON has no NaN, so null stands for it. */
const readResult: Read<number> = (value, place) => (value === null ? Number.NaN : readNumber(value, place));

const readInterval: Read<Interval> = (value, place) =>
  listOf(readResult, { minLength: 2, maxLength: 2 })(value, place) as [number, number];

const readConfusion: Read<number[][]> = listOf(listOf(integerIn(counts), { maxLength: mostLabels }), {
  maxLength: mostLabels,
});

/** The three kinds are told apart by what they hold, as the types do. */
const readEvaluation: Read<Evaluation> = (value, place) => {
  const record = readRecord(value, place);
  if (!record.has("rmse")) return readClassEvaluation(record);
  return record.has("accuracy") ? readRatingEvaluation(record) : readNumberEvaluation(record);
};

function readNumberEvaluation(record: RecordReader): NumberEvaluation {
  return {
    rows: record.integer("rows", counts),
    rmse: record.required("rmse", readResult),
    mae: record.required("mae", readResult),
    rmseInterval: record.required("rmseInterval", readInterval),
    maeInterval: record.required("maeInterval", readInterval),
  };
}

function readRatingEvaluation(record: RecordReader): RatingEvaluation {
  return {
    ...readNumberEvaluation(record),
    rmseOfMode: record.required("rmseOfMode", readResult),
    accuracy: record.required("accuracy", readResult),
    accuracyInterval: record.required("accuracyInterval", readInterval),
    offByOne: record.required("offByOne", readResult),
    qwk: record.required("qwk", readResult),
    macroF1: record.required("macroF1", readResult),
    ...optional(record, "logLoss", readResult),
    confusion: record.required("confusion", readConfusion),
  };
}

function readClassEvaluation(record: RecordReader): ClassEvaluation {
  return {
    rows: record.integer("rows", counts),
    accuracy: record.required("accuracy", readResult),
    accuracyInterval: record.required("accuracyInterval", readInterval),
    macroF1: record.required("macroF1", readResult),
    macroF1Interval: record.required("macroF1Interval", readInterval),
    logLoss: record.required("logLoss", readResult),
    confusion: record.required("confusion", readConfusion),
  };
}

const readValidation: Read<TrainMetrics["validation"]> = (value, place) => ({
  ...readEvaluation(value, place),
  usedForEarlyStopping: readRecord(value, place).boolean("usedForEarlyStopping"),
});

/** The first version knew one network. */
function readKeptEpochs(record: RecordReader): readonly number[] {
  if (record.has("keptEpoch")) return [record.integer("keptEpoch", counts)];
  return record.list("keptEpochs", integerIn(counts), { minLength: 1, maxLength: mostMembers });
}

const readDecodings: Read<DecodingScores> = (value, place) => {
  const record = readRecord(value, place);
  return {
    mean: record.required("mean", readDecodingScore),
    median: record.required("median", readDecodingScore),
    mode: record.required("mode", readDecodingScore),
    ...optional(record, "cut", readDecodingScore),
  };
};

const readDecodingScore: Read<DecodingScore> = (value, place) => {
  const record = readRecord(value, place);
  return {
    rmse: record.required("rmse", readResult),
    mae: record.required("mae", readResult),
    accuracy: record.required("accuracy", readResult),
    qwk: record.required("qwk", readResult),
  };
};

const readCalibrationResult: Read<CalibrationResult> = (value, place) => {
  const record = readRecord(value, place);
  const fitted = Object.fromEntries(
    ["temperature", "offsets", "cutPoints", "interval"].flatMap((key) =>
      record.has(key) ? [[key, record.required(key, (inner: unknown) => inner)]] : [],
    ),
  );
  return {
    ...readCalibration(fitted, place),
    evaluatedOn: record.oneOf("evaluatedOn", ["validation", "test"]),
    ...optional(record, "calibrationError", readResult),
    ...optional(record, "rawCalibrationError", readResult),
    ...optional(record, "chanceCalibrationError", readResult),
    ...optional(record, "coverage", readResult),
    ...optional(record, "meanWidth", readResult),
  };
};

const readBaselines: Read<BaselineResults> = (value, place) => {
  const record = readRecord(value, place);
  return {
    evaluatedOn: record.oneOf("evaluatedOn", ["validation", "test"]),
    ...optional(record, "mean", readEvaluation),
    ...optional(record, "median", readEvaluation),
    ...optional(record, "majority", readEvaluation),
    linear: record.required("linear", readEvaluation),
  };
};

const readDatasetCounts: Read<DatasetCounts> = (value, place) => {
  const record = readRecord(value, place);
  return {
    rows: record.integer("rows", counts),
    train: record.integer("train", counts),
    validation: record.integer("validation", counts),
    test: record.integer("test", counts),
    ...optional(record, "splitBy", oneOf(["group", "part", "time"])),
    ...optional(record, "groups", integerIn(counts)),
    ...optional(record, "unlabelled", integerIn(counts)),
    ...optional(record, "removedDuplicates", readRemovedDuplicates),
  };
};

const readRemovedDuplicates: Read<RemovedDuplicates> = (value, place) => {
  const record = readRecord(value, place);
  return { validation: record.integer("validation", counts), test: record.integer("test", counts) };
};

const readVocabularyCounts: Read<VocabularyCounts> = (value, place) => {
  const record = readRecord(value, place);
  return {
    distinctTokens: record.integer("distinctTokens", counts),
    keptTokens: record.integer("keptTokens", counts),
    size: record.integer("size", counts),
  };
};

const readCoverage: Read<WordVectorCoverage> = (value, place) => {
  const record = readRecord(value, place);
  return {
    foundTokens: record.integer("foundTokens", counts),
    vocabularyTokens: record.integer("vocabularyTokens", counts),
    ...optional(record, "shareOfText", readResult),
  };
};

const readEpoch: Read<EpochRecord> = (value, place) => {
  const record = readRecord(value, place);
  return {
    epoch: record.integer("epoch", counts),
    ...optional(record, "member", integerIn(counts)),
    trainLoss: record.required("trainLoss", readResult),
    validationLoss: record.required("validationLoss", readResult),
    ...optional(record, "rmse", readResult),
    ...optional(record, "accuracy", readResult),
    ...optional(record, "macroF1", readResult),
    seconds: record.required("seconds", readResult),
  };
};

const readPretraining: Read<Pretraining> = (value, place) => {
  const record = readRecord(value, place);
  return { passes: record.integer("passes", counts), window: record.integer("window", counts) };
};

/** The heads, also by the names that they had in the first version. */
const headNames = {
  classes: "softmax",
  number: "regression",
  softmax: "softmax",
  regression: "regression",
  coral: "coral",
  corn: "corn",
  cumulative: "cumulative",
} as const;

/** Reads all settings of a training. */
export const readSettings: Read<TrainingSettings> = (value, place) => {
  const record = readRecord(value, place);
  return {
    tokenizer: record.oneOf("tokenizer", ["article", "words"]),
    vocabulary: record.required("vocabulary", readVocabularySettings),
    maxLength: record.integer("maxLength", counts),
    padToMaxLength: record.boolean("padToMaxLength"),
    network: record.required("network", (network: unknown, where: Place) =>
      readNetworkSizes(readRecord(network, where)),
    ),
    head: headNames[record.oneOf("head", Object.keys(headNames) as (keyof typeof headNames)[])],
    ...optional(record, "members", integerIn(counts)),
    ...optional(record, "wide", readBoolean),
    ...optional(record, "embeddingDeviation", readNumber),
    ...optional(record, "pretraining", readPretraining),
    embeddingDropout: record.number("embeddingDropout", shares),
    ...optional(record, "wordDropout", numberIn(shares)),
    outputDropout: record.number("outputDropout", shares),
    freezeEmbedding: record.boolean("freezeEmbedding"),
    ...optional(record, "sparseEmbedding", readBoolean),
    wordVectors: record.oneOf("wordVectors", ["required", "none"]),
    optimizer: record.required("optimizer", readOptimizer),
    ...optional(record, "maxGradientNorm", readNumber),
    rounds: record.list("rounds", readRound, { maxLength: mostEpochs }),
    schedule: record.required("schedule", oneOf(["constant", "oneCycle"])),
    batchSize: record.integer("batchSize", counts),
    batching: record.required("batching", oneOf(["random", "byLength"])),
    ...optional(record, "calibrate", readBoolean),
    ...optional(record, "earlyStopping", (stopping: unknown, where: Place) => ({
      patience: readRecord(stopping, where).integer("patience", counts),
    })),
  };
};

const readVocabularySettings: Read<TrainingSettings["vocabulary"]> = (value, place) => {
  const record = readRecord(value, place);
  return {
    minCount: record.integer("minCount", counts),
    ...optional(record, "maxSize", integerIn(counts)),
    builtFrom: record.oneOf("builtFrom", ["all", "training"]),
  };
};

const readOptimizer: Read<TrainingSettings["optimizer"]> = (value, place) => {
  const record = readRecord(value, place);
  return {
    kind: record.oneOf("kind", ["adam", "adamw"]),
    betas: record.list("betas", readNumber, { minLength: 2, maxLength: 2 }) as [number, number],
    epsilon: record.number("epsilon"),
    weightDecay: record.number("weightDecay"),
  };
};

const readRound: Read<TrainingSettings["rounds"][number]> = (value, place) => {
  const record = readRecord(value, place);
  return { epochs: record.integer("epochs", counts), learningRate: record.number("learningRate") };
};
