/*
 * Moving numbers between layouts: PyTorch's row-major matrices, panels, blocks ([feature][lane]) and rows.
 */

/**
 * Packs a matrix into panels of four rows: out[p][k][j] = matrix at (rowIndex[4p + j], columnIndex[k]).
 * An index of -1 gives 0, so padding costs no special case later.
 *
 * @param panelBytes from one panel to the next, so that two matrices can be packed side by side.
 * @param rowStride @param columnStride in elements, so that a transposed matrix packs with the two swapped.
 */
export function packPanels(
  out: usize,
  panelBytes: usize,
  matrix: usize,
  rowIndex: usize,
  panelCount: i32,
  columnIndex: usize,
  k: i32,
  rowStride: i32,
  columnStride: i32,
): void {
  for (let panel = 0; panel < panelCount; panel++) {
    let target = out + <usize>panel * panelBytes;
    const rows = rowIndex + (<usize>panel << 4);
    for (let column = 0; column < k; column++) {
      const c = load<i32>(columnIndex + (<usize>column << 2));
      for (let j: usize = 0; j < 16; j += 4, target += 4) {
        const r = load<i32>(rows + j);
        const value: f32 = (r | c) < 0 ? 0 : load<f32>(matrix + (<usize>(r * rowStride + c * columnStride) << 2));
        store<f32>(target, value);
      }
    }
  }
}

/** matrix at (rowIndex[m], columnIndex[k]) += packed[m][k]; the way back, for gradients. `packedStride` in elements. */
export function unpackAdd(
  matrix: usize,
  packed: usize,
  rowIndex: usize,
  rows: i32,
  columnIndex: usize,
  columns: i32,
  matrixColumns: i32,
  packedStride: i32,
): void {
  for (let m = 0; m < rows; m++) {
    const r = load<i32>(rowIndex + (<usize>m << 2));
    if (r < 0) continue;
    const target = matrix + (<usize>(r * matrixColumns) << 2);
    const source = packed + (<usize>(m * packedStride) << 2);
    for (let k = 0; k < columns; k++) {
      const c = load<i32>(columnIndex + (<usize>k << 2));
      if (c < 0) continue;
      const address = target + (<usize>c << 2);
      store<f32>(address, load<f32>(address) + load<f32>(source + (<usize>k << 2)));
    }
  }
}

/**
 * out[lane][feature] = input[feature][lane], in squares of 4 x 4.
 *
 * @param features rounded up to a multiple of 4 when read. @param active lanes, a multiple of 4.
 * @param inputStride @param outStride bytes from one row to the next.
 */
export function transpose(
  out: usize,
  outStride: usize,
  input: usize,
  inputStride: usize,
  features: i32,
  active: i32,
): void {
  for (let feature = 0; feature < features; feature += 4) {
    const source = input + <usize>feature * inputStride;
    const target = out + (<usize>feature << 2);
    for (let lane = 0; lane < active; lane += 4) {
      transposeSquare(target + <usize>lane * outStride, outStride, source + (<usize>lane << 2), inputStride);
    }
  }
}

// @ts-ignore: decorator
@inline
function transposeSquare(out: usize, outStride: usize, input: usize, inputStride: usize): void {
  const a = v128.load(input);
  const b = v128.load(input + inputStride);
  const c = v128.load(input + inputStride * 2);
  const d = v128.load(input + inputStride * 3);
  storeTransposed(out, outStride, a, b, c, d);
}

/** Writes four vectors as the columns of a square; one row further every `stride` bytes. */
// @ts-ignore: decorator
@inline
export function storeTransposed(out: usize, stride: usize, a: v128, b: v128, c: v128, d: v128): void {
  const ab0 = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
  const ab1 = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
  const cd0 = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
  const cd1 = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
  v128.store(out, v128.shuffle<f32>(ab0, cd0, 0, 1, 4, 5));
  v128.store(out + stride, v128.shuffle<f32>(ab0, cd0, 2, 3, 6, 7));
  v128.store(out + stride * 2, v128.shuffle<f32>(ab1, cd1, 0, 1, 4, 5));
  v128.store(out + stride * 3, v128.shuffle<f32>(ab1, cd1, 2, 3, 6, 7));
}

/** Sets `bytes` bytes to 0. */
export function clear(pointer: usize, bytes: usize): void {
  memory.fill(pointer, 0, bytes);
}
