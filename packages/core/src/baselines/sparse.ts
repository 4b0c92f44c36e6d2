/** A matrix of which only the non-zero elements are kept, row after row (compressed sparse rows). */
export interface SparseRows {
  readonly rows: number;
  readonly columns: number;
  /** Where each row starts in the other two arrays, and at the end their length: rows + 1 positions. */
  readonly starts: Float64Array;
  readonly columnIndices: Int32Array;
  readonly values: Float64Array;
}
