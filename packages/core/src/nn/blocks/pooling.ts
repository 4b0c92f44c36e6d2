/** From the outputs of all steps to one vector a text. */
import type { Arena, Kernels } from "../../kernels/index.js";
import type { NetworkConfig } from "../network.js";
import { type FeatureRows, partRows, rowCount } from "../notation.js";
import { Attention, type AttentionInput, type AttentionWorkspace } from "./attention.js";
import type { Block } from "./block.js";
import type { LstmStack, LstmWorkspace } from "./lstmStack.js";
import type { Parameters } from "./parameters.js";

/** Memory of one thread. Pointers to [feature row][lane]. */
export interface PoolingWorkspace {
  readonly output: number;
  readonly outputGradient: number;
  /** Steps of the maxima. */
  readonly argument: number;
  readonly attention?: AttentionWorkspace;
}

export type PoolingKind = NetworkConfig["pooling"];

/** How the pooled features lie, given how those of the states do. */
export function pooledRows({ parts, size }: FeatureRows, kind: PoolingKind): FeatureRows {
  const times = { last: 1, meanMax: 2, meanMaxAttention: 3 }[kind];
  return { parts: times * parts, size };
}

/**
 * `last`: the last hidden state of each direction, forward then reverse. `meanMax`: mean over the true length of
 * all outputs, then their maximum. `meanMaxAttention`: then their sum weighted by attention.
 */
export class Pooling {
  readonly outputRows: FeatureRows;
  readonly #kind: PoolingKind;
  readonly #stack: LstmStack;
  readonly #attention?: Attention;

  constructor(
    arena: Arena,
    parameters: Parameters,
    stack: LstmStack,
    options: { readonly kind: PoolingKind; readonly gradientLanes: number },
  ) {
    const { kind, gradientLanes } = options;
    this.#kind = kind;
    this.#stack = stack;
    this.outputRows = pooledRows(stack.outputRows, kind);
    if (kind !== "meanMaxAttention") return;
    this.#attention = new Attention(arena, parameters, { input: stack.outputRows, gradientLanes });
  }

  workspace(arena: Arena, lanes: number, maxLength: number): PoolingWorkspace {
    const words = rowCount(this.outputRows) * lanes;
    return {
      output: arena.words(words),
      outputGradient: arena.words(words),
      argument: this.fromOutputs ? arena.words(rowCount(this.#stack.outputRows) * lanes) : 0,
      attention: this.#attention?.workspace(arena, lanes, maxLength),
    };
  }

  /** Whether gradients flow into the outputs of every step, or only into the last states. */
  get fromOutputs(): boolean {
    return this.#kind !== "last";
  }

  initialise(kernels: Kernels): void {
    this.#attention?.initialise(kernels);
  }

  pack(kernels: Kernels): void {
    this.#attention?.pack(kernels);
  }

  clearGradients(kernels: Kernels, gradientLane: number): void {
    this.#attention?.clearGradients(kernels, gradientLane);
  }

  reduceGradients(kernels: Kernels, count: number): void {
    this.#attention?.reduceGradients(kernels, count);
  }

  forward(kernels: Kernels, workspace: PoolingWorkspace, states: LstmWorkspace, block: Block): void {
    const { run } = kernels;
    const stack = this.#stack;
    const step = stack.outputStep(states);
    if (this.fromOutputs) {
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
      const { attention } = workspace;
      const attended = maximum + features * block.stride;
      if (attention) this.#attention?.forward(kernels, attention, block, this.#attentionInput(states), attended);
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

  #attentionInput(states: LstmWorkspace): AttentionInput {
    const gradient = states.outputGradient[states.hidden.length - 1];
    return { values: this.#stack.output(states), gradient, step: this.#stack.outputStep(states) };
  }

  /**
   * Turns `workspace.outputGradient` into the gradients that the stack's backward pass starts from, and adds to those of its
   * own parameters.
   */
  backward(
    kernels: Kernels,
    workspace: PoolingWorkspace,
    states: LstmWorkspace,
    block: Block,
    gradientLane: number,
  ): void {
    const stack = this.#stack;
    const lastLayer = states.hidden.length - 1;
    const partBytes = partRows(stack.outputRows) * block.stride;
    for (const direction of states.directions.flat()) {
      kernels.run.clear(direction.hiddenGradient, partBytes);
      kernels.run.clear(direction.cellGradient, partBytes);
    }
    if (this.fromOutputs) {
      const features = rowCount(stack.outputRows);
      const ofMaximum = workspace.outputGradient + features * block.stride;
      kernels.run.meanMaxBackward(
        states.outputGradient[lastLayer],
        stack.outputStep(states),
        workspace.outputGradient,
        ofMaximum,
        workspace.argument,
        features,
        block.lengths,
        block.active,
        block.steps,
        block.lanes,
        block.stride,
      );
      const { attention } = workspace;
      if (!attention) return;
      const input = this.#attentionInput(states);
      const ofAttended = ofMaximum + features * block.stride;
      this.#attention?.backward(kernels, attention, block, input, ofAttended, gradientLane);
      return;
    }
    states.directions[lastLayer].forEach((direction, part) => {
      const source = kernels.floats(workspace.outputGradient + part * partBytes, partBytes / 4);
      kernels.floats(direction.hiddenGradient, partBytes / 4).set(source);
    });
  }
}
