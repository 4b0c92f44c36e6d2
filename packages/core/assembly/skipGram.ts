/*
 * Skip-gram with negative sampling (Mikolov et al., "Distributed representations of words and phrases", 2013): a word's
 * vector learns to tell the words that stood near it from words drawn at random. The words drawn for a position are the
 * same for all its neighbours (Ji et al., "Parallelizing word2vec in shared and distributed memory", 2016).
 */

import { sigmoid } from "./activations";
import { randomBits } from "./random";
import { horizontalSum, multiplyAdd } from "./simd";

@unmanaged
class SkipGramBlock {
  /** What is learned: [vocabulary][size]. */
  vectors: usize;
  /** The vectors of words as neighbours, likewise. */
  outputs: usize;
  /** Numbers in a vector, a multiple of 4. */
  size: i32;
  /** Most words to either side that count as near. */
  window: i32;
  ids: usize;
  /** For each word, the chance of being read, in 2^-32. */
  keepThresholds: usize;
  /** Ids to draw from, each as often as it should be drawn; 2^drawBits of them. */
  draws: usize;
  drawBits: i32;
  /** Room for the ids of a text that are read. */
  kept: usize;
  learningRate: f32;
  key0: i32;
  key1: i32;
}

/** Learns from one text of `count` ids; `position` numbers its first token among all of the pass. */
export function skipGram(block: SkipGramBlock, count: i32, position: i32): void {
  const kept = keepWords(block, count, position);
  const key0 = i32x4.splat(block.key1);
  const key1 = i32x4.splat(block.key0);
  const rowBytes = <usize>block.size << 2;
  for (let center = 0; center < kept; center++) {
    const counter = i32x4.splat((position + center) << 1);
    const bits = randomBits(i32x4.add(counter, i32x4(0, 1, i32.MIN_VALUE, i32.MIN_VALUE + 1)), key0, key1);
    const more = randomBits(i32x4.add(counter, i32x4(0x40000000, 0x40000001, -0x40000000, -0x3fffffff)), key0, key1);
    const word = load<i32>(block.kept + (<usize>center << 2));
    const window = 1 + <i32>(<u32>i32x4.extract_lane(more, 1) % <u32>block.window);
    const o0 = block.outputs + <usize>word * rowBytes;
    const o1 = drawn(block, i32x4.extract_lane(bits, 0), rowBytes);
    const o2 = drawn(block, i32x4.extract_lane(bits, 1), rowBytes);
    const o3 = drawn(block, i32x4.extract_lane(bits, 2), rowBytes);
    const o4 = drawn(block, i32x4.extract_lane(bits, 3), rowBytes);
    const o5 = drawn(block, i32x4.extract_lane(more, 0), rowBytes);
    const end = min(center + window, kept - 1);
    for (let near = max(center - window, 0); near <= end; near++) {
      if (near == center) continue;
      const input = block.vectors + <usize>load<i32>(block.kept + (<usize>near << 2)) * rowBytes;
      learnPair(input, o0, o1, o2, o3, o4, o5, rowBytes, block.learningRate);
    }
  }
}

/** Leaves out padding, unknown words and, by chance, words that are frequent. */
function keepWords(block: SkipGramBlock, count: i32, position: i32): i32 {
  const key0 = i32x4.splat(block.key0);
  const key1 = i32x4.splat(block.key1);
  let kept = 0;
  for (let index = 0; index < count; index++) {
    const id = load<i32>(block.ids + (<usize>index << 2));
    if (id < 2) continue;
    const bits = i32x4.extract_lane(randomBits(i32x4.splat(position + index), key0, key1), 0);
    if (<u32>bits > load<u32>(block.keepThresholds + (<usize>id << 2))) continue;
    store<i32>(block.kept + (<usize>kept << 2), id);
    kept++;
  }
  return kept;
}

/** The output vector of a word drawn by these bits. */
// @ts-ignore: decorator
@inline
function drawn(block: SkipGramBlock, bits: i32, rowBytes: usize): usize {
  const place = <usize>(<u32>bits >>> (32 - block.drawBits));
  return block.outputs + <usize>load<i32>(block.draws + (place << 2)) * rowBytes;
}

/** One step for a word and six outputs: the first was near it; the others were drawn, and count unless they are the first. */
// @ts-ignore: decorator
@inline
function learnPair(
  input: usize,
  o0: usize,
  o1: usize,
  o2: usize,
  o3: usize,
  o4: usize,
  o5: usize,
  rowBytes: usize,
  learningRate: f32,
): void {
  let s0 = f32x4.splat(0);
  let s1 = f32x4.splat(0);
  let s2 = f32x4.splat(0);
  let s3 = f32x4.splat(0);
  let s4 = f32x4.splat(0);
  let s5 = f32x4.splat(0);
  for (let offset: usize = 0; offset < rowBytes; offset += 16) {
    const x = v128.load(input + offset);
    s0 = multiplyAdd(x, v128.load(o0 + offset), s0);
    s1 = multiplyAdd(x, v128.load(o1 + offset), s1);
    s2 = multiplyAdd(x, v128.load(o2 + offset), s2);
    s3 = multiplyAdd(x, v128.load(o3 + offset), s3);
    s4 = multiplyAdd(x, v128.load(o4 + offset), s4);
    s5 = multiplyAdd(x, v128.load(o5 + offset), s5);
  }
  const p = sigmoid(f32x4(horizontalSum(s0), horizontalSum(s1), horizontalSum(s2), horizontalSum(s3)));
  const q = sigmoid(f32x4(horizontalSum(s4), horizontalSum(s5), 0, 0));
  const g0 = f32x4.splat(learningRate * (1 - f32x4.extract_lane(p, 0)));
  const g1 = f32x4.splat(o1 == o0 ? 0 : -learningRate * f32x4.extract_lane(p, 1));
  const g2 = f32x4.splat(o2 == o0 ? 0 : -learningRate * f32x4.extract_lane(p, 2));
  const g3 = f32x4.splat(o3 == o0 ? 0 : -learningRate * f32x4.extract_lane(p, 3));
  const g4 = f32x4.splat(o4 == o0 ? 0 : -learningRate * f32x4.extract_lane(q, 0));
  const g5 = f32x4.splat(o5 == o0 ? 0 : -learningRate * f32x4.extract_lane(q, 1));
  for (let offset: usize = 0; offset < rowBytes; offset += 16) {
    const x = v128.load(input + offset);
    let change = moved(o0 + offset, x, g0, x);
    change = moved(o1 + offset, x, g1, change);
    change = moved(o2 + offset, x, g2, change);
    change = moved(o3 + offset, x, g3, change);
    change = moved(o4 + offset, x, g4, change);
    change = moved(o5 + offset, x, g5, change);
    v128.store(input + offset, change);
  }
}

/** Moves four numbers of an output along x; gives those of the input, moved along the output as it was. */
// @ts-ignore: decorator
@inline
function moved(output: usize, x: v128, gradient: v128, input: v128): v128 {
  const before = v128.load(output);
  v128.store(output, multiplyAdd(gradient, x, before));
  return multiplyAdd(gradient, before, input);
}
