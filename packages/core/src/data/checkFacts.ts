/** What one pass over labelled rows finds out: a few numbers a row, so that the texts need not be in memory together. */
import { findRatingMention, type RatingMention } from "../analysis/index.js";
import { textKey } from "../training/division.js";
import type { Label } from "../training/scale.js";
import { emptyHash, TextHashes } from "../training/textHashes.js";
import type { PlacedText } from "./textsCheck.js";

/** The row of a text that has no words, so that it is equal to no other. */
export const withoutWords = -1;

/** Facts about all rows, by position: the first row is 0. */
export interface RowFacts {
  readonly labels: readonly Label[];
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
  rows: Iterable<PlacedText> | AsyncIterable<PlacedText>,
  options: { readonly passages: number },
): Promise<RowFacts> {
  const labels: Label[] = [];
  const lengths: number[] = [];
  const mentions: PlacedMention[] = [];
  const hashes = new TextHashes();
  for await (const { text, label } of rows) {
    const position = labels.length;
    const words = countWords(text);
    labels.push(label);
    lengths.push(words);
    hashes.add(words === 0 ? "" : textKey(text));
    const mention = findRatingMention(text);
    if (mention === undefined) continue;
    const { passage, ...rest } = mention;
    mentions.push({ ...rest, row: position, ...(mentions.length < options.passages && { passage }) });
  }
  return {
    labels,
    lengths: Uint32Array.from(lengths),
    firstWithText: findFirsts(hashes.values()),
    mentions,
  };
}

/** Texts are told apart by their hash, which is shorter than they are. */
function findFirsts(hashes: BigUint64Array): Int32Array {
  const firsts = new Map<bigint, number>();
  return Int32Array.from(hashes, (hash, position) => {
    if (hash === emptyHash) return withoutWords;
    const first = firsts.get(hash);
    if (first === undefined) firsts.set(hash, position);
    return first ?? position;
  });
}

/** Runs of letters and digits (with the marks and apostrophes inside them), and emoji. */
function countWords(text: string): number {
  return text.match(/[\p{L}\p{N}][\p{L}\p{N}\p{M}'’]*|\p{Extended_Pictographic}/gu)?.length ?? 0;
}
