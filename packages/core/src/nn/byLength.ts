import { OptionError } from "../errors.js";
import type { Batch, EncodedTexts } from "./network.js";

/**
 * Positions within `batch.rows`, longest text first; of equal length, the one with the least padding at its end first;
 * equals in their order.
 *
 * @throws {OptionError} `bad-text-length` for a text without tokens or with more than `maxLength`.
 */
export function orderByLength(batch: Batch, maxLength: number): Uint32Array {
  return new LengthOrder(batch.rows.length, maxLength).of(batch);
}

/** {@link orderByLength} for batch after batch, without new memory: by two counting sorts. */
export class LengthOrder {
  readonly #maxLength: number;
  readonly #lengths: Uint32Array;
  readonly #inputLengths: Uint32Array;
  readonly #starts: Uint32Array;
  readonly #byInput: Uint32Array;
  readonly #order: Uint32Array;

  constructor(maxRows: number, maxLength: number) {
    this.#maxLength = maxLength;
    this.#lengths = new Uint32Array(maxRows);
    this.#inputLengths = new Uint32Array(maxRows);
    this.#starts = new Uint32Array(maxLength + 2);
    this.#byInput = new Uint32Array(maxRows);
    this.#order = new Uint32Array(maxRows);
  }

  /** The order of a batch; the next call overwrites it. */
  of({ texts, rows }: Batch): Uint32Array {
    for (let position = 0; position < rows.length; position++) {
      this.#lengths[position] = checkedLength(texts, rows[position], this.#maxLength);
      this.#inputLengths[position] = lengthWithoutPadding(texts, rows[position]);
      this.#order[position] = position;
    }
    this.#sort(this.#inputLengths, this.#order, this.#byInput, rows.length);
    this.#sort(this.#lengths, this.#byInput, this.#order, rows.length);
    return this.#order.subarray(0, rows.length);
  }

  /** The positions ordered by falling key; equals keep their order. */
  #sort(keys: Uint32Array, positions: Uint32Array, sorted: Uint32Array, count: number): void {
    const starts = this.#starts.fill(0);
    const maxKey = this.#maxLength;
    for (let position = 0; position < count; position++) starts[maxKey - keys[position] + 1]++;
    for (let index = 1; index < starts.length; index++) starts[index] += starts[index - 1];
    for (let index = 0; index < count; index++) {
      const position = positions[index];
      sorted[starts[maxKey - keys[position]]++] = position;
    }
  }
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
