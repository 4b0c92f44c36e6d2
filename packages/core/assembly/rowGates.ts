import { shortSigmoid, shortTanh, sigmoid, tanh } from "./activations";
import { multiplyAdd } from "./simd";

/**
 * From pre-activations to states, for some rows: c = sigmoid(f) c + sigmoid(i) tanh(g), h = sigmoid(o) tanh(c).
 * Two passes over a row: a single one is a chain so long that the processor has too little else to do meanwhile.
 *
 * @param gates [row][unit / 4][i, f, g, o][4], overwritten. @param cells @param hidden [row][unit], padded to groups of four.
 */
export function rowGates(
  gates: usize,
  gatesStride: usize,
  cells: usize,
  cellsStride: usize,
  hidden: usize,
  hiddenStride: usize,
  rows: i32,
  groups: i32,
): void {
  statesOf(false, gates, gatesStride, cells, cellsStride, hidden, hiddenStride, rows, groups);
}

/** As `rowGates` with the short activations, whose errors are small beside those of 8-bit weights. */
export function shortRowGates(
  gates: usize,
  gatesStride: usize,
  cells: usize,
  cellsStride: usize,
  hidden: usize,
  hiddenStride: usize,
  rows: i32,
  groups: i32,
): void {
  statesOf(true, gates, gatesStride, cells, cellsStride, hidden, hiddenStride, rows, groups);
}

// @ts-ignore: decorator
@inline
function sigmoidOf(short: bool, x: v128): v128 {
  return short ? shortSigmoid(x) : sigmoid(x);
}

// @ts-ignore: decorator
@inline
function tanhOf(short: bool, x: v128): v128 {
  return short ? shortTanh(x) : tanh(x);
}

// @ts-ignore: decorator
@inline
function statesOf(
  short: bool,
  gates: usize,
  gatesStride: usize,
  cells: usize,
  cellsStride: usize,
  hidden: usize,
  hiddenStride: usize,
  rows: i32,
  groups: i32,
): void {
  for (let row = 0; row < rows; row++) {
    const rowGates = gates + <usize>row * gatesStride;
    const gatesEnd = rowGates + (<usize>groups << 6);
    const rowCells = cells + <usize>row * cellsStride;
    let cell = rowCells;
    for (let gate = rowGates; gate < gatesEnd; gate += 64, cell += 16) {
      const i = sigmoidOf(short, v128.load(gate));
      const g = tanhOf(short, v128.load(gate, 32));
      const f = sigmoidOf(short, v128.load(gate, 16));
      v128.store(cell, multiplyAdd(f, v128.load(cell), f32x4.mul(i, g)));
      v128.store(gate, sigmoidOf(short, v128.load(gate, 48)), 48);
    }
    cell = rowCells;
    let out = hidden + <usize>row * hiddenStride;
    for (let gate = rowGates; gate < gatesEnd; gate += 64, cell += 16, out += 16) {
      v128.store(out, f32x4.mul(v128.load(gate, 48), tanhOf(short, v128.load(cell))));
    }
  }
}
