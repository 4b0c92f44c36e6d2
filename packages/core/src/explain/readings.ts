/** What a model would say had the text ended earlier. */
import type { RatingModel } from "../model/ratingModel.js";
import { type ExplainedAnswer, valueOf } from "./answer.js";
import type { Explanation } from "./explanation.js";

/** The answer to the beginning of a text. */
export interface Reading {
  /** The text was read up to here, in UTF-16 code units: the end of a word. */
  readonly end: number;
  /** The explained answer to `text.slice(0, end)`. */
  readonly value: number;
}

/**
 * The answers after each word, the last one that of the whole text. Each is a prediction of its own, since a network that
 * reads in both directions says nothing before it has the end: the work grows with the square of the words, so that of a
 * text of more than `most` words only as many, evenly spread, are stopped at.
 */
export function readingsOf(model: RatingModel, explanation: Explanation, most: number): Reading[] {
  const { text, words, answer } = explanation;
  const ends = words.map(({ end }) => end).filter((end) => text.slice(0, end).trim() !== "");
  const stops = spread(ends, most);
  return answersTo(
    model,
    answer,
    stops.map((end) => text.slice(0, end)),
  ).map((value, index) => ({ end: stops[index], value }));
}

/** The explained answer to each text. */
export function answersTo(model: RatingModel, answer: ExplainedAnswer, texts: readonly string[]): number[] {
  return model.predict(texts).map((prediction) => valueOf(answer, prediction));
}

/** At most so many of the items, in equal distances, the last among them. */
function spread<T>(items: readonly T[], most: number): readonly T[] {
  if (items.length <= most) return items;
  return Array.from({ length: most }, (_, index) => items[Math.ceil(((index + 1) * items.length) / most) - 1]);
}
