import { GrowingIntegers } from "./growing.js";
import { PairNumbers } from "./pairs.js";
import { RowCounts } from "./rowCounts.js";
import type { SparseRows } from "./sparse.js";
import { type NumberedTexts, numberWords } from "./words.js";

/** Texts that a word or pair must occur in to be a feature. */
const minDocumentFrequency = 2;

/**
 * Turns texts into rows of weighted word and word pair counts, as scikit-learn's
 * `TfidfVectorizer(ngram_range=(1, 2), min_df=2)`: count x idf, with idf = ln((1 + n) / (1 + df)) + 1 over the n texts
 * learnt from, each row scaled to length 1. Columns are ordered by falling document frequency, which keeps the busiest
 * ones together in memory.
 */
export class TfidfFeatures {
  readonly #words: Map<string, number>;
  readonly #pairs: PairNumbers;
  /** Column of each word and of each pair, -1 where the cap left it out. */
  readonly #wordColumns: Int32Array;
  readonly #pairColumns: Int32Array;
  readonly #inverseFrequencies: Float64Array;

  private constructor(kept: KeptWords, pairs: PairNumbers, frequencies: Frequencies, maxFeatures: number) {
    const columns = chooseColumns(frequencies, maxFeatures);
    this.#words = kept.numbers;
    this.#pairs = pairs;
    this.#wordColumns = columns.ofWords;
    this.#pairColumns = columns.ofPairs;
    const { texts } = frequencies;
    this.#inverseFrequencies = columns.documentFrequencies.map((count) => Math.log((1 + texts) / (1 + count)) + 1);
  }

