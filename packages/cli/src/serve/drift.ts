/** Whether the texts of late are like those that the model was tried on when it was trained. */
import type { ModelFacts } from "./protocol.js";
import { figure } from "./protocol.js";

/** Texts that are looked back on. */
const windowTexts = 1_000;
/** Fewer texts say nothing yet. */
const fewestTexts = 100;
/** Added to each count, so that a label that never occurred has a logarithm. */
const smoothing = 0.5;

/** What the last texts come to. */
export interface DriftReport {
  /** Texts looked back on. */
  readonly texts: number;
  /** Mean expected rating; undefined for classes. */
  readonly meanRating: number | undefined;
  /** Share of words that the model does not know, 0 to 1. */
  readonly unknownWords: number | undefined;
  /**
   * Population stability index of the predicted labels, against those predicted for the held-out rows when the model was
   * trained: below 0.1 is usual, above 0.25 a different population. Undefined without metrics, or with few texts.
   */
  readonly stability: number | undefined;
}

/** Keeps the figures of the last texts of a model. */
export class Drift {
  readonly #expected: Float64Array | undefined;
  readonly #labels: number;
  readonly #kept = new Float64Array(windowTexts * figure.count);
  #next = 0;
  #texts = 0;

  constructor({ config, metrics }: Pick<ModelFacts, "config" | "metrics">) {
    this.#labels = config.scale.task === "number" ? 0 : config.scale.labels.length;
    const evaluation = metrics?.test ?? metrics?.validation;
    if (evaluation && "confusion" in evaluation) this.#expected = predictedCounts(evaluation.confusion);
  }

  /** Takes the figures of a batch. */
  add(figures: Float64Array): void {
    for (let at = 0; at < figures.length; at += figure.count) {
      if (figures[at + figure.label] < 0) continue;
      this.#kept.set(figures.subarray(at, at + figure.count), this.#next * figure.count);
      this.#next = (this.#next + 1) % windowTexts;
      this.#texts = Math.min(this.#texts + 1, windowTexts);
    }
  }

  report(): DriftReport {
    const counts = new Float64Array(this.#labels);
    let [ratings, words, unknown] = [0, 0, 0];
    for (let text = 0; text < this.#texts; text++) {
      const at = text * figure.count;
      if (this.#labels > 0) counts[this.#kept[at + figure.label]]++;
      ratings += this.#kept[at + figure.rating];
      words += this.#kept[at + figure.words];
      unknown += this.#kept[at + figure.unknownWords];
    }
    const hasEnough = this.#texts >= fewestTexts && this.#expected !== undefined;
    return {
      texts: this.#texts,
      meanRating: this.#texts > 0 && !Number.isNaN(ratings) ? ratings / this.#texts : undefined,
      unknownWords: words > 0 ? unknown / words : undefined,
      stability: hasEnough ? stabilityIndex(counts, this.#expected ?? counts) : undefined,
    };
  }
}

/** How often each label was predicted, from rows counted by [target][prediction]. */
function predictedCounts(confusion: readonly (readonly number[])[]): Float64Array {
  return Float64Array.from(confusion, (_, label) => confusion.reduce((sum, row) => sum + row[label], 0));
}

/** Sum of (p - q) ln(p / q) over the labels, the Kullback-Leibler divergences of both directions together. */
export function stabilityIndex(counts: Float64Array, expected: Float64Array): number {
  const [shares, wanted] = [counts, expected].map(smoothed);
  return shares.reduce((sum, share, label) => sum + (share - wanted[label]) * Math.log(share / wanted[label]), 0);
}

function smoothed(counts: Float64Array): Float64Array {
  const total = counts.reduce((sum, count) => sum + count + smoothing, 0);
  return counts.map((count) => (count + smoothing) / total);
}
