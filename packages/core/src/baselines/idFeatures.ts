/** Words and pairs of neighbouring words of encoded texts as features of a linear model, by their ids. */
import { GrowingIntegers } from "./growing.js";
import { PairNumbers } from "./pairs.js";
import { RowCounts } from "./rowCounts.js";
import type { SparseRows } from "./sparse.js";

/** Texts that a word or pair must occur in to be a feature. */
const minDocumentFrequency = 2;
/** Ids below this are padding and the unknown token, which are no words. */
const firstWord = 2;

/** Encoded texts: text `r` is `ids[offsets[r]]` up to `ids[offsets[r + 1]]`. */
export interface IdTexts {
  readonly ids: Int32Array | Uint16Array;
  readonly offsets: Uint32Array;
}

/** Features that were found in some texts: those of words are the first `vocabularySize` columns, by id. */
export interface IdFeatures {
  /** Inverse document frequency of each word, and of each pair: ln((1 + n) / (1 + df)) + 1; 0 of words that are no feature. */
  readonly wordScales: Float32Array;
  readonly pairScales: Float32Array;
  /** Ids of the pairs, ascending by first and then by second word. */
  readonly firsts: Int32Array;
  readonly seconds: Int32Array;
  /** The rows' values, each row of Euclidean length 1. */
  readonly rows: SparseRows;
}

/**
 * Learns features from some texts, and gives the texts' own values.
 *
 * @param maxPairs when there are more, those in the most texts are kept; of equals, the lower ids.
 */
export function learnIdFeatures(
  { ids, offsets }: IdTexts,
  texts: Uint32Array,
  { vocabularySize, maxPairs }: { readonly vocabularySize: number; readonly maxPairs: number },
): IdFeatures {
  const words = new Int32Array(vocabularySize);
  const pairs = new PairNumbers();
  const pairFrequencies = new GrowingIntegers();
  const lastOfWord = new Int32Array(vocabularySize).fill(-1);
  const lastOfPair = new GrowingIntegers();
  for (const [text, row] of texts.entries()) {
    for (let at = offsets[row]; at < offsets[row + 1]; at++) {
      const id = ids[at];
      if (id < firstWord) continue;
      if (lastOfWord[id] !== text) words[id]++;
      lastOfWord[id] = text;
      if (at === offsets[row] || ids[at - 1] < firstWord) continue;
      const pair = pairs.add(ids[at - 1], id);
      if (pair === pairFrequencies.length) {
        pairFrequencies.push(1);
        lastOfPair.push(text);
      } else if (lastOfPair.items[pair] !== text) {
        pairFrequencies.items[pair]++;
        lastOfPair.items[pair] = text;
      }
    }
  }
  const inverse = (frequency: number): number => Math.log((1 + texts.length) / (1 + frequency)) + 1;
  const kept = choosePairs(pairs, pairFrequencies.toArray(), maxPairs);
  const wordScales = Float32Array.from(words, (count) => (count < minDocumentFrequency ? 0 : inverse(count)));
  const pairScales = Float32Array.from(kept.frequencies, inverse);
  const columnOfPair = kept.columns;
  const columnOf = (id: number, previous: number): number => {
    if (id < firstWord || previous < firstWord) return -1;
    const pair = pairs.find(previous, id);
    return pair < 0 ? -1 : columnOfPair[pair];
  };
  const rows = weigh({ ids, offsets }, texts, { wordScales, pairScales, columnOf });
  return { wordScales, pairScales, firsts: kept.firsts, seconds: kept.seconds, rows };
}

function choosePairs(pairs: PairNumbers, frequencies: Int32Array, maxPairs: number) {
  const [firsts, seconds] = [pairs.firsts(), pairs.seconds()];
  const byIds = (a: number, b: number): number => firsts[a] - firsts[b] || seconds[a] - seconds[b];
  const frequent = Array.from(frequencies.keys()).filter((pair) => frequencies[pair] >= minDocumentFrequency);
  frequent.sort((a, b) => frequencies[b] - frequencies[a] || byIds(a, b));
  const kept = frequent.slice(0, maxPairs).sort(byIds);
  const columns = new Int32Array(frequencies.length).fill(-1);
  for (const [column, pair] of kept.entries()) columns[pair] = column;
  return {
    columns,
    firsts: Int32Array.from(kept, (pair) => firsts[pair]),
    seconds: Int32Array.from(kept, (pair) => seconds[pair]),
    frequencies: Int32Array.from(kept, (pair) => frequencies[pair]),
  };
}

function weigh(
  { ids, offsets }: IdTexts,
  texts: Uint32Array,
  features: {
    readonly wordScales: Float32Array;
    readonly pairScales: Float32Array;
    readonly columnOf: (id: number, previous: number) => number;
  },
): SparseRows {
  const { wordScales, pairScales, columnOf } = features;
  const words = wordScales.length;
  const columns = words + pairScales.length;
  const counts = new RowCounts(columns, 2 * countIds(offsets, texts));
  for (const row of texts) {
    for (let at = offsets[row]; at < offsets[row + 1]; at++) {
      if (wordScales[ids[at]] > 0) counts.count(ids[at]);
      const pair = at === offsets[row] ? -1 : columnOf(ids[at], ids[at - 1]);
      if (pair >= 0) counts.count(words + pair);
    }
    counts.endRow();
  }
  const rows = counts.end();
  const { starts, columnIndices, values } = rows;
  for (let text = 0; text < texts.length; text++) {
    let squares = 0;
    for (let index = starts[text]; index < starts[text + 1]; index++) {
      const column = columnIndices[index];
      values[index] *= column < words ? wordScales[column] : pairScales[column - words];
      squares += values[index] * values[index];
    }
    const length = Math.sqrt(squares) || 1;
    for (let index = starts[text]; index < starts[text + 1]; index++) values[index] /= length;
  }
  return rows;
}

function countIds(offsets: Uint32Array, texts: Uint32Array): number {
  let total = 0;
  for (const row of texts) total += offsets[row + 1] - offsets[row];
  return total;
}
