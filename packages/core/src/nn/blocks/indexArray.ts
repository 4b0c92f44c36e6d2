import type { Arena, Kernels } from "../../kernels/index.js";

/** A constant array of indices in the engine's memory: planned first, written once the memory exists. */
export class IndexArray {
  readonly pointer: number;
  readonly length: number;
  readonly #values: Int32Array;

  constructor(arena: Arena, values: Int32Array) {
    this.#values = values;
    this.length = values.length;
    this.pointer = arena.words(values.length);
  }

  write(kernels: Pick<Kernels, "ints">): void {
    kernels.ints(this.pointer, this.length).set(this.#values);
  }
}
