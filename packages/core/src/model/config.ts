import { FormatError, OptionError } from "../errors.js";
import type { NetworkConfig } from "../nn/network.js";
import { quote } from "../quote.js";
import {
  badValue,
  integerIn,
  numberIn,
  type Place,
  type Read,
  type RecordReader,
  readNumber,
  readRecord,
  stringUpTo,
} from "../storage/index.js";
import type { FittedCalibration, IntervalRule } from "../training/calibration.js";
import { type Head, heads, outputsOf, suits, takesWideBranch } from "../training/heads.js";
import type { Label, RatingScale } from "../training/scale.js";
import type { NetworkSizes, TrainingSettings } from "../training/settings.js";

/** Version of the model folder that this build writes; it reads this one and all before it. */
export const modelFormat = "starcast/2";

/** Most labels that a model may have: far more than anyone rates with, and few enough to be safe to load. */
export const mostLabels = 100_000;

/** Most labels that can be trained: the table of who was taken for whom has as many rows and columns. */
const mostTrainedLabels = 2_000;

/** Most entries of a vocabulary: twice those of the largest published word vectors. */
export const mostVocabularyEntries = 1 << 22;

/** All that is needed to run a model, beside its weights and its vocabulary: `config.json`. */
export interface ModelConfig {
  readonly format: typeof modelFormat;
  /** Name of the recipe that the model was trained with. */
  readonly recipe: string;
  readonly tokenizer: TrainingSettings["tokenizer"];
  /** Tokens of a text that are read. */
  readonly maxLength: number;
  readonly padToMaxLength: boolean;
  readonly head: Head;
  readonly scale: RatingScale;
  readonly network: NetworkConfig;
  /** How raw answers are put right; absent when nothing was fitted. */
  readonly calibration?: FittedCalibration;
  /** Facts of the training, for people. */
  readonly training: TrainingFacts;
  /** `int8`: the matrices are kept in 8 bits; absent: all weights are 32-bit floats. */
  readonly weights?: "int8";
}

/** How a model came about, as far as its config tells. */
export interface TrainingFacts {
  /** Rows of the training part. */
  readonly rows: number;
  readonly seed: number;
  /** Epochs that were run, those of all members; 0 when other software trained the model. */
  readonly epochs: number;
  /** The epoch whose weights were kept, of each member. */
  readonly keptEpochs: readonly number[];
}

/**
 * How each version of `config.json` is read, into the present form. A version that was released stays here for good;
 * docs/model-format.md says how another one is added.
 */
const versions: ReadonlyMap<string, (record: RecordReader) => ModelConfig> = new Map([
  ["starcast/1", readVersion1],
  ["starcast/2", readVersion2],
]);

/** Most networks that answer together. */
export const mostMembers = 64;

/**
 * Checks a parsed `config.json` completely: nothing in a stranger's file reaches the network unchecked.
 *
 * @throws {FormatError} with the key that is wrong, for an unknown key, and for a format that is not known.
 */
export function readModelConfig(value: unknown, fileName = "config.json"): ModelConfig {
  const record = readRecord(value, fileName);
  const format = record.string("format", { maxLength: 100 });
  const read = versions.get(format);
  if (read === undefined) {
    throw new FormatError(
      "unknown-format",
      `${fileName}: the model has the format ${quote(format)}, and this version reads ${[...versions.keys()].map(quote).join(", ")}.`,
    );
  }
  const config = read(record);
  record.refuseOtherKeys();
  return config;
}

/**
 * Holds a model that is about to be trained against the limits of the reader: what is saved can be loaded.
 *
 * @throws {OptionError} `model-too-large` with the rule that it breaks.
 */
export function requireReadable(config: ModelConfig): void {
  const { scale } = config;
  if (scale.task !== "number" && scale.labels.length > mostTrainedLabels) {
    throw new OptionError(
      "model-too-large",
      `The data has ${scale.labels.length} different labels, and at most ${mostTrainedLabels} can be learned; is it the right column?`,
    );
  }
  try {
    readModelConfig(JSON.parse(JSON.stringify(config)), "The model");
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new OptionError("model-too-large", `A model like this could not be loaded again. ${error.message}`, {
      cause: error,
    });
  }
}

/** The heads under the names that they had in the first version. */
const headsOfVersion1 = { classes: "softmax", number: "regression" } as const;

/** One network, with one of two heads, and nothing fitted afterwards. */
function readVersion1(record: RecordReader): ModelConfig {
  return readConfig(record, {
    head: headsOfVersion1[record.oneOf("head", ["classes", "number"])],
    network: record.required("network", readNetworkConfig({ version: 1 })),
    training: record.required("training", readTrainingFactsOfVersion1),
  });
}

