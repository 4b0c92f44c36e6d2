import { multiplyAdd } from "./simd";

/*
 * Products of a weight matrix with the columns of a block. The weights are packed in panels of four rows,
 * [row / 4][k][4]; the block holds one row of the batch per lane, [k][lane]. A tile of 4 rows x 8 lanes uses
 * eight accumulators, the most that no engine spills; the loop over k must not be unrolled by hand (both measured).
 */

/**
 * out[4p + j][lane] = start + sum over k of panels[p][k][j] * input[k][lane].
 *
 * @param start pointer to 4 * panelCount floats, one a row, or 0 to add to what `out` holds.
 * @param active lanes to compute, a multiple of 8.
 * @param stride bytes from one row of `input` and `out` to the next.
 */
export function product(
  out: usize,
  panels: usize,
  start: usize,
  input: usize,
  panelCount: i32,
  k: i32,
  active: i32,
  stride: usize,
): void {
  const lanesEnd = <usize>active << 2;
  const panelBytes = <usize>k << 4;
  for (let panel = 0; panel < panelCount; panel++) {
    const weights = panels + <usize>panel * panelBytes;
    const weightsEnd = weights + panelBytes;
    const row = out + <usize>panel * 4 * stride;
    for (let lane: usize = 0; lane < lanesEnd; lane += 32) {
      const r0 = row + lane;
      const r1 = r0 + stride;
      const r2 = r1 + stride;
      const r3 = r2 + stride;
      let a0: v128, a1: v128, b0: v128, b1: v128, c0: v128, c1: v128, d0: v128, d1: v128;
      if (start) {
        const first = start + (<usize>panel << 4);
        a0 = v128.load32_splat(first);
        b0 = v128.load32_splat(first, 4);
        c0 = v128.load32_splat(first, 8);
        d0 = v128.load32_splat(first, 12);
        a1 = a0;
        b1 = b0;
        c1 = c0;
        d1 = d0;
      } else {
        a0 = v128.load(r0);
        a1 = v128.load(r0, 16);
        b0 = v128.load(r1);
        b1 = v128.load(r1, 16);
        c0 = v128.load(r2);
        c1 = v128.load(r2, 16);
        d0 = v128.load(r3);
        d1 = v128.load(r3, 16);
      }
      let x = input + lane;
      for (let w = weights; w < weightsEnd; w += 16, x += stride) {
        const x0 = v128.load(x);
        const x1 = v128.load(x, 16);
        const wa = v128.load32_splat(w);
        a0 = multiplyAdd(wa, x0, a0);
        a1 = multiplyAdd(wa, x1, a1);
        const wb = v128.load32_splat(w, 4);
        b0 = multiplyAdd(wb, x0, b0);
        b1 = multiplyAdd(wb, x1, b1);
        const wc = v128.load32_splat(w, 8);
        c0 = multiplyAdd(wc, x0, c0);
        c1 = multiplyAdd(wc, x1, c1);
        const wd = v128.load32_splat(w, 12);
        d0 = multiplyAdd(wd, x0, d0);
        d1 = multiplyAdd(wd, x1, d1);
      }
      v128.store(r0, a0);
      v128.store(r0, a1, 16);
      v128.store(r1, b0);
      v128.store(r1, b1, 16);
      v128.store(r2, c0);
      v128.store(r2, c1, 16);
      v128.store(r3, d0);
      v128.store(r3, d1, 16);
    }
  }
}

/** Lanes that follow each other in `left` and `right` of an outer product. */
@unmanaged
export class LaneRun {
  /** Where the run begins in `left` and `right`, in bytes from their beginning; it may lie before it. */
  left: usize;
  right: usize;
  /** In `left`: 4 a lane. */
  bytes: usize;
  unused: usize;
}

/**
 * gradient[m][k] += sum over runs of lanes of left[m][lane] * right[lane][k], for a range of columns: the weight gradient of
 * some steps, which are added up in the order given before the gradient is stored.
 *
 * @param columnBytes from one row of `gradient` and `right` to the next.
 * @param firstColumn @param endColumn in bytes, multiples of 32.
 * @param rows of `left`, a multiple of 4.
 * @param runs of lanes, a {@link LaneRun} each. @param runCount at least 1.
 * @param stride bytes from one row of `left` to the next.
 */
export function outerProduct(
  gradient: usize,
  columnBytes: usize,
  firstColumn: usize,
  endColumn: usize,
  left: usize,
  right: usize,
  rows: i32,
  runs: usize,
  runCount: i32,
  stride: usize,
): void {
  // A stride known to the compiler turns the addresses of the four rows into one register and four offsets.
  if (stride == 64) {
    addOuterProduct(gradient, columnBytes, firstColumn, endColumn, left, right, rows, runs, runCount, 64);
  } else if (stride == 128) {
    addOuterProduct(gradient, columnBytes, firstColumn, endColumn, left, right, rows, runs, runCount, 128);
  } else {
    addOuterProduct(gradient, columnBytes, firstColumn, endColumn, left, right, rows, runs, runCount, stride);
  }
}

// @ts-ignore: decorator
@inline
function addOuterProduct(
  gradient: usize,
  columnBytes: usize,
  firstColumn: usize,
  endColumn: usize,
  left: usize,
  right: usize,
  rows: i32,
  runs: usize,
  runCount: i32,
  stride: usize,
): void {
  const runsEnd = runs + (<usize>runCount << 4);
  for (let row = 0; row < rows; row += 4) {
    const leftRow = left + <usize>row * stride;
    const gradientRow = gradient + <usize>row * columnBytes;
    for (let column = firstColumn; column < endColumn; column += 32) {
      const g0 = gradientRow + column;
      const g1 = g0 + columnBytes;
      const g2 = g1 + columnBytes;
      const g3 = g2 + columnBytes;
      let a0 = v128.load(g0);
      let a1 = v128.load(g0, 16);
      let b0 = v128.load(g1);
      let b1 = v128.load(g1, 16);
      let c0 = v128.load(g2);
      let c1 = v128.load(g2, 16);
      let d0 = v128.load(g3);
      let d1 = v128.load(g3, 16);
      const rightColumn = right + column;
      for (let run = runs; run < runsEnd; run += 16) {
        let l = leftRow + load<usize>(run);
        let r = rightColumn + load<usize>(run, 4);
        for (const end = l + load<usize>(run, 8); l < end; l += 4, r += columnBytes) {
          const x0 = v128.load(r);
          const x1 = v128.load(r, 16);
          const wa = v128.load32_splat(l);
          a0 = multiplyAdd(wa, x0, a0);
          a1 = multiplyAdd(wa, x1, a1);
          const wb = v128.load32_splat(l + stride);
          b0 = multiplyAdd(wb, x0, b0);
          b1 = multiplyAdd(wb, x1, b1);
          const wc = v128.load32_splat(l + 2 * stride);
          c0 = multiplyAdd(wc, x0, c0);
          c1 = multiplyAdd(wc, x1, c1);
          const wd = v128.load32_splat(l + 3 * stride);
          d0 = multiplyAdd(wd, x0, d0);
          d1 = multiplyAdd(wd, x1, d1);
        }
      }
      v128.store(g0, a0);
      v128.store(g0, a1, 16);
      v128.store(g1, b0);
      v128.store(g1, b1, 16);
      v128.store(g2, c0);
      v128.store(g2, c1, 16);
      v128.store(g3, d0);
      v128.store(g3, d1, 16);
    }
  }
}
