/**
 * Random numbers from a seed: integer arithmetic only, so that every engine draws the same ones.
 *
 * The generator is Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011):
 * counter-based, so that streams with different names never overlap and need no state to be saved
 * other than how many numbers were drawn.
 */
export class Random {
  readonly #key0: number;
  readonly #key1: number;
  #counter = 0;
  readonly #buffer = new Uint32Array(4);
  #available = 0;

  /**
   * @param seed a whole number from 0 to 2^32 - 1, the user's seed.
   * @param stream what the numbers are for, such as `split` or `shuffle`: streams are independent.
   */
  constructor(seed: number, stream: string) {
    this.#key0 = seed >>> 0;
    this.#key1 = hashName(stream);
  }

  /** How many 32-bit numbers were drawn so far: all that has to be kept to go on later from here. */
  get drawn(): number {
    return 4 * this.#counter - this.#available;
  }

  /**
   * Moves to where a generator of the same seed and stream is after `drawn` numbers.
   *
   * @throws {RangeError} when it is not a whole number from 0 to 2^53 - 1.
   */
  moveTo(drawn: number): void {
    if (!Number.isSafeInteger(drawn) || drawn < 0) {
      throw new RangeError(`Random.moveTo needs a whole number from 0, not ${drawn}.`);
    }
    this.#counter = Math.floor(drawn / 4);
    this.#available = 0;
    for (let used = 0; used < drawn % 4; used++) this.uint32();
  }

  /** The next whole number, uniform from 0 to 2^32 - 1. */
  uint32(): number {
    if (this.#available === 0) {
      const counter = this.#counter++;
      this.#buffer.fill(0);
      this.#buffer[0] = counter;
      this.#buffer[1] = counter / 0x1_0000_0000;
      philox(this.#buffer, this.#key0, this.#key1);
      this.#available = 4;
    }
    return this.#buffer[4 - this.#available--];
  }

  /** A number uniform in [0, 1), with 32 random bits. */
  uniform(): number {
    return this.uint32() / 0x1_0000_0000;
  }

  /**
   * A whole number uniform from 0 to `limit` - 1, without bias (Lemire 2019, rejection step).
   *
   * @param limit a whole number from 1 to 2^32 - 1.
   * @throws {RangeError} for any other limit, for which the rejection would never end.
   */
  integer(limit: number): number {
    if (!Number.isInteger(limit) || limit < 1 || limit > 0xffffffff) {
      throw new RangeError(`Random.integer needs a whole number from 1 to 4294967295, not ${limit}.`);
    }
    const threshold = (0x1_0000_0000 - limit) % limit;
    for (;;) {
      const draw = this.uint32();
      const low = Math.imul(draw, limit) >>> 0;
      if (low >= threshold) return multiplyHigh(draw, limit);
    }
  }

  /** Puts the elements into a random order, in place (Fisher-Yates). */
  shuffle<T extends { length: number; [index: number]: unknown }>(items: T): T {
    for (let last = items.length - 1; last > 0; last--) {
      const other = this.integer(last + 1);
      const kept = items[last];
      items[last] = items[other];
      items[other] = kept;
    }
    return items;
  }
}

/** FNV-1a over UTF-16 code units: turns a stream's name into half of the key. */
function hashName(name: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < name.length; index++) {
    hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}

/**
 * Philox4x32-10: replaces a counter of four 32-bit words by four random words, in place.
 *
 * @param words length 4, the counter on entry, lowest word first.
 */
export function philox(words: Uint32Array, key0: number, key1: number): void {
  let [c0, c1, c2, c3] = words;
  let k0 = key0;
  let k1 = key1;
  for (let round = 0; round < 10; round++) {
    const high0 = multiplyHigh(0xd2511f53, c0);
    const low0 = Math.imul(0xd2511f53, c0);
    const high1 = multiplyHigh(0xcd9e8d57, c2);
    const low1 = Math.imul(0xcd9e8d57, c2);
    c0 = (high1 ^ c1 ^ k0) >>> 0;
    c1 = low1 >>> 0;
    c2 = (high0 ^ c3 ^ k1) >>> 0;
    c3 = low0 >>> 0;
    k0 = (k0 + 0x9e3779b9) >>> 0;
    k1 = (k1 + 0xbb67ae85) >>> 0;
  }
  words[0] = c0;
  words[1] = c1;
  words[2] = c2;
  words[3] = c3;
}

/** The upper 32 bits of the 64-bit product of two unsigned 32-bit numbers. */
function multiplyHigh(a: number, b: number): number {
  const a0 = a & 0xffff;
  const a1 = a >>> 16;
  const b0 = b & 0xffff;
  const b1 = b >>> 16;
  const middle = a1 * b0 + ((a0 * b0) >>> 16);
  const cross = a0 * b1 + (middle & 0xffff);
  return (a1 * b1 + Math.floor(middle / 0x10000) + Math.floor(cross / 0x10000)) >>> 0;
}
