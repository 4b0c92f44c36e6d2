/** The distinct tokens of a batch, so that what depends on the token alone is computed once for each. */
import type { Arena, Kernels } from "../../kernels/index.js";

export class TokenGroups {
  /** Most distinct tokens of a batch. */
  readonly maxSlots: number;
  /** Pointer to the token of each slot. */
  readonly tokens: number;
  /** Pointer to the slot of each position. */
  readonly slots: number;
  /** Pointer to where each slot's run in `order` begins; 0 without an order. */
  readonly starts: number;
  /** Pointer to the positions, ordered by slot. */
  readonly order: number;
  readonly #count: number;
  readonly #slotOfToken: number;

  /** @param options.ordered also order the positions by token, as gradients need it. */
  constructor(
    arena: Arena,
    options: { readonly vocabularySize: number; readonly maxPositions: number; readonly ordered: boolean },
  ) {
    const { vocabularySize, maxPositions, ordered } = options;
    this.maxSlots = Math.min(vocabularySize, maxPositions);
    this.#count = arena.words(1);
    this.#slotOfToken = arena.words(vocabularySize);
    this.tokens = arena.words(this.maxSlots);
    this.slots = arena.words(maxPositions);
    this.starts = ordered ? arena.words(this.maxSlots + 1) : 0;
    this.order = ordered ? arena.words(maxPositions) : 0;
  }

  /** Finds the distinct tokens of the first `positions` ids, in order of first appearance. */
  group(kernels: Kernels, ids: number, positions: number): void {
    const { tokens, slots, starts, order } = this;
    kernels.i32[this.#count >>> 2] = kernels.run.groupByToken(
      ids,
      positions,
      this.#slotOfToken,
      tokens,
      slots,
      starts,
      order,
    );
  }

  /** Distinct tokens of the batch that was grouped last. */
  count(kernels: Kernels): number {
    return kernels.i32[this.#count >>> 2];
  }

  /** The slots of share `index` of `count`. */
  share(kernels: Kernels, index: number, count: number): { readonly first: number; readonly end: number } {
    const slots = this.count(kernels);
    return { first: Math.floor((slots * index) / count), end: Math.floor((slots * (index + 1)) / count) };
  }
}
