import { findRatingMention, maskRatingMentions, WorstErrors } from "../analysis/index.js";
import type { RatingModel } from "../model/ratingModel.js";
import { textKey } from "../training/division.js";
import { TextHashes } from "../training/textHashes.js";
import { chooseEvenly } from "./evenly.js";
import { Numbers, PartRows } from "./partRows.js";
import { predictEach } from "./predictEach.js";
import { type Truths, truthsOf } from "./truths.js";

/** Rows of a part that are looked at; more are thinned out evenly, so that neither time nor memory grows with the data. */
export const mostRows = 20_000;

/** Largest errors that are kept, with up to so many characters of their text. */
const worst = { rows: 12, characters: 1000 };

/** Texts that are kept to look at their words, up to so many characters of each. */
const sampled = { texts: 60, characters: 240 };

/** A row that judges the model. */
export interface HeldOutRow {
  /** Number of the row for people: from 1, as in its file. */
  readonly row: number;
  readonly text: string;
  readonly label: string | number;
  /** Values of the other columns, in their order. */
  readonly others: readonly (string | null)[];
}

/**
 * Rows that judge a model, rated as they come. Numbers are kept of each; of the texts only those of the largest errors.
 */
export class HeldOutRows extends PartRows {
  readonly columns: ReadonlyMap<string, (string | null)[]>;
  /** Expected ratings, numbers, or indices of classes. */
  readonly predictions = new Numbers();
  /** The same for texts whose ratings are blanked out. */
  readonly maskedPredictions = new Numbers();
  /** `rows x labels`; empty where the model has none. */
  readonly probabilities = new Numbers();
  /** Whether a text states a rating, and whether that is the true one. */
  readonly mentions: boolean[] = [];
  readonly agreeing: boolean[] = [];
  /** Equal for texts that are equal but for case and blanks. */
  readonly hashes = new TextHashes();
  readonly worst = new WorstErrors(worst.rows, worst.characters);
  /** Some texts from all over the part. */
  readonly sampleTexts: string[] = [];
  withoutWords = 0;
  readonly #isSample: () => boolean;
  readonly #model: RatingModel;
  readonly #truths: Truths;

  /** @param rows of the part, looked at or not. @param columns names of the others that its rows bring along. */
  constructor(model: RatingModel, part: { name: PartRows["name"]; rows: number }, columns: readonly string[]) {
    super(part.name, part.rows);
    this.#model = model;
    this.#truths = truthsOf(model.scale);
    this.#isSample = chooseEvenly(Math.min(part.rows, mostRows), sampled.texts);
    this.columns = new Map(columns.map((name) => [name, []]));
  }

  /** Rates rows; those without any word are only counted. */
  rate(rows: readonly HeldOutRow[]): void {
    const predictions = predictEach(
      this.#model,
      rows.map(({ text }) => text),
    );
    const masked = this.#rateMasked(rows);
    for (const [index, row] of rows.entries()) {
      const prediction = predictions[index];
      if (prediction === undefined) {
        this.withoutWords++;
        continue;
      }
      if (this.#isSample()) this.sampleTexts.push(beginningOf(row.text));
      const truth = this.#truths.of(row.label);
      const answer = this.#truths.ofPrediction(prediction);
      this.add(row.text, truth, prediction.unknownWords);
      this.predictions.push(answer);
      this.maskedPredictions.push(masked.get(index) ?? answer);
      for (const { probability } of prediction.probabilities ?? []) this.probabilities.push(probability);
      this.hashes.add(textKey(row.text));
      this.#noteMention(row.text, truth);
      for (const [column, values] of [...this.columns.values()].entries()) values.push(row.others[column]);
      if (this.#model.scale.task !== "class") {
        this.worst.add({ row: row.row, text: row.text, truth, prediction: answer });
      }
    }
  }

  #rateMasked(rows: readonly HeldOutRow[]): Map<number, number> {
    if (this.#model.scale.task !== "rating") return new Map();
    const stated = rows.flatMap(({ text }, index) => {
      const masked = maskRatingMentions(text);
      return masked === text ? [] : [{ index, masked }];
    });
    const predictions = predictEach(
      this.#model,
      stated.map(({ masked }) => masked),
    );
    return new Map(
      stated.flatMap(({ index }, position) => {
        const prediction = predictions[position];
        return prediction === undefined ? [] : [[index, this.#truths.ofPrediction(prediction)] as const];
      }),
    );
  }

  #noteMention(text: string, truth: number): void {
    const { scale } = this.#model;
    const mention = scale.task === "rating" ? findRatingMention(text) : undefined;
    this.mentions.push(mention !== undefined);
    const best = scale.task === "rating" ? (scale.values.at(-1) ?? Number.NaN) : Number.NaN;
    const { value = Number.NaN, outOf = best } = mention ?? {};
    this.agreeing.push(value === truth || value * best === truth * outOf);
  }
}

/** Whole words from the beginning of a text. */
function beginningOf(text: string): string {
  if (text.length <= sampled.characters) return text;
  const beginning = text.slice(0, sampled.characters).replace(/\s\S*$/, "");
  return beginning;
}
