import { dropoutFactors } from "./random";

/**
 * Dropout on the features of a block, [feature][lane], in place; the backward pass is the same call on the gradients.
 * Element (row r, feature f) of the batch draws from counter r * features + f.
 */
export function dropoutFeatures(
  values: usize,
  features: i32,
  lanes: i32,
  stride: usize,
  firstRow: i32,
  dropThreshold: u32,
  keepScale: f32,
  key0: u32,
  key1: u32,
): void {
  const threshold = i32x4.splat(dropThreshold);
  const scale = f32x4.splat(keepScale);
  for (let feature = 0; feature < features; feature++) {
    const row = values + <usize>feature * stride;
    for (let lane = 0; lane < lanes; lane += 4) {
      const rows = i32x4.add(i32x4.splat(firstRow + lane), i32x4(0, 1, 2, 3));
      const counter = i32x4.add(i32x4.mul(rows, i32x4.splat(features)), i32x4.splat(feature));
      const factors = dropoutFactors(counter, i32x4.splat(key0), i32x4.splat(key1), threshold, scale);
      const element = row + (<usize>lane << 2);
      v128.store(element, f32x4.mul(v128.load(element), factors));
    }
  }
}

/** out[row][0..3] += partial sums of values[row][lane] over the lanes: the gradient of a bias. */
export function sumLanes(out: usize, values: usize, rows: i32, lanes: i32, stride: usize): void {
  for (let row = 0; row < rows; row++) {
    const target = out + (<usize>row << 4);
    let sum = v128.load(target);
    for (let lane = 0; lane < lanes; lane += 4) {
      sum = f32x4.add(sum, v128.load(values + <usize>row * stride + (<usize>lane << 2)));
    }
    v128.store(target, sum);
  }
}

/** out[m] = bias at rowIndex[m] plus, where given, a second bias; an index of -1 gives 0. */
export function packBias(out: usize, bias: usize, secondBias: usize, rowIndex: usize, rows: i32): void {
  for (let m = 0; m < rows; m++) {
    const r = load<i32>(rowIndex + (<usize>m << 2));
    let value: f32 = 0;
    if (r >= 0) {
      const offset = <usize>r << 2;
      value = load<f32>(bias + offset);
      if (secondBias) value += load<f32>(secondBias + offset);
    }
    store<f32>(out + (<usize>m << 2), value);
  }
}

/** bias at rowIndex[m] += the four partial sums packed[m], in a fixed order. */
export function unpackBias(bias: usize, packed: usize, rowIndex: usize, rows: i32): void {
  for (let m = 0; m < rows; m++) {
    const r = load<i32>(rowIndex + (<usize>m << 2));
    if (r < 0) continue;
    const partial = packed + (<usize>m << 4);
    const sum = load<f32>(partial) + load<f32>(partial, 4) + (load<f32>(partial, 8) + load<f32>(partial, 12));
    const target = bias + (<usize>r << 2);
    store<f32>(target, load<f32>(target) + sum);
  }
}
