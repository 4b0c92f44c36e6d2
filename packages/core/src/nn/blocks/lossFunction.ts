/** The losses over a block of outputs. */
import type { Arena, Kernels } from "../../kernels/index.js";
import type { LossKind } from "../network.js";
import type { Block } from "./block.js";

/** The numbers by which the kernel knows the losses of ordered classes. */
const ordinalKinds = { coral: 0, corn: 1, cumulativeLink: 2 } as const;

export class BlockLoss {
  readonly #kind: LossKind;
  readonly #outputSize: number;
  readonly #weights: number;
  readonly #classWeights: readonly number[] | undefined;

  constructor(
    arena: Arena,
    options: { readonly kind: LossKind; readonly outputSize: number; readonly classWeights?: readonly number[] },
  ) {
    this.#kind = options.kind;
    this.#outputSize = options.outputSize;
    this.#classWeights = options.classWeights;
    this.#weights = options.classWeights ? arena.words(options.classWeights.length) : 0;
  }

  initialise(kernels: Kernels): void {
    if (this.#classWeights) kernels.floats(this.#weights, this.#classWeights.length).set(this.#classWeights);
  }

  /** 1 / (sum of the weights of the targets): makes the sum over a batch the mean that PyTorch defines. */
  scale(targets: Float32Array): number {
    const weights = this.#classWeights;
    let total = 0;
    for (const target of targets) total += weights ? weights[target] : 1;
    return total > 0 ? 1 / total : 0;
  }

  /**
   * Writes the gradient by the outputs, [output][lane]; lanes without a row get zeros.
   *
   * @param targets pointer to one float a lane: a class index or a number.
   * @returns the sum of the rows' losses, each times `scale` (and its class's weight).
   */
  run(
    kernels: Kernels,
    block: Block,
    pointers: { readonly outputs: number; readonly gradient: number; readonly targets: number },
    scale: number,
  ): number {
    const { outputs, gradient, targets } = pointers;
    if (this.#kind === "meanSquaredError") {
      return kernels.run.squaredError(gradient, outputs, targets, block.rows, block.lanes, scale);
    }
    const kind = this.#kind;
    const { rows, lanes, stride } = block;
    const { run } = kernels;
    if (kind === "crossEntropy") {
      return run.crossEntropy(gradient, outputs, targets, this.#weights, this.#outputSize, rows, lanes, stride, scale);
    }
    const ordinal = ordinalKinds[kind];
    return run.ordinalLoss(
      gradient,
      outputs,
      targets,
      this.#weights,
      this.#outputSize,
      rows,
      lanes,
      stride,
      scale,
      ordinal,
    );
  }
}
