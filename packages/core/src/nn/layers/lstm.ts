/** The LSTM layer over tensors, with PyTorch's shapes, names and initialisation. */
import { OptionError } from "../../errors.js";
import type { Arena } from "../../kernels/index.js";
import { Random } from "../../random.js";
import { type Block, writeBlock } from "../blocks/block.js";
import { type LstmSizes, LstmStack, type LstmWorkspace, lstmParameterShapes } from "../blocks/lstmStack.js";
import type { Parameters } from "../blocks/parameters.js";
import { roundUp } from "../notation.js";
import { fillUniform } from "./initialise.js";
import { type LaneSequence, readLanes, writeLanes } from "./lanes.js";
import {
  addGradients,
  type Bench,
  BenchKeeper,
  type Layer,
  loadParameters,
  makeParameters,
  type Parameter,
  planParameters,
} from "./layer.js";
import { checkShape, type Tensor, tensor } from "./tensor.js";

/** Options of {@link Lstm}: features of the input, units of the state. */
export interface LstmOptions {
  readonly inputSize: number;
  readonly hiddenSize: number;
  /** 1 by default. */
  readonly numLayers?: number;
  /** False by default. */
  readonly bidirectional?: boolean;
  /** Seed of the initial weights, uniform within +-1/sqrt(hiddenSize); 1 by default. */
  readonly seed?: number;
}

/** States, [numLayers * directions][rows][hiddenSize], layer by layer, forward before reverse. */
export interface LstmState {
  readonly hidden: Tensor;
  readonly cell: Tensor;
}

/** Sequences of features, with their true lengths and initial states. */
export interface LstmInput {
  /** [rows][steps][inputSize] */
  readonly input: Tensor;
  /** True length of each row, 1 to steps; all steps when absent. Steps beyond are not computed. */
  readonly lengths?: ArrayLike<number>;
  /** Zeros when absent. */
  readonly initialState?: LstmState;
}

/** What the LSTM says at each step, and its last states. */
export interface LstmOutput extends LstmState {
  /** [rows][steps][directions * hiddenSize]; 0 beyond a row's length. */
  readonly output: Tensor;
}

/** Gradients of what the layer gave; what is absent counts as zero. */
export interface LstmOutputGradient {
  readonly output?: Tensor;
  readonly hidden?: Tensor;
  readonly cell?: Tensor;
}

/** Gradients of what the layer was given. */
export interface LstmInputGradient {
  readonly input: Tensor;
  readonly hidden: Tensor;
  readonly cell: Tensor;
}

interface LstmPlan {
  readonly parameters: Parameters;
  readonly stack: LstmStack;
  readonly workspace: LstmWorkspace;
  readonly input: number;
  readonly inputGradient: number;
  readonly lengths: number;
  readonly active: number;
  readonly lastState: number;
}

interface LstmCall {
  readonly bench: Bench<LstmPlan>;
  readonly block: Block;
  /** Lane n holds row order[n]. */
  readonly order: Uint32Array;
  readonly rows: number;
  readonly steps: number;
}

/**
 * A long short-term memory (Hochreiter and Schmidhuber 1997; gates as in PyTorch's `nn.LSTM`):
 * i, f, o = sigmoid, g = tanh of W_ih x + b_ih + W_hh h + b_hh; c' = f c + i g; h' = o tanh(c').
 */
export class Lstm implements Layer<LstmInput | Tensor, LstmOutput, LstmOutputGradient, LstmInputGradient> {
  readonly parameters: readonly Parameter[];
  readonly #sizes: LstmSizes;
  readonly #keeper = new BenchKeeper<LstmPlan>();
  #call: LstmCall | undefined;

