/** From the outputs of all steps to one vector a text. */
import type { Arena, Kernels } from "../../kernels/index.js";
import { type FeatureRows, partRows, rowCount } from "../notation.js";
import type { Block } from "./block.js";
import type { LstmStack, LstmWorkspace } from "./lstmStack.js";

/** Memory of one thread. Pointers to [feature row][lane]. */
export interface PoolingWorkspace {
  readonly output: number;
  readonly outputGradient: number;
  /** Steps of the maxima. */
  readonly argument: number;
}

export type PoolingKind = "last" | "meanMax";

/**
 * `last`: the last hidden state of each direction, forward then reverse. `meanMax`: mean over the true length of
 * all outputs, then their maximum.
 */
export class Pooling {
  readonly outputRows: FeatureRows;
  readonly #kind: PoolingKind;
  readonly #stack: LstmStack;

  constructor(stack: LstmStack, options: { readonly kind: PoolingKind }) {
    const { parts, size } = stack.outputRows;
    this.#kind = options.kind;
    this.#stack = stack;
    this.outputRows = { parts: options.kind === "last" ? parts : 2 * parts, size };
  }

  workspace(arena: Arena, lanes: number): PoolingWorkspace {
    const words = rowCount(this.outputRows) * lanes;
    return {
      output: arena.words(words),
      outputGradient: arena.words(words),
      argument: this.#kind === "meanMax" ? arena.words(words / 2) : 0,
    };
  }

  /** Whether gradients flow into the outputs of every step, or only into the last states. */
  get fromOutputs(): boolean {
    return this.#kind === "meanMax";
  }

  forward(kernels: Kernels, workspace: PoolingWorkspace, states: LstmWorkspace, block: Block): void {
    const { run } = kernels;
    const stack = this.#stack;
    const step = stack.outputStep(states);
    if (this.#kind === "meanMax") {
      const features = rowCount(stack.outputRows);
      const maximum = workspace.output + features * block.stride;
      run.meanMaxForward(
        workspace.output,
        maximum,
        workspace.argument,
        stack.output(states),
        step,
        features,
        block.lengths,
        block.active,
        block.steps,
        block.lanes,
        block.stride,
      );
      return;
    }
    const lastLayer = states.hidden.length - 1;
    const { parts, size } = stack.outputRows;
    for (let part = 0; part < parts; part++) {
      const out = workspace.output + part * partRows(stack.outputRows) * block.stride;
      const hidden = stack.hiddenPart(states, lastLayer, part);
      run.lastState(out, hidden, step, size, block.lengths, block.lanes, block.stride, part);
    }
  }

  /** Turns `workspace.outputGradient` into the gradients that the stack's backward pass starts from. */
  backward(kernels: Kernels, workspace: PoolingWorkspace, states: LstmWorkspace, block: Block): void {
    const stack = this.#stack;
    const lastLayer = states.hidden.length - 1;
    const partBytes = partRows(stack.outputRows) * block.stride;
    for (const direction of states.directions.flat()) {
      kernels.run.clear(direction.hiddenGradient, partBytes);
      kernels.run.clear(direction.cellGradient, partBytes);
    }
    if (this.#kind === "meanMax") {
      const features = rowCount(stack.outputRows);
      kernels.run.meanMaxBackward(
        states.outputGradient[lastLayer],
        stack.outputStep(states),
        workspace.outputGradient,
        workspace.outputGradient + features * block.stride,
        workspace.argument,
        features,
        block.lengths,
        block.active,
        block.steps,
        block.lanes,
        block.stride,
      );
      return;
    }
    states.directions[lastLayer].forEach((direction, part) => {
      const source = kernels.floats(workspace.outputGradient + part * partBytes, partBytes / 4);
      kernels.floats(direction.hiddenGradient, partBytes / 4).set(source);
    });
  }
}
