/**
 * The distinct tokens of a batch, so that what depends on the token alone is computed once for each. Each has a *slot*;
 * each distinct token of a block has a *row* beside, where the block's gradients of it are summed. Tokens whose whole
 * type is dropped in a step share one slot and have no row: their input is zero, and nothing is learned of them.
 */
import { type Arena, type Kernels, tokenGrouping } from "../../kernels/index.js";
import { roundUp } from "../notation.js";
import { type DropoutMask, noDropout } from "./dropout.js";

/** Slots that are worked on together. */
export const slotsTogether = 32;

/** The record's words that the kernel writes. */
const countWord = tokenGrouping.word("count");
const tokenCountWord = tokenGrouping.word("tokenCount");

/** Where the tokens to be grouped lie. Pointers. */
export interface GroupedTokens {
  /** [position] token ids, block after block. */
  readonly ids: number;
  /** [block]: position of the first token, and after the last block the number of positions. */
  readonly blockStarts: number;
  readonly blocks: number;
}

export class TokenGroups {
  /** Most distinct tokens of a batch. */
  readonly maxSlots: number;
  /** Most rows of a batch. */
  readonly maxRows: number;
  /** The slot of dropped tokens, behind room for whole groups of {@link slotsTogether}. */
  readonly droppedSlot: number;
  /** Pointer to the token of each slot, and after them the dropped tokens. */
  readonly tokens: number;
  /** Pointer to the slot of each position. */
  readonly slots: number;
  /** Pointer to the row of each position. */
  readonly rows: number;
  /** Pointer to where each slot's run in `order` begins. */
  readonly starts: number;
  /** Pointer to the rows, ordered by slot. */
  readonly order: number;
  readonly #slotOfToken: number;
  readonly #slotOfRow: number;
  readonly #blockRows: number;
  readonly #record: number;
  readonly #fields = tokenGrouping.fields();

  constructor(
    arena: Arena,
    options: { readonly vocabularySize: number; readonly maxPositions: number; readonly maxBlocks: number },
  ) {
    const { vocabularySize, maxPositions, maxBlocks } = options;
    this.maxSlots = Math.min(vocabularySize, maxPositions);
    this.maxRows = Math.min(vocabularySize * maxBlocks, maxPositions);
    this.droppedSlot = roundUp(this.maxSlots, slotsTogether);
    this.#slotOfToken = arena.words(vocabularySize);
    this.tokens = arena.words(this.maxSlots);
    this.slots = arena.words(maxPositions);
    this.rows = arena.words(maxPositions);
    this.starts = arena.words(this.maxSlots + 1);
    this.order = arena.words(this.maxRows);
    this.#slotOfRow = arena.words(this.maxRows);
    this.#blockRows = arena.words(maxBlocks + 1);
    this.#record = arena.words(tokenGrouping.bytes / 4);
  }

  /** Finds the distinct tokens of a batch, in order of first appearance, and of each block; `mask` drops word types. */
  group(kernels: Kernels, at: GroupedTokens, mask: DropoutMask = noDropout): void {
    const fields = this.#fields;
    fields.ids = at.ids;
    fields.blockStarts = at.blockStarts;
    fields.blocks = at.blocks;
    fields.slotOfToken = this.#slotOfToken;
    fields.tokens = this.tokens;
    fields.maxTokens = this.maxSlots;
    fields.slots = this.slots;
    fields.rows = this.rows;
    fields.blockRows = this.#blockRows;
    fields.starts = this.starts;
    fields.order = this.order;
    fields.slotOfRow = this.#slotOfRow;
    fields.droppedSlot = this.droppedSlot;
    fields.dropThreshold = mask.dropThreshold;
    fields.key0 = mask.key0;
    fields.key1 = mask.key1;
    tokenGrouping.write(kernels, this.#record, fields);
    kernels.run.groupByToken(this.#record);
  }

  /** Slots of the batch that was grouped last. */
  count(kernels: Kernels): number {
    return kernels.i32[(this.#record >>> 2) + countWord];
  }

  /** Its distinct tokens: those of the slots, and the dropped ones. */
  tokenCount(kernels: Kernels): number {
    return kernels.i32[(this.#record >>> 2) + tokenCountWord];
  }

  /** Sets the rows of a block to zero. @param at pointer to row 0. @param rowBytes from one row to the next. */
  clearBlock(kernels: Kernels, block: number, at: number, rowBytes: number): void {
    const words = kernels.i32;
    const first = words[(this.#blockRows >>> 2) + block];
    const end = words[(this.#blockRows >>> 2) + block + 1];
    kernels.run.clear(at + first * rowBytes, (end - first) * rowBytes);
  }

  /** The tokens of share `index` of `count`, dropped ones included. */
  share(kernels: Kernels, index: number, count: number): { readonly first: number; readonly end: number } {
    const tokens = this.tokenCount(kernels);
    return { first: Math.floor((tokens * index) / count), end: Math.floor((tokens * (index + 1)) / count) };
  }
}
