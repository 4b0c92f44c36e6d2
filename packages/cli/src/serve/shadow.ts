/** A second model beside the first: it rates the same texts when it has time, and nobody is given its answers. */
import type { Prediction } from "@starcast/core";
import type { ModelVersion } from "./modelVersion.js";
import type { Shape } from "./schemas.js";
import type { TextAnswer } from "./textQueue.js";

/** Pairs of different labels that a report lists. */
const mostListed = 20;

/** The part of a JSON answer that is compared. */
type Compared = Pick<Prediction, "rating" | "label">;

export interface ShadowListener {
  /** Both have rated a text. @param difference of the expected ratings. */
  onCompared(text: string, ours: Compared, theirs: Compared, difference: number | undefined): void;
  onSkipped(texts: number): void;
}

/** Compares a model with the version that runs beside it, until either is replaced. */
export class Shadow {
  readonly version: ModelVersion;
  readonly #listener: ShadowListener;
  readonly #pairs = new Map<string, { label: Compared["label"]; shadowLabel: Compared["label"]; texts: number }>();
  #compared = 0;
  #skipped = 0;
  #same = 0;
  #withRating = 0;
  #difference = 0;
  #size = 0;

  constructor(version: ModelVersion, listener: ShadowListener) {
    this.version = version;
    this.#listener = listener;
  }

  /** Has texts rated whose answers are known; skips them rather than let them pile up. */
  async follow(texts: readonly string[], answers: readonly TextAnswer[]): Promise<void> {
    if (this.version.ratings.waiting > 0 && !this.version.ratings.hasRoomFor(2 * texts.length))
      return this.#skip(texts.length);
    let theirs: TextAnswer[];
    try {
      theirs = await this.version.rate(texts);
    } catch {
      return this.#skip(texts.length);
    }
    for (const [index, text] of texts.entries()) this.#compare(text, answers[index], theirs[index]);
  }

  report(): Shape<"ShadowReport"> {
    const differences = [...this.#pairs.values()].sort((a, b) => b.texts - a.texts).slice(0, mostListed);
    const share = (sum: number, count: number) => (count > 0 ? sum / count : null);
    return {
      version: this.version.version,
      compared: this.#compared,
      skipped: this.#skipped,
      sameLabel: share(this.#same, this.#compared),
      meanDifference: share(this.#difference, this.#withRating),
      meanAbsoluteDifference: share(this.#size, this.#withRating),
      differences,
    };
  }

  #skip(texts: number): void {
    this.#skipped += texts;
    this.#listener.onSkipped(texts);
  }

  #compare(text: string, first: TextAnswer, second: TextAnswer): void {
    if (typeof first !== "string" || typeof second !== "string") return;
    const [ours, theirs] = [first, second].map((answer) => JSON.parse(answer) as Compared);
    this.#compared++;
    if (ours.label === theirs.label) this.#same++;
    else this.#count(ours.label, theirs.label);
    let difference: number | undefined;
    if (ours.rating !== undefined && theirs.rating !== undefined) {
      difference = theirs.rating - ours.rating;
      this.#withRating++;
      this.#difference += difference;
      this.#size += Math.abs(difference);
    }
    this.#listener.onCompared(text, ours, theirs, difference);
  }

  #count(label: Compared["label"], shadowLabel: Compared["label"]): void {
    const key = JSON.stringify([label, shadowLabel]);
    const pair = this.#pairs.get(key) ?? { label, shadowLabel, texts: 0 };
    pair.texts++;
    this.#pairs.set(key, pair);
  }
}
