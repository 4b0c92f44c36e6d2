import { randomBits } from "./random";

/*
 * The distinct tokens of a batch. Each has a slot, in order of first appearance; what is computed once a token lies in
 * the order of the slots. Gradients are first summed within each block of texts: every distinct token of a block has a
 * row, and those of all blocks are summed by slot. The rows of a block are few enough to stay in the caches while its
 * steps add to them.
 */

/** Where the tokens of a batch lie and what is found out about them. */
@unmanaged
class TokenGrouping {
  /** [position] token ids, text after text and block after block. */
  ids: usize;
  /** [block]: position of the first token, and after the last block the number of positions. */
  blockStarts: usize;
  blocks: i32;
  /** One number for each token of the vocabulary, all 0 before and after. */
  slotOfToken: usize;
  /** Out, [slot]: its token; after the last one the tokens that are dropped in this step. */
  tokens: usize;
  /** Most tokens that there can be, dropped ones included. */
  maxTokens: i32;
  /** Out, [position]: the slot of the token there. */
  slots: usize;
  /** Out, [position]: the row of the token there in its block, -1 of a dropped one. */
  rows: usize;
  /** Out, [block]: its first row, and after the last block the number of rows. */
  blockRows: usize;
  /** Out, [slot]: where its rows begin in `order`, and after the last slot the number of rows. */
  starts: usize;
  /** Out: the rows, slot after slot, ascending within a slot. */
  order: usize;
  /** Scratch, [row]. */
  slotOfRow: usize;
  /** The slot of every dropped token. */
  droppedSlot: i32;
  /** Dropout of word types: threshold, 0 for none, and keys. */
  dropThreshold: u32;
  key0: u32;
  key1: u32;
  /** Out: the number of slots. */
  count: i32;
  /** Out: the number of tokens, dropped ones included. */
  tokenCount: i32;
}

/**
 * Finds slots and rows, and orders the rows by slot (counting sort, stable). The time depends on the batch alone, not on
 * the size of the vocabulary.
 */
export function groupByToken(grouping: TokenGrouping): void {
  const slotOfToken = grouping.slotOfToken;
  // Until the order is made, its place holds the last row of each slot.
  const lastRows = grouping.order;
  const droppedSlot = grouping.droppedSlot;
  const tokensEnd = grouping.tokens + (<usize>grouping.maxTokens << 2);
  let count = 0;
  let dropped: usize = 0;
  let row = 0;
  let position = load<i32>(grouping.blockStarts);
  for (let block = 0; block < grouping.blocks; block++) {
    const firstRow = row;
    store<i32>(grouping.blockRows + (<usize>block << 2), row);
    const end = load<i32>(grouping.blockStarts + (<usize>block << 2), 4);
    for (; position < end; position++) {
      const token = load<i32>(grouping.ids + (<usize>position << 2));
      const known = slotOfToken + (<usize>token << 2);
      let slot = <usize>(load<i32>(known) - 1);
      if (<i32>slot < 0 && isDropped(grouping, token)) {
        slot = <usize>droppedSlot;
        store<i32>(known, droppedSlot + 1);
        dropped += 4;
        store<i32>(tokensEnd - dropped, token);
      }
      if (<i32>slot < 0) {
        slot = <usize>count;
        count++;
        store<i32>(known, count);
        store<i32>(grouping.tokens + (slot << 2), token);
        store<i32>(grouping.starts + (slot << 2), 0);
        store<i32>(lastRows + (slot << 2), -1);
      }
      store<i32>(grouping.slots + (<usize>position << 2), <i32>slot);
      if (<i32>slot == droppedSlot) {
        store<i32>(grouping.rows + (<usize>position << 2), -1);
        continue;
      }
      let own = load<i32>(lastRows + (slot << 2));
      if (own < firstRow) {
        own = row++;
        store<i32>(lastRows + (slot << 2), own);
        store<i32>(grouping.slotOfRow + (<usize>own << 2), <i32>slot);
        const size = grouping.starts + (slot << 2);
        store<i32>(size, load<i32>(size) + 1);
      }
      store<i32>(grouping.rows + (<usize>position << 2), own);
    }
  }
  store<i32>(grouping.blockRows + (<usize>grouping.blocks << 2), row);
  memory.copy(grouping.tokens + (<usize>count << 2), tokensEnd - dropped, dropped);
  grouping.count = count;
  grouping.tokenCount = count + <i32>(dropped >> 2);
  for (let n = 0; n < grouping.tokenCount; n++) {
    store<i32>(slotOfToken + (<usize>load<i32>(grouping.tokens + (<usize>n << 2)) << 2), 0);
  }
  orderBySlot(grouping, count, row);
}

// @ts-ignore: decorator
@inline
function isDropped(grouping: TokenGrouping, token: i32): bool {
  return wordFactor(token, grouping.dropThreshold, 1, grouping.key0, grouping.key1) == 0;
}

/** From the number of rows of each slot to where its run begins, and the rows in order of the runs. */
function orderBySlot(grouping: TokenGrouping, count: i32, rows: i32): void {
  const starts = grouping.starts;
  let end = 0;
  for (let slot = 0; slot < count; slot++) {
    const at = starts + (<usize>slot << 2);
    end += load<i32>(at);
    store<i32>(at, end);
  }
  store<i32>(starts + (<usize>count << 2), end);
  // Filling from the back leaves each entry at the start of its slot's run.
  for (let row = rows - 1; row >= 0; row--) {
    const slot = starts + (<usize>load<i32>(grouping.slotOfRow + (<usize>row << 2)) << 2);
    const at = load<i32>(slot) - 1;
    store<i32>(slot, at);
    store<i32>(grouping.order + (<usize>at << 2), row);
  }
}

