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
  const { maxLength, padToMaxLength = false } = options;
  if (!Number.isSafeInteger(maxLength) || maxLength < 1) {
    throw new OptionError("max-length", `maxLength has to be a whole number from 1, not ${maxLength}.`);
  }
  let ids = new Int32Array(1024);
  let used = 0;
  const offsets = [0];
  for (const tokens of tokenLists) {
    const length = Math.min(tokens.length, maxLength);
    const end = used + (padToMaxLength ? maxLength : Math.max(length, 1));
    ids = withRoom(ids, used, end);
    for (let index = 0; index < length; index++) ids[used + index] = vocabulary.idOf(tokens[index]);
    if (length === 0) ids[used] = unknownId;
    ids.fill(paddingId, used + Math.max(length, 1), end);
    used = end;
    offsets.push(used);
  }
  return { ids: ids.slice(0, used), offsets: Uint32Array.from(offsets) };
}

/** The array, or a copy at least twice as long when it is shorter than `needed`. */
function withRoom(ids: Int32Array<ArrayBuffer>, used: number, needed: number): Int32Array<ArrayBuffer> {
  if (needed <= ids.length) return ids;
  const grown = new Int32Array(Math.max(needed, ids.length * 2));
  grown.set(ids.subarray(0, used));
  return grown;
}