  /**
   * Learns features from texts and gives the texts' own rows.
   *
   * @param maxFeatures when there are more, those in the most texts are kept; of equals, words before pairs, then the
   *   earlier seen.
   */
  static learn(texts: readonly string[], maxFeatures: number): { features: TfidfFeatures; rows: SparseRows } {
    const kept = keepFrequentWords(texts);
    const { pairs, frequencies: ofPairs } = countPairs(kept.texts);
    const frequencies = { texts: texts.length, ofWords: kept.frequencies, ofPairs };
    const features = new TfidfFeatures(kept, pairs, frequencies, maxFeatures);
    return { features, rows: features.#weigh(kept.texts) };
  }

  /** Number of columns. */
  get size(): number {
    return this.#inverseFrequencies.length;
  }

  /** The rows of new texts; words and pairs not learnt are skipped. */
  transform(texts: readonly string[]): SparseRows {
    return this.#weigh(numberWords(texts, this.#words, false));
  }

  /** What each column counts: a word, or two words with a space between. */
  names(): string[] {
    const words = [...this.#words.keys()];
    const names = new Array<string>(this.size);
    for (const [word, column] of this.#wordColumns.entries()) if (column >= 0) names[column] = words[word];
    const firsts = this.#pairs.firsts();
    const seconds = this.#pairs.seconds();
    for (const [pair, column] of this.#pairColumns.entries()) {
      if (column >= 0) names[column] = `${words[firsts[pair]]} ${words[seconds[pair]]}`;
    }
    return names;
  }

  #weigh({ words, starts }: NumberedTexts): SparseRows {
    const counts = new RowCounts(this.size, 2 * words.length);
    for (let text = 0; text + 1 < starts.length; text++) {
      for (let index = starts[text]; index < starts[text + 1]; index++) {
        if (words[index] < 0) continue;
        const column = this.#wordColumns[words[index]];
        if (column >= 0) counts.count(column);
        if (index === starts[text] || words[index - 1] < 0) continue;
        const pair = this.#pairs.find(words[index - 1], words[index]);
        if (pair >= 0 && this.#pairColumns[pair] >= 0) counts.count(this.#pairColumns[pair]);
      }
      counts.endRow();
    }
    const rows = counts.end();
    this.#scale(rows);
    return rows;
  }

  /** Counts become count x idf, then each row is divided by its length. */
  #scale({ rows, starts, columnIndices, values }: SparseRows): void {
    for (let row = 0; row < rows; row++) {
      let squares = 0;
      for (let index = starts[row]; index < starts[row + 1]; index++) {
        values[index] *= this.#inverseFrequencies[columnIndices[index]];
        squares += values[index] ** 2;
      }
      const length = Math.sqrt(squares);
      for (let index = starts[row]; index < starts[row + 1]; index++) values[index] /= length;
    }
  }
}

interface KeptWords {
  /** Words in enough texts, numbered. */
  readonly numbers: Map<string, number>;
  readonly frequencies: Int32Array;
  /** The texts in those numbers, -1 for rare words. */
  readonly texts: NumberedTexts;
}

interface Frequencies {
  /** Number of texts counted. */
  readonly texts: number;
  /** In how many texts each word occurs. */
  readonly ofWords: Int32Array;
  /** In how many texts each pair of words occurs. */
  readonly ofPairs: Int32Array;
}

/** A pair is in no more texts than its rarer word, so rare words can go before pairs are counted. */
function keepFrequentWords(texts: readonly string[]): KeptWords {
  const all = new Map<string, number>();
  const { words, starts } = numberWords(texts, all, true);
  const frequencies = new Int32Array(all.size);
  const lastTexts = new Int32Array(all.size).fill(-1);
  for (let text = 0; text < texts.length; text++) {
    for (let index = starts[text]; index < starts[text + 1]; index++) {
      if (lastTexts[words[index]] === text) continue;
      lastTexts[words[index]] = text;
      frequencies[words[index]]++;
    }
  }
  const renumbered = new Int32Array(all.size).fill(-1);
  const numbers = new Map<string, number>();
  for (const [word, number] of all) {
    if (frequencies[number] < minDocumentFrequency) continue;
    renumbered[number] = numbers.size;
    numbers.set(word, numbers.size);
  }
  return {
    numbers,
    frequencies: frequencies.filter((count) => count >= minDocumentFrequency),
    texts: { words: words.map((word) => renumbered[word]), starts },
  };
}

function countPairs({ words, starts }: NumberedTexts): { pairs: PairNumbers; frequencies: Int32Array } {
  const pairs = new PairNumbers();
  const frequencies = new GrowingIntegers();
  const lastTexts = new GrowingIntegers();
  for (let text = 0; text + 1 < starts.length; text++) {
    for (let index = starts[text] + 1; index < starts[text + 1]; index++) {
      if (words[index - 1] < 0 || words[index] < 0) continue;
      const pair = pairs.add(words[index - 1], words[index]);
      if (pair === frequencies.length) {
        frequencies.push(1);
        lastTexts.push(text);
      } else if (lastTexts.items[pair] !== text) {
        frequencies.items[pair]++;
        lastTexts.items[pair] = text;
      }
    }
  }
  return { pairs, frequencies: frequencies.toArray() };
}

/** Gives columns to the words and pairs in enough texts, by falling document frequency. */
function chooseColumns({ ofWords, ofPairs }: Frequencies, maxFeatures: number) {
  const frequencyOf = (item: number) => (item < ofWords.length ? ofWords[item] : ofPairs[item - ofWords.length]);
  const items = new GrowingIntegers();
  for (let item = 0; item < ofWords.length + ofPairs.length; item++) {
    if (frequencyOf(item) >= minDocumentFrequency) items.push(item);
  }
  const ordered = items.toArray().sort((a, b) => frequencyOf(b) - frequencyOf(a) || a - b);
  const chosen = ordered.subarray(0, maxFeatures);
  const columns = new Int32Array(ofWords.length + ofPairs.length).fill(-1);
  for (const [column, item] of chosen.entries()) columns[item] = column;
  return {
    ofWords: columns.slice(0, ofWords.length),
    ofPairs: columns.slice(ofWords.length),
    documentFrequencies: Float64Array.from(chosen, frequencyOf),
  };
}
