import { type PartSample, type TextTraits, textTraits } from "../analysis/index.js";
import type { RatingScale } from "../training/scale.js";
import type { PartSummary } from "./examination.js";

/** A list of numbers that grows. */
export class Numbers {
  #values = new Float64Array(256);
  #length = 0;

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const larger = new Float64Array(2 * this.#length);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#length++] = value;
  }

  /** A view of what was pushed so far. */
  get values(): Float64Array {
    return this.#values.subarray(0, this.#length);
  }
}

/** What is kept of the rows of a part: numbers, and no text. */
export class PartRows {
  readonly name: PartSummary["name"];
  readonly rows: number;
  readonly traits: TextTraits[] = [];
  readonly #truths = new Numbers();
  readonly #unknown = new Numbers();

  /** @param rows of the part, looked at or not. */
  constructor(name: PartSummary["name"], rows: number) {
    this.name = name;
    this.rows = rows;
  }

  /** @param truth in the user's units, or the index of a class. */
  add(text: string, truth: number, unknownShare: number): void {
    this.traits.push(textTraits(text));
    this.#truths.push(truth);
    this.#unknown.push(unknownShare);
  }

  get truths(): Float64Array {
    return this.#truths.values;
  }

  get unknownShares(): Float64Array {
    return this.#unknown.values;
  }

  sample(): PartSample {
    const lengths = this.traits.map(({ words }) => words);
    return { name: this.name, truths: this.truths, lengths, unknownShares: this.unknownShares };
  }

  summary(scale: RatingScale): PartSummary {
    const lengths = this.traits.map(({ words }) => words).sort((a, b) => a - b);
    const { truths, unknownShares } = this;
    const sampled = truths.length;
    const values =
      scale.task === "number" ? undefined : scale.task === "class" ? scale.labels.map((_, i) => i) : scale.values;
    return {
      name: this.name,
      rows: this.rows,
      sampled,
      ...(values && {
        labelShares: values.map((value) => truths.filter((truth) => truth === value).length / Math.max(1, sampled)),
      }),
      medianWords: lengths[Math.floor(lengths.length / 2)] ?? 0,
      longestWords: lengths.at(-1) ?? 0,
      unknownShare: unknownShares.reduce((sum, share) => sum + share, 0) / Math.max(1, sampled),
    };
  }
}
