/** All parameters of a network in one run of memory, with gradients and optimizer moments laid out alike. */
import { FormatError } from "../../errors.js";
import type { Arena, Kernels } from "../../kernels/index.js";
import { quote } from "../../quote.js";
import type { NamedTensor } from "../network.js";
import { roundUp } from "../notation.js";

/** Where one parameter lies: offset in elements from the start of the run. */
export interface ParameterSlot {
  readonly name: string;
  readonly shape: readonly number[];
  readonly offset: number;
  readonly count: number;
}

export interface ParameterShape {
  readonly name: string;
  readonly shape: readonly number[];
}

/** Named slots in a flat run; each begins at a multiple of 4 elements and the gaps stay zero. */
export class Parameters {
  readonly slots: readonly ParameterSlot[];
  /** Elements of the run, padding included; a multiple of 4. */
  readonly count: number;
  readonly values: number;
  /** Pointers of the same layout; 0 in a network that only predicts. */
  readonly gradients: number;
  readonly firstMoments: number;
  readonly secondMoments: number;

  constructor(arena: Arena, shapes: readonly ParameterShape[], options: { readonly training: boolean }) {
    let offset = 0;
    this.slots = shapes.map(({ name, shape }) => {
      const count = shape.reduce((product, size) => product * size, 1);
      const slot = { name, shape, offset, count };
      offset += roundUp(count, 4);
      return slot;
    });
    this.count = offset;
    // Reading rows four at a time may run past the last one.
    this.values = arena.words(offset + 4);
    this.gradients = options.training ? arena.words(offset + 4) : 0;
    this.firstMoments = options.training ? arena.words(offset) : 0;
    this.secondMoments = options.training ? arena.words(offset) : 0;
  }

  slot(name: string): ParameterSlot {
    const slot = this.slots.find((candidate) => candidate.name === name);
    if (!slot) throw new FormatError("unknown-parameter", `The network has no parameter named ${name}.`);
    return slot;
  }

  /** Pointer to a parameter's values. */
  value(name: string): number {
    return this.values + 4 * this.slot(name).offset;
  }

  /** Pointer to a parameter's gradient. */
  gradient(name: string): number {
    return this.gradients + 4 * this.slot(name).offset;
  }

  /** Copies of all values. */
  stateDict(kernels: Pick<Kernels, "floats">): NamedTensor[] {
    return this.views(kernels).map((tensor) => ({ ...tensor, data: tensor.data.slice() }));
  }

  /** Views of all values, or of another run of the same layout, from the slot `first` on. */
  views(kernels: Pick<Kernels, "floats">, run = this.values, first = 0): NamedTensor[] {
    return this.slots.slice(first).map(({ name, shape, offset, count }) => ({
      name,
      shape,
      data: kernels.floats(run + 4 * offset, count),
    }));
  }

  /**
   * Replaces all values, or those of another run of the same layout, from the slot `first` on.
   *
   * @throws {FormatError} when names or shapes differ from the network's.
   */
  loadStateDict(kernels: Pick<Kernels, "floats">, tensors: readonly NamedTensor[], run = this.values, first = 0): void {
    const slots = this.slots.slice(first);
    requireShapes(slots, tensors);
    const byName = new Map(tensors.map((tensor) => [tensor.name, tensor]));
    for (const { name, offset, count } of slots) {
      const { data } = byName.get(name) as NamedTensor;
      if (data.length !== count) {
        throw new FormatError("wrong-shape", `The tensor ${name} has ${data.length} values instead of ${count}.`);
      }
      kernels.floats(run + 4 * offset, count).set(data);
    }
  }
}

/**
 * Holds tensors, or what a file says of them, against the parameters of a network.
 *
 * @throws {FormatError} `missing-tensor`, `wrong-shape` or `unexpected-tensor` when names or shapes differ.
 */
export function requireShapes(wanted: readonly ParameterShape[], given: readonly ParameterShape[]): void {
  const byName = new Map(given.map((tensor) => [tensor.name, tensor]));
  for (const { name, shape } of wanted) {
    const tensor = byName.get(name);
    if (!tensor) throw new FormatError("missing-tensor", `The weights lack the tensor ${name}.`);
    if (tensor.shape.join("x") !== shape.join("x")) {
      throw new FormatError(
        "wrong-shape",
        `The tensor ${name} has shape ${tensor.shape.join(" x ")}, but the network needs ${shape.join(" x ")}.`,
      );
    }
  }
  if (byName.size === wanted.length) return;
  const known = new Set(wanted.map(({ name }) => name));
  const extra = [...byName.keys()].filter((name) => !known.has(name));
  const more = extra.length > 1 ? ` and ${extra.length - 1} more` : "";
  throw new FormatError(
    "unexpected-tensor",
    `The weights hold tensors unknown to the network: ${quote(extra[0])}${more}.`,
  );
}
