import { DataError, FormatError } from "../errors.js";
import { createNetwork, parameterShapes } from "../nn/index.js";
import type { Network } from "../nn/network.js";
import type { ModelFolder, NamedTensor } from "../storage/index.js";
import {
  checkTextLength,
  createTokenizer,
  type EncodedTexts,
  encodeTexts,
  type Tokenizer,
  unknownId,
  type Vocabulary,
} from "../text/index.js";
import { decode, type Outputs } from "../training/decode.js";
import type { LoadingEngine } from "../training/engine.js";
import type { LabelledText, Rows } from "../training/labelledText.js";
import type { RatingScale } from "../training/scale.js";
import type { Evaluation } from "../training/score.js";
import type { CardDetails } from "./card.js";
import type { ModelConfig } from "./config.js";
import { EvaluatedRows } from "./evaluatedRows.js";
import { readModel, writeModel } from "./files.js";
import type { TrainMetrics } from "./metrics.js";
import { type Prediction, readOutput } from "./prediction.js";
import type { RatedRows } from "./ratedRows.js";

/** What a model is made of. */
export interface ModelParts {
  readonly config: ModelConfig;
  readonly vocabulary: Vocabulary;
  /** Belongs to the model from now on. */
  readonly network: Network;
  readonly metrics?: TrainMetrics;
}

/** Options of `RatingModel.evaluate`. */
export interface EvaluateOptions {
  /** Seed of the bootstrap of the intervals; 1 when absent. */
  readonly seed?: number;
}

/** Options of `RatingModel.save`. */
export interface SaveOptions {
  /** What the model card should say beside the facts that the model knows itself. */
  readonly card?: CardDetails;
}

/** Options of `RatingModel.load`. */
export interface LoadOptions {
  /** Threads that rate many texts together, this one included; 1 when absent. Answers do not depend on it. */
  readonly threads?: number;
  /** For tests: where networks come from. */
  readonly engine?: LoadingEngine;
}

/**
 * A trained model: rates texts, evaluates itself on labelled ones, and is saved as a folder of open formats.
 * Get one from `train`, `trainModel` or `RatingModel.load`; call `dispose` when it is no longer needed.
 */
export class RatingModel {
  readonly config: ModelConfig;
  readonly vocabulary: Vocabulary;
  /** The account of its training; absent when a model was loaded without one. */
  readonly metrics?: TrainMetrics;
  readonly #network: Network;
  readonly #tokenizer: Tokenizer;

  /** Models come from training and loading; use those. */
  constructor(parts: ModelParts) {
    this.config = parts.config;
    this.vocabulary = parts.vocabulary;
    this.metrics = parts.metrics;
    this.#network = parts.network;
    this.#tokenizer = createTokenizer(parts.config.tokenizer);
  }

  /** The labels that the model answers with. */
  get scale(): RatingScale {
    return this.config.scale;
  }

  /**
   * Reads a saved model. Every file is checked before it is used.
   *
   * @throws {FormatError} when a file is missing, damaged, or of a version that this build does not know.
   */
  static async load(folder: ModelFolder, options: LoadOptions = {}): Promise<RatingModel> {
    const { engine = { createNetwork, parameterShapes }, threads } = options;
    return new RatingModel(await readModel(folder, engine, threads));
  }

  /**
   * Rates a text, or many in one go. The answer to a text does not depend on the other texts, and the same model gives
   * the same answer everywhere.
   *
   * @throws {DataError} `empty-text` for a text without any word, with its position (from 1) in a list; `text-too-long`
   *   for one of more than 16,777,216 characters.
   * @throws {FormatError} `not-finite` when the model's numbers are so large that its answer is none.
   */
  predict(text: string): Prediction;
  predict(texts: readonly string[]): Prediction[];
  predict(input: string | readonly string[]): Prediction | Prediction[] {
    if (typeof input === "string") return this.#predictAll([input], () => "The text")[0];
    return this.#predictAll(input, (index) => `Text ${index + 1} of ${input.length}`);
  }

  /**
   * As {@link predict} for many texts of different senders: a text that cannot be rated gets its error in place of an
   * answer, and the others get their answers.
   *
   * @throws {FormatError} `not-finite` when the model's numbers are so large that its answer is none.
   */
  tryPredict(texts: readonly string[]): (Prediction | DataError)[] {
    const results: (Prediction | DataError | string[])[] = texts.map((text) => {
      try {
        return this.#tokensOf(text, "The text");
      } catch (error) {
        if (error instanceof DataError) return error;
        throw error;
      }
    });
    const readable = results.flatMap((result, index) => (Array.isArray(result) ? [index] : []));
    if (readable.length === 0) return results as DataError[];
    const answers = this.#answer(readable.map((index) => results[index] as string[]));
    for (const [position, index] of readable.entries()) results[index] = answers[position];
    return results as (Prediction | DataError)[];
  }

