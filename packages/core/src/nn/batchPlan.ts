/** Where a batch lies in the engine's memory: tokens, lengths, targets, outputs, and the settings of the step. */
import type { Arena, Kernels } from "../kernels/index.js";
import { type Block, writeBlock } from "./blocks/block.js";
import type { BatchTokens } from "./blocks/embedding.js";
import { TokenGroups } from "./blocks/tokenGroups.js";
import { lengthWithoutPadding } from "./byLength.js";
import type { Batch } from "./network.js";
import { roundUp } from "./notation.js";

/** Fields of the header, all 32-bit; `lossScale` is a float, `dropoutKeys` six words. */
const header = { rows: 0, blocks: 1, positions: 2, lossScale: 3, dropoutKeys: 4, words: 10 } as const;

/** Rows of a block: enough to fill the vectors and to reuse weights, few enough to stay in the caches and to share among threads. */
function lanesFor(maxRows: number): number {
  if (maxRows >= 256) return 32;
  return Math.min(16, roundUp(maxRows, 8));
}

export class BatchPlan {
  readonly lanes: number;
  readonly maxBlocks: number;
  readonly maxRows: number;
  readonly #maxLength: number;
  readonly #outputSize: number;
  readonly #header: number;
  readonly #losses: number;
  readonly #ids: number;
  readonly #starts: number;
  readonly #lengths: number;
  readonly #active: number;
  readonly #inputActive: number;
  readonly #targets: number;
  readonly #outputs: number;
  #tokenGradients: { readonly groups: TokenGroups; readonly rows: number; readonly paddedSize: number } | undefined;

  constructor(
    arena: Arena,
    sizes: { readonly maxRows: number; readonly maxLength: number; readonly outputSize: number },
  ) {
    this.maxRows = sizes.maxRows;
    this.lanes = lanesFor(sizes.maxRows);
    this.maxBlocks = Math.ceil(sizes.maxRows / this.lanes);
    this.#maxLength = sizes.maxLength;
    this.#outputSize = sizes.outputSize;
    const rows = this.maxBlocks * this.lanes;
    this.#header = arena.words(header.words);
    this.#losses = arena.words(2 * 64);
    this.#ids = arena.words(sizes.maxRows * sizes.maxLength);
    this.#starts = arena.words(rows);
    this.#lengths = arena.words(rows);
    this.#active = arena.words(this.maxBlocks * sizes.maxLength);
    this.#inputActive = arena.words(this.maxBlocks * sizes.maxLength);
    this.#targets = arena.words(rows);
    this.#outputs = arena.words(rows * sizes.outputSize);
  }

  /** Most tokens of a batch. */
  get maxPositions(): number {
    return this.maxRows * this.#maxLength;
  }

