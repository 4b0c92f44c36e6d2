import { exp, tanh } from "./activations";
import { rowProduct } from "./rowProduct";
import { flushTiny, horizontalSum, multiplyAdd } from "./simd";

/**
 * Attention pooling over one block of texts, for predictions; see attention.ts, which computes the same bits. Rows are ordered
 * by falling length. Fields are pointers and byte strides, set from TypeScript.
 */
@unmanaged
class RowAttention {
  /** [slot][row][feature]; slot t + 1 holds the states after step t. */
  states: usize;
  slotBytes: i32;
  statesStride: i32;
  /** Features of a row, padding included. */
  features: i32;
  /** [row], falling. */
  lengths: usize;
  rows: i32;
  /** W, [unit / 16][feature][16]. */
  panels: usize;
  groups: i32;
  /** [unit] */
  bias: usize;
  /** [unit] */
  vector: usize;
  /** Scratch, [row][unit]. */
  keys: usize;
  /** Scratch, [row][step], rows of `weightsStride` bytes, a multiple of 16. */
  weights: usize;
  weightsStride: i32;
  /** [row][feature] */
  output: usize;
  outputStride: i32;
}

const TINY = memory.data<f32>([1e-20, 1e-20, 1e-20, 1e-20]);

export function rowAttention(block: RowAttention): void {
  const steps = load<i32>(block.lengths);
  let alive = block.rows;
  for (let step = 0; step < steps; step++) {
    while (load<i32>(block.lengths + (<usize>(alive - 1) << 2)) <= step) alive--;
    scoreRows(block, step, alive);
  }
  for (let row = 0; row < block.rows; row++) {
    const length = load<i32>(block.lengths + (<usize>row << 2));
    const weights = block.weights + <usize>row * block.weightsStride;
    softmax(weights, length);
    sumWeighted(block, row, weights, length);
  }
}

/** The scores of a step's living rows. */
function scoreRows(block: RowAttention, step: i32, alive: i32): void {
  const states = block.states + <usize>(step + 1) * block.slotBytes;
  const keyBytes = <usize>block.groups << 6;
  const keys = block.keys;
  rowProduct(
    keys, keyBytes, block.bias, 0, states, block.statesStride, alive, block.panels, block.groups, block.features,
  );
  for (let row = 0; row < alive; row++) {
    let key = keys + <usize>row * keyBytes;
    let vector = block.vector;
    let sum = f32x4.splat(0);
    for (const end = key + keyBytes; key < end; key += 16, vector += 16) {
      sum = multiplyAdd(v128.load(vector), tanh(v128.load(key)), sum);
    }
    store<f32>(block.weights + <usize>row * block.weightsStride + (<usize>step << 2), horizontalSum(sum));
  }
}

/** In place; what lies between `length` and the next multiple of four is overwritten. */
function softmax(scores: usize, length: i32): void {
  const end = scores + (<usize>length << 2);
  let largest: f32 = -3.4e38;
  for (let score = scores; score < end; score += 4) {
    const value = load<f32>(score);
    if (value > largest) largest = value;
  }
  const top = f32x4.splat(largest);
  for (let score = scores; score < end; score += 16) v128.store(score, exp(f32x4.sub(v128.load(score), top)));
  let sum: f32 = 0;
  for (let score = scores; score < end; score += 4) sum += load<f32>(score);
  const total = f32x4.pmax(f32x4.splat(sum), v128.load(TINY));
  for (let score = scores; score < end; score += 16) {
    v128.store(score, flushTiny(f32x4.div(v128.load(score), total), v128.load(TINY)));
  }
}

function sumWeighted(block: RowAttention, row: i32, weights: usize, length: i32): void {
  const output = block.output + <usize>row * block.outputStride;
  const bytes = <usize>block.features << 2;
  memory.fill(output, 0, bytes);
  let states = block.states + <usize>row * block.statesStride;
  for (let step = 0; step < length; step++) {
    states += block.slotBytes;
    const weight = v128.load32_splat(weights + (<usize>step << 2));
    for (let offset: usize = 0; offset < bytes; offset += 16) {
      const sum = multiplyAdd(weight, v128.load(states + offset), v128.load(output + offset));
      v128.store(output + offset, sum);
    }
  }
}
