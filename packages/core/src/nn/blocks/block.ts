/** A block: some rows of a batch, ordered by falling length, that walk through the network together. */
import type { Kernels } from "../../kernels/index.js";

/** What every layer needs to know of a block; lengths and active lanes lie in the engine's memory. */
export interface Block {
  /** Lanes that hold a row; the others have length 0. */
  readonly rows: number;
  /** Lanes of every array, a multiple of 8. */
  readonly lanes: number;
  /** Bytes from one feature row to the next. */
  readonly stride: number;
  /** Length of the longest row. */
  readonly steps: number;
  /** Pointer to [lane] row lengths. */
  readonly lengths: number;
  /** Pointer to [step] lanes to compute, multiples of 8. */
  readonly active: number;
}

/**
 * Writes lengths and active lanes of a block.
 *
 * @param lengths of the rows, falling, at least 1 each.
 */
export function writeBlock(
  kernels: Kernels,
  lengths: ArrayLike<number>,
  at: { readonly lengths: number; readonly active: number; readonly lanes: number },
): Block {
  const { lanes } = at;
  const rows = lengths.length;
  const lengthView = kernels.ints(at.lengths, lanes);
  lengthView.fill(0);
  lengthView.set(lengths);
  const steps = rows > 0 ? lengths[0] : 0;
  const activeView = kernels.ints(at.active, steps);
  let alive = rows;
  for (let step = 0; step < steps; step++) {
    while (alive > 0 && lengths[alive - 1] <= step) alive--;
    activeView[step] = Math.ceil(alive / 8) * 8;
  }
  return { rows, lanes, stride: 4 * lanes, steps, lengths: at.lengths, active: at.active };
}