  /**
   * Evaluates the model on labelled rows, with bootstrap intervals. Rows may arrive one by one: their texts are not
   * kept, so that there may be any number of them. A text without words is evaluated like any other; a regression's
   * output is taken as it is, not clamped.
   *
   * @throws {DataError} for no rows, or a label that is not on the model's scale, naming its row (from 1); for rows that
   *   arrive asynchronously the promise is rejected with it.
   */
  evaluate(rows: Iterable<LabelledText>, options?: EvaluateOptions): Evaluation;
  evaluate(rows: AsyncIterable<LabelledText>, options?: EvaluateOptions): Promise<Evaluation>;
  evaluate(rows: Rows, options: EvaluateOptions = {}): Evaluation | Promise<Evaluation> {
    if (Symbol.asyncIterator in rows) return this.#evaluateArriving(rows, options);
    const evaluated = this.#evaluatedRows();
    for (const row of rows) evaluated.add(row);
    return evaluated.evaluate(options.seed);
  }

  async #evaluateArriving(rows: AsyncIterable<LabelledText>, options: EvaluateOptions): Promise<Evaluation> {
    const evaluated = this.#evaluatedRows();
    for await (const row of rows) evaluated.add(row);
    return evaluated.evaluate(options.seed);
  }

  /**
   * The model's answers to labelled rows beside their truths, as numbers: what measures of one's own, or a comparison
   * of two models row by row, start from. Texts are not kept.
   *
   * @throws {DataError} as {@link evaluate}.
   */
  async rate(rows: Rows): Promise<RatedRows> {
    const evaluated = this.#evaluatedRows();
    for await (const row of rows) evaluated.add(row);
    return evaluated.rated();
  }

  #evaluatedRows(): EvaluatedRows {
    const { scale, maxLength } = this.config;
    return new EvaluatedRows({
      scale,
      maxLength,
      tokenizer: this.#tokenizer,
      run: (lists) => this.#run(encodeTexts(lists, this.vocabulary, this.config)),
    });
  }

  /**
   * Writes `model.safetensors`, `config.json`, `vocabulary.txt`, `metrics.json` (when the model has metrics) and
   * `README.md` (the model card), all or nothing.
   */
  async save(folder: ModelFolder, options: SaveOptions = {}): Promise<void> {
    const { config, vocabulary, metrics } = this;
    await folder.write(writeModel({ config, vocabulary, metrics, network: this.#network }, options.card));
  }

  /**
   * The same model with its weights rounded to 8 bits: a quarter of the size when saved, faster, slightly different
   * predictions; `evaluate` both to see what it costs. This model stays as it is.
   *
   * @throws {EngineError} when the engine lacks memory.
   */
  async quantize(): Promise<RatingModel> {
    const { vocabulary, metrics } = this;
    const config: ModelConfig = { ...this.config, weights: "int8" };
    const network = await createNetwork(config.network, config);
    network.loadStateDict(this.weights());
    return new RatingModel({ config, vocabulary, metrics, network });
  }

  /** Copies of the network's weights, named and shaped as PyTorch does. */
  weights(): NamedTensor[] {
    return this.#network.stateDict();
  }

  /** Gives the engine's memory back; the model cannot be used afterwards. */
  dispose(): void {
    this.#network.dispose();
  }

  #predictAll(texts: readonly string[], name: (index: number) => string): Prediction[] {
    return this.#answer(texts.map((text, index) => this.#tokensOf(text, name(index))));
  }

  /** @throws {DataError} for what is no text, too long, or has no words. */
  #tokensOf(text: string, name: string): string[] {
    if (typeof text !== "string") throw new DataError("missing-text", `${name} is not a text.`);
    checkTextLength(text, () => name);
    const tokens = this.#tokenizer.tokenize(text);
    if (tokens.some(isWord)) return tokens;
    throw new DataError("empty-text", `${name} has no words to rate; give it at least one.`);
  }

  #answer(tokenLists: readonly (readonly string[])[]): Prediction[] {
    const texts = encodeTexts(tokenLists, this.vocabulary, this.config);
    const outputs = this.#run(texts);
    return tokenLists.map((tokens, row) => {
      const wordsRead = Math.min(tokens.length, this.config.maxLength);
      const start = texts.offsets[row];
      let known = 0;
      for (let at = start; at < start + wordsRead; at++) if (texts.ids[at] !== unknownId) known++;
      return {
        ...readOutput(outputs, row, this.config),
        words: tokens.length,
        wordsRead,
        unknownWords: 1 - known / wordsRead,
      };
    });
  }

  #run(texts: EncodedTexts): Outputs {
    const { config } = this;
    const rows = Uint32Array.from({ length: texts.offsets.length - 1 }, (_, row) => row);
    const logits = this.#network.forward({ texts, rows });
    const outputs = decode(logits, config);
    if (logits.every(Number.isFinite) && (outputs.expected?.every(Number.isFinite) ?? true)) return outputs;
    throw new FormatError(
      "not-finite",
      "The model's answer is not a finite number: its weights or its scale are too large, so it is damaged or was not trained.",
    );
  }
}

/** The article's tokenizer makes tokens of runs of spaces: they are no words. */
function isWord(token: string): boolean {
  return token.trim() !== "";
}
