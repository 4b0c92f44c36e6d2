/** What the service tells Prometheus. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import { Drift } from "./drift.js";
import type { ModelVersion } from "./modelVersion.js";
import { type BatchAnswer, figure } from "./protocol.js";

/** More labels than these would make too many series. */
const mostLabels = 100;
const latencies = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const batchSizes = [1, 2, 4, 8, 16, 32, 64, 128, 256];

/** Counters of a model that are used with each batch, looked up once. */
interface ModelCounters {
  readonly version: ModelVersion;
  readonly drift: Drift;
  readonly batchTexts: Histogram.Internal<"model">;
  readonly batchSeconds: Histogram.Internal<"model">;
  readonly words: Counter.Internal;
  readonly unknownWords: Counter.Internal;
  /** [label] */
  readonly ratings: readonly Counter.Internal[];
}

interface RouteCounters {
  readonly seconds: Histogram.Internal<"route">;
  readonly statuses: Map<number, Counter.Internal>;
}

export class ServiceMetrics {
  readonly registry = new Registry();
  readonly #models = new Map<string, ModelCounters>();
  /** By route, then by status: looked up once, since they are used with each request. */
  readonly #routes = new Map<string, RouteCounters>();
  readonly #requests = this.#counter("starcast_requests_total", "Requests by route and status.", ["route", "status"]);
  readonly #requestSeconds = this.#histogram(
    "starcast_request_seconds",
    "Time to answer a request.",
    latencies,
    "route",
  );
  readonly #errors = this.#counter("starcast_errors_total", "Requests that got an error, by its code.", ["code"]);
  readonly #batchTexts = this.#histogram("starcast_batch_texts", "Texts computed together.", batchSizes, "model");
  readonly #batchSeconds = this.#histogram("starcast_batch_seconds", "Time to compute a batch.", latencies, "model");
  readonly #words = this.#counter("starcast_words_total", "Words read.", ["model"]);
  readonly #unknownWords = this.#counter("starcast_unknown_words_total", "Words read that the model does not know.", [
    "model",
  ]);
  readonly #ratings = this.#counter("starcast_predictions_total", "Predictions by most likely label.", [
    "model",
    "label",
  ]);
  readonly #swaps = this.#counter("starcast_model_swaps_total", "Versions that took over from another.", ["model"]);
  readonly #refusals = this.#counter("starcast_model_refusals_total", "Versions that were refused.", ["model"]);
  readonly #lost = this.#counter("starcast_threads_lost_total", "Threads that ended by themselves.", ["model"]);
  readonly #shadowTexts = this.#counter("starcast_shadow_texts_total", "Texts compared with the shadow, or skipped.", [
    "model",
    "outcome",
  ]);
  readonly #shadowDifference = this.#histogram(
    "starcast_shadow_difference",
    "Size of the difference between the expected ratings of a model and its shadow.",
    [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2],
    "model",
  );

  constructor() {
    collectDefaultMetrics({ register: this.registry });
    this.#gauge("starcast_texts_waiting", "Texts that wait for a thread.", ({ version }) => version.ratings.waiting);
    this.#gauge(
      "starcast_requests_open",
      "Requests whose texts are not all rated.",
      ({ version }) => version.ratings.open,
    );
    this.#gauge(
      "starcast_drift_stability_index",
      "Population stability index of the predicted labels of the last 1,000 texts, against the held-out rows of the training; above 0.25 they are different.",
      ({ drift }) => drift.report().stability,
    );
    this.#gauge(
      "starcast_recent_rating_mean",
      "Mean expected rating of the last 1,000 texts.",
      ({ drift }) => drift.report().meanRating,
    );
    this.#gauge(
      "starcast_recent_unknown_word_share",
      "Share of unknown words in the last 1,000 texts.",
      ({ drift }) => drift.report().unknownWords,
    );
    this.#gauge(
      "starcast_model_loaded_timestamp_seconds",
      "When the version took over.",
      ({ version }) => version.loadedAt.getTime() / 1000,
    );
    const info = new Gauge({
      name: "starcast_model_info",
      help: "1 for the version that answers.",
      labelNames: ["model", "version"],
      registers: [this.registry],
      collect: () => {
        info.reset();
        for (const [model, { version }] of this.#models) info.set({ model, version: version.version }, 1);
      },
    });
  }

  /** A request was answered. */
  onRequest(route: string, status: number, seconds: number): void {
    let counters = this.#routes.get(route);
    if (counters === undefined) {
      counters = { seconds: this.#requestSeconds.labels({ route }), statuses: new Map() };
      this.#routes.set(route, counters);
    }
    let counter = counters.statuses.get(status);
    if (counter === undefined) {
      counter = this.#requests.labels({ route, status });
      counters.statuses.set(status, counter);
    }
    counter.inc();
    counters.seconds.observe(seconds);
  }

  onError(code: string): void {
    this.#errors.inc({ code });
  }

  /** A version answers from now on. */
  onVersion(version: ModelVersion): void {
    const { name: model, facts } = version;
    if (this.#models.has(model)) this.#swaps.inc({ model });
    const { scale } = facts.config;
    const labels = scale.task === "number" || scale.labels.length > mostLabels ? [] : scale.labels;
    this.#models.set(model, {
      version,
      drift: new Drift(facts),
      batchTexts: this.#batchTexts.labels({ model }),
      batchSeconds: this.#batchSeconds.labels({ model }),
      words: this.#words.labels({ model }),
      unknownWords: this.#unknownWords.labels({ model }),
      ratings: labels.map((label) => this.#ratings.labels({ model, label: String(label) })),
    });
  }

  onWithdrawn(model: string): void {
    this.#models.delete(model);
  }

  onRefused(model: string): void {
    this.#refusals.inc({ model });
  }

  onThreadLost(model: string): void {
    this.#lost.inc({ model });
  }

  onBatch(version: ModelVersion, { figures, milliseconds }: BatchAnswer): void {
    const counters = this.#models.get(version.name);
    if (counters?.version !== version) return;
    counters.batchTexts.observe(figures.length / figure.count);
    counters.batchSeconds.observe(milliseconds / 1000);
    let [words, unknown] = [0, 0];
    for (let at = 0; at < figures.length; at += figure.count) {
      const label = figures[at + figure.label];
      if (label < 0) continue;
      words += figures[at + figure.words];
      unknown += figures[at + figure.unknownWords];
      counters.ratings[label]?.inc();
    }
    counters.words.inc(words);
    counters.unknownWords.inc(unknown);
    counters.drift.add(figures);
  }

  onShadow(model: string, difference: number | undefined): void {
    this.#shadowTexts.inc({ model, outcome: "compared" });
    if (difference !== undefined) this.#shadowDifference.observe({ model }, Math.abs(difference));
  }

  onShadowSkipped(model: string, texts: number): void {
    this.#shadowTexts.inc({ model, outcome: "skipped" }, texts);
  }

  #counter<Name extends string>(name: string, help: string, labelNames: Name[]): Counter<Name> {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  #histogram<Name extends string>(name: string, help: string, buckets: number[], label: Name): Histogram<Name> {
    return new Histogram({ name, help, buckets, labelNames: [label], registers: [this.registry] });
  }

  /** A number of each model, looked at when it is asked for. */
  #gauge(name: string, help: string, read: (model: ModelCounters) => number | undefined): void {
    const gauge = new Gauge({
      name,
      help,
      labelNames: ["model"],
      registers: [this.registry],
      collect: () => {
        gauge.reset();
        for (const [model, counters] of this.#models) {
          const value = read(counters);
          if (value !== undefined) gauge.set({ model }, value);
        }
      },
    });
  }
}
