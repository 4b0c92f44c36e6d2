/** What an explanation says, as plain data. */
import type { Prediction } from "../model/prediction.js";
import type { ExplainedAnswer } from "./answer.js";

/** A word of the text that the model read, and what it did to the answer. */
export interface WordEffect {
  /** As it stands in the text: `text.slice(start, end)`. */
  readonly text: string;
  /** In UTF-16 code units. */
  readonly start: number;
  readonly end: number;
  /** As the model reads it: an entry of its vocabulary, if it has that word. */
  readonly token: string;
  /** Whether the model knows the word. */
  readonly known: boolean;
  /** What the word adds to the answer, in its units (such as stars); below 0, it takes away. */
  readonly effect: number;
}

/** How exactly the effects add up. */
export interface Completeness {
  /** Sum of the effects minus (value - baseline), in the units of the answer. */
  readonly error: number;
  /** Its size as a share of the difference between value and baseline. */
  readonly share: number;
  /** Whether it is within what was asked for; otherwise the limit of points was reached. */
  readonly reached: boolean;
  /** Points of the way at which the networks were evaluated. */
  readonly points: number;
}

/** Why a model answered as it did: `value` = `baseline` + the effects of all words, up to the completeness error. */
export interface Explanation {
  readonly text: string;
  readonly prediction: Prediction;
  /** What is explained; for classes, the probability of the most likely one. */
  readonly answer: ExplainedAnswer;
  /** The explained answer of the model to this text. */
  readonly value: number;
  /** Its answer to a text of as many words, each the average of all words that it knows. */
  readonly baseline: number;
  /** Of the words that were read, in their order. */
  readonly words: readonly WordEffect[];
  /** Place in the text, in UTF-16 code units, after the last word that was read: what follows was cut off. */
  readonly readUpTo: number;
  readonly completeness: Completeness;
}
