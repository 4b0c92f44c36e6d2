import { exp } from "./activations";

// @ts-ignore: decorator
@inline
function classMaximum(logits: usize, classes: i32, stride: usize): v128 {
  let largest = v128.load(logits);
  for (let row = 1; row < classes; row++) {
    largest = f32x4.pmax(largest, v128.load(logits + <usize>row * stride));
  }
  return largest;
}

/** Probabilities of each lane over the classes: out[class][lane] = softmax(logits[..][lane]); out may be logits. */
export function softmax(out: usize, logits: usize, classes: i32, lanes: i32, stride: usize): void {
  for (let lane = 0; lane < lanes; lane += 4) {
    const column = logits + (<usize>lane << 2);
    const target = out + (<usize>lane << 2);
    const largest = classMaximum(column, classes, stride);
    let sum = f32x4.splat(0);
    for (let row = 0; row < classes; row++) {
      const power = exp(f32x4.sub(v128.load(column + <usize>row * stride), largest));
      v128.store(target + <usize>row * stride, power);
      sum = f32x4.add(sum, power);
    }
    for (let row = 0; row < classes; row++) {
      const element = target + <usize>row * stride;
      v128.store(element, f32x4.div(v128.load(element), sum));
    }
  }
}

/**
 * Cross-entropy of softmax(logits) and its gradient: gradient[class][lane] = weight * scale * (p - target).
 * Only the first `rows` lanes count; the gradient of the others is 0.
 *
 * @param targets class index of each lane, as floats. @param weights one a class, or 0 for all 1.
 * @param scale 1 / (sum of the weights of the batch's targets), so that the loss is PyTorch's mean.
 * @returns the sum over the lanes of weight * scale * -log p(target).
 */
export function crossEntropy(
  gradient: usize,
  logits: usize,
  targets: usize,
  weights: usize,
  classes: i32,
  rows: i32,
  lanes: i32,
  stride: usize,
  scale: f32,
): f64 {
  softmax(gradient, logits, classes, lanes, stride);
  let loss: f64 = 0;
  for (let lane = 0; lane < lanes; lane++) {
    const column = gradient + (<usize>lane << 2);
    const target = lane < rows ? <i32>load<f32>(targets + (<usize>lane << 2)) : 0;
    const weight: f32 = lane < rows ? (weights ? load<f32>(weights + (<usize>target << 2)) : 1) * scale : 0;
    if (lane < rows) {
      loss += <f64>weight * logSumExp(logits + (<usize>lane << 2), classes, stride, target);
    }
    for (let row = 0; row < classes; row++) {
      const element = column + <usize>row * stride;
      const expected: f32 = row == target ? 1 : 0;
      // A lane without a row may hold anything, NaN included: it must not be multiplied.
      store<f32>(element, lane < rows ? weight * (load<f32>(element) - expected) : 0);
    }
  }
  return loss;
}

/** -log softmax(logits)[target] in double precision: exact also where the probability underflows. */
function logSumExp(column: usize, classes: i32, stride: usize, target: i32): f64 {
  let largest = load<f32>(column);
  for (let row = 1; row < classes; row++) largest = max(largest, load<f32>(column + <usize>row * stride));
  let sum: f64 = 0;
  for (let row = 0; row < classes; row++) {
    sum += <f64>Mathf.exp(load<f32>(column + <usize>row * stride) - largest);
  }
  return <f64>Mathf.log(<f32>sum) + <f64>(largest - load<f32>(column + <usize>target * stride));
}

/** Squared error and its gradient, each times `scale`; one output, [1][lane]. Returns the sum over the rows. */
export function squaredError(
  gradient: usize,
  predictions: usize,
  targets: usize,
  rows: i32,
  lanes: i32,
  scale: f32,
): f64 {
  let loss: f64 = 0;
  for (let lane = 0; lane < lanes; lane++) {
    const offset = <usize>lane << 2;
    let difference: f32 = 0;
    if (lane < rows) difference = load<f32>(predictions + offset) - load<f32>(targets + offset);
    store<f32>(gradient + offset, 2 * scale * difference);
    loss += <f64>scale * difference * difference;
  }
  return loss;
}
