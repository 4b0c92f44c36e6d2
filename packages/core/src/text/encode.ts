import { OptionError } from "../errors.js";
import { paddingId, unknownId, type Vocabulary } from "./vocabulary.js";

/** Ids of tokens: 16 bits each where the vocabulary has so few and the texts are many. */
export type IdArray = Int32Array | Uint16Array;

/** Texts as token ids, one after another: text `r` is `ids[offsets[r]]` up to `ids[offsets[r + 1]]`, at least one id each. */
export interface EncodedTexts<Ids extends IdArray = IdArray> {
  readonly ids: Ids;
  /** Length is the number of texts plus one; the first is 0. */
  readonly offsets: Uint32Array;
}

/** How long encoded texts are. */
export interface EncodeOptions {
  /** Tokens of a text that are kept, a whole number from 1; the rest is cut off at the end. */
  readonly maxLength: number;
  /** Fill short texts with padding up to `maxLength`. Default false: every text keeps its own length. */
  readonly padToMaxLength?: boolean;
}

/**
 * The ids of a text's tokens, `min(maxLength, tokens)` of them; a text without tokens is one unknown token.
 *
 * @throws {OptionError} `max-length` when `maxLength` is not a whole number from 1.
 */
export function encodeTokens(tokens: readonly string[], vocabulary: Vocabulary, options: EncodeOptions): Int32Array {
  return encodeTexts([tokens], vocabulary, options).ids;
}

/**
 * The ids of many texts in one array, see {@link encodeTokens}.
 *
 * @throws {OptionError} `max-length` when `maxLength` is not a whole number from 1.
 */
export function encodeTexts(
  tokenLists: Iterable<readonly string[]>,
  vocabulary: Vocabulary,
  options: EncodeOptions,
): EncodedTexts<Int32Array> {
  const encoder = new TextEncoding(options, (length) => new Int32Array(length));
  for (const tokens of tokenLists) encoder.add(tokens.length, (index) => vocabulary.idOf(tokens[index]));
  return encoder.end();
}

/** Texts as they are encoded, one after another. */
export class TextEncoding<Ids extends IdArray> {
  readonly #maxLength: number;
  readonly #padToMaxLength: boolean;
  readonly #offsets = [0];
  readonly #make: (length: number) => Ids;
  #ids: Ids;
  #used = 0;

  /**
   * @param make gives an array of zeros for so many ids.
   * @param room ids to have room for at once; more are found when needed.
   * @throws {OptionError} `max-length` when `maxLength` is not a whole number from 1.
   */
  constructor({ maxLength, padToMaxLength = false }: EncodeOptions, make: (length: number) => Ids, room = 1024) {
    if (!Number.isSafeInteger(maxLength) || maxLength < 1) {
      throw new OptionError("max-length", `maxLength has to be a whole number from 1, not ${maxLength}.`);
    }
    this.#maxLength = maxLength;
    this.#padToMaxLength = padToMaxLength;
    this.#make = make;
    this.#ids = make(room);
  }

  /** Appends a text of so many tokens. @param idAt the id of its token at an index. */
  add(tokens: number, idAt: (index: number) => number): void {
    const length = Math.min(tokens, this.#maxLength);
    const start = this.#used;
    const end = start + (this.#padToMaxLength ? this.#maxLength : Math.max(length, 1));
    this.#reserve(end);
    for (let index = 0; index < length; index++) this.#ids[start + index] = idAt(index);
    if (length === 0) this.#ids[start] = unknownId;
    this.#ids.fill(paddingId, start + Math.max(length, 1), end);
    this.#used = end;
    this.#offsets.push(end);
  }

  end(): EncodedTexts<Ids> {
    const ids = this.#used === this.#ids.length ? this.#ids : this.#copy(this.#used);
    return { ids, offsets: Uint32Array.from(this.#offsets) };
  }

  /** The ids so far in an array of another length. */
  #copy(length: number): Ids {
    const copy = this.#make(length);
    copy.set(this.#ids.subarray(0, this.#used));
    return copy;
  }

  #reserve(needed: number): void {
    if (needed <= this.#ids.length) return;
    this.#ids = this.#copy(Math.max(needed, this.#ids.length * 2));
  }
}
