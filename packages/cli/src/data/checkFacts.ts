/** What one pass over labelled rows finds out: a few numbers a row, so that the texts need not be in memory together. */
import { hash } from "node:crypto";
import { findRatingMention, type RatingMention } from "@starcast/core";
import type { SourcedText } from "./readTexts.js";
import { normaliseText } from "./textKey.js";

/** The row of a text that has no words, so that it is equal to no other. */
export const withoutWords = -1;

/** Facts about all rows, by position: the first row is 0. */
export interface RowFacts {
  readonly labels: readonly (string | number)[];
  /** Lengths of the texts in words. */
  readonly lengths: Uint32Array;
  /** Position of the first row with the same text but for case and blanks, which may be the row itself. */
  readonly firstWithText: Int32Array;
  /** The rows whose texts state a rating, in order. */
  readonly mentions: readonly PlacedMention[];
}

/** A rating that a text states, without its passage, which is kept of the first few only. */
export interface PlacedMention extends Omit<RatingMention, "passage"> {
  readonly row: number;
  readonly passage?: string;
}

/**
 * Goes through all rows once.
 *
 * @param options.passages how many passages to keep.
 */
export async function gatherFacts(
  rows: Iterable<SourcedText> | AsyncIterable<SourcedText>,
  options: { readonly passages: number },
): Promise<RowFacts> {
  const labels: (string | number)[] = [];
  const lengths: number[] = [];
  const firstWithText: number[] = [];
  const mentions: PlacedMention[] = [];
  const firsts = new Map<string, number>();
  for await (const { text, label } of rows) {
    const position = labels.length;
    const words = countWords(text);
    labels.push(label);
    lengths.push(words);
    firstWithText.push(words === 0 ? withoutWords : findFirst(firsts, text, position));
    const mention = findRatingMention(text);
    if (mention === undefined) continue;
    const { passage, ...rest } = mention;
    mentions.push({ ...rest, row: position, ...(mentions.length < options.passages && { passage }) });
  }
  return {
    labels,
    lengths: Uint32Array.from(lengths),
    firstWithText: Int32Array.from(firstWithText),
    mentions,
  };
}

/** Texts are told apart by their hash, which is shorter than they are. */
function findFirst(firsts: Map<string, number>, text: string, position: number): number {
  const key = hash("sha1", normaliseText(text), "base64");
  const first = firsts.get(key);
  if (first !== undefined) return first;
  firsts.set(key, position);
  return position;
}

/** Runs of letters and digits (with the marks and apostrophes inside them), and emoji. */
function countWords(text: string): number {
  return text.match(/[\p{L}\p{N}][\p{L}\p{N}\p{M}'’]*|\p{Extended_Pictographic}/gu)?.length ?? 0;
}
