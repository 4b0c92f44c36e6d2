/**
 * Plans memory: hands out pointers in a fixed order, so that the same plan made in another thread gives the same
 * pointers. Nothing is freed; what a plan needs in all is known before any of it is used.
 */
export class Arena {
  #end: number;

  /** @param start first free byte, the end of the kernels' own constants or of another plan. */
  constructor(start: number) {
    this.#end = align(start);
  }

  /** Bytes from the beginning of the memory to the end of the plan. */
  get end(): number {
    return this.#end;
  }

  /** Pointer to room for `count` floats or 32-bit integers, at the start of a cache line. */
  words(count: number): number {
    const pointer = this.#end;
    this.#end = align(pointer + 4 * count);
    return pointer;
  }
}

function align(pointer: number): number {
  return Math.ceil(pointer / 64) * 64;
}
