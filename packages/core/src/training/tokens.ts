import {
  type EncodedTexts,
  type EncodeOptions,
  TextEncoding,
  Vocabulary,
  type VocabularyOptions,
} from "../text/index.js";

/** Bytes in a piece of the store, 2^18: pieces need no copying when the store grows, and are let go one by one. */
const pieceBits = 18;
const pieceMask = (1 << pieceBits) - 1;
/** Vocabularies up to this have ids of 16 bits. */
const mostShortIds = 1 << 16;

/**
 * The tokens of many texts as whole numbers, so that a million texts fit in memory: every distinct token is one
 * string, and texts are ids one after another. These ids are of the data set, before the vocabulary is cut, in order of
 * first appearance: frequent words have low ones, so that 7 bits a byte (LEB128) take half of what 32 bits would, or less.
 */
export class TokenStore {
  #tokens: string[] = [];
  #idOfToken = new Map<string, number>();
  /** Bytes before each text, and at the end before the next. */
  #offsets: number[] = [0];
  #pieces: Uint8Array[] = [];
  #bytes = 0;
  /** Ids of the text that was looked at last. */
  #ids = new Int32Array(1024);

  /** Number of texts added. */
  get length(): number {
    return this.#offsets.length - 1;
  }

  /** Appends the tokens of the next text. */
  add(tokens: readonly string[]): void {
    for (const token of tokens) {
      let id = this.#idOfToken.get(token);
      if (id === undefined) {
        id = this.#tokens.length;
        this.#tokens.push(token);
        this.#idOfToken.set(token, id);
      }
      for (; id > 0x7f; id >>>= 7) this.#push((id & 0x7f) | 0x80);
      this.#push(id);
    }
    this.#offsets.push(this.#bytes);
  }

  #push(byte: number): void {
    if ((this.#bytes & pieceMask) === 0) this.#pieces.push(new Uint8Array(1 << pieceBits));
    this.#pieces[this.#pieces.length - 1][this.#bytes & pieceMask] = byte;
    this.#bytes++;
  }

  /** The tokens of one text. */
  tokensOf(row: number): string[] {
    const count = this.#read(row);
    return Array.from({ length: count }, (_, index) => this.#tokens[this.#ids[index]]);
  }

  /** A vocabulary of the tokens of some rows, in that order. */
  vocabularyOf(rows: Iterable<number>, options: VocabularyOptions): Vocabulary {
    const counts = new Float64Array(this.#tokens.length);
    const inOrder: number[] = [];
    for (const row of rows) {
      const count = this.#read(row);
      for (let index = 0; index < count; index++) {
        const id = this.#ids[index];
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
    const room = this.#encodedIds(options);
    const isShort = vocabulary.size <= mostShortIds;
    const make = (length: number) => (isShort ? new Uint16Array(length) : new Int32Array(length));
    const encoding = new TextEncoding(options, make, room);
    let firstPiece = 0;
    for (let row = 0; row < this.length; row++) {
      for (; firstPiece < this.#offsets[row] >>> pieceBits; firstPiece++) this.#pieces[firstPiece] = noBytes;
      encoding.add(this.#read(row), (index) => ids[this.#ids[index]]);
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
    this.#bytes = 0;
  }

  #encodedIds({ maxLength, padToMaxLength }: EncodeOptions): number {
    if (padToMaxLength) return maxLength * this.length;
    let total = 0;
    for (let row = 0; row < this.length; row++) {
      total += Math.min(Math.max(this.#read(row), 1), maxLength);
    }
    return total;
  }

  /** Puts the ids of a text into `#ids`. @returns how many they are. */
  #read(row: number): number {
    const end = this.#offsets[row + 1];
    let position = this.#offsets[row];
    // An id takes a byte at least.
    if (end - position > this.#ids.length) this.#ids = new Int32Array(2 * (end - position));
    let count = 0;
    while (position < end) {
      let id = 0;
      for (let shift = 0; ; shift += 7) {
        const byte = this.#pieces[position >>> pieceBits][position & pieceMask];
        position++;
        id |= (byte & 0x7f) << shift;
        if (byte <= 0x7f) break;
      }
      this.#ids[count++] = id;
    }
    return count;
  }
}

const noBytes = new Uint8Array(0);
