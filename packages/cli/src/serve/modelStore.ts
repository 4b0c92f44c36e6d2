/**
 * The models that answer, each with its present version. The store looks at their folders now and then: a version that
 * has changed on the disk is loaded, checked and warmed beside the old one, and takes over between two requests.
 */
import type { ServiceLog } from "./log.js";
import type { ServiceMetrics } from "./metrics.js";
import { readModelBytes, signatureOf } from "./modelBytes.js";
import { ModelVersion, type VersionOptions } from "./modelVersion.js";
import type { BatchAnswer } from "./protocol.js";
import type { StartRunner } from "./runner.js";
import type { ServeSettings } from "./settings.js";
import { Shadow } from "./shadow.js";
import { type ModelSource, modelsIn, type Sources } from "./sources.js";

export interface StoreOptions {
  readonly sources: Sources;
  /** Models that run beside those of the same name. */
  readonly shadows: readonly ModelSource[];
  readonly settings: ServeSettings;
  readonly startRunner: StartRunner;
  readonly metrics: ServiceMetrics;
  readonly log: ServiceLog;
}

/** A place on the disk that is watched. */
interface Place extends ModelSource {
  readonly isShadow: boolean;
  /** It lies in a folder of models: when it goes, so does the model. */
  readonly mayGo: boolean;
  /** Signature of the files that were loaded, or refused. */
  tried: string | undefined;
  /** Signature at the last look: files that still change are left alone. */
  seen: string | undefined;
  /** Why the newest files were refused. */
  problem: string | undefined;
  /** Looks in a row at which it was gone. */
  gone: number;
}

/** Looks at which a model's folder must be gone before the model is withdrawn: it may be replaced just now. */
const looksUntilGone = 3;

export class ModelStore {
  readonly #options: StoreOptions;
  readonly #versions = new Map<string, ModelVersion>();
  readonly #shadows = new Map<string, Shadow>();
  readonly #places: Place[];
  readonly #retiring = new Set<Promise<void>>();
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();
  #isStopped = false;

