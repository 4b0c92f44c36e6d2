/** The hash of an empty text. */
export const emptyHash = 0n;

/** First rows that there is room for; the room doubles when it is full. */
const firstRoom = 1024;

/**
 * A 64-bit hash of one text a row: equal texts are found among a million of them without keeping any. Two different
 * texts out of a million share a hash with a chance of 3 in 10^8.
 */
export class TextHashes {
  #words = new Uint32Array(2 * firstRoom);
  #length = 0;

  /** Number of texts added. */
  get length(): number {
    return this.#length;
  }

  /** Appends the hash of the next text. */
  add(text: string): void {
    const start = 2 * this.#length++;
    if (start === this.#words.length) {
      const larger = new Uint32Array(2 * this.#words.length);
      larger.set(this.#words);
      this.#words = larger;
    }
    if (text !== "") hashInto(this.#words, start, text);
  }

  /** All hashes in the order of the texts; a view that the next `add` may outdate. */
  values(): BigUint64Array {
    return new BigUint64Array(this.#words.buffer, 0, this.#length);
  }
}

/**
 * Two lanes of multiply and xor with a crossed finish: bryc's cyrb53 (public domain), of which all 64 bits are kept
 * here. Words are mixed by MurmurHash3's finaliser.
 */
function hashInto(words: Uint32Array, start: number, text: string): void {
  let first = 0xdeadbeef;
  let second = 0x41c6ce57;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    first = Math.imul(first ^ unit, 0x9e3779b1);
    second = Math.imul(second ^ unit, 0x5f356495);
  }
  words[start] = Math.imul(first ^ (first >>> 16), 0x85ebca6b) ^ Math.imul(second ^ (second >>> 13), 0xc2b2ae35);
  words[start + 1] = Math.imul(second ^ (second >>> 16), 0x85ebca6b) ^ Math.imul(first ^ (first >>> 13), 0xc2b2ae35);
}

/** Whether `wanted` is among the ascending numbers. */
export function holds(ascending: BigUint64Array, wanted: bigint): boolean {
  return ascending[firstAtLeast(ascending, wanted)] === wanted;
}

/** Position of the first number that is `wanted` or more; the length when there is none. */
export function firstAtLeast(ascending: BigUint64Array, wanted: bigint): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle] < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Equal hashes get equal numbers, counted from 0 in ascending order of the hashes. */
export function numberGroups(hashes: BigUint64Array): { readonly groups: Uint32Array; readonly count: number } {
  const sorted = hashes.slice().sort();
  let count = 0;
  for (let index = 0; index < sorted.length; index++) {
    if (index === 0 || sorted[index] !== sorted[index - 1]) sorted[count++] = sorted[index];
  }
  const distinct = sorted.subarray(0, count);
  return { groups: Uint32Array.from(hashes, (hash) => firstAtLeast(distinct, hash)), count };
}
