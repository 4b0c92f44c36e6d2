import { splitWords } from "../baselines/index.js";
import { DataError, OptionError } from "../errors.js";
import type { NetworkConfig, TrainableNetwork, TrainerConfig } from "../nn/network.js";
import { Random } from "../random.js";
import type { Recipe } from "../recipes/recipe.js";
import { heldBackFor, resolveSettings } from "../recipes/resolve.js";
import { buildEmbeddingMatrix, createTokenizer, type WordVectors } from "../text/index.js";
import { decode } from "../training/decode.js";
import type { Engine } from "../training/engine.js";
import type { Rows } from "../training/labelledText.js";
import { type FitOptions, type FitResult, fit } from "../training/loop.js";
import { type PreparedData, prepareRows } from "../training/prepare.js";
import { collectRows, createScale } from "../training/rows.js";
import { type Evaluation, evaluateOutputs, scoreLogits } from "../training/score.js";
import { type TrainingSettings, totalEpochs } from "../training/settings.js";
import { TokenStore } from "../training/tokens.js";
import { type BaselineResults, trainBaselines } from "./baselines.js";
import { encodeCheckpoint, type RunState } from "./checkpoint.js";
import { type ModelConfig, modelFormat, requireReadable, type TrainingFacts } from "./config.js";
import type { PreparedEvent, TrainEvent } from "./events.js";
import { type MemoryPlan, type PlannedNetwork, planMemory } from "./memory.js";
import type { DatasetCounts, TrainMetrics, VocabularyCounts } from "./metrics.js";
import type { TrainOptions } from "./options.js";
import { RatingModel } from "./ratingModel.js";
import { identifyRun, type RunIdentity, requireSameRun } from "./runIdentity.js";

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
  const tokenizer = createTokenizer(recipe.tokenizer);
  const tokens = new TokenStore();
  const words = (options.baselines ?? true) ? new TokenStore() : undefined;
  const onText = (text: string): void => {
    tokens.add(tokenizer.tokenize(text));
    words?.add(splitWords(text));
  };
  const rows = await collectRows(source, { ...options, ...heldBackFor(recipe, options), onText });
  const scale = createScale(rows, options.task ?? "rating", options.labels);
  const settings = resolveSettings(recipe, options, rows.parts.train.length);
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
  return { options, recipe, words, data, vectors, settings: { ...settings, network } };
}

interface MadeNetwork {
  readonly network: TrainableNetwork;
  readonly memory: MemoryPlan;
  readonly identity?: RunIdentity;
  readonly resumed?: RunState;
}

/** One training run, from a fresh network to a model. */
export class TrainingRun {
  readonly #engine: Engine;
  readonly #prepared: PreparedRun;
  readonly #network: TrainableNetwork;
  readonly #parameterCount: number;
  readonly #memory: MemoryPlan;
  /** What makes a checkpoint this run's; found once, and only when there are checkpoints. */
  readonly #identity: RunIdentity | undefined;
  readonly #resumed: RunState | undefined;

  private constructor(engine: Engine, prepared: PreparedRun, made: MadeNetwork) {
    const { network, memory, identity, resumed } = made;
    this.#engine = engine;
    this.#prepared = prepared;
    this.#network = network;
    this.#memory = memory;
    this.#identity = identity;
    this.#resumed = resumed;
    this.#parameterCount = network.stateDict().reduce((sum, { data }) => sum + data.length, 0);
  }

