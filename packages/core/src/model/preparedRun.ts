/** From rows to everything that is known before the first network is made. */
import { splitWords } from "../baselines/index.js";
import { DataError, OptionError } from "../errors.js";
import type { NetworkConfig, TrainerConfig } from "../nn/network.js";
import type { Recipe } from "../recipes/recipe.js";
import { heldBackFor, resolveSettings } from "../recipes/resolve.js";
import { createTokenizer, type WordVectors } from "../text/index.js";
import { lossOf, outputsOf } from "../training/heads.js";
import type { Rows } from "../training/labelledText.js";
import { type PreparedData, prepareRows } from "../training/prepare.js";
import { collectRows, createScale } from "../training/rows.js";
import type { TrainingSettings } from "../training/settings.js";
import { TokenStore } from "../training/tokens.js";
import { type ModelConfig, modelFormat, type TrainingFacts } from "./config.js";
import type { PlannedNetwork } from "./memory.js";
import type { TrainOptions } from "./options.js";

type CheckedOptions = TrainOptions & { readonly seed: number; readonly threads: number };

/** Everything that is known before the first network is made. */
export interface PreparedRun {
  readonly options: CheckedOptions;
  readonly recipe: Recipe;
  /** What the baselines read of every row's text; absent when there are to be none, empty when they are done. */
  readonly words?: TokenStore;
  readonly data: PreparedData;
  readonly settings: TrainingSettings;
  readonly vectors?: WordVectors;
}

/** Reads rows and labels, settles the settings, and encodes the texts. */
export async function prepareRun(source: Rows, recipe: Recipe, options: CheckedOptions): Promise<PreparedRun> {
  requireUse(recipe, options);
  const tokenizer = createTokenizer(recipe.tokenizer);
  const tokens = new TokenStore();
  const words = (options.baselines ?? true) ? new TokenStore() : undefined;
  const onText = (text: string): void => {
    tokens.add(tokenizer.tokenize(text));
    words?.add(splitWords(text));
  };
  const rows = await collectRows(source, {
    ...options,
    ...heldBackFor(recipe, options),
    seed: options.splitSeed ?? options.seed,
    onText,
    onUnlabelled: (text) => tokens.add(tokenizer.tokenize(text)),
  });
  const scale = createScale(rows, options.task ?? "rating", options.labels);
  const settings = resolveSettings(recipe, options, rows.parts.train.length, rows.unlabelled.length);
  if (settings.wordVectors === "required" && !options.wordVectors) {
    throw new OptionError(
      "needs-word-vectors",
      `The recipe "${recipe.name}" starts from word vectors: give a file of them (such as glove.6B.50d.txt).`,
    );
  }
  const data = prepareRows(rows, tokens, scale, settings);
  if (data.vocabulary.keptTokens === 0) {
    throw new DataError(
      "no-words",
      `No word occurs ${settings.vocabulary.minCount} times in the texts, so there is nothing to learn from. Is this the text column?`,
    );
  }
  const vectors = await options.wordVectors?.(data.vocabulary);
  if (!vectors) return { options, recipe, words, data, settings };
  const network = { ...settings.network, embeddingSize: vectors.size };
  const { pretraining: _, ...others } = settings;
  return { options, recipe, words, data, vectors, settings: { ...others, network } };
}

/** @throws {OptionError} for unlabelled texts that nothing would be learned from. */
function requireUse({ name, pretraining }: Recipe, { unlabelled, wordVectors }: TrainOptions): void {
  if (!unlabelled || (pretraining && !wordVectors)) return;
  const why = pretraining
    ? "Words are learned from texts without ratings only where no word vectors are given"
    : `The recipe "${name}" learns nothing from texts without ratings, unlike "best"`;
  throw new OptionError("unused-texts", `${why}; leave one of the two out.`);
}

/** The config of a model that the run will end with. @param end.members networks that it consists of. */
export function modelConfig(
  prepared: PreparedRun,
  end: Pick<TrainingFacts, "epochs" | "keptEpochs"> & {
    readonly members: number;
    readonly wide?: NetworkConfig["wide"];
  },
): ModelConfig {
  const { epochs, keptEpochs, members, wide } = end;
  const { recipe, data, settings, options } = prepared;
  return {
    format: modelFormat,
    recipe: recipe.name,
    tokenizer: settings.tokenizer,
    maxLength: settings.maxLength,
    padToMaxLength: settings.padToMaxLength,
    head: data.head,
    scale: data.scale,
    network: { ...networkConfig(prepared), ...(wide && { wide }), ...(members > 1 && { members }) },
    training: { rows: data.parts.train.length, seed: options.seed, epochs, keptEpochs },
  };
}

/** What the memory of the run is planned from. */
export function planNetwork(prepared: PreparedRun): PlannedNetwork {
  const { options, data, settings } = prepared;
  return {
    config: networkConfig(prepared),
    trainer: trainerConfig(prepared),
    options: {
      seed: options.seed,
      threads: options.threads,
      maxBatchRows: Math.min(settings.batchSize, data.parts.train.length),
      maxLength: settings.maxLength,
    },
    members: settings.members,
    pretrained: settings.pretraining !== undefined,
    dataBytes: dataBytesOf(data),
  };
}

/** The rows themselves are the caller's. */
function dataBytesOf({ texts, truths, targets }: PreparedData): number {
  return [texts.ids, texts.offsets, truths, targets].reduce((sum, array) => sum + array.byteLength, 0);
}

/** The sizes of one network. */
function networkConfig({ data, settings }: PreparedRun): NetworkConfig {
  return { vocabularySize: data.vocabulary.size, ...settings.network, ...outputsOf(data.head, data.scale) };
}

/** What one network is to minimise, and how. */
function trainerConfig({ data, settings }: PreparedRun): TrainerConfig {
  const { optimizer, embeddingDropout, wordDropout, outputDropout, maxGradientNorm } = settings;
  const { freezeEmbedding, sparseEmbedding, embeddingDeviation } = settings;
  return {
    loss: lossOf(data.head),
    optimizer,
    embeddingDropout,
    wordDropout,
    outputDropout,
    freezeEmbedding,
    sparseEmbedding,
    maxGradientNorm,
    embeddingDeviation,
  };
}
