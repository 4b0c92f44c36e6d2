import { exp, tanh } from "./activations";
import { transpose } from "./layout";
import { LaneRun, outerProduct, product } from "./product";
import { aliveMask, flushTiny, multiplyAdd } from "./simd";

/**
 * Attention pooling over one block of sequences (Yang et al. 2016, section 2.2, "word attention"): the key of a step is
 * tanh(W x + b), its score the key times a vector, its weight the softmax of the scores over the true length, and the
 * output the sum of the inputs times their weights.
 *
 * The score is summed in four chains over every fourth unit, as the kernel of networks that predict does, so that both give
 * the same bits. Pointers and byte strides; the fields are set from TypeScript.
 */
@unmanaged
class AttentionBlock {
  /** [step][feature][lane] */
  input: usize;
  inputStep: usize;
  /** Feature rows, padding included. */
  features: i32;
  /** Rows of the keys, a multiple of 4. */
  units: i32;
  /** W, [unit / 4][feature][4]. */
  panels: usize;
  /** [unit] */
  bias: usize;
  /** [unit] */
  vector: usize;
  /** [step][unit][lane]; after the backward pass, the gradients of what tanh was taken of. */
  keys: usize;
  keysStep: usize;
  /** [step][lane]: the steps' weights; after the backward pass, the gradients of the scores. */
  weights: usize;
  /** [feature][lane] */
  output: usize;
  /** Row lengths, one a lane, 0 for a lane without a row. */
  lengths: usize;
  /** [step]: number of lanes to compute, a multiple of 8. */
  active: usize;
  steps: i32;
  lanes: i32;
  /** Bytes from one feature row to the next. */
  stride: usize;

  // Backward pass only.
  /** [feature][lane] */
  outputGradient: usize;
  /** [step][lane]: scratch for the gradients of the steps' weights. */
  weightGradients: usize;
  /** [step][feature][lane]; added to. */
  inputGradient: usize;
  inputGradientStep: usize;
  /** W transposed, [feature / 4][unit][4]. */
  inputPanels: usize;
  /** [unit][columns], columns = features rounded up to 8; added to, as are the next two. */
  weightGradient: usize;
  columns: i32;
  /** [unit][4]: partial sums. */
  biasGradient: usize;
  /** [unit][4]: partial sums. */
  vectorGradient: usize;
  /** [step of a group][lane][columns] */
  transposed: usize;
  /** Steps whose weight gradients are added up together. */
  groupSteps: i32;
  /** [step of a group]: scratch, a LaneRun each. */
  laneRuns: usize;
}

const CONSTANTS = memory.data<f32>([
  1.0, 1.0, 1.0, 1.0, // 0
  1e-20, 1e-20, 1e-20, 1e-20, // 16: weights and gradients below this are as good as none, see `flushTiny`
]);

// @ts-ignore: decorator
@inline
function activeAt(block: AttentionBlock, step: i32): i32 {
  return load<i32>(block.active + (<usize>step << 2));
}

export function attentionForward(block: AttentionBlock): void {
  const stride = block.stride;
  for (let step = 0; step < block.steps; step++) {
    const keys = block.keys + <usize>step * block.keysStep;
    const input = block.input + <usize>step * block.inputStep;
    const active = activeAt(block, step);
    product(keys, block.panels, block.bias, input, block.units >> 2, block.features, active, stride);
    scoreStep(block, keys, block.weights + <usize>step * stride, active);
  }
  for (let lane = 0; lane < block.lanes; lane += 4) softmaxOverSteps(block, lane);
  memory.fill(block.output, 0, <usize>block.features * stride);
  for (let step = 0; step < block.steps; step++) addWeighted(block, step);
}

