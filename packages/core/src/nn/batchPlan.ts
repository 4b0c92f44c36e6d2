/** Where a batch lies in the engine's memory: tokens, lengths, targets, outputs, and the settings of the step. */
import type { Arena, Kernels } from "../kernels/index.js";
import { type Block, writeLengths } from "./blocks/block.js";
import type { DropoutMask } from "./blocks/dropout.js";
import type { BatchTokens } from "./blocks/embedding.js";
import { TokenGroups } from "./blocks/tokenGroups.js";
import { lengthWithoutPadding } from "./byLength.js";
import type { Batch } from "./network.js";
import { roundUp } from "./notation.js";

/** Fields of the header, all 32-bit; `lossScale` is a float, `dropoutKeys` six words. */
const header = { rows: 0, blocks: 1, lossScale: 2, dropoutKeys: 3, words: 9 } as const;

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
  readonly #blockStarts: number;
  readonly #lengths: number;
  readonly #active: number;
  readonly #inputActive: number;
  readonly #targets: number;
  readonly #outputs: number;
  #tokenGradients: { readonly groups: TokenGroups; readonly rows: number; readonly paddedSize: number } | undefined;

  /** Reused from batch to batch, so that training makes no garbage of arrays. */
  readonly #rowLengths: Int32Array;
  readonly #rowInputLengths: Int32Array;
  readonly #place: { lengths: number; active: number; inputActive: number; readonly lanes: number };

  constructor(
    arena: Arena,
    sizes: { readonly maxRows: number; readonly maxLength: number; readonly outputSize: number },
  ) {
    this.maxRows = sizes.maxRows;
    this.lanes = lanesFor(sizes.maxRows);
    this.maxBlocks = Math.ceil(sizes.maxRows / this.lanes);
    this.#maxLength = sizes.maxLength;
    this.#outputSize = sizes.outputSize;
    this.#rowLengths = new Int32Array(this.lanes);
    this.#rowInputLengths = new Int32Array(this.lanes);
    this.#place = { lengths: 0, active: 0, inputActive: 0, lanes: this.lanes };
    const rows = this.maxBlocks * this.lanes;
    this.#header = arena.words(header.words);
    this.#losses = arena.words(2 * 64);
    this.#ids = arena.words(sizes.maxRows * sizes.maxLength);
    this.#starts = arena.words(rows);
    this.#blockStarts = arena.words(this.maxBlocks + 1);
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
    const { maxPositions, maxBlocks } = this;
    const groups = new TokenGroups(arena, { vocabularySize, maxPositions, maxBlocks });
    this.#tokenGradients = { groups, rows: arena.words(groups.maxRows * paddedSize), paddedSize };
  }

  /**
   * Writes a batch.
   *
   * @param order positions in `batch.rows`, at most `maxRows`, of texts of falling length.
   */
  write(kernels: Kernels, batch: Batch, order: Uint32Array): void {
    const { lanes } = this;
    const blocks = Math.ceil(order.length / lanes);
    const words = kernels.i32;
    words[this.#headerWord(header.rows)] = order.length;
    words[this.#headerWord(header.blocks)] = blocks;
    let position = 0;
    for (let block = 0; block < blocks; block++) {
      const count = Math.min(lanes, order.length - block * lanes);
      words[(this.#blockStarts >>> 2) + block] = position;
      position = this.#writeTexts(kernels, batch, order, { first: block * lanes, count, position });
      this.#place.lengths = this.#lengths + 4 * block * lanes;
      this.#place.active = this.#active + 4 * block * this.#maxLength;
      this.#place.inputActive = this.#inputActive + 4 * block * this.#maxLength;
      writeLengths(kernels, count, this.#rowLengths, this.#place, this.#rowInputLengths);
    }
    words[(this.#blockStarts >>> 2) + blocks] = position;
  }

  /** Writes the tokens of one block's texts. @returns the position after the last token. */
  #writeTexts(
    { i32 }: Kernels,
    { texts, rows }: Batch,
    order: Uint32Array,
    block: { readonly first: number; readonly count: number; readonly position: number },
  ): number {
    const { ids, offsets } = texts;
    let { position } = block;
    for (let lane = 0; lane < block.count; lane++) {
      const row = rows[order[block.first + lane]];
      const begin = offsets[row];
      const length = offsets[row + 1] - begin;
      const target = (this.#ids >>> 2) + position;
      for (let step = 0; step < length; step++) i32[target + step] = ids[begin + step];
      i32[(this.#starts >>> 2) + block.first + lane] = position;
      this.#rowLengths[lane] = length;
      this.#rowInputLengths[lane] = lengthWithoutPadding(texts, row);
      position += length;
    }
    return position;
  }

  /** Writes the targets of the batch's rows, `order` as in `write`, and what the loss is multiplied by. */
  writeTargets(kernels: Kernels, order: Uint32Array, targets: Float32Array, lossScale: number): void {
    const { f32 } = kernels;
    const first = this.#targets >>> 2;
    for (let index = 0; index < order.length; index++) f32[first + index] = targets[order[index]];
    f32[this.#headerWord(header.lossScale)] = lossScale;
  }

  /** Writes word `index` of the step's dropout keys, two words for each kind of dropout. */
  writeDropoutKey(kernels: Kernels, index: number, word: number): void {
    kernels.i32[this.#headerWord(header.dropoutKeys) + index] = word;
  }

  /** Word `index` of the step's dropout keys. */
  dropoutKey(kernels: Kernels, index: number): number {
    return kernels.i32[this.#headerWord(header.dropoutKeys) + index];
  }

  blockCount(kernels: Kernels): number {
    return kernels.i32[this.#headerWord(header.blocks)];
  }

  lossScale(kernels: Kernels): number {
    return kernels.f32[this.#headerWord(header.lossScale)];
  }

  /** Stores the loss of a gradient lane. */
  storeLoss(kernels: Kernels, gradientLane: number, loss: number): void {
    kernels.f64[(this.#losses >>> 3) + gradientLane] = loss;
  }

  /** The sum of the losses of the first `gradientLanes` lanes. */
  loss(kernels: Kernels, gradientLanes: number): number {
    let sum = 0;
    for (let lane = 0; lane < gradientLanes; lane++) sum += kernels.f64[(this.#losses >>> 3) + lane];
    return sum;
  }

  block(kernels: Kernels, index: number): Block {
    const { lanes } = this;
    const rows = kernels.i32[this.#headerWord(header.rows)];
    const lengths = this.#lengths + 4 * index * lanes;
    return {
      rows: Math.min(lanes, rows - index * lanes),
      lanes,
      stride: 4 * lanes,
      steps: kernels.i32[lengths >>> 2],
      lengths,
      active: this.#active + 4 * index * this.#maxLength,
      inputActive: this.#inputActive + 4 * index * this.#maxLength,
      starts: this.#starts + 4 * index * lanes,
    };
  }

  #headerWord(field: number): number {
    return (this.#header >>> 2) + field;
  }

  tokensOf(blockIndex: number): BatchTokens {
    return {
      ids: this.#ids,
      starts: this.#starts + 4 * blockIndex * this.lanes,
      gradientRows: this.#tokenGradients?.rows ?? 0,
      tokenRows: this.#tokenGradients?.groups.rows ?? 0,
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

  /** Finds the distinct tokens of the batch; `mask` drops word types. */
  groupTokens(kernels: Kernels, groups: TokenGroups, mask?: DropoutMask): void {
    groups.group(kernels, { ids: this.#ids, blockStarts: this.#blockStarts, blocks: this.blockCount(kernels) }, mask);
  }

  /** Distinct tokens whose gradients `sumTokens` adds up; absent when tokens have no gradients of their own. */
  get gradientGroups(): TokenGroups | undefined {
    return this.#tokenGradients?.groups;
  }

  /** Sets to zero what the gradients of a block's tokens are added to. */
  clearTokenGradients(kernels: Kernels, block: number): void {
    if (!this.#tokenGradients) return;
    const { groups, rows, paddedSize } = this.#tokenGradients;
    groups.clearBlock(kernels, block, rows, 4 * paddedSize);
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
