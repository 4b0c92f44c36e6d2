import type { EncodedTexts } from "../nn/network.js";
import type { Vocabulary } from "../text/index.js";
import type { DivisionAccount, Parts } from "./division.js";
import { type Head, headFor } from "./heads.js";
import type { CollectedRows } from "./rows.js";
import { type RatingScale, readLabels } from "./scale.js";
import type { TrainingSettings } from "./settings.js";
import type { TokenStore } from "./tokens.js";

/** A data set as the training loop needs it. Rows are numbered as in {@link CollectedRows}. */
export interface PreparedData {
  readonly parts: Parts;
  readonly division: DivisionAccount;
  readonly texts: EncodedTexts;
  /** Rows of `texts` without a label; empty when there are none. */
  readonly unlabelled: Uint32Array;
  /** The class index of every row, or its number. */
  readonly truths: Float64Array;
  /** What the network should answer for every row: see {@link targetsOf}. */
  readonly targets: Float32Array;
  readonly scale: RatingScale;
  readonly head: Head;
  readonly vocabulary: Vocabulary;
}

/**
 * Builds the vocabulary, and turns texts and labels into numbers.
 *
 * @param tokens of the rows' texts, by the settings' tokenizer; emptied.
 * @throws {DataError} for a label that is not on the scale. @throws {OptionError} when the head cannot learn the task.
 */
export function prepareRows(
  rows: CollectedRows,
  tokens: TokenStore,
  scale: RatingScale,
  settings: TrainingSettings,
): PreparedData {
  const head = headFor(scale, settings.head);
  const truths = readLabels(scale, rows.labels, (row) => rows.place(row));
  const { unlabelled } = rows;
  const counted = settings.vocabulary.builtFrom === "all" ? range(rows.mainRows) : rows.parts.train;
  const vocabulary = tokens.vocabularyOf(joined(counted, unlabelled), settings.vocabulary);
  const texts = tokens.takeEncoded(vocabulary, settings);
  return {
    parts: rows.parts,
    division: rows.division,
    texts,
    unlabelled,
    truths,
    targets: targetsOf(truths, scale, head),
    scale,
    head,
    vocabulary,
  };
}

/**
 * What a network with that head should answer: class indices; for the regression head the distance of a rating from the
 * lowest one (0 to 4 for 1 to 5 stars, as in the article), or the standardised number.
 */
export function targetsOf(truths: Float64Array, scale: RatingScale, head: Head): Float32Array {
  if (scale.task === "number") return Float32Array.from(truths, (value) => (value - scale.mean) / scale.deviation);
  if (scale.task === "class" || head !== "regression") return Float32Array.from(truths);
  return Float32Array.from(truths, (index) => scale.values[index] - scale.values[0]);
}

function* joined<T>(...lists: readonly Iterable<T>[]): Generator<T> {
  for (const list of lists) yield* list;
}

function* range(count: number): Generator<number> {
  for (let index = 0; index < count; index++) yield index;
}

/** Class indices, or numbers, of some rows. */
export function truthsOf({ truths }: Pick<PreparedData, "truths">, rows: Uint32Array): Float64Array {
  return Float64Array.from(rows, (row) => truths[row]);
}

/** All rows, or `most` of them at even distances. */
export function spreadRows(rows: Uint32Array, most: number): Uint32Array {
  if (rows.length <= most) return rows;
  return Uint32Array.from({ length: most }, (_, index) => rows[Math.floor((index * rows.length) / most)]);
}