  constructor(options: LstmOptions) {
    const { inputSize, hiddenSize, numLayers = 1, bidirectional = false, seed = 1 } = options;
    for (const [name, value] of Object.entries({ inputSize, hiddenSize, numLayers })) {
      if (!(Number.isInteger(value) && value >= 1)) {
        throw new OptionError("bad-size", `${name} must be a whole number from 1, but it is ${value}.`);
      }
    }
    this.#sizes = { inputSize, hiddenSize, numLayers, bidirectional };
    this.parameters = makeParameters(lstmParameterShapes(this.#sizes, ""));
    for (const parameter of this.parameters) {
      fillUniform(parameter, 1 / Math.sqrt(hiddenSize), new Random(seed, `initial ${parameter.name}`));
    }
  }

  /** @throws {OptionError} `wrong-shape` or `bad-text-length`. */
  forward(given: LstmInput | Tensor): LstmOutput {
    const { input, lengths, initialState } = "input" in given ? given : { input: given };
    checkShape("The input of an LSTM", input.shape, ["rows", "steps", this.#sizes.inputSize]);
    const [rows, steps] = input.shape;
    const call = this.#prepare(rows, steps, lengths);
    const { kernels, plan } = call.bench;
    const { stack, workspace } = plan;
    loadParameters(kernels, plan.parameters, this.parameters);
    stack.pack(kernels);
    writeLanes(kernels, input, this.#inputSequence(plan.input, call.block), call.block, call.order, steps);
    stack.clearInitialState(kernels, workspace, call.block);
    if (initialState) this.#writeInitialState(call, initialState);
    stack.forward(kernels, workspace, call.block, this.#stackInput(call));
    this.#call = call;
    return {
      output: readLanes(kernels, this.#outputSequence(call), call.block, call.order, this.#outputShape(call), steps),
      ...this.#readLastState(call),
    };
  }

  /** @throws {OptionError} `no-forward` before the first forward pass. */
  backward(gradient: LstmOutputGradient): LstmInputGradient {
    const call = this.#call;
    if (!call) throw new OptionError("no-forward", "backward needs a forward pass before it.");
    const { kernels, plan } = call.bench;
    const { stack, workspace } = plan;
    const lastLayer = workspace.outputGradient.length - 1;
    const outputSequence = { ...this.#outputSequence(call), pointer: workspace.outputGradient[lastLayer] };
    const output = gradient.output ?? tensor(this.#outputShape(call));
    checkShape("The gradient of the output", output.shape, this.#outputShape(call));
    writeLanes(kernels, output, outputSequence, call.block, call.order, call.steps);
    this.#states(call).forEach((state, index) => {
      this.#writeState(call, state.hiddenGradient, gradient.hidden, index);
      this.#writeState(call, state.cellGradient, gradient.cell, index);
    });
    loadParameters(kernels, plan.parameters, this.parameters);
    stack.clearGradients(kernels, 0);
    stack.backward(kernels, workspace, call.block, this.#stackInput(call), { gradientLane: 0, fromOutputs: true });
    stack.reduceGradients(kernels, 1);
    addGradients(kernels, plan.parameters, this.parameters);
    const inputShape = [call.rows, call.steps, this.#sizes.inputSize];
    const inputSequence = this.#inputSequence(plan.inputGradient, call.block);
    return {
      input: readLanes(kernels, inputSequence, call.block, call.order, inputShape, call.steps),
      hidden: this.#readStates(call, (state) => state.hiddenGradient),
      cell: this.#readStates(call, (state) => state.cellGradient),
    };
  }

  #prepare(rows: number, steps: number, lengths: ArrayLike<number> | undefined): LstmCall {
    const all = Array.from({ length: rows }, (_, row) => lengths?.[row] ?? steps);
    const wrong = all.findIndex((length) => !(Number.isInteger(length) && length >= 1 && length <= steps));
    if (wrong >= 0 || (lengths && lengths.length !== rows)) {
      throw new OptionError(
        "bad-text-length",
        `lengths must give each of the ${rows} rows a whole number from 1 to ${steps}, but row ${Math.max(wrong, 0)} has ${all[wrong]}.`,
      );
    }
    const order = Uint32Array.from(all.keys()).sort((a, b) => all[b] - all[a] || a - b);
    const lanes = roundUp(rows, 8);
    const bench = this.#keeper.get(`${lanes} ${steps}`, (arena) => this.#plan(arena, lanes, steps));
    const { lengths: lengthsAt, active } = bench.plan;
    bench.plan.stack.initialise(bench.kernels);
    const sorted = Array.from(order, (row) => all[row]);
    const block = writeBlock(bench.kernels, sorted, { lengths: lengthsAt, active, lanes });
    return { bench, block, order, rows, steps };
  }

  #plan(arena: Arena, lanes: number, steps: number): LstmPlan {
    const parameters = planParameters(arena, this.parameters);
    const input = { parts: 1, size: this.#sizes.inputSize };
    const stack = new LstmStack(arena, parameters, this.#sizes, {
      prefix: "",
      input,
      gradientLanes: 1,
    });
    const inputWords = steps * roundUp(this.#sizes.inputSize, 4) * lanes;
    return {
      parameters,
      stack,
      workspace: stack.workspace(arena, lanes, steps),
      input: arena.words(inputWords),
      inputGradient: arena.words(inputWords),
      lengths: arena.words(lanes),
      active: arena.words(steps),
      lastState: arena.words(roundUp(this.#sizes.hiddenSize, 4) * lanes),
    };
  }

  #inputSequence(pointer: number, block: Block): LaneSequence {
    const { inputSize } = this.#sizes;
    return { pointer, step: roundUp(inputSize, 4) * block.stride, rows: { parts: 1, size: inputSize } };
  }

  #outputSequence({ bench }: LstmCall): LaneSequence {
    const { stack, workspace } = bench.plan;
    return { pointer: stack.output(workspace), step: stack.outputStep(workspace), rows: stack.outputRows };
  }

  #outputShape({ bench, rows, steps }: LstmCall): readonly number[] {
    return [rows, steps, bench.plan.stack.outputSize];
  }

  #stackInput({ bench, block }: LstmCall) {
    const { input, inputGradient } = bench.plan;
    return { values: input, step: this.#inputSequence(input, block).step, gradient: inputGradient };
  }

  #states({ bench, block }: LstmCall) {
    return bench.plan.stack.states(bench.plan.workspace, block);
  }

  get #stateShape(): readonly number[] {
    const { numLayers, bidirectional, hiddenSize } = this.#sizes;
    return [numLayers * (bidirectional ? 2 : 1), this.#call?.rows ?? 0, hiddenSize];
  }

  #writeInitialState(call: LstmCall, state: LstmState): void {
    this.#states(call).forEach(({ initialHidden, initialCell }, index) => {
      this.#writeState(call, initialHidden, state.hidden, index);
      this.#writeState(call, initialCell, state.cell, index);
    });
  }

  /** One direction's state, [rows][hiddenSize], into lanes; zeros when absent. */
  #writeState(call: LstmCall, pointer: number, states: Tensor | undefined, index: number): void {
    const { hiddenSize, numLayers, bidirectional } = this.#sizes;
    const size = call.rows * hiddenSize;
    const shape = [numLayers * (bidirectional ? 2 : 1), call.rows, hiddenSize];
    if (states) checkShape("A state of the LSTM", states.shape, shape);
    const own = states ? states.data.subarray(index * size, (index + 1) * size) : new Float32Array(size);
    const sequence = { pointer, step: 0, rows: { parts: 1, size: hiddenSize } };
    writeLanes(call.bench.kernels, { shape: [], data: own }, sequence, call.block, call.order, 1);
  }

  #readStates(call: LstmCall, pointerOf: (state: ReturnType<LstmStack["states"]>[number]) => number): Tensor {
    const { hiddenSize } = this.#sizes;
    const result = tensor(this.#stateShape);
    this.#states(call).forEach((state, index) => {
      const sequence = { pointer: pointerOf(state), step: 0, rows: { parts: 1, size: hiddenSize } };
      const own = readLanes(call.bench.kernels, sequence, call.block, call.order, [call.rows, hiddenSize], 1);
      result.data.set(own.data, index * own.data.length);
    });
    return result;
  }

  #readLastState(call: LstmCall): LstmState {
    const { kernels, plan } = call.bench;
    const { lastState } = plan;
    const { lengths, lanes, stride } = call.block;
    const units = this.#sizes.hiddenSize;
    const gather = (states: number, slotBytes: number, reverse: boolean) => {
      kernels.run.lastState(lastState, states, slotBytes, units, lengths, lanes, stride, reverse ? 1 : 0);
      return lastState;
    };
    return {
      hidden: this.#readStates(call, (state) => gather(state.hidden, state.hiddenStep, state.reverse)),
      cell: this.#readStates(call, (state) => gather(state.cells, state.cellsStep, state.reverse)),
    };
  }
}
