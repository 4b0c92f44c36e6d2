import { randomBits } from "./random";

/*
 * The distinct tokens of a batch. Each has a slot, in order of first appearance; what is computed once a token lies in
 * the order of the slots.
 */

/**
 * Gives every position of a batch the slot of its token, and orders the positions by slot (counting sort, stable): the
 * occurrences of slot s are order[starts[s]] up to order[starts[s + 1]]. The time depends on the batch alone, not on the
 * size of the vocabulary.
 *
 * @param slotOfToken one number for each token of the vocabulary, all 0 before and after.
 * @param tokens out: the token of each slot. @param slots out: the slot of each position.
 * @param starts out, or 0 when no order is wanted: one more entry than there are slots.
 * @returns the number of slots.
 */
export function groupByToken(
  ids: usize,
  positions: i32,
  slotOfToken: usize,
  tokens: usize,
  slots: usize,
  starts: usize,
  order: usize,
): i32 {
  let count = 0;
  for (let position = 0; position < positions; position++) {
    const token = load<i32>(ids + (<usize>position << 2));
    const known = slotOfToken + (<usize>token << 2);
    let slot = load<i32>(known) - 1;
    if (slot < 0) {
      slot = count++;
      store<i32>(known, count);
      store<i32>(tokens + (<usize>slot << 2), token);
      if (starts) store<i32>(starts + (<usize>slot << 2), 0);
    }
    store<i32>(slots + (<usize>position << 2), slot);
    if (starts) {
      const size = starts + (<usize>slot << 2);
      store<i32>(size, load<i32>(size) + 1);
    }
  }
  for (let slot = 0; slot < count; slot++) {
    store<i32>(slotOfToken + (<usize>load<i32>(tokens + (<usize>slot << 2)) << 2), 0);
  }
  if (starts) orderBySlot(positions, count, slots, starts, order);
  return count;
}

/** From the number of occurrences of each slot to where its run begins, and the positions in order of the runs. */
function orderBySlot(positions: i32, count: i32, slots: usize, starts: usize, order: usize): void {
  let end = 0;
  for (let slot = 0; slot < count; slot++) {
    const at = starts + (<usize>slot << 2);
    end += load<i32>(at);
    store<i32>(at, end);
  }
  store<i32>(starts + (<usize>count << 2), end);
  // Filling from the back leaves each entry at the start of its slot's run.
  for (let position = positions - 1; position >= 0; position--) {
    const slot = starts + (<usize>load<i32>(slots + (<usize>position << 2)) << 2);
    const at = load<i32>(slot) - 1;
    store<i32>(slot, at);
    store<i32>(order + (<usize>at << 2), position);
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
 * out[n][element] = table[token of slot first + n][element] * its factor; elements up to `outSize` are 0 beyond `size`,
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
  dropThreshold: u32,
  keepScale: f32,
  key0: u32,
  key1: u32,
): void {
  const outBytes = <usize>outSize << 2;
  memory.fill(out, 0, <usize>rows * outBytes);
  for (let n = 0; n < count; n++) {
    const token = load<i32>(tokens + (<usize>(first + n) << 2));
    const factor = wordFactor(token, dropThreshold, keepScale, key0, key1);
    if (factor == 0) continue;
    const source = table + (<usize>(token * size) << 2);
    const target = out + <usize>n * outBytes;
    let element = 0;
    for (; element + 4 <= size; element += 4) {
      const offset = <usize>element << 2;
      v128.store(target + offset, f32x4.mul(v128.load(source + offset), f32x4.splat(factor)));
    }
    for (; element < size; element++) {
      const offset = <usize>element << 2;
      store<f32>(target + offset, load<f32>(source + offset) * factor);
    }
  }
}

/** gradient[token of slot first + n] += rows[n] * the token's factor. Padding, token 0, has no gradient. */
export function scatterTokenRows(
  gradient: usize,
  size: i32,
  rows: usize,
  rowSize: i32,
  tokens: usize,
  first: i32,
  count: i32,
  dropThreshold: u32,
  keepScale: f32,
  key0: u32,
  key1: u32,
): void {
  for (let n = 0; n < count; n++) {
    const token = load<i32>(tokens + (<usize>(first + n) << 2));
    const factor: f32 = token == 0 ? 0 : wordFactor(token, dropThreshold, keepScale, key0, key1);
    if (factor == 0) continue;
    const target = gradient + (<usize>(token * size) << 2);
    const source = rows + (<usize>(n * rowSize) << 2);
    for (let element = 0; element < size; element++) {
      const offset = <usize>element << 2;
      store<f32>(target + offset, load<f32>(target + offset) + load<f32>(source + offset) * factor);
    }
  }
}

/** out[n] = sum of the rows of slot first + n's occurrences, in order of position; rows from `count` up to `outRows` are 0. */
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
    addOccurrences(out + <usize>n * rowBytes, rows, rowBytes, rowBytes, starts, order, first + n);
  }
}

/**
 * gradient[token] += the gradient rows of the token's occurrences, in order of position, for the slots from `first` up to
 * `end`. Summing by token makes the order of additions independent of threads.
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
    addOccurrences(gradient + <usize>token * sizeBytes, rows, <usize>rowSize << 2, sizeBytes, starts, order, slot);
  }
}

/** target += rows of a slot's occurrences; `bytes` of each row. */
function addOccurrences(
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