  /**
   * Makes the network, and starts its embedding from the word vectors where there are any.
   *
   * @param resumed where an earlier run of the same data and settings stood.
   * @throws {OptionError} when it is another run's. @throws {EngineError} when memory does not suffice.
   */
  static async create(engine: Engine, prepared: PreparedRun, resumed?: RunState): Promise<TrainingRun> {
    const { data, settings, vectors, options, recipe } = prepared;
    const matrix = vectors && buildEmbeddingMatrix(data.vocabulary, vectors, new Random(options.seed, "wordVectors"));
    const identity =
      options.checkpoints || resumed
        ? identifyRun({ recipe: recipe.name, seed: options.seed, data, settings, vectors: matrix })
        : undefined;
    if (resumed && identity) requireSameRun(resumed.identity, identity);
    requireReadable(modelConfig(prepared, { epochs: 0, keptEpoch: 0 }));
    const planned: PlannedNetwork = {
      config: networkConfig(prepared),
      trainer: trainerConfig(prepared),
      options: {
        seed: options.seed,
        threads: options.threads,
        maxBatchRows: Math.min(settings.batchSize, data.parts.train.length),
        maxLength: settings.maxLength,
      },
      checkpoints: options.checkpoints !== undefined,
      dataBytes: dataBytesOf(data),
    };
    const memory = planMemory(engine, planned, options.memory);
    const network = await engine.createTrainableNetwork(planned.config, planned.trainer, planned.options);
    if (matrix) startEmbedding(network, matrix);
    return new TrainingRun(engine, prepared, { network, memory, identity, resumed });
  }

  dispose(): void {
    this.#network.dispose();
  }

  /** @param started when the run began, by `performance.now()`. */
  async *events(started: number): AsyncGenerator<TrainEvent, void> {
    const { words, data, options } = this.#prepared;
    const resumed = this.#resumed;
    yield this.#preparedEvent();
    const began = started - 1000 * (resumed?.seconds ?? 0);
    if (resumed) {
      const { records, progress } = resumed.fit;
      yield { type: "resumed", records, batch: progress.batch, seconds: resumed.seconds };
    }
    let baselines: BaselineResults | undefined;
    if (words) {
      baselines = resumed?.baselines ?? (await trainBaselines(words, data, options));
      yield { type: "baselines", baselines };
    }
    const result = yield* fit(this.#fitOptions(began, baselines));
    const { model, metrics } = await this.#finish(result, baselines, began);
    yield { type: "done", model, metrics, reason: result.reason, parts: data.parts };
  }

  #fitOptions(began: number, baselines: BaselineResults | undefined): FitOptions {
    const { options, data, settings } = this.#prepared;
    const { checkpoints, signal, seed } = options;
    return {
      network: this.#network,
      data,
      settings,
      seed,
      signal,
      resumeFrom: this.#resumed?.fit,
      checkpoints: checkpoints && {
        everySeconds: checkpoints.everySeconds ?? 60,
        save: async (state) => {
          const checkpoint = encodeCheckpoint({
            identity: this.#identity ?? {},
            plannedEpochs: totalEpochs(settings),
            seconds: (performance.now() - began) / 1000,
            baselines,
            fit: state,
          });
          await checkpoints.save(checkpoint);
          return checkpoint.bytes.length;
        },
      },
      scoreValidation: () => {
        const logits = this.#network.forward({ texts: data.texts, rows: data.parts.validation });
        return scoreLogits(logits, truthsOf(data, data.parts.validation), data.scale, data.head);
      },
    };
  }

