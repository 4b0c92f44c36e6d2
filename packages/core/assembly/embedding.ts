import { storeTransposed } from "./layout";
import { dropoutFactors } from "./random";

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
  /** [step][paddedSize][lane] */
  outputGradient: usize;
  outputGradientStep: usize;
  /** [position in the batch][paddedSize] */
  gradientRows: usize;
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
  for (let step = 0; step < block.steps; step++) {
    const active = load<i32>(block.active + (<usize>step << 2));
    const output = block.output + <usize>step * block.outputStep;
    for (let lane = 0; lane < active; lane += 4) {
      const row0 = rowPointer(block, lane, step);
      const row1 = rowPointer(block, lane + 1, step);
      const row2 = rowPointer(block, lane + 2, step);
      const row3 = rowPointer(block, lane + 3, step);
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
        storeTransposed(output + <usize>element * stride + (<usize>lane << 2), stride, a, b, c, d);
      }
    }
  }
}

/** Writes the gradient of each living token as a row of its own, dropout applied: [position][element]. */
export function embeddingBackward(block: EmbeddingBlock): void {
  const stride = block.stride;
  const rowBytes = <usize>block.paddedSize << 2;
  for (let step = 0; step < block.steps; step++) {
    const active = load<i32>(block.active + (<usize>step << 2));
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
        storeRow(block, lane, step, element, rowBytes, v128.shuffle<f32>(ab0, cd0, 0, 1, 4, 5));
        storeRow(block, lane + 1, step, element, rowBytes, v128.shuffle<f32>(ab0, cd0, 2, 3, 6, 7));
        storeRow(block, lane + 2, step, element, rowBytes, v128.shuffle<f32>(ab1, cd1, 0, 1, 4, 5));
        storeRow(block, lane + 3, step, element, rowBytes, v128.shuffle<f32>(ab1, cd1, 2, 3, 6, 7));
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function storeRow(block: EmbeddingBlock, lane: i32, step: i32, element: i32, rowBytes: usize, value: v128): void {
  if (!isAlive(block, lane, step)) return;
  const position = positionOf(block, lane, step);
  const kept = block.dropThreshold ? f32x4.mul(value, factorsAt(block, position, element)) : value;
  v128.store(block.gradientRows + <usize>position * rowBytes + (<usize>element << 2), kept);
}

/**
 * Orders the positions of a batch by token (counting sort, stable): the occurrences of token v are
 * order[starts[v]] up to order[starts[v + 1]]. `starts` holds vocabularySize + 1 entries.
 */
export function groupByToken(starts: usize, order: usize, ids: usize, count: i32, vocabularySize: i32): void {
  memory.fill(starts, 0, <usize>(vocabularySize + 1) << 2);
  for (let position = 0; position < count; position++) {
    const slot = starts + (<usize>load<i32>(ids + (<usize>position << 2)) << 2);
    store<i32>(slot, load<i32>(slot) + 1);
  }
  let end = 0;
  for (let token = 0; token <= vocabularySize; token++) {
    const slot = starts + (<usize>token << 2);
    end += load<i32>(slot);
    store<i32>(slot, end);
  }
  // Filling from the back leaves each entry at the start of its token's run.
  for (let position = count - 1; position >= 0; position--) {
    const slot = starts + (<usize>load<i32>(ids + (<usize>position << 2)) << 2);
    const at = load<i32>(slot) - 1;
    store<i32>(slot, at);
    store<i32>(order + (<usize>at << 2), position);
  }
}

/**
 * gradient[token] += the gradient rows of the token's occurrences, in order of position, for the tokens
 * from firstToken up to endToken. Summing by token makes the order of additions independent of threads.
 */
export function sumTokenRows(
  gradient: usize,
  size: i32,
  rows: usize,
  paddedSize: i32,
  starts: usize,
  order: usize,
  firstToken: i32,
  endToken: i32,
): void {
  const rowBytes = <usize>paddedSize << 2;
  const vectorEnd = <usize>(size & ~3) << 2;
  const sizeEnd = <usize>size << 2;
  for (let token = firstToken; token < endToken; token++) {
    const begin = load<i32>(starts + (<usize>token << 2));
    const end = load<i32>(starts + (<usize>token << 2), 4);
    const target = gradient + <usize>token * sizeEnd;
    for (let n = begin; n < end; n++) {
      const row = rows + <usize>load<i32>(order + (<usize>n << 2)) * rowBytes;
      let offset: usize = 0;
      for (; offset < vectorEnd; offset += 16) {
        v128.store(target + offset, f32x4.add(v128.load(target + offset), v128.load(row + offset)));
      }
      for (; offset < sizeEnd; offset += 4) {
        store<f32>(target + offset, load<f32>(target + offset) + load<f32>(row + offset));
      }
    }
  }
}
