import { OptionError } from "../errors.js";
import { paddingId, unknownId, type Vocabulary } from "./vocabulary.js";

/** Texts as token ids, one after another: text `r` is `ids[offsets[r]]` up to `ids[offsets[r + 1]]`, at least one id each. */
export interface EncodedTexts {
  readonly ids: Int32Array;
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
): EncodedTexts {
  const encoder = new TextEncoding(options);
  for (const tokens of tokenLists) encoder.add(tokens.length, (index) => vocabulary.idOf(tokens[index]));
  return encoder.end();
}

/** Texts as they are encoded, one after another. */
export class TextEncoding {
  readonly #maxLength: number;
  readonly #padToMaxLength: boolean;
  readonly #offsets = [0];
  #ids: Int32Array<ArrayBuffer>;
  #used = 0;

  /**
   * @param room ids to have room for at once; more are found when needed.
   * @throws {OptionError} `max-length` when `maxLength` is not a whole number from 1.
   */
  constructor({ maxLength, padToMaxLength = false }: EncodeOptions, room = 1024) {
    if (!Number.isSafeInteger(maxLength) || maxLength < 1) {
      throw new OptionError("max-length", `maxLength has to be a whole number from 1, not ${maxLength}.`);
    }
    this.#maxLength = maxLength;
    this.#padToMaxLength = padToMaxLength;
    this.#ids = new Int32Array(room);
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

  end(): EncodedTexts {
    const ids = this.#used === this.#ids.length ? this.#ids : this.#ids.slice(0, this.#used);
    return { ids, offsets: Uint32Array.from(this.#offsets) };
  }

  #reserve(needed: number): void {
    if (needed <= this.#ids.length) return;
    const grown = new Int32Array(Math.max(needed, this.#ids.length * 2));
    grown.set(this.#ids.subarray(0, this.#used));
    this.#ids = grown;
  }
}
