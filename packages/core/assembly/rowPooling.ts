/**
 * Adds the states of one step to the running sum and maximum of their rows; `first` marks the step that a row's
 * maximum begins with. Sums begin at 0.
 *
 * @param vectors features of a row, in fours.
 */
export function poolStep(
  sum: usize,
  maximum: usize,
  pooledStride: usize,
  states: usize,
  statesStride: usize,
  rows: i32,
  vectors: i32,
  first: bool,
): void {
  for (let row = 0; row < rows; row++) {
    const rowSum = sum + <usize>row * pooledStride;
    const rowMaximum = maximum + <usize>row * pooledStride;
    const rowStates = states + <usize>row * statesStride;
    const end = <usize>vectors << 4;
    for (let offset: usize = 0; offset < end; offset += 16) {
      const x = v128.load(rowStates + offset);
      v128.store(rowSum + offset, f32x4.add(v128.load(rowSum + offset), x));
      const largest = v128.load(rowMaximum + offset);
      v128.store(rowMaximum + offset, first ? x : v128.bitselect(x, largest, f32x4.gt(x, largest)));
    }
  }
}

/** values[row][feature] /= the row's length. */
export function divideRows(values: usize, stride: usize, rows: i32, vectors: i32, lengths: usize): void {
  for (let row = 0; row < rows; row++) {
    const length = f32x4.convert_i32x4_s(v128.load32_splat(lengths + (<usize>row << 2)));
    let value = values + <usize>row * stride;
    for (let n = 0; n < vectors; n++, value += 16) v128.store(value, f32x4.div(v128.load(value), length));
  }
}
