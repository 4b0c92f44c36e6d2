/*
 * Adam (Kingma and Ba 2015, algorithm 1) and AdamW (Loshchilov and Hutter 2019, algorithm 2), in PyTorch's
 * order of operations.
 */

import { flushTiny } from "./simd";

@unmanaged
class AdamStep {
  parameters: usize;
  gradients: usize;
  firstMoments: usize;
  secondMoments: usize;
  /** A multiple of 4. */
  count: i32;
  beta1: f32;
  beta2: f32;
  epsilon: f32;
  /** learningRate / (1 - beta1^step) */
  stepSize: f32;
  /** 1 / sqrt(1 - beta2^step) */
  secondMomentScale: f32;
  /** Gradients are multiplied by this first (clipping). */
  gradientScale: f32;
  /** Adam: weightDecay * parameter is added to the gradient. */
  couplingDecay: f32;
  /** AdamW: parameters are multiplied by this before the step, 1 - learningRate * weightDecay. */
  parameterScale: f32;
}

/** One step for `count` parameters; their gradients are zero afterwards, ready to be added to. */
export function adam(step: AdamStep): void {
  updateRun(step, 0, <usize>step.count << 2);
}

/**
 * One step for the embedding's rows of the tokens from `first` up to `end`, as PyTorch's SparseAdam: rows of words that are
 * not in the batch keep their weights and moments. Row 0, padding, is left alone.
 */
export function adamRows(step: AdamStep, tokens: usize, first: i32, end: i32, size: i32): void {
  const rowBytes = <usize>size << 2;
  for (let n = first; n < end; n++) {
    const token = load<i32>(tokens + (<usize>n << 2));
    if (token == 0) continue;
    const row = <usize>token * rowBytes;
    updateRun(step, row, row + (rowBytes & ~15));
    for (let offset = row + (rowBytes & ~15); offset < row + rowBytes; offset += 4) updateOne(step, offset);
  }
}

// @ts-ignore: decorator
@inline
function updateRun(step: AdamStep, from: usize, end: usize): void {
  const beta1 = f32x4.splat(step.beta1);
  const beta2 = f32x4.splat(step.beta2);
  const rest1 = f32x4.splat(1 - step.beta1);
  const rest2 = f32x4.splat(1 - step.beta2);
  const epsilon = f32x4.splat(step.epsilon);
  const stepSize = f32x4.splat(step.stepSize);
  const secondMomentScale = f32x4.splat(step.secondMomentScale);
  const gradientScale = f32x4.splat(step.gradientScale);
  const couplingDecay = f32x4.splat(step.couplingDecay);
  const parameterScale = f32x4.splat(step.parameterScale);
  const tiny = f32x4.splat(1e-30);
  for (let offset = from; offset < end; offset += 16) {
    const before = v128.load(step.parameters + offset);
    const gradient = f32x4.add(
      f32x4.mul(v128.load(step.gradients + offset), gradientScale),
      f32x4.mul(before, couplingDecay),
    );
    const first = flushTiny(
      f32x4.add(f32x4.mul(v128.load(step.firstMoments + offset), beta1), f32x4.mul(gradient, rest1)),
      tiny,
    );
    const second = flushTiny(
      f32x4.add(
        f32x4.mul(v128.load(step.secondMoments + offset), beta2),
        f32x4.mul(f32x4.mul(gradient, gradient), rest2),
      ),
      tiny,
    );
    v128.store(step.gradients + offset, f32x4.splat(0));
    v128.store(step.firstMoments + offset, first);
    v128.store(step.secondMoments + offset, second);
    const denominator = f32x4.add(f32x4.mul(f32x4.sqrt(second), secondMomentScale), epsilon);
    const change = f32x4.mul(stepSize, f32x4.div(first, denominator));
    v128.store(step.parameters + offset, f32x4.sub(f32x4.mul(before, parameterScale), change));
  }
}

/** The same for one parameter: the end of a row that fills no vector. */
// @ts-ignore: decorator
@inline
function updateOne(step: AdamStep, offset: usize): void {
  const before = load<f32>(step.parameters + offset);
  const gradient = load<f32>(step.gradients + offset) * step.gradientScale + before * step.couplingDecay;
  let first = load<f32>(step.firstMoments + offset) * step.beta1 + gradient * (1 - step.beta1);
  let second = load<f32>(step.secondMoments + offset) * step.beta2 + gradient * gradient * (1 - step.beta2);
  if (abs(first) < 1e-30) first = 0;
  if (second < 1e-30) second = 0;
  store<f32>(step.gradients + offset, 0);
  store<f32>(step.firstMoments + offset, first);
  store<f32>(step.secondMoments + offset, second);
  const denominator: f32 = sqrt<f32>(second) * step.secondMomentScale + step.epsilon;
  store<f32>(step.parameters + offset, before * step.parameterScale - step.stepSize * (first / denominator));
}

/** Sum of squares in double precision, over a multiple of 4 floats. */
export function sumOfSquares(values: usize, count: i32): f64 {
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  const end = values + (<usize>count << 2);
  for (let pointer = values; pointer < end; pointer += 16) {
    const x = v128.load(pointer);
    const a = f64x2.promote_low_f32x4(x);
    const b = f64x2.promote_low_f32x4(v128.shuffle<f32>(x, x, 2, 3, 0, 1));
    low = f64x2.add(low, f64x2.mul(a, a));
    high = f64x2.add(high, f64x2.mul(b, b));
  }
  const sum = f64x2.add(low, high);
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}

/** Sum of squares of the rows of the tokens from `first` up to `end`, in double precision, row by row. */
export function sumOfSquaresOfRows(values: usize, tokens: usize, first: i32, end: i32, size: i32): f64 {
  let sum: f64 = 0;
  for (let n = first; n < end; n++) {
    const row = values + (<usize>(load<i32>(tokens + (<usize>n << 2)) * size) << 2);
    for (let offset: usize = 0; offset < <usize>size << 2; offset += 4) {
      const x = <f64>load<f32>(row + offset);
      sum += x * x;
    }
  }
  return sum;
}

/** out += values, over a multiple of 4 floats. */
export function addFloats(out: usize, values: usize, count: i32): void {
  const end = <usize>count << 2;
  for (let offset: usize = 0; offset < end; offset += 16) {
    v128.store(out + offset, f32x4.add(v128.load(out + offset), v128.load(values + offset)));
  }
}