  private constructor(options: StoreOptions) {
    this.#options = options;
    const { sources, shadows } = options;
    this.#places = [
      ...sources.models.map((source) => placeOf(source)),
      ...sources.folders.flatMap(modelsIn).map((source) => placeOf(source, { mayGo: true })),
      ...shadows.map((source) => placeOf(source, { isShadow: true })),
    ];
  }

  /**
   * Loads all models and begins to watch them.
   *
   * @throws {FormatError} when one that was named is not sound, or none in the folders is.
   */
  static async start(options: StoreOptions): Promise<ModelStore> {
    const store = new ModelStore(options);
    try {
      for (const place of store.#places) await store.#loadFirst(place);
    } catch (error) {
      await store.stop();
      throw error;
    }
    store.#watch();
    return store;
  }

  /** The version of a model that answers now. */
  current(name: string): ModelVersion | undefined {
    return this.#versions.get(name);
  }

  /** All of them, by name. */
  all(): ModelVersion[] {
    return [...this.#versions.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Why a newer version of a model was refused. */
  problemOf(name: string): string | undefined {
    return this.#places.find((place) => place.name === name && !place.isShadow)?.problem;
  }

  shadowOf(name: string): Shadow | undefined {
    return this.#shadows.get(name);
  }

  /** Looks at the folders now. @returns when what was found has been dealt with. */
  look(): Promise<void> {
    this.#looking = this.#looking.then(() => this.#look());
    return this.#looking;
  }

  /** Lets every request have its answer, and ends all threads. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#looking;
    const shadows = [...this.#shadows.values()].map(({ version }) => version);
    await Promise.all([...this.all(), ...shadows].map((version) => version.retire()));
    await Promise.all(this.#retiring);
  }

  #watch(): void {
    this.#timer = setTimeout(() => {
      void this.look().finally(() => {
        if (!this.#isStopped) this.#watch();
      });
    }, this.#options.settings.watchInterval);
    this.#timer.unref();
  }

  async #loadFirst(place: Place): Promise<void> {
    place.seen = await signatureOf(place.path);
    place.tried = place.seen;
    try {
      await this.#load(place);
    } catch (error) {
      if (!place.mayGo) throw error;
      this.#refuse(place, error);
    }
  }

  async #look(): Promise<void> {
    this.#findNew();
    for (const place of [...this.#places]) {
      if (this.#isStopped) return;
      const signature = await signatureOf(place.path);
      const isSettled = signature === place.seen;
      place.seen = signature;
      place.gone = signature === undefined ? place.gone + 1 : 0;
      if (place.gone >= looksUntilGone && place.mayGo) this.#withdraw(place);
      if (signature === undefined || !isSettled || signature === place.tried) continue;
      place.tried = signature;
      await this.#load(place).catch((error: unknown) => this.#refuse(place, error));
    }
  }

  #findNew(): void {
    for (const folder of this.#options.sources.folders) {
      for (const source of this.#modelsIn(folder)) {
        if (this.#places.some(({ name, isShadow }) => name === source.name && !isShadow)) continue;
        this.#places.push(placeOf(source, { mayGo: true }));
      }
    }
  }

  #modelsIn(folder: string): ModelSource[] {
    try {
      return modelsIn(folder);
    } catch (error) {
      this.#options.log.warn("folder-unreadable", `The folder ${folder} cannot be looked at: ${messageOf(error)}`, {
        folder,
      });
      return [];
    }
  }

  async #load(place: Place): Promise<void> {
    const { name, path, isShadow } = place;
    const bytes = await readModelBytes(path);
    const old = isShadow ? this.#shadows.get(name)?.version : this.#versions.get(name);
    if (old?.fingerprint !== bytes.fingerprint) {
      const version = await ModelVersion.start(name, bytes, this.#versionOptions(isShadow));
      this.#takeOver(version, old, isShadow);
    }
    place.problem = undefined;
  }

  #takeOver(version: ModelVersion, old: ModelVersion | undefined, isShadow: boolean): void {
    const { name } = version;
    const { log, metrics } = this.#options;
    if (isShadow) this.#shadows.set(name, this.#newShadow(version));
    else {
      this.#versions.set(name, version);
      metrics.onVersion(version);
    }
    const beside = this.#shadows.get(name);
    // The comparison begins anew with either of the two.
    if (beside && !isShadow) this.#shadows.set(name, this.#newShadow(beside.version));
    if (old) this.#retire(old);
    const what = isShadow ? `The shadow of ${name}` : `Model ${name}`;
    const message = old
      ? `${what}: version ${version.version} has taken over from ${old.version}.`
      : `${what}: version ${version.version} is loaded and warm.`;
    log.info(old ? "model-swapped" : "model-loaded", message, {
      model: name,
      version: version.version,
      ...(old && { before: old.version }),
      ...(isShadow && { shadow: true }),
    });
  }

  #newShadow(version: ModelVersion): Shadow {
    const { metrics, log, settings } = this.#options;
    const model = version.name;
    return new Shadow(version, {
      onSkipped: (texts) => metrics.onShadowSkipped(model, texts),
      onCompared: (text, ours, theirs, difference) => {
        metrics.onShadow(model, difference);
        if (ours.label === theirs.label || !settings.log.texts) return;
        log.info("shadow-differs", `The shadow of ${model} says ${theirs.label} where the model says ${ours.label}.`, {
          model,
          label: ours.label,
          shadowLabel: theirs.label,
          difference,
          text,
        });
      },
    });
  }

  #versionOptions(isShadow: boolean): VersionOptions {
    const { settings, startRunner, metrics, log } = this.#options;
    return {
      batch: settings.batch,
      threads: isShadow ? 1 : settings.threads,
      startRunner,
      onBatch: isShadow ? undefined : (version, texts, answer) => this.#onBatch(version, texts, answer),
      onLost: (model, error) => {
        metrics.onThreadLost(model);
        log.error("thread-lost", `A thread of model ${model} has ended and is started again: ${messageOf(error)}`, {
          model,
        });
      },
    };
  }

  #onBatch(version: ModelVersion, texts: readonly string[], answer: BatchAnswer): void {
    this.#options.metrics.onBatch(version, answer);
    if (this.#isStopped || this.#versions.get(version.name) !== version) return;
    void this.#shadows.get(version.name)?.follow(texts, answer.answers);
  }

  #refuse(place: Place, error: unknown): void {
    const { log, metrics } = this.#options;
    const { name, path } = place;
    place.problem = messageOf(error);
    metrics.onRefused(name);
    const old = this.#versions.get(name);
    const consequence = old ? `version ${old.version} goes on` : "it is not served";
    log.error("model-refused", `The model in ${path} was refused, ${consequence}: ${place.problem}`, {
      model: name,
      reason: place.problem,
      ...(old && { version: old.version }),
    });
  }

  #withdraw(place: Place): void {
    const { log, metrics } = this.#options;
    const version = this.#versions.get(place.name);
    this.#places.splice(this.#places.indexOf(place), 1);
    this.#versions.delete(place.name);
    metrics.onWithdrawn(place.name);
    if (version) this.#retire(version);
    log.warn("model-withdrawn", `Model ${place.name} is no longer served: its folder is gone.`, { model: place.name });
  }

  #retire(version: ModelVersion): void {
    const retired = version.retire().finally(() => this.#retiring.delete(retired));
    this.#retiring.add(retired);
  }
}

function placeOf(
  source: ModelSource,
  { mayGo = false, isShadow = false }: { readonly mayGo?: boolean; readonly isShadow?: boolean } = {},
): Place {
  return { ...source, mayGo, isShadow, tried: undefined, seen: undefined, problem: undefined, gone: 0 };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
