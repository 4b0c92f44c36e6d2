/** One version of a model at work: its files as they were read once, and the threads that compute with them. */
import { Batcher, type BatcherOptions } from "./batcher.js";
import type { ModelBytes } from "./modelBytes.js";
import type { BatchAnswer, ModelFacts } from "./protocol.js";
import type { StartRunner } from "./runner.js";
import type { BatchSettings } from "./settings.js";
import type { TextAnswer } from "./textQueue.js";

/** Digits of the fingerprint that name a version. */
const versionDigits = 12;

/** Explanations that wait at most, and that are computed by one thread beside the ratings. */
const explanations = { maxQueue: 32, maxDelay: 2_000, maxBatch: 1, maxWait: 0, threads: 1, explain: true } as const;

export interface VersionOptions {
  readonly batch: BatchSettings;
  readonly threads: number;
  readonly startRunner: StartRunner;
  onBatch?(version: ModelVersion, texts: readonly string[], answer: BatchAnswer): void;
  onLost?(version: string, error: unknown): void;
}

export class ModelVersion {
  readonly name: string;
  /** SHA-256 of the files that decide what the model answers. */
  readonly fingerprint: string;
  /** The first digits of the fingerprint. */
  readonly version: string;
  /** The model card, where the folder has one. */
  readonly card: string | undefined;
  readonly loadedAt = new Date();
  readonly facts: ModelFacts;
  readonly ratings: Batcher;
  readonly #startExplaining: () => Promise<Batcher>;
  #explaining: Promise<Batcher> | undefined;

  private constructor(
    name: string,
    parts: {
      readonly fingerprint: string;
      readonly card: string | undefined;
      readonly ratings: Batcher;
      readonly startExplaining: () => Promise<Batcher>;
    },
  ) {
    this.name = name;
    this.fingerprint = parts.fingerprint;
    this.version = parts.fingerprint.slice(0, versionDigits);
    this.card = parts.card;
    this.ratings = parts.ratings;
    this.facts = parts.ratings.facts;
    this.#startExplaining = parts.startExplaining;
  }

  /**
   * Has a model checked, and has it rate a text, so that the first request is as fast as any.
   *
   * @throws {FormatError} when it is no sound model.
   */
  static async start(name: string, { files, fingerprint }: ModelBytes, options: VersionOptions): Promise<ModelVersion> {
    const start = () => options.startRunner(files);
    const common: Pick<BatcherOptions, "start" | "onLost"> = {
      start,
      onLost: (error) => options.onLost?.(name, error),
    };
    const started: { version?: ModelVersion } = {};
    const ratings = await Batcher.start({
      ...options.batch,
      ...common,
      threads: options.threads,
      explain: false,
      onBatch: (texts, answer) => started.version && options.onBatch?.(started.version, texts, answer),
    });
    const card = files.get("README.md");
    const version = new ModelVersion(name, {
      fingerprint,
      card: card && new TextDecoder().decode(card.slice()),
      ratings,
      startExplaining: () => Batcher.start({ ...options.batch, ...common, ...explanations }),
    });
    started.version = version;
    return version;
  }

  /** Rates texts. @throws {ServiceError} as {@link Batcher.submit}. */
  rate(texts: readonly string[], isAbandoned?: () => boolean): Promise<TextAnswer[]> {
    return this.ratings.submit(texts, isAbandoned);
  }

  /**
   * Rates texts and tells what each word does, in a thread that is started for it: explaining takes some hundred times as
   * long, and no rating shall wait for it.
   *
   * @throws {ServiceError} as {@link Batcher.submit}.
   */
  async explain(texts: readonly string[], isAbandoned?: () => boolean): Promise<TextAnswer[]> {
    this.#explaining ??= this.#startExplaining();
    return (await this.#explaining).submit(texts, isAbandoned);
  }

  /** Lets every request have its answer and ends the threads. */
  async retire(): Promise<void> {
    const explaining = await this.#explaining?.catch(() => undefined);
    await Promise.all([this.ratings.stop(), explaining?.stop()]);
  }
}
