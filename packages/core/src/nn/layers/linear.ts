/** The linear layer over tensors. */
import { OptionError } from "../../errors.js";
import type { Arena } from "../../kernels/index.js";
import { Random } from "../../random.js";
import { type Block, writeBlock } from "../blocks/block.js";
import { BlockLinear, type LinearWorkspace } from "../blocks/linear.js";
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
import { checkShape, elementCount, type Tensor } from "./tensor.js";

/** Options of {@link Linear}: features in and out. */
export interface LinearOptions {
  readonly inputSize: number;
  readonly outputSize: number;
  /** Seed of the initial weights, uniform within +-1/sqrt(inputSize); 1 by default. */
  readonly seed?: number;
}

interface LinearPlan {
  readonly parameters: Parameters;
  readonly linear: BlockLinear;
  readonly workspace: LinearWorkspace;
  readonly input: number;
  readonly inputGradient: number;
  readonly lengths: number;
  readonly active: number;
}

interface LinearCall {
  readonly bench: Bench<LinearPlan>;
  readonly block: Block;
  readonly order: Uint32Array;
  readonly shape: readonly number[];
}

/** [...][inputSize] to [...][outputSize]: weight x + bias, weight [outputSize][inputSize]. */
export class Linear implements Layer<Tensor, Tensor, Tensor, Tensor> {
  readonly parameters: readonly Parameter[];
  readonly #options: LinearOptions;
  readonly #keeper = new BenchKeeper<LinearPlan>();
  #call: LinearCall | undefined;

  constructor(options: LinearOptions) {
    const { inputSize, outputSize, seed = 1 } = options;
    this.#options = options;
    this.parameters = makeParameters([
      { name: "weight", shape: [outputSize, inputSize] },
      { name: "bias", shape: [outputSize] },
    ]);
    for (const parameter of this.parameters) {
      fillUniform(parameter, 1 / Math.sqrt(inputSize), new Random(seed, `initial linear ${parameter.name}`));
    }
  }

  /** @throws {OptionError} `wrong-shape` when the last size is not inputSize. */
  forward(input: Tensor): Tensor {
    const { inputSize, outputSize } = this.#options;
    const leading = input.shape.slice(0, -1);
    checkShape("The input of a linear layer", input.shape, [...leading, inputSize]);
    const rows = elementCount(leading);
    const lanes = roundUp(rows, 8);
    const bench = this.#keeper.get(String(lanes), (arena) => this.#plan(arena, lanes));
    const { kernels, plan } = bench;
    const block = writeBlock(kernels, new Int32Array(rows).fill(1), { ...plan, lanes });
    const order = Uint32Array.from({ length: rows }, (_, row) => row);
    loadParameters(kernels, plan.parameters, this.parameters);
    plan.linear.initialise(kernels);
    plan.linear.pack(kernels);
    writeLanes(kernels, input, lanesOf(plan.input, inputSize), block, order, 1);
    plan.linear.forward(kernels, plan.workspace, block, plan.input);
    this.#call = { bench, block, order, shape: input.shape };
    return readLanes(kernels, lanesOf(plan.workspace.output, outputSize), block, order, [...leading, outputSize], 1);
  }

  /** @throws {OptionError} `no-forward` before the first forward pass. */
  backward(outputGradient: Tensor): Tensor {
    const call = this.#call;
    if (!call) throw new OptionError("no-forward", "backward needs a forward pass before it.");
    const { inputSize, outputSize } = this.#options;
    checkShape("The gradient of a linear layer", outputGradient.shape, [...call.shape.slice(0, -1), outputSize]);
    const { kernels, plan } = call.bench;
    const { block, order } = call;
    loadParameters(kernels, plan.parameters, this.parameters);
    writeLanes(kernels, outputGradient, lanesOf(plan.workspace.outputGradient, outputSize), block, order, 1);
    plan.linear.clearGradients(kernels, 0);
    plan.linear.backward(kernels, plan.workspace, block, plan.input, plan.inputGradient, 0);
    plan.linear.reduceGradients(kernels, 1);
    addGradients(kernels, plan.parameters, this.parameters);
    return readLanes(kernels, lanesOf(plan.inputGradient, inputSize), block, order, call.shape, 1);
  }

  #plan(arena: Arena, lanes: number): LinearPlan {
    const { inputSize, outputSize } = this.#options;
    const parameters = planParameters(arena, this.parameters);
    const linear = new BlockLinear(arena, parameters, {
      names: { weight: "weight", bias: "bias" },
      input: { parts: 1, size: inputSize },
      outputSize,
      gradientLanes: 1,
    });
    const inputWords = roundUp(inputSize, 4) * lanes;
    return {
      parameters,
      linear,
      workspace: linear.workspace(arena, lanes),
      input: arena.words(inputWords),
      inputGradient: arena.words(inputWords),
      lengths: arena.words(lanes),
      active: arena.words(1),
    };
  }
}

function lanesOf(pointer: number, size: number): LaneSequence {
  return { pointer, step: 0, rows: { parts: 1, size } };
}
