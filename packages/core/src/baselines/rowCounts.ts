import type { SparseRows } from "./sparse.js";

/** Counts columns row by row; each row lists its columns in the order in which they first came. */
export class RowCounts {
  readonly #columns: number;
  readonly #starts: number[] = [0];
  readonly #columnIndices: Int32Array;
  readonly #counts: Float64Array;
  /** Where each column was counted last. */
  readonly #positions: Int32Array;
  #rowStart = 0;
  #length = 0;

  /**
   * @param most counts that there can be. Room is made for all of them at once: what of it is not used costs no memory,
   *   while arrays that grow would at times be there twice.
   */
  constructor(columns: number, most: number) {
    this.#columns = columns;
    this.#columnIndices = new Int32Array(most);
    this.#counts = new Float64Array(most);
    this.#positions = new Int32Array(columns).fill(-1);
  }

  /** Counts a column once more in the row at hand. */
  count(column: number): void {
    const position = this.#positions[column];
    if (position >= this.#rowStart) {
      this.#counts[position]++;
      return;
    }
    this.#positions[column] = this.#length;
    this.#columnIndices[this.#length] = column;
    this.#counts[this.#length++] = 1;
  }

  endRow(): void {
    this.#rowStart = this.#length;
    this.#starts.push(this.#length);
  }

  /** The counts; views. */
  end(): SparseRows {
    return {
      rows: this.#starts.length - 1,
      columns: this.#columns,
      starts: Int32Array.from(this.#starts),
      columnIndices: this.#columnIndices.subarray(0, this.#length),
      values: this.#counts.subarray(0, this.#length),
    };
  }
}
