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

/** Where {@link writeLengths} writes. */
export interface BlockPlace {
  readonly lengths: number;
  readonly active: number;
  readonly lanes: number;
  /** Absent: no padding is skipped. */
  readonly inputActive?: number;
  readonly starts?: number;
}

/**
 * Writes lengths and active lanes of a block.
 *
 * @param rows lanes that hold a row.
 * @param lengths of the rows, falling, at least 1 each.
 * @param inputLengths of the rows without padding at their end; as `lengths` when absent.
 */
export function writeLengths(
  { i32 }: Kernels,
  rows: number,
  lengths: ArrayLike<number>,
  at: BlockPlace,
  inputLengths?: ArrayLike<number>,
): void {
  const first = at.lengths >>> 2;
  for (let lane = 0; lane < at.lanes; lane++) i32[first + lane] = lane < rows ? lengths[lane] : 0;
  const steps = rows > 0 ? lengths[0] : 0;
  writeActive(i32, at.active, rows, steps, lengths);
  if (inputLengths && at.inputActive !== undefined) writeActive(i32, at.inputActive, rows, steps, inputLengths);
}

/** Lanes up to the last one that is longer than each step: lengths of input need not fall from lane to lane. */
function writeActive(i32: Int32Array, at: number, rows: number, steps: number, lengths: ArrayLike<number>): void {
  let last = rows;
  for (let step = 0; step < steps; step++) {
    while (last > 0 && lengths[last - 1] <= step) last--;
    i32[(at >>> 2) + step] = Math.ceil(last / 8) * 8;
  }
}

/** {@link writeLengths} for one block without padding. @param lengths of the rows, falling, at least 1 each. */
export function writeBlock(kernels: Kernels, lengths: ArrayLike<number>, at: BlockPlace): Block {
  const { lanes, active, starts = 0 } = at;
  const rows = lengths.length;
  writeLengths(kernels, rows, lengths, at);
  const steps = rows > 0 ? lengths[0] : 0;
  return { rows, lanes, stride: 4 * lanes, steps, lengths: at.lengths, active, inputActive: active, starts };
}

/** Writes the run of a block's first `lanes` lanes, as the outer product takes it. */
export function writeLaneRun(kernels: Kernels, at: number, lanes: number): void {
  const { i32 } = kernels;
  i32[at >>> 2] = 0;
  i32[(at >>> 2) + 1] = 0;
  i32[(at >>> 2) + 2] = 4 * lanes;
}
