import { multiplyAdd } from "./simd";

/*
 * Products for predictions. Unlike in training, numbers lie row after row, [row][feature]: any number of rows is
 * computed without waste, a single one included, and a token's prepared numbers are one run of memory. Weights are
 * packed in groups of 16 outputs, [group][k][16]. A tile of 2 rows x 16 outputs uses eight accumulators, the most
 * that no engine spills; the loop over k must not be unrolled by hand (both measured). Every sum is one chain over k in
 * ascending order, the one that the training kernels compute, so that both give the same bits.
 */

/**
 * out[row][16g + j] = start[row][16g + j] + sum over k of input[row][k] * panels[g][k][j].
 *
 * @param outStride @param startStride @param inputStride bytes from one row to the next; a startStride of 0 gives
 * all rows the same start. `out` and `start` may be the same.
 */
export function rowProduct(
  out: usize,
  outStride: usize,
  start: usize,
  startStride: usize,
  input: usize,
  inputStride: usize,
  rows: i32,
  panels: usize,
  groups: i32,
  k: i32,
): void {
  const panelBytes = <usize>k << 6;
  const pairs = rows >> 1;
  if (pairs > 0) {
    for (let group = 0; group < groups; group++) {
      const column = <usize>group << 6;
      const weights = panels + <usize>group * panelBytes;
      const weightsEnd = weights + panelBytes;
      for (let pair = 0; pair < pairs; pair++) {
        const row = <usize>pair << 1;
        const s0 = start + row * startStride + column;
        const s1 = s0 + startStride;
        let a0 = v128.load(s0);
        let a1 = v128.load(s0, 16);
        let a2 = v128.load(s0, 32);
        let a3 = v128.load(s0, 48);
        let b0 = v128.load(s1);
        let b1 = v128.load(s1, 16);
        let b2 = v128.load(s1, 32);
        let b3 = v128.load(s1, 48);
        let x0 = input + row * inputStride;
        let x1 = x0 + inputStride;
        for (let w = weights; w < weightsEnd; w += 64, x0 += 4, x1 += 4) {
          const a = v128.load32_splat(x0);
          const b = v128.load32_splat(x1);
          const w0 = v128.load(w);
          a0 = multiplyAdd(w0, a, a0);
          b0 = multiplyAdd(w0, b, b0);
          const w1 = v128.load(w, 16);
          a1 = multiplyAdd(w1, a, a1);
          b1 = multiplyAdd(w1, b, b1);
          const w2 = v128.load(w, 32);
          a2 = multiplyAdd(w2, a, a2);
          b2 = multiplyAdd(w2, b, b2);
          const w3 = v128.load(w, 48);
          a3 = multiplyAdd(w3, a, a3);
          b3 = multiplyAdd(w3, b, b3);
        }
        const o0 = out + row * outStride + column;
        const o1 = o0 + outStride;
        v128.store(o0, a0);
        v128.store(o0, a1, 16);
        v128.store(o0, a2, 32);
        v128.store(o0, a3, 48);
        v128.store(o1, b0);
        v128.store(o1, b1, 16);
        v128.store(o1, b2, 32);
        v128.store(o1, b3, 48);
      }
    }
  }
  if (rows & 1) {
    const row = <usize>(rows - 1);
    oneRow(out + row * outStride, start + row * startStride, input + row * inputStride, panels, groups, panelBytes);
  }
}

/** The last of an odd number of rows, or the only one: two groups at a time fill the eight accumulators. */
function oneRow(out: usize, start: usize, input: usize, panels: usize, groups: i32, panelBytes: usize): void {
  const inputEnd = input + (panelBytes >> 4);
  for (let group = 0; group < groups; group += 2) {
    let column = <usize>group << 6;
    let w = panels + <usize>group * panelBytes;
    let a0 = v128.load(start + column);
    let a1 = v128.load(start + column, 16);
    let a2 = v128.load(start + column, 32);
    let a3 = v128.load(start + column, 48);
    if (group + 1 == groups) {
      for (let x = input; x < inputEnd; x += 4, w += 64) {
        const a = v128.load32_splat(x);
        a0 = multiplyAdd(v128.load(w), a, a0);
        a1 = multiplyAdd(v128.load(w, 16), a, a1);
        a2 = multiplyAdd(v128.load(w, 32), a, a2);
        a3 = multiplyAdd(v128.load(w, 48), a, a3);
      }
    } else {
      let b0 = v128.load(start + column, 64);
      let b1 = v128.load(start + column, 80);
      let b2 = v128.load(start + column, 96);
      let b3 = v128.load(start + column, 112);
      let next = w + panelBytes;
      for (let x = input; x < inputEnd; x += 4, w += 64, next += 64) {
        const a = v128.load32_splat(x);
        a0 = multiplyAdd(v128.load(w), a, a0);
        a1 = multiplyAdd(v128.load(w, 16), a, a1);
        a2 = multiplyAdd(v128.load(w, 32), a, a2);
        a3 = multiplyAdd(v128.load(w, 48), a, a3);
        b0 = multiplyAdd(v128.load(next), a, b0);
        b1 = multiplyAdd(v128.load(next, 16), a, b1);
        b2 = multiplyAdd(v128.load(next, 32), a, b2);
        b3 = multiplyAdd(v128.load(next, 48), a, b3);
      }
      v128.store(out + column, b0, 64);
      v128.store(out + column, b1, 80);
      v128.store(out + column, b2, 96);
      v128.store(out + column, b3, 112);
    }
    v128.store(out + column, a0);
    v128.store(out + column, a1, 16);
    v128.store(out + column, a2, 32);
    v128.store(out + column, a3, 48);
  }
}

/**
 * Packs a row-major matrix for `rowProduct`: out[g][k][j] = matrix at (rowIndex[16g + j], columnIndex[k]).
 * An index of -1 gives 0.
 */
export function packRowPanels(
  out: usize,
  matrix: usize,
  matrixColumns: i32,
  rowIndex: usize,
  groups: i32,
  columnIndex: usize,
  k: i32,
): void {
  let target = out;
  for (let group = 0; group < groups; group++) {
    const rows = rowIndex + (<usize>group << 6);
    for (let column = 0; column < k; column++) {
      const c = load<i32>(columnIndex + (<usize>column << 2));
      for (let j: usize = 0; j < 64; j += 4, target += 4) {
        const r = load<i32>(rows + j);
        const value: f32 = (r | c) < 0 ? 0 : load<f32>(matrix + (<usize>(r * matrixColumns + c) << 2));
        store<f32>(target, value);
      }
    }
  }
}

/**
 * The rows of some tokens through a product: out[n] = start + panels x table[ids[n]].
 *
 * @param rows scratch, [count][k]. @param tableBytes from one row of the table to the next.
 */
export function projectTokens(
  out: usize,
  outStride: usize,
  start: usize,
  table: usize,
  tableBytes: usize,
  ids: usize,
  count: i32,
  rows: usize,
  panels: usize,
  groups: i32,
  k: i32,
): void {
  for (let n = 0; n < count; n++) {
    const source = table + <usize>load<i32>(ids + (<usize>n << 2)) * tableBytes;
    memory.copy(rows + <usize>n * tableBytes, source, tableBytes);
  }
  rowProduct(out, outStride, start, 0, rows, tableBytes, count, panels, groups, k);
}
