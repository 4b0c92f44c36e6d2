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

  /** The next whole number, uniform from 0 to 2^32 - 1. */
  uint32(): number {
    if (this.#available === 0) {
      philox(this.#counter++, this.#key0, this.#key1, this.#buffer);
      this.#available = 4;
    }
    return this.#buffer[4 - this.#available--];
  }

  /** A number uniform in [0, 1), with 32 random bits. */
  uniform(): number {
    return this.uint32() / 0x1_0000_0000;
  }

  /** A whole number uniform from 0 to `limit` - 1, without bias (Lemire 2019, rejection step). */
  integer(limit: number): number {
    const threshold = (0x1_0000_0000 - limit) % limit;
    for (;;) {
      const draw = this.uint32();
      const low = Math.imul(draw, limit) >>> 0;
      if (low >= threshold) return Math.floor((draw * limit - low) / 0x1_0000_0000);
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

function philox(counter: number, key0: number, key1: number, out: Uint32Array): void {
  let c0 = counter >>> 0;
  let c1 = Math.floor(counter / 0x1_0000_0000) >>> 0;
  let c2 = 0;
  let c3 = 0;
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
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
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
