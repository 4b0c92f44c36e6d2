import { GrowingIntegers } from "./growing.js";

/**
 * Numbers pairs of words in order of first appearance: a hash table with open addressing, because strings of two words
 * or a `Map` with fractional keys take several times the memory and time.
 */
export class PairNumbers {
  readonly #firsts = new GrowingIntegers();
  readonly #seconds = new GrowingIntegers();
  /** Number of the pair in each slot plus one; 0 is an empty slot. Length a power of two, at most half full. */
  #slots = new Int32Array(2048);

  get size(): number {
    return this.#firsts.length;
  }

  /** The first words of the pairs, in order of their numbers. */
  firsts(): Int32Array {
    return this.#firsts.toArray();
  }

  /** The second words of the pairs, in order of their numbers. */
  seconds(): Int32Array {
    return this.#seconds.toArray();
  }

  /** The pair's number, or -1. */
  find(first: number, second: number): number {
    return this.#slots[this.#slotOf(first, second)] - 1;
  }

  /** The pair's number, a new one when it had none. */
  add(first: number, second: number): number {
    const slot = this.#slotOf(first, second);
    if (this.#slots[slot] > 0) return this.#slots[slot] - 1;
    this.#firsts.push(first);
    this.#seconds.push(second);
    this.#slots[slot] = this.size;
    if (this.size * 2 > this.#slots.length) this.#grow();
    return this.size - 1;
  }

  /** Slot of the pair, or the empty one where it belongs. */
  #slotOf(first: number, second: number): number {
    const slots = this.#slots;
    const firsts = this.#firsts.items;
    const seconds = this.#seconds.items;
    const mask = slots.length - 1;
    let slot = hashPair(first, second) & mask;
    while (slots[slot] > 0 && (firsts[slots[slot] - 1] !== first || seconds[slots[slot] - 1] !== second)) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  #grow(): void {
    this.#slots = new Int32Array(this.#slots.length * 2);
    const firsts = this.#firsts.items;
    const seconds = this.#seconds.items;
    for (let pair = 0; pair < this.size; pair++) {
      this.#slots[this.#slotOf(firsts[pair], seconds[pair])] = pair + 1;
    }
  }
}

/** Mixes two word numbers into 32 bits: odd multipliers, then the finaliser of MurmurHash3. */
function hashPair(first: number, second: number): number {
  let hash = Math.imul(first, 0x9e3779b1) ^ Math.imul(second, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