/** Turns pre-activations into keys, in place, and keys into scores. */
function scoreStep(block: AttentionBlock, keys: usize, scores: usize, active: i32): void {
  const stride = block.stride;
  const vector = block.vector;
  const vectorEnd = vector + (<usize>block.units << 2);
  const lanesEnd = <usize>active << 2;
  for (let lane: usize = 0; lane < lanesEnd; lane += 16) {
    let a = f32x4.splat(0);
    let b = f32x4.splat(0);
    let c = f32x4.splat(0);
    let d = f32x4.splat(0);
    let key = keys + lane;
    for (let v = vector; v < vectorEnd; v += 16, key += 4 * stride) {
      const k0 = tanh(v128.load(key));
      const k1 = tanh(v128.load(key + stride));
      const k2 = tanh(v128.load(key + 2 * stride));
      const k3 = tanh(v128.load(key + 3 * stride));
      v128.store(key, k0);
      v128.store(key + stride, k1);
      v128.store(key + 2 * stride, k2);
      v128.store(key + 3 * stride, k3);
      a = multiplyAdd(v128.load32_splat(v), k0, a);
      b = multiplyAdd(v128.load32_splat(v, 4), k1, b);
      c = multiplyAdd(v128.load32_splat(v, 8), k2, c);
      d = multiplyAdd(v128.load32_splat(v, 12), k3, d);
    }
    v128.store(scores + lane, f32x4.add(f32x4.add(a, b), f32x4.add(c, d)));
  }
}

/** Softmax of four lanes' scores over the steps that they live, in place; where a lane is computed but does not live, it gets zeros. */
function softmaxOverSteps(block: AttentionBlock, lane: i32): void {
  const stride = block.stride;
  const lengths = block.lengths;
  const first = block.weights + (<usize>lane << 2);
  let largest = f32x4.splat(-3.4e38);
  let pointer = first;
  for (let step = 0; step < block.steps && lane < activeAt(block, step); step++, pointer += stride) {
    const alive = aliveMask(lengths, lane, step);
    largest = v128.bitselect(f32x4.pmax(largest, v128.load(pointer)), largest, alive);
  }
  let sum = f32x4.splat(0);
  pointer = first;
  for (let step = 0; step < block.steps && lane < activeAt(block, step); step++, pointer += stride) {
    const power = v128.and(exp(f32x4.sub(v128.load(pointer), largest)), aliveMask(lengths, lane, step));
    v128.store(pointer, power);
    sum = f32x4.add(sum, power);
  }
  const total = f32x4.pmax(sum, v128.load(CONSTANTS, 16));
  pointer = first;
  for (let step = 0; step < block.steps && lane < activeAt(block, step); step++, pointer += stride) {
    v128.store(pointer, flushTiny(f32x4.div(v128.load(pointer), total), v128.load(CONSTANTS, 16)));
  }
}

/** Adds a step's inputs times their weights to the output. */
function addWeighted(block: AttentionBlock, step: i32): void {
  const stride = block.stride;
  const lanesEnd = <usize>activeAt(block, step) << 2;
  const weights = block.weights + <usize>step * stride;
  let input = block.input + <usize>step * block.inputStep;
  let output = block.output;
  for (let feature = 0; feature < block.features; feature++, input += stride, output += stride) {
    for (let lane: usize = 0; lane < lanesEnd; lane += 16) {
      const sum = multiplyAdd(v128.load(weights + lane), v128.load(input + lane), v128.load(output + lane));
      v128.store(output + lane, sum);
    }
  }
}

/** The gradients by inputs, W, b and the vector, all added to what is there; `keys` and `weights` are used up. */
export function attentionBackward(block: AttentionBlock): void {
  const stride = block.stride;
  for (let step = 0; step < block.steps; step++) spreadOutputGradient(block, step);
  for (let lane = 0; lane < block.lanes; lane += 4) scoreGradients(block, lane);
  for (let step = 0; step < block.steps; step++) {
    const active = activeAt(block, step);
    const keys = block.keys + <usize>step * block.keysStep;
    keyGradients(block, keys, block.weights + <usize>step * stride, active);
    const gradient = block.inputGradient + <usize>step * block.inputGradientStep;
    product(gradient, block.inputPanels, 0, keys, block.features >> 2, block.units, active, stride);
    const inGroup = step % block.groupSteps;
    const columnBytes = <usize>block.columns << 2;
    const transposed = block.transposed + <usize>inGroup * (stride >> 2) * columnBytes;
    transpose(transposed, columnBytes, block.input + <usize>step * block.inputStep, stride, block.features, active);
    if (inGroup == block.groupSteps - 1 || step == block.steps - 1) addWeightGradient(block, step - inGroup, inGroup + 1);
  }
}