/**
 * Dropout of whole word types (Gal and Ghahramani 2016, section 4): the factor of a token in this step, 0 with
 * probability threshold / 2^32 and `keepScale` otherwise, the same at all its occurrences.
 */
// @ts-ignore: decorator
@inline
export function wordFactor(token: i32, dropThreshold: u32, keepScale: f32, key0: u32, key1: u32): f32 {
  if (dropThreshold == 0) return 1;
  const bits = <u32>i32x4.extract_lane(randomBits(i32x4.splat(token), i32x4.splat(key0), i32x4.splat(key1)), 0);
  return bits < dropThreshold ? 0 : keepScale;
}

/**
 * out[n][element] = table[token of slot first + n][element] * scale; elements up to `outSize` are 0 beyond `size`,
 * and so are the rows from `count` up to `rows`.
 */
export function gatherTokenRows(
  out: usize,
  outSize: i32,
  table: usize,
  size: i32,
  tokens: usize,
  first: i32,
  count: i32,
  rows: i32,
  scale: f32,
): void {
  const outBytes = <usize>outSize << 2;
  const factor = f32x4.splat(scale);
  if (size < outSize || count < rows) memory.fill(out, 0, <usize>rows * outBytes);
  for (let n = 0; n < count; n++) {
    const token = load<i32>(tokens + (<usize>(first + n) << 2));
    const source = table + (<usize>(token * size) << 2);
    const target = out + <usize>n * outBytes;
    let element = 0;
    for (; element + 4 <= size; element += 4) {
      const offset = <usize>element << 2;
      v128.store(target + offset, f32x4.mul(v128.load(source + offset), factor));
    }
    for (; element < size; element++) {
      const offset = <usize>element << 2;
      store<f32>(target + offset, load<f32>(source + offset) * scale);
    }
  }
}

/** gradient[token of slot first + n] += rows[n] * scale. Padding, token 0, has no gradient. */
export function scatterTokenRows(
  gradient: usize,
  size: i32,
  rows: usize,
  rowSize: i32,
  tokens: usize,
  first: i32,
  count: i32,
  scale: f32,
): void {
  const factor = f32x4.splat(scale);
  for (let n = 0; n < count; n++) {
    const token = load<i32>(tokens + (<usize>(first + n) << 2));
    if (token == 0) continue;
    const target = gradient + (<usize>(token * size) << 2);
    const source = rows + (<usize>(n * rowSize) << 2);
    let element = 0;
    for (; element + 4 <= size; element += 4) {
      const offset = <usize>element << 2;
      const sum = f32x4.add(v128.load(target + offset), f32x4.mul(v128.load(source + offset), factor));
      v128.store(target + offset, sum);
    }
    for (; element < size; element++) {
      const offset = <usize>element << 2;
      store<f32>(target + offset, load<f32>(target + offset) + load<f32>(source + offset) * scale);
    }
  }
}

/** out[n] = sum of the rows of slot first + n, block after block; rows from `count` up to `outRows` are 0. */
export function sumSlotRows(
  out: usize,
  rows: usize,
  rowBytes: usize,
  starts: usize,
  order: usize,
  first: i32,
  count: i32,
  outRows: i32,
): void {
  memory.fill(out, 0, <usize>outRows * rowBytes);
  for (let n = 0; n < count; n++) {
    addRows(out + <usize>n * rowBytes, rows, rowBytes, rowBytes, starts, order, first + n);
  }
}

/**
 * gradient[token] += the gradient rows of the token, block after block, for the slots from `first` up to `end`. Summing by
 * token makes the order of additions independent of threads.
 *
 * @param padding the token that has no gradient, or -1.
 */
export function sumTokenRows(
  gradient: usize,
  size: i32,
  rows: usize,
  rowSize: i32,
  tokens: usize,
  starts: usize,
  order: usize,
  first: i32,
  end: i32,
  padding: i32,
): void {
  const sizeBytes = <usize>size << 2;
  for (let slot = first; slot < end; slot++) {
    const token = load<i32>(tokens + (<usize>slot << 2));
    if (token == padding) continue;
    addRows(gradient + <usize>token * sizeBytes, rows, <usize>rowSize << 2, sizeBytes, starts, order, slot);
  }
}

/** target += the rows of a slot; `bytes` of each. */
function addRows(
  target: usize,
  rows: usize,
  rowBytes: usize,
  bytes: usize,
  starts: usize,
  order: usize,
  slot: i32,
): void {
  const begin = load<i32>(starts + (<usize>slot << 2));
  const end = load<i32>(starts + (<usize>slot << 2), 4);
  const vectorBytes = bytes & ~15;
  for (let n = begin; n < end; n++) {
    const row = rows + <usize>load<i32>(order + (<usize>n << 2)) * rowBytes;
    let offset: usize = 0;
    for (; offset < vectorBytes; offset += 16) {
      v128.store(target + offset, f32x4.add(v128.load(target + offset), v128.load(row + offset)));
    }
    for (; offset < bytes; offset += 4) {
      store<f32>(target + offset, load<f32>(target + offset) + load<f32>(row + offset));
    }
  }
}
