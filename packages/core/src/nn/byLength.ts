import { OptionError } from "../errors.js";
import type { Batch, EncodedTexts } from "./network.js";

/**
 * Positions within `batch.rows`, longest text first, equals in their order (counting sort).
 *
 * @throws {OptionError} `bad-text-length` for a text without tokens or with more than `maxLength`.
 */
export function orderByLength(batch: Batch, maxLength: number): Uint32Array {
  const { texts, rows } = batch;
  const starts = new Uint32Array(maxLength + 2);
  const lengths = Uint32Array.from(rows, (row) => checkedLength(texts, row, maxLength));
  for (const length of lengths) starts[maxLength - length + 1]++;
  for (let index = 1; index < starts.length; index++) starts[index] += starts[index - 1];
  const order = new Uint32Array(rows.length);
  lengths.forEach((length, position) => {
    order[starts[maxLength - length]++] = position;
  });
  return order;
}

function checkedLength(texts: EncodedTexts, row: number, maxLength: number): number {
  const length = texts.offsets[row + 1] - texts.offsets[row];
  if (length >= 1 && length <= maxLength) return length;
  throw new OptionError(
    "bad-text-length",
    `Text ${row} has ${length} tokens, but this network takes 1 to ${maxLength}; encode it with maxLength ${maxLength}.`,
  );
}
