import { storeTransposed } from "./layout";
import { dropoutFactors } from "./random";
import { wordFactor } from "./tokens";

/**
 * Embedding rows of a block of texts, with dropout on their elements. Tokens of a batch lie one text
 * after another in `ids`; a text's first token is at `starts[lane]`. The dropout mask depends on the token's
 * position in the batch and the element's index, so the backward pass draws it again.
 */
@unmanaged
class EmbeddingBlock {
  /** [vocabularySize][size] */
  table: usize;
  size: i32;
  /** Row length of `output` and `gradientRows`: size rounded up to 4. */
  paddedSize: i32;
  ids: usize;
  starts: usize;
  lengths: usize;
  active: usize;
  /** [step]: lanes whose token is not padding, a multiple of 8; the lanes after them get zeros and have no gradient. */
  inputActive: usize;
  steps: i32;
  stride: usize;
  /** [step][paddedSize][lane] */
  output: usize;
  outputStep: usize;
  /** paddedSize zeros, read for lanes without a token. */
  zeros: usize;
  /** An element is dropped when its random bits are below this; 0 turns dropout off. */
  dropThreshold: u32;
  keepScale: f32;
  key0: u32;
  key1: u32;
  /** Dropout of whole word types, the same four values. */
  wordDropThreshold: u32;
  wordKeepScale: f32;
  wordKey0: u32;
  wordKey1: u32;
  /** [step][paddedSize][lane] */
  outputGradient: usize;
  outputGradientStep: usize;
  /** [row][paddedSize] */
  gradientRows: usize;
  /** [position in the batch]: the row where the gradients of the token there are summed. */
  tokenRows: usize;
}

// @ts-ignore: decorator
@inline
function isAlive(block: EmbeddingBlock, lane: i32, step: i32): bool {
  return step < load<i32>(block.lengths + (<usize>lane << 2));
}

// @ts-ignore: decorator
@inline
function positionOf(block: EmbeddingBlock, lane: i32, step: i32): i32 {
  return load<i32>(block.starts + (<usize>lane << 2)) + step;
}

// @ts-ignore: decorator
@inline
function factorsAt(block: EmbeddingBlock, position: i32, element: i32): v128 {
  const counter = i32x4.add(i32x4.splat(position * block.paddedSize + element), i32x4(0, 1, 2, 3));
  return dropoutFactors(
    counter,
    i32x4.splat(block.key0),
    i32x4.splat(block.key1),
    i32x4.splat(block.dropThreshold),
    f32x4.splat(block.keepScale),
  );
}

/** Factor of the word that a lane reads, which must be alive. */
// @ts-ignore: decorator
@inline
function wordFactorAt(block: EmbeddingBlock, lane: i32, step: i32): v128 {
  if (!isAlive(block, lane, step)) return f32x4.splat(0);
  const token = load<i32>(block.ids + (<usize>positionOf(block, lane, step) << 2));
  return f32x4.splat(
    wordFactor(token, block.wordDropThreshold, block.wordKeepScale, block.wordKey0, block.wordKey1),
  );
}

// @ts-ignore: decorator
@inline
function rowPointer(block: EmbeddingBlock, lane: i32, step: i32): usize {
  if (!isAlive(block, lane, step)) return block.zeros;
  const id = load<i32>(block.ids + (<usize>positionOf(block, lane, step) << 2));
  return block.table + (<usize>(id * block.size) << 2);
}