/**
 * The part of a step's input gradient that its weight hands on, and the gradient of the weight, which is kept until the sum
 * over all steps is known.
 */
function spreadOutputGradient(block: AttentionBlock, step: i32): void {
  const stride = block.stride;
  const lanesEnd = <usize>activeAt(block, step) << 2;
  const weights = block.weights + <usize>step * stride;
  const ofWeights = block.weightGradients + <usize>step * stride;
  for (let lane: usize = 0; lane < lanesEnd; lane += 16) {
    const weight = v128.load(weights + lane);
    let input = block.input + <usize>step * block.inputStep + lane;
    let gradient = block.inputGradient + <usize>step * block.inputGradientStep + lane;
    let output = block.outputGradient + lane;
    let sum = f32x4.splat(0);
    for (let feature = 0; feature < block.features; feature++) {
      const ofOutput = v128.load(output);
      sum = multiplyAdd(ofOutput, v128.load(input), sum);
      v128.store(gradient, multiplyAdd(weight, ofOutput, v128.load(gradient)));
      input += stride;
      gradient += stride;
      output += stride;
    }
    v128.store(ofWeights + lane, sum);
  }
}

/** The softmax backwards: w (dw - sum of w dw) in the place of the weights. */
function scoreGradients(block: AttentionBlock, lane: i32): void {
  const stride = block.stride;
  const first = block.weights + (<usize>lane << 2);
  const ofWeights = block.weightGradients - block.weights;
  let mean = f32x4.splat(0);
  let pointer = first;
  for (let step = 0; step < block.steps && lane < activeAt(block, step); step++, pointer += stride) {
    mean = multiplyAdd(v128.load(pointer), v128.load(pointer + ofWeights), mean);
  }
  pointer = first;
  for (let step = 0; step < block.steps && lane < activeAt(block, step); step++, pointer += stride) {
    const gradient = f32x4.mul(v128.load(pointer), f32x4.sub(v128.load(pointer + ofWeights), mean));
    v128.store(pointer, flushTiny(gradient, v128.load(CONSTANTS, 16)));
  }
}

/** Keys become the gradients of their pre-activations; sums for the vector and the bias. */
function keyGradients(block: AttentionBlock, keys: usize, scores: usize, active: i32): void {
  const stride = block.stride;
  const lanesEnd = <usize>active << 2;
  const one = v128.load(CONSTANTS);
  let key = keys;
  for (let unit: usize = 0; unit < <usize>block.units; unit++, key += stride) {
    const factor = v128.load32_splat(block.vector + (unit << 2));
    const ofVector = block.vectorGradient + (unit << 4);
    const ofBias = block.biasGradient + (unit << 4);
    let vectorSum = v128.load(ofVector);
    let biasSum = v128.load(ofBias);
    for (let lane: usize = 0; lane < lanesEnd; lane += 16) {
      const value = v128.load(key + lane);
      const score = v128.load(scores + lane);
      vectorSum = multiplyAdd(score, value, vectorSum);
      const gradient = f32x4.mul(f32x4.mul(score, factor), f32x4.sub(one, f32x4.mul(value, value)));
      biasSum = f32x4.add(biasSum, gradient);
      v128.store(key + lane, gradient);
    }
    v128.store(ofVector, vectorSum);
    v128.store(ofBias, biasSum);
  }
}

/** Adds the weight gradient of `count` steps from `first` on. */
function addWeightGradient(block: AttentionBlock, first: i32, count: i32): void {
  const columnBytes = <usize>block.columns << 2;
  for (let n = 0; n < count; n++) {
    const run = changetype<LaneRun>(block.laneRuns + (<usize>n << 4));
    run.left = <usize>n * block.keysStep;
    run.right = <usize>n * (block.stride >> 2) * columnBytes;
    run.bytes = <usize>activeAt(block, first + n) << 2;
  }
  const keys = block.keys + <usize>first * block.keysStep;
  const right = block.transposed;
  outerProduct(
    block.weightGradient, columnBytes, 0, columnBytes, keys, right, block.units, block.laneRuns, count, block.stride,
  );
}