  /** Adds room for the gradients of the embedded tokens and for ordering them by token. */
  planTokenGradients(arena: Arena, vocabularySize: number, paddedSize: number): void {
    this.#tokenGradients = {
      groups: new TokenGroups(arena, { vocabularySize, maxPositions: this.maxPositions, ordered: true }),
      rows: arena.words(this.maxPositions * paddedSize),
      paddedSize,
    };
  }

  /**
   * Writes a batch: rows in the order given, which must be of falling length.
   *
   * @param rows positions in `batch.texts`, at most `maxRows`.
   */
  write(kernels: Kernels, batch: Batch, rows: Uint32Array): void {
    const { ids, offsets } = batch.texts;
    const { lanes } = this;
    const blocks = Math.ceil(rows.length / lanes);
    const headerView = kernels.ints(this.#header, header.words);
    headerView[header.rows] = rows.length;
    headerView[header.blocks] = blocks;
    const idView = kernels.ints(this.#ids, this.maxPositions);
    const startView = kernels.ints(this.#starts, this.maxBlocks * lanes);
    const lengths = new Int32Array(lanes);
    const inputLengths = new Int32Array(lanes);
    let position = 0;
    for (let block = 0; block < blocks; block++) {
      const first = block * lanes;
      const count = Math.min(lanes, rows.length - first);
      for (let lane = 0; lane < count; lane++) {
        const row = rows[first + lane];
        const length = offsets[row + 1] - offsets[row];
        idView.set(ids.subarray(offsets[row], offsets[row + 1]), position);
        startView[first + lane] = position;
        lengths[lane] = length;
        inputLengths[lane] = lengthWithoutPadding(batch.texts, row);
        position += length;
      }
      const place = {
        lengths: this.#lengths + 4 * first,
        active: this.#active + 4 * block * this.#maxLength,
        inputActive: this.#inputActive + 4 * block * this.#maxLength,
        lanes,
      };
      writeBlock(kernels, lengths.subarray(0, count), place, inputLengths.subarray(0, count));
    }
    headerView[header.positions] = position;
  }

  /** Writes what a training step needs besides the batch; targets in the order of its rows. */
  writeStep(
    kernels: Kernels,
    step: { readonly targets: Float32Array; readonly lossScale: number; readonly dropoutKeys: ArrayLike<number> },
  ): void {
    kernels.floats(this.#targets, step.targets.length).set(step.targets);
    kernels.ints(this.#header + 4 * header.dropoutKeys, 6).set(step.dropoutKeys);
    kernels.floats(this.#header + 4 * header.lossScale, 1)[0] = step.lossScale;
  }

  blockCount(kernels: Kernels): number {
    return kernels.ints(this.#header, header.words)[header.blocks];
  }

  dropoutKeys(kernels: Kernels): Int32Array {
    return kernels.ints(this.#header + 4 * header.dropoutKeys, 6);
  }

  lossScale(kernels: Kernels): number {
    return kernels.floats(this.#header, header.words)[header.lossScale];
  }

  /** Losses of the gradient lanes. */
  losses(kernels: Kernels): Float64Array {
    return new Float64Array(kernels.memory.buffer, this.#losses, 64);
  }

  block(kernels: Kernels, index: number): Block {
    const { lanes } = this;
    const rows = kernels.ints(this.#header, header.words)[header.rows];
    const lengths = this.#lengths + 4 * index * lanes;
    return {
      rows: Math.min(lanes, rows - index * lanes),
      lanes,
      stride: 4 * lanes,
      steps: kernels.ints(lengths, 1)[0],
      lengths,
      active: this.#active + 4 * index * this.#maxLength,
      inputActive: this.#inputActive + 4 * index * this.#maxLength,
      starts: this.#starts + 4 * index * lanes,
    };
  }

  tokensOf(blockIndex: number): BatchTokens {
    return {
      ids: this.#ids,
      starts: this.#starts + 4 * blockIndex * this.lanes,
      gradientRows: this.#tokenGradients?.rows ?? 0,
    };
  }

  /** Pointer to the targets of a block. */
  targetsOf(blockIndex: number): number {
    return this.#targets + 4 * blockIndex * this.lanes;
  }

  /** Copies a block's outputs, [output][lane], to where the batch's lie, [row][output]. */
  storeOutputs(kernels: Kernels, blockIndex: number, block: Block, outputs: number): void {
    const size = this.#outputSize;
    const source = kernels.floats(outputs, size * block.lanes);
    const target = kernels.floats(this.#outputs + 4 * blockIndex * block.lanes * size, block.rows * size);
    for (let row = 0; row < block.rows; row++) {
      for (let output = 0; output < size; output++) target[row * size + output] = source[output * block.lanes + row];
    }
  }

  /** The outputs of the first `rows` rows of the batch, [row][output]; a view. */
  outputs(kernels: Kernels, rows: number): Float32Array {
    return kernels.floats(this.#outputs, rows * this.#outputSize);
  }

  /** Finds the distinct tokens of the batch. */
  groupTokens(kernels: Kernels, groups: TokenGroups): void {
    groups.group(kernels, this.#ids, kernels.ints(this.#header, header.words)[header.positions]);
  }

  /** Distinct tokens whose gradients `sumTokens` adds up; absent when tokens have no gradients of their own. */
  get gradientGroups(): TokenGroups | undefined {
    return this.#tokenGradients?.groups;
  }

  /** Adds the gradients of the tokens of one share of the slots to their rows of the embedding's gradient. */
  sumTokens(kernels: Kernels, gradient: number, embeddingSize: number, share: { index: number; count: number }): void {
    if (!this.#tokenGradients) return;
    const { rows, paddedSize, groups } = this.#tokenGradients;
    const { tokens, starts, order } = groups;
    const { first, end } = groups.share(kernels, share.index, share.count);
    kernels.run.sumTokenRows(gradient, embeddingSize, rows, paddedSize, tokens, starts, order, first, end, 0);
  }
}