function readVersion2(record: RecordReader): ModelConfig {
  return readConfig(record, {
    head: record.oneOf("head", heads),
    network: record.required("network", readNetworkConfig({ version: 2 })),
    ...(record.has("calibration") && { calibration: record.required("calibration", readCalibration) }),
    training: record.required("training", readTrainingFacts),
  });
}

/** Reads what all versions have alike, and puts it together with what was read already. */
function readConfig(
  record: RecordReader,
  { head, network, calibration, training }: Pick<ModelConfig, "head" | "network" | "calibration" | "training">,
): ModelConfig {
  const config: ModelConfig = {
    format: modelFormat,
    recipe: record.string("recipe", { maxLength: 200 }),
    tokenizer: record.oneOf("tokenizer", ["article", "words"]),
    maxLength: record.integer("maxLength", { min: 1, max: 1_000_000 }),
    padToMaxLength: record.boolean("padToMaxLength"),
    head,
    scale: record.required("scale", readScale),
    network,
    ...(calibration && { calibration }),
    training,
    ...(record.has("weights") && { weights: record.oneOf("weights", ["int8"]) }),
  };
  requireFitting(config, record.place);
  return config;
}

/** @throws {FormatError} where parts that are right by themselves do not fit together. */
function requireFitting(config: ModelConfig, place: Place): void {
  const { head, scale, network, calibration } = config;
  requireModest(config, place);
  if (!suits(head, scale)) throw badValue(inside(place, "head"), `must suit the task ${scale.task}`, head);
  const { outputSize, sharedOutputWeights = false } = outputsOf(head, scale);
  if (network.outputSize !== outputSize) {
    throw badValue(inside(place, "network.outputSize"), `must be ${outputSize}`, network.outputSize);
  }
  if (network.wide && !takesWideBranch(head)) {
    throw badValue(inside(place, "network.wide"), `must be absent with the head ${head}`, network.wide);
  }
  if ((network.sharedOutputWeights ?? false) !== sharedOutputWeights) {
    const wanted = `must be ${sharedOutputWeights} for the head ${head}`;
    throw badValue(inside(place, "network.sharedOutputWeights"), wanted, network.sharedOutputWeights);
  }
  const offsets = calibration?.offsets;
  if (offsets && (offsets.length !== outputSize || head === "regression")) {
    throw badValue(inside(place, "calibration.offsets"), `must be ${outputSize} numbers, one for each output`, offsets);
  }
  const cuts = calibration?.cutPoints;
  const wantedCuts = scale.task === "rating" ? scale.values.length - 1 : 0;
  if (cuts && (cuts.length !== wantedCuts || cuts.some((cut, index) => index > 0 && cut <= cuts[index - 1]))) {
    throw badValue(inside(place, "calibration.cutPoints"), `must be ${wantedCuts} numbers that ascend`, cuts);
  }
}

/** Far beyond what calibration finds. */
const offsetRange = { min: -100, max: 100 };

/** Reads what was fitted on the validation part. */
export const readCalibration: Read<FittedCalibration> = (value, place) => {
  const record = readRecord(value, place);
  const calibration: FittedCalibration = {
    temperature: record.number("temperature", { min: 0.01, max: 100 }),
    ...(record.has("offsets") && { offsets: record.list("offsets", numberIn(offsetRange), { maxLength: mostLabels }) }),
    ...(record.has("cutPoints") && { cutPoints: record.list("cutPoints", readNumber, { maxLength: mostLabels }) }),
    ...(record.has("interval") && { interval: record.required("interval", readIntervalRule) }),
  };
  record.refuseOtherKeys();
  return calibration;
};

const readIntervalRule: Read<IntervalRule> = (value, place) => {
  const record = readRecord(value, place);
  const rule: IntervalRule = {
    coverage: record.number("coverage", { min: 0, max: 1 }),
    factor: record.number("factor", { min: 0, max: Number.MAX_VALUE }),
  };
  record.refuseOtherKeys();
  return rule;
};

/** Most memory that the states of one longest text may take, in bytes. */
const mostStateBytes = 2 ** 28;

/**
 * The sizes of the network are held against the weights, but a number of tokens costs its author nothing: with it, a
 * small file could ask for gigabytes and for minutes of work.
 */
function requireModest({ maxLength, network }: ModelConfig, place: Place): void {
  const { embeddingSize, hiddenSize, numLayers, bidirectional, members = 1 } = network;
  const numbers = members * (embeddingSize + 4 * hiddenSize * numLayers * (bidirectional ? 2 : 1));
  const most = Math.max(1, Math.floor(mostStateBytes / (4 * numbers)));
  if (maxLength <= most) return;
  throw badValue(inside(place, "maxLength"), `must be at most ${most} in a network of these sizes`, maxLength);
}

