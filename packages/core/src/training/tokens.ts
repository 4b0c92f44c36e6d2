import {
  type EncodedTexts,
  type EncodeOptions,
  TextEncoding,
  Vocabulary,
  type VocabularyOptions,
} from "../text/index.js";

/** Ids in a piece of the store, 2^16: pieces need no copying when the store grows, and are let go one by one. */
const pieceBits = 16;
const pieceMask = (1 << pieceBits) - 1;

/**
 * The tokens of many texts as whole numbers, so that a million texts fit in memory: every distinct token is one
 * string, and texts are ids one after another. These ids are of the data set, before the vocabulary is cut.
 */
export class TokenStore {
  #tokens: string[] = [];
  #idOfToken = new Map<string, number>();
  #offsets: number[] = [0];
  #pieces: Int32Array[] = [];

  /** Number of texts added. */
  get length(): number {
    return this.#offsets.length - 1;
  }

  /** Appends the tokens of the next text. */
  add(tokens: readonly string[]): void {
    let position = this.#offsets[this.#offsets.length - 1];
    for (const token of tokens) {
      let id = this.#idOfToken.get(token);
      if (id === undefined) {
        id = this.#tokens.length;
        this.#tokens.push(token);
        this.#idOfToken.set(token, id);
      }
      if ((position & pieceMask) === 0) this.#pieces.push(new Int32Array(1 << pieceBits));
      this.#pieces[position >>> pieceBits][position & pieceMask] = id;
      position++;
    }
    this.#offsets.push(position);
  }

  /** The tokens of one text. */
  tokensOf(row: number): string[] {
    const tokens: string[] = [];
    for (let position = this.#offsets[row]; position < this.#offsets[row + 1]; position++) {
      tokens.push(this.#tokens[this.#idAt(position)]);
    }
    return tokens;
  }

  /** A vocabulary of the tokens of some rows, in that order. */
  vocabularyOf(rows: Iterable<number>, options: VocabularyOptions): Vocabulary {
    const counts = new Float64Array(this.#tokens.length);
    const inOrder: number[] = [];
    for (const row of rows) {
      for (let position = this.#offsets[row]; position < this.#offsets[row + 1]; position++) {
        const id = this.#idAt(position);
        if (counts[id]++ === 0) inOrder.push(id);
      }
    }
    return Vocabulary.fromCounts(
      inOrder.map((id) => [this.#tokens[id], counts[id]] as const),
      options,
    );
  }

  /** All texts in the vocabulary's ids. Memory is let go text by text, and the store is empty afterwards. */
  takeEncoded(vocabulary: Vocabulary, options: EncodeOptions): EncodedTexts {
    const ids = Int32Array.from(this.#tokens, (token) => vocabulary.idOf(token));
    const encoding = new TextEncoding(options, this.#encodedIds(options));
    let firstPiece = 0;
    for (let row = 0; row < this.length; row++) {
      const start = this.#offsets[row];
      for (; firstPiece < start >>> pieceBits; firstPiece++) this.#pieces[firstPiece] = noIds;
      encoding.add(this.#offsets[row + 1] - start, (index) => ids[this.#idAt(start + index)]);
    }
    this.clear();
    return encoding.end();
  }

  /** Lets go of everything. */
  clear(): void {
    this.#tokens = [];
    this.#idOfToken = new Map();
    this.#offsets = [0];
    this.#pieces = [];
  }

  #encodedIds({ maxLength, padToMaxLength }: EncodeOptions): number {
    if (padToMaxLength) return maxLength * this.length;
    let total = 0;
    for (let row = 0; row < this.length; row++) {
      total += Math.min(Math.max(this.#offsets[row + 1] - this.#offsets[row], 1), maxLength);
    }
    return total;
  }

  #idAt(position: number): number {
    return this.#pieces[position >>> pieceBits][position & pieceMask];
  }
}

const noIds = new Int32Array(0);
