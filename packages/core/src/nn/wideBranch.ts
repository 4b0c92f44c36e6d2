/**
 * A linear model on the words and pairs of neighbouring words of a text, whose outputs are mixed with those of the
 * networks ("wide and deep", Cheng et al. 2016): it remembers single phrases that a network smooths over.
 *
 * A feature is a known word, or a pair of them; its value is how often it occurs times a scale (its inverse document
 * frequency), and the values of a text are divided by their Euclidean length.
 */
import type { ParameterShape } from "./blocks/parameters.js";
import type { EncodedTexts, NamedTensor, NetworkConfig } from "./network.js";

/** Ids below this are padding and the unknown token, which are no words. */
const firstWord = 2;

/** Names and shapes of the branch's parameters; none where the network has no branch. */
export function wideShapes({ wide, vocabularySize, outputSize }: NetworkConfig): ParameterShape[] {
  if (!wide) return [];
  const { pairs } = wide;
  return [
    { name: "wide.word_weight", shape: [vocabularySize, outputSize] },
    { name: "wide.pair_weight", shape: [pairs, outputSize] },
    { name: "wide.bias", shape: [outputSize] },
    { name: "wide.word_scale", shape: [vocabularySize] },
    { name: "wide.pair_scale", shape: [pairs] },
    { name: "wide.pair_first", shape: [pairs] },
    { name: "wide.pair_second", shape: [pairs] },
    { name: "wide.share", shape: [1] },
  ];
}

/** The branch, with its weights. */
export class WideBranch {
  /** Share of the branch in the mixture with the networks' outputs, 0 to 1. */
  readonly share: number;
  readonly bias: Float32Array;
  readonly #wordWeight: Float32Array;
  readonly #pairWeight: Float32Array;
  readonly #wordScale: Float32Array;
  readonly #pairScale: Float32Array;
  /** [first word] where the pairs that begin with it begin. */
  readonly #pairStarts: Uint32Array;
  /** [pair] its second word, ascending among those of a first word. */
  readonly #seconds: Int32Array;
  /** Features of the present text: of a word its id, of a pair its position and the number of words. */
  #features = new Int32Array(256);

  /** @param tensors of {@link wideShapes}; pairs ascending by first and then by second word. */
  constructor(tensors: readonly NamedTensor[]) {
    const byName = new Map(tensors.map(({ name, data }) => [name, data]));
    const data = (name: string): Float32Array => byName.get(`wide.${name}`) ?? new Float32Array();
    this.bias = data("bias");
    this.#wordWeight = data("word_weight");
    this.#pairWeight = data("pair_weight");
    this.#wordScale = data("word_scale");
    this.#pairScale = data("pair_scale");
    this.#pairStarts = startsOf(data("pair_first"), this.#wordScale.length);
    this.#seconds = Int32Array.from(data("pair_second"));
    this.share = data("share")[0];
  }

  /** The outputs of the branch alone for the text of a row, written to `outputs`. */
  answer({ ids, offsets }: EncodedTexts, row: number, outputs: Float64Array): void {
    outputs.set(this.bias);
    const features = this.#featuresOf(ids, offsets[row], offsets[row + 1]).sort();
    const scale = 1 / this.#lengthOf(features);
    const words = this.#wordScale.length;
    const size = outputs.length;
    for (let start = 0, end = 0; start < features.length; start = end) {
      const feature = features[start];
      end = endOfRun(features, start);
      const isWord = feature < words;
      const weights = isWord ? this.#wordWeight : this.#pairWeight;
      const at = (isWord ? feature : feature - words) * size;
      const value = (end - start) * this.#scaleOf(feature) * scale;
      for (let output = 0; output < size; output++) outputs[output] += value * weights[at + output];
    }
  }

  /**
   * What each token adds to the branch's outputs, `tokens x outputs`; of a pair each word has half. With the bias, the parts
   * add up to the outputs.
   */
  contributions(ids: Int32Array): Float64Array {
    const size = this.bias.length;
    const parts = new Float64Array(ids.length * size);
    const scale = 1 / this.#lengthOf(this.#featuresOf(ids, 0, ids.length).sort());
    const add = (position: number, feature: number, share: number): void => {
      const { weights, at } = this.#rowOf(feature);
      const value = share * this.#scaleOf(feature) * scale;
      for (let output = 0; output < size; output++) parts[position * size + output] += value * weights[at + output];
    };
    for (let position = 0; position < ids.length; position++) {
      if (this.#isWord(ids[position])) add(position, ids[position], 1);
      const pair = position > 0 ? this.#pairAt(ids[position - 1], ids[position]) : -1;
      if (pair < 0) continue;
      add(position - 1, pair, 0.5);
      add(position, pair, 0.5);
    }
    return parts;
  }

  /** The features of a text in the order in which they stand; the next call overwrites them. */
  #featuresOf(ids: EncodedTexts["ids"], start: number, end: number): Int32Array {
    if (this.#features.length < 2 * (end - start)) this.#features = new Int32Array(4 * (end - start));
    let count = 0;
    for (let at = start; at < end; at++) {
      if (this.#isWord(ids[at])) this.#features[count++] = ids[at];
      const pair = at > start ? this.#pairAt(ids[at - 1], ids[at]) : -1;
      if (pair >= 0) this.#features[count++] = pair;
    }
    return this.#features.subarray(0, count);
  }

  #isWord(id: number): boolean {
    return id >= firstWord && this.#wordScale[id] > 0;
  }

  /** The feature of a pair of ids, or -1. */
  #pairAt(first: number, second: number): number {
    if (first < firstWord || second < firstWord) return -1;
    const seconds = this.#seconds;
    let low = this.#pairStarts[first];
    let high = this.#pairStarts[first + 1] - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      if (seconds[middle] === second) return this.#wordScale.length + middle;
      if (seconds[middle] < second) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }

  #scaleOf(feature: number): number {
    const words = this.#wordScale.length;
    return feature < words ? this.#wordScale[feature] : this.#pairScale[feature - words];
  }

  /** Where a feature's weights begin. */
  #rowOf(feature: number): { weights: Float32Array; at: number } {
    const words = this.#wordScale.length;
    const size = this.bias.length;
    if (feature < words) return { weights: this.#wordWeight, at: feature * size };
    return { weights: this.#pairWeight, at: (feature - words) * size };
  }

  /** Euclidean length of the values of sorted features; 1 for a text without any. */
  #lengthOf(features: Int32Array): number {
    let squares = 0;
    for (let start = 0, end = 0; start < features.length; start = end) {
      end = endOfRun(features, start);
      const value = (end - start) * this.#scaleOf(features[start]);
      squares += value * value;
    }
    return Math.sqrt(squares) || 1;
  }
}

/** Where the equal numbers of a sorted list that begin at a place end. */
function endOfRun(sorted: Int32Array, start: number): number {
  let end = start + 1;
  while (end < sorted.length && sorted[end] === sorted[start]) end++;
  return end;
}

/** [first word] its first place in an ascending list of first words, and the end of the list. */
function startsOf(firsts: Float32Array, words: number): Uint32Array {
  const starts = new Uint32Array(words + 1);
  for (const first of firsts) starts[first + 1]++;
  for (let word = 0; word < words; word++) starts[word + 1] += starts[word];
  return starts;
}
