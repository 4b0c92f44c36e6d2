/** Where a batch to predict lies in the engine's memory: tokens, lengths, blocks and outputs. */
import type { Arena } from "../../kernels/index.js";
import type { Batch, EncodedTexts } from "../network.js";
import type { PredictionKernels } from "./kernels.js";

/** Most rows of a batch; more are predicted batch after batch. */
const batchRows = 256;
/** Rows of a block: enough to reuse the weights while they are in the nearest cache, few enough to share among threads. */
export const blockRows = 32;
/** Tokens of a batch and of a block, unless one text has more: bounds the memory, whatever the longest text. */
const batchTokens = 1 << 15;
const blockTokens = 1 << 13;

/** Fields of the header. */
const header = { rows: 0, blocks: 1, firstNewToken: 2, endNewToken: 3, words: 4 } as const;

/** Rows `first` to `end` - 1 of a batch, of falling length, and pointers to what belongs to them. */
export interface BatchBlock {
  readonly rows: number;
  readonly steps: number;
  readonly positions: number;
  readonly lengths: number;
  readonly outputs: number;
}

export class PredictionBatch {
  /** Tokens of a batch at most. */
  readonly maxTokens: number;
  /** Tokens that a block has at most, dead steps of its rows included. */
  readonly blockTokens: number;
  /** [position] slots of the tokens in the vocabulary table, text after text. */
  readonly tokens: number;
  readonly #header: number;
  readonly #positions: number;
  readonly #lengths: number;
  readonly #blockStarts: number;
  readonly #outputs: number;
  readonly #outputStride: number;

  /** @param sizes.outputStride floats of an output row. */
  constructor(arena: Arena, sizes: { readonly maxLength: number; readonly outputStride: number }) {
    this.maxTokens = Math.max(sizes.maxLength, batchTokens);
    this.blockTokens = Math.max(sizes.maxLength, blockTokens);
    this.#outputStride = sizes.outputStride;
    this.#header = arena.words(header.words);
    this.tokens = arena.words(this.maxTokens);
    this.#positions = arena.words(batchRows);
    this.#lengths = arena.words(batchRows);
    this.#blockStarts = arena.words(batchRows + 1);
    this.#outputs = arena.words(batchRows * sizes.outputStride);
  }

  /** How many of the rows from `first` on fit into one batch. @param order positions in `batch.rows`. */
  fitting(batch: Batch, order: Uint32Array, first: number): number {
    const { offsets } = batch.texts;
    let tokens = 0;
    let count = 0;
    for (; count < batchRows && first + count < order.length; count++) {
      const row = batch.rows[order[first + count]];
      tokens += offsets[row + 1] - offsets[row];
      if (count > 0 && tokens > this.maxTokens) break;
    }
    return count;
  }

  /** Tokens of some rows. @param order positions in `batch.rows`. */
  tokensOf(batch: Batch, order: Uint32Array): number {
    const { offsets } = batch.texts;
    let tokens = 0;
    for (const position of order) {
      const row = batch.rows[position];
      tokens += offsets[row + 1] - offsets[row];
    }
    return tokens;
  }

  /**
   * Writes rows and cuts them into blocks.
   *
   * @param order positions in `batch.rows`, longest text first.
   * @param writeTokens puts the slots of some ids at a position.
   */
  write(
    kernels: PredictionKernels,
    batch: Batch,
    order: Uint32Array,
    writeTokens: (ids: EncodedTexts["ids"], position: number) => void,
  ): void {
    const { ids, offsets } = batch.texts;
    const positions = kernels.ints(this.#positions, order.length);
    const lengths = kernels.ints(this.#lengths, order.length);
    const blockStarts = kernels.ints(this.#blockStarts, batchRows + 1);
    let position = 0;
    let blocks = 0;
    let blockStart = 0;
    for (let index = 0; index < order.length; index++) {
      const row = batch.rows[order[index]];
      const length = offsets[row + 1] - offsets[row];
      positions[index] = position;
      lengths[index] = length;
      writeTokens(ids.subarray(offsets[row], offsets[row + 1]), position);
      position += length;
      const rows = index - blockStart;
      if (index === 0 || rows === blockRows || (rows + 1) * lengths[blockStart] > this.blockTokens) {
        blockStarts[blocks++] = index;
        blockStart = index;
      }
    }
    blockStarts[blocks] = order.length;
    const words = kernels.ints(this.#header, header.words);
    words[header.rows] = order.length;
    words[header.blocks] = blocks;
  }

  /** Notes which slots of the vocabulary table are to be filled before the blocks are computed. */
  writeNewTokens(kernels: PredictionKernels, { first, end }: { readonly first: number; readonly end: number }): void {
    const words = kernels.ints(this.#header, header.words);
    words[header.firstNewToken] = first;
    words[header.endNewToken] = end;
  }

  newTokens(kernels: PredictionKernels): { first: number; end: number } {
    const words = kernels.ints(this.#header, header.words);
    return { first: words[header.firstNewToken], end: words[header.endNewToken] };
  }

  blockCount(kernels: PredictionKernels): number {
    return kernels.ints(this.#header, header.words)[header.blocks];
  }

  block(kernels: PredictionKernels, index: number): BatchBlock {
    const [first, end] = kernels.ints(this.#blockStarts + 4 * index, 2);
    const lengths = this.#lengths + 4 * first;
    return {
      rows: end - first,
      steps: kernels.ints(lengths, 1)[0],
      positions: this.#positions + 4 * first,
      lengths,
      outputs: this.#outputs + 4 * this.#outputStride * first,
    };
  }

  /** The outputs of one row; a view. */
  outputs(kernels: PredictionKernels, row: number, count: number): Float32Array {
    return kernels.floats(this.#outputs + 4 * this.#outputStride * row, count);
  }
}
