/** A matrix of which only the non-zero elements are kept, row after row (compressed sparse rows). */
export interface SparseRows {
  readonly rows: number;
  readonly columns: number;
  /** Where each row starts in the other two arrays, and at the end their length: rows + 1 positions. */
  readonly starts: Int32Array;
  readonly columnIndices: Int32Array;
  readonly values: Float64Array;
}

/**
 * Adds row `row` times a dense matrix to `sums`. Five outputs at a time, or four, stay in registers, so that ratings from
 * 1 to 5 take one pass over the row instead of two.
 *
 * @param matrix `columns x sums.length`, row-major.
 */
export function addRowProduct(features: SparseRows, row: number, matrix: Float64Array, sums: Float64Array): void {
  const outputs = sums.length;
  let output = 0;
  while (fiveFit(outputs - output)) {
    addFiveSums(features, row, matrix, sums, output);
    output += 5;
  }
  while (output + 3 < outputs) {
    addFourSums(features, row, matrix, sums, output);
    output += 4;
  }
  const { columnIndices, values, starts } = features;
  for (; output < outputs; output++) {
    let sum = 0;
    for (let index = starts[row]; index < starts[row + 1]; index++) {
      sum += values[index] * matrix[Math.imul(columnIndices[index], outputs) + output];
    }
    sums[output] += sum;
  }
}

/** Whether five outputs at a time leave fewer for single passes than four. */
function fiveFit(outputs: number): boolean {
  return outputs === 5 || outputs > 8;
}

function addFiveSums(
  { columnIndices, values, starts }: SparseRows,
  row: number,
  matrix: Float64Array,
  sums: Float64Array,
  output: number,
): void {
  const outputs = sums.length;
  let sum0 = 0;
  let sum1 = 0;
  let sum2 = 0;
  let sum3 = 0;
  let sum4 = 0;
  const end = starts[row + 1];
  for (let index = starts[row]; index < end; index++) {
    const source = Math.imul(columnIndices[index], outputs) + output;
    const value = values[index];
    sum0 += value * matrix[source];
    sum1 += value * matrix[source + 1];
    sum2 += value * matrix[source + 2];
    sum3 += value * matrix[source + 3];
    sum4 += value * matrix[source + 4];
  }
  sums[output] += sum0;
  sums[output + 1] += sum1;
  sums[output + 2] += sum2;
  sums[output + 3] += sum3;
  sums[output + 4] += sum4;
}

function addFourSums(
  { columnIndices, values, starts }: SparseRows,
  row: number,
  matrix: Float64Array,
  sums: Float64Array,
  output: number,
): void {
  const outputs = sums.length;
  let sum0 = 0;
  let sum1 = 0;
  let sum2 = 0;
  let sum3 = 0;
  const end = starts[row + 1];
  for (let index = starts[row]; index < end; index++) {
    const source = Math.imul(columnIndices[index], outputs) + output;
    const value = values[index];
    sum0 += value * matrix[source];
    sum1 += value * matrix[source + 1];
    sum2 += value * matrix[source + 2];
    sum3 += value * matrix[source + 3];
  }
  sums[output] += sum0;
  sums[output + 1] += sum1;
  sums[output + 2] += sum2;
  sums[output + 3] += sum3;
}

/**
 * Adds the transposed row `row` times the row vector `factors` to a dense matrix: the way back of
 * {@link addRowProduct}.
 *
 * @param matrix `columns x factors.length`, row-major.
 */
export function addRowOuter(features: SparseRows, row: number, factors: Float64Array, matrix: Float64Array): void {
  const outputs = factors.length;
  let output = 0;
  while (fiveFit(outputs - output)) {
    addFiveProducts(features, row, factors, matrix, output);
    output += 5;
  }
  while (output + 3 < outputs) {
    addFourProducts(features, row, factors, matrix, output);
    output += 4;
  }
  const { columnIndices, values, starts } = features;
  for (; output < outputs; output++) {
    const factor = factors[output];
    for (let index = starts[row]; index < starts[row + 1]; index++) {
      matrix[Math.imul(columnIndices[index], outputs) + output] += values[index] * factor;
    }
  }
}

function addFiveProducts(
  { columnIndices, values, starts }: SparseRows,
  row: number,
  factors: Float64Array,
  matrix: Float64Array,
  output: number,
): void {
  const outputs = factors.length;
  const factor0 = factors[output];
  const factor1 = factors[output + 1];
  const factor2 = factors[output + 2];
  const factor3 = factors[output + 3];
  const factor4 = factors[output + 4];
  const end = starts[row + 1];
  for (let index = starts[row]; index < end; index++) {
    const target = Math.imul(columnIndices[index], outputs) + output;
    const value = values[index];
    matrix[target] += value * factor0;
    matrix[target + 1] += value * factor1;
    matrix[target + 2] += value * factor2;
    matrix[target + 3] += value * factor3;
    matrix[target + 4] += value * factor4;
  }
}

function addFourProducts(
  { columnIndices, values, starts }: SparseRows,
  row: number,
  factors: Float64Array,
  matrix: Float64Array,
  output: number,
): void {
  const outputs = factors.length;
  const factor0 = factors[output];
  const factor1 = factors[output + 1];
  const factor2 = factors[output + 2];
  const factor3 = factors[output + 3];
  const end = starts[row + 1];
  for (let index = starts[row]; index < end; index++) {
    const target = Math.imul(columnIndices[index], outputs) + output;
    const value = values[index];
    matrix[target] += value * factor0;
    matrix[target + 1] += value * factor1;
    matrix[target + 2] += value * factor2;
    matrix[target + 3] += value * factor3;
  }
}

/** Scalar product of two vectors of the same length. */
export function dot(left: Float64Array, right: Float64Array): number {
  let sum = 0;
  for (let index = 0; index < left.length; index++) sum += left[index] * right[index];
  return sum;
}