/** Gathers the rows of all living tokens into [step][element][lane]. */
export function embeddingForward(block: EmbeddingBlock): void {
  const stride = block.stride;
  const dropsWords = block.wordDropThreshold != 0;
  for (let step = 0; step < block.steps; step++) {
    const active = load<i32>(block.active + (<usize>step << 2));
    const inputActive = load<i32>(block.inputActive + (<usize>step << 2));
    const output = block.output + <usize>step * block.outputStep;
    for (let lane = inputActive; lane < active; lane += 4) {
      for (let element = 0; element < block.paddedSize; element++) {
        v128.store(output + <usize>element * stride + (<usize>lane << 2), f32x4.splat(0));
      }
    }
    for (let lane = 0; lane < inputActive; lane += 4) {
      const row0 = rowPointer(block, lane, step);
      const row1 = rowPointer(block, lane + 1, step);
      const row2 = rowPointer(block, lane + 2, step);
      const row3 = rowPointer(block, lane + 3, step);
      let word0 = f32x4.splat(1);
      let word1 = word0;
      let word2 = word0;
      let word3 = word0;
      if (dropsWords) {
        word0 = wordFactorAt(block, lane, step);
        word1 = wordFactorAt(block, lane + 1, step);
        word2 = wordFactorAt(block, lane + 2, step);
        word3 = wordFactorAt(block, lane + 3, step);
      }
      for (let element = 0; element < block.size; element += 4) {
        const offset = <usize>element << 2;
        let a = v128.load(row0 + offset);
        let b = v128.load(row1 + offset);
        let c = v128.load(row2 + offset);
        let d = v128.load(row3 + offset);
        if (block.dropThreshold) {
          a = f32x4.mul(a, factorsAt(block, positionOf(block, lane, step), element));
          b = f32x4.mul(b, factorsAt(block, positionOf(block, lane + 1, step), element));
          c = f32x4.mul(c, factorsAt(block, positionOf(block, lane + 2, step), element));
          d = f32x4.mul(d, factorsAt(block, positionOf(block, lane + 3, step), element));
        }
        if (dropsWords) {
          a = f32x4.mul(a, word0);
          b = f32x4.mul(b, word1);
          c = f32x4.mul(c, word2);
          d = f32x4.mul(d, word3);
        }
        storeTransposed(output + <usize>element * stride + (<usize>lane << 2), stride, a, b, c, d);
      }
    }
  }
}

/** Adds the gradient of each living token, dropout applied, to the row of its token. */
export function embeddingBackward(block: EmbeddingBlock): void {
  const stride = block.stride;
  const rowBytes = <usize>block.paddedSize << 2;
  for (let step = 0; step < block.steps; step++) {
    const active = load<i32>(block.inputActive + (<usize>step << 2));
    const gradient = block.outputGradient + <usize>step * block.outputGradientStep;
    for (let lane = 0; lane < active; lane += 4) {
      for (let element = 0; element < block.size; element += 4) {
        const source = gradient + <usize>element * stride + (<usize>lane << 2);
        const a = v128.load(source);
        const b = v128.load(source + stride);
        const c = v128.load(source + stride * 2);
        const d = v128.load(source + stride * 3);
        const ab0 = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
        const ab1 = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
        const cd0 = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
        const cd1 = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
        addToRow(block, lane, step, element, rowBytes, v128.shuffle<f32>(ab0, cd0, 0, 1, 4, 5));
        addToRow(block, lane + 1, step, element, rowBytes, v128.shuffle<f32>(ab0, cd0, 2, 3, 6, 7));
        addToRow(block, lane + 2, step, element, rowBytes, v128.shuffle<f32>(ab1, cd1, 0, 1, 4, 5));
        addToRow(block, lane + 3, step, element, rowBytes, v128.shuffle<f32>(ab1, cd1, 2, 3, 6, 7));
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function addToRow(block: EmbeddingBlock, lane: i32, step: i32, element: i32, rowBytes: usize, value: v128): void {
  if (!isAlive(block, lane, step)) return;
  const position = positionOf(block, lane, step);
  let kept = block.dropThreshold ? f32x4.mul(value, factorsAt(block, position, element)) : value;
  if (block.wordDropThreshold) kept = f32x4.mul(kept, wordFactorAt(block, lane, step));
  const row = <usize>load<i32>(block.tokenRows + (<usize>position << 2));
  const target = block.gradientRows + row * rowBytes + (<usize>element << 2);
  v128.store(target, f32x4.add(v128.load(target), kept));
}
