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
  /** Pointer to [step] lanes whose token is not padding, multiples of 8. */
  readonly inputActive: number;
  /** Pointer to [lane] position of each row's first token; 0 where nothing is looked up by position. */
  readonly starts: number;
}

/** Where {@link writeBlock} writes. */
export interface BlockPlace {
  readonly lengths: number;
  readonly active: number;
  readonly lanes: number;
  /** Defaults to `active`: no padding is skipped. */
  readonly inputActive?: number;
  readonly starts?: number;
}

/**
 * Writes lengths and active lanes of a block.
 *
 * @param lengths of the rows, falling, at least 1 each.
 * @param inputLengths of the rows without padding at their end; as `lengths` when absent.
 */
export function writeBlock(
  kernels: Kernels,
  lengths: ArrayLike<number>,
  at: BlockPlace,
  inputLengths?: ArrayLike<number>,
): Block {
  const { lanes, starts = 0, inputActive = at.active } = at;
  const rows = lengths.length;
  const steps = rows > 0 ? lengths[0] : 0;
  const { i32 } = kernels;
  for (let lane = 0; lane < lanes; lane++) i32[(at.lengths >>> 2) + lane] = lane < rows ? lengths[lane] : 0;
  let alive = rows;
  for (let step = 0; step < steps; step++) {
    while (alive > 0 && lengths[alive - 1] <= step) alive--;
    i32[(at.active >>> 2) + step] = Math.ceil(alive / 8) * 8;
  }
  if (inputLengths) writeInputActive(i32.subarray(inputActive >>> 2, (inputActive >>> 2) + steps), inputLengths);
  return { rows, lanes, stride: 4 * lanes, steps, lengths: at.lengths, active: at.active, inputActive, starts };
}

/** Input lengths need not fall from lane to lane: the last lane with input counts. */
function writeInputActive(inputActive: Int32Array, inputLengths: ArrayLike<number>): void {
  let last = inputLengths.length;
  for (let step = 0; step < inputActive.length; step++) {
    while (last > 0 && inputLengths[last - 1] <= step) last--;
    inputActive[step] = Math.ceil(last / 8) * 8;
  }
}

/** Writes the run of a block's first `lanes` lanes, as the outer product takes it. */
export function writeLaneRun(kernels: Kernels, at: number, lanes: number): void {
  const { i32 } = kernels;
  i32[at >>> 2] = 0;
  i32[(at >>> 2) + 1] = 0;
  i32[(at >>> 2) + 2] = 4 * lanes;
}