  #preparedEvent(): PreparedEvent {
    const { recipe, data, vectors, settings } = this.#prepared;
    return {
      type: "prepared",
      dataset: datasetCounts(data),
      vocabulary: vocabularyCounts(data),
      vectors: vectors?.coverage,
      scale: data.scale,
      recipe: recipe.name,
      settings,
      parameterCount: this.#parameterCount,
      plannedEpochs: totalEpochs(settings),
      memory: this.#memory,
    };
  }

  async #finish(
    result: FitResult,
    baselines: BaselineResults | undefined,
    started: number,
  ): Promise<{ model: RatingModel; metrics: TrainMetrics }> {
    const { data } = this.#prepared;
    const config = modelConfig(this.#prepared, { epochs: result.records.length, keptEpoch: result.keptEpoch });
    const network = await this.#engine.createNetwork(config.network, config);
    network.loadStateDict(this.#network.stateDict());
    // The numbers are those of the model that is handed out, not of the network that was trained.
    const evaluatePart = (part: Uint32Array): Evaluation => {
      const outputs = decode(network.forward({ texts: data.texts, rows: part }), data.scale, data.head);
      return evaluateOutputs(outputs, truthsOf(data, part), data.scale);
    };
    const validation = evaluatePart(data.parts.validation);
    const test = data.parts.test.length > 0 ? evaluatePart(data.parts.test) : undefined;
    const metrics = this.#metrics(result, { validation, test, baselines }, started);
    return { model: new RatingModel({ config, vocabulary: data.vocabulary, network, metrics }), metrics };
  }

  #metrics(
    result: FitResult,
    evaluated: { validation: Evaluation; test?: Evaluation; baselines?: BaselineResults },
    started: number,
  ): TrainMetrics {
    const { recipe, data, vectors, settings, options } = this.#prepared;
    const { test, baselines } = evaluated;
    const choseEpoch = settings.earlyStopping !== undefined || result.reason === "aborted";
    return {
      recipe: recipe.name,
      task: data.scale.task,
      dataset: datasetCounts(data),
      vocabulary: vocabularyCounts(data),
      ...(vectors && { wordVectors: vectors.coverage }),
      scale: data.scale,
      validation: { ...evaluated.validation, usedForEarlyStopping: choseEpoch },
      ...(test && { test }),
      ...(baselines && { baselines }),
      epochs: result.records,
      bestEpoch: result.bestEpoch,
      keptEpoch: result.keptEpoch,
      reason: result.reason,
      parameterCount: this.#parameterCount,
      seed: options.seed,
      threads: options.threads,
      seconds: (performance.now() - started) / 1000,
      settings,
    };
  }
}

function startEmbedding(network: TrainableNetwork, matrix: Float32Array): void {
  const tensors = network.stateDict();
  network.loadStateDict(
    tensors.map((tensor) => (tensor.name === "embeddings.weight" ? { ...tensor, data: matrix } : tensor)),
  );
}

function modelConfig(prepared: PreparedRun, ended: Pick<TrainingFacts, "epochs" | "keptEpoch">): ModelConfig {
  const { recipe, data, settings, options } = prepared;
  return {
    format: modelFormat,
    recipe: recipe.name,
    tokenizer: settings.tokenizer,
    maxLength: settings.maxLength,
    padToMaxLength: settings.padToMaxLength,
    head: data.head,
    scale: data.scale,
    network: networkConfig(prepared),
    training: { rows: data.parts.train.length, seed: options.seed, ...ended },
  };
}

function networkConfig({ data, settings }: PreparedRun): NetworkConfig {
  const outputs = data.head === "number" || data.scale.task === "number" ? 1 : data.scale.labels.length;
  return { vocabularySize: data.vocabulary.size, ...settings.network, outputSize: outputs };
}

function trainerConfig({ data, settings }: PreparedRun): TrainerConfig {
  const { optimizer, embeddingDropout, wordDropout, outputDropout, maxGradientNorm } = settings;
  const { freezeEmbedding, sparseEmbedding } = settings;
  return {
    loss: data.head === "number" ? "meanSquaredError" : "crossEntropy",
    optimizer,
    embeddingDropout,
    wordDropout,
    outputDropout,
    freezeEmbedding,
    sparseEmbedding,
    maxGradientNorm,
  };
}

/** The rows themselves are the caller's. */
function dataBytesOf({ texts, truths, targets }: PreparedData): number {
  return [texts.ids, texts.offsets, truths, targets].reduce((sum, array) => sum + array.byteLength, 0);
}

function truthsOf(data: PreparedData, part: Uint32Array): Float64Array {
  return Float64Array.from(part, (row) => data.truths[row]);
}

function datasetCounts({ parts, truths, division }: PreparedData): DatasetCounts {
  const { train, validation, test } = parts;
  return { rows: truths.length, train: train.length, validation: validation.length, test: test.length, ...division };
}

function vocabularyCounts({ vocabulary }: PreparedData): VocabularyCounts {
  const { distinctTokens, keptTokens, size } = vocabulary;
  return { distinctTokens, keptTokens, size };
}