/** Reads the labels of a model. */
export const readScale: Read<RatingScale> = (value, place) => {
  const record = readRecord(value, place);
  const task = record.oneOf("task", ["rating", "class", "number"]);
  let scale: RatingScale;
  if (task === "number") {
    const deviation = record.number("deviation", { min: Number.MIN_VALUE, max: Number.MAX_VALUE });
    scale = { task, mean: record.number("mean"), deviation };
  } else {
    const labels = readLabels(record, inside(place, "labels"));
    scale = task === "class" ? { task, labels } : { task, labels, values: readValues(record, labels, place) };
  }
  record.refuseOtherKeys();
  return scale;
};

/** Labels as training makes them: numbers, or texts that stay different without their outer blanks. */
function readLabels(record: RecordReader, place: Place): Label[] {
  const labels = record.list("labels", readLabel, { minLength: 2, maxLength: mostLabels });
  if (labels.some((label) => typeof label !== typeof labels[0])) {
    throw badValue(place, "must be all numbers or all texts", labels);
  }
  const keys = new Set(labels.map((label) => String(label).trim()));
  if (keys.size !== labels.length) throw badValue(place, "must be different", labels);
  if (keys.has("")) throw badValue(place, "must not be blank", labels);
  return labels;
}

function readValues(record: RecordReader, labels: readonly Label[], place: Place): number[] {
  const count = labels.length;
  const values = record.list("values", readNumber, { minLength: count, maxLength: count });
  if (values.some((value, index) => index > 0 && value <= values[index - 1])) {
    throw badValue(inside(place, "values"), "must be ascending", values);
  }
  if (typeof labels[0] === "number" && values.some((value, index) => value !== labels[index])) {
    throw badValue(inside(place, "values"), "must equal the labels, which are numbers", values);
  }
  return values;
}

const readLabel: Read<Label> = (value, place) =>
  typeof value === "number" ? readNumber(value, place) : stringUpTo(10_000)(value, place);

/** Most pairs of words of a linear branch. */
const mostPairs = 1 << 22;

const readWide: Read<NonNullable<NetworkConfig["wide"]>> = (value, place) => {
  const record = readRecord(value, place);
  const wide = { pairs: record.integer("pairs", { min: 0, max: mostPairs }) };
  record.refuseOtherKeys();
  return wide;
};

/** The second version brought ensembles and outputs that share their weights. */
function readNetworkConfig({ version }: { readonly version: 1 | 2 }): Read<NetworkConfig> {
  return (value, place) => {
    const record = readRecord(value, place);
    const has = (key: string): boolean => version > 1 && record.has(key);
    const config: NetworkConfig = {
      vocabularySize: record.integer("vocabularySize", { min: 2, max: mostVocabularyEntries }),
      ...readNetworkSizes(record),
      outputSize: record.integer("outputSize", { min: 1, max: mostLabels }),
      ...(has("sharedOutputWeights") && { sharedOutputWeights: record.boolean("sharedOutputWeights") }),
      ...(has("wide") && { wide: record.required("wide", readWide) }),
      ...(has("members") && { members: record.integer("members", { min: 1, max: mostMembers }) }),
    };
    record.refuseOtherKeys();
    return config;
  };
}

/** Reads the sizes of a network that do not depend on the data. */
export function readNetworkSizes(record: RecordReader): NetworkSizes {
  const size = { min: 1, max: 1 << 16 };
  return {
    embeddingSize: record.integer("embeddingSize", size),
    hiddenSize: record.integer("hiddenSize", size),
    numLayers: record.integer("numLayers", { min: 1, max: 64 }),
    bidirectional: record.boolean("bidirectional"),
    pooling: record.oneOf("pooling", ["last", "meanMax", "meanMaxAttention"]),
  };
}

const counts = { min: 0, max: Number.MAX_SAFE_INTEGER };

const readTrainingFacts: Read<TrainingFacts> = (value, place) => {
  const record = readRecord(value, place);
  const facts: TrainingFacts = {
    ...readTrainingCounts(record),
    keptEpochs: record.list("keptEpochs", integerIn(counts), { minLength: 1, maxLength: mostMembers }),
  };
  record.refuseOtherKeys();
  return facts;
};

const readTrainingFactsOfVersion1: Read<TrainingFacts> = (value, place) => {
  const record = readRecord(value, place);
  const facts: TrainingFacts = {
    ...readTrainingCounts(record),
    keptEpochs: [record.integer("keptEpoch", counts)],
  };
  record.refuseOtherKeys();
  return facts;
};

function readTrainingCounts(record: RecordReader): Pick<TrainingFacts, "rows" | "seed" | "epochs"> {
  return {
    rows: record.integer("rows", counts),
    seed: record.integer("seed", counts),
    epochs: record.integer("epochs", counts),
  };
}

function inside(place: Place, key: string): Place {
  return { ...place, path: place.path === "" ? key : `${place.path}.${key}` };
}
