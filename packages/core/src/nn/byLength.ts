import { OptionError } from "../errors.js";
import type { Batch, EncodedTexts } from "./network.js";

/**
 * Positions within `batch.rows`, longest text first; of equal length, the one with the least padding at its end first;
 * equals in their order (two counting sorts).
 *
 * @throws {OptionError} `bad-text-length` for a text without tokens or with more than `maxLength`.
 */
export function orderByLength(batch: Batch, maxLength: number): Uint32Array {
  const { texts, rows } = batch;
  const lengths = Uint32Array.from(rows, (row) => checkedLength(texts, row, maxLength));
  const inputLengths = Uint32Array.from(rows, (row) => lengthWithoutPadding(texts, row));
  const inOrder = Uint32Array.from({ length: rows.length }, (_, position) => position);
  return orderBy(lengths, orderBy(inputLengths, inOrder, maxLength), maxLength);
}

/** The positions ordered by falling key; equals keep their order. */
function orderBy(keys: Uint32Array, positions: Uint32Array, maxKey: number): Uint32Array {
  const starts = new Uint32Array(maxKey + 2);
  for (const key of keys) starts[maxKey - key + 1]++;
  for (let index = 1; index < starts.length; index++) starts[index] += starts[index - 1];
  const order = new Uint32Array(positions.length);
  for (const position of positions) order[starts[maxKey - keys[position]]++] = position;
  return order;
}

/** Tokens of a text up to the last one that is not padding. */
export function lengthWithoutPadding({ ids, offsets }: EncodedTexts, row: number): number {
  let end = offsets[row + 1];
  while (end > offsets[row] && ids[end - 1] === 0) end--;
  return end - offsets[row];
}

function checkedLength(texts: EncodedTexts, row: number, maxLength: number): number {
  const length = texts.offsets[row + 1] - texts.offsets[row];
  if (length >= 1 && length <= maxLength) return length;
  throw new OptionError(
    "bad-text-length",
    `Text ${row} has ${length} tokens, but this network takes 1 to ${maxLength}; encode it with maxLength ${maxLength}.`,
  );
}
