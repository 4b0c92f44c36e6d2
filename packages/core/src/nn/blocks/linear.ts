/**
 * A linear layer over the features of a block: output = weight x + bias. All outputs may share one row of weights and
 * differ by their biases.
 */
import type { Arena, Kernels } from "../../kernels/index.js";
import { type FeatureRows, featureCount, featureOfRow, roundUp, rowCount } from "../notation.js";
import { type Block, writeLaneRun } from "./block.js";
import { IndexArray } from "./indexArray.js";
import type { Parameters } from "./parameters.js";

/** Memory of one thread. Pointers. */
export interface LinearWorkspace {
  /** [output row][lane], rows rounded up to 4. */
  readonly output: number;
  readonly outputGradient: number;
  /** [lane][columns] */
  readonly transposed: number;
  /** The run of all lanes, for the outer product. */
  readonly laneRun: number;
}

export class BlockLinear {
  readonly outputSize: number;
  readonly #inputRows: number;
  readonly #inputFeatures: number;
  readonly #outputRows: number;
  readonly #columns: number;
  readonly #parameters: Parameters;
  readonly #names: { readonly weight: string; readonly bias: string };
  /** The row of weights of each output. */
  readonly #weightIndex: IndexArray;
  readonly #outputIndex: IndexArray;
  readonly #inputIndex: IndexArray;
  readonly #panels: number;
  readonly #bias: number;
  readonly #transposedPanels: number;
  readonly #zeros: number;
  readonly #accumulators: readonly { readonly weight: number; readonly bias: number }[];

  constructor(
    arena: Arena,
    parameters: Parameters,
    options: {
      readonly names: { readonly weight: string; readonly bias: string };
      readonly input: FeatureRows;
      readonly outputSize: number;
      readonly sharedWeights?: boolean;
      readonly gradientLanes: number;
    },
  ) {
    const { input, outputSize } = options;
    this.#parameters = parameters;
    this.#names = options.names;
    this.outputSize = outputSize;
    this.#inputRows = rowCount(input);
    this.#inputFeatures = featureCount(input);
    this.#outputRows = roundUp(outputSize, 4);
    this.#columns = roundUp(this.#inputRows, 8);
    const outputs = featureOfRow({ parts: 1, size: outputSize });
    this.#outputIndex = new IndexArray(arena, outputs);
    this.#weightIndex = new IndexArray(arena, options.sharedWeights ? outputs.map((row) => Math.min(row, 0)) : outputs);
    this.#inputIndex = new IndexArray(arena, featureOfRow(input));
    this.#panels = arena.words(this.#outputRows * this.#inputRows);
    this.#bias = arena.words(this.#outputRows);
    this.#transposedPanels = arena.words(this.#inputRows * outputSize);
    this.#zeros = arena.words(this.#inputRows);
    this.#accumulators = Array.from({ length: options.gradientLanes }, () => ({
      weight: arena.words(this.#outputRows * this.#columns),
      bias: arena.words(4 * this.#outputRows),
    }));
  }

  workspace(arena: Arena, lanes: number): LinearWorkspace {
    return {
      output: arena.words(this.#outputRows * lanes),
      outputGradient: arena.words(this.#outputRows * lanes),
      transposed: arena.words(this.#columns * lanes),
      laneRun: arena.words(4),
    };
  }

  initialise(kernels: Kernels): void {
    this.#outputIndex.write(kernels);
    this.#weightIndex.write(kernels);
    this.#inputIndex.write(kernels);
  }

  pack(kernels: Kernels): void {
    const { run } = kernels;
    const weight = this.#parameters.value(this.#names.weight);
    const bias = this.#parameters.value(this.#names.bias);
    const outputs = this.#weightIndex.pointer;
    const inputs = this.#inputIndex.pointer;
    const panelCount = this.#outputRows / 4;
    const features = this.#inputFeatures;
    run.packPanels(
      this.#panels,
      16 * this.#inputRows,
      weight,
      outputs,
      panelCount,
      inputs,
      this.#inputRows,
      features,
      1,
    );
    run.packBias(this.#bias, bias, 0, this.#outputIndex.pointer, this.#outputRows);
    const { outputSize } = this;
    const inputPanels = this.#inputRows / 4;
    run.packPanels(
      this.#transposedPanels,
      16 * outputSize,
      weight,
      inputs,
      inputPanels,
      outputs,
      outputSize,
      1,
      features,
    );
  }

  /** @param input pointer to [feature row][lane]. */
  forward(kernels: Kernels, workspace: LinearWorkspace, block: Block, input: number): void {
    const { lanes, stride } = block;
    const panelCount = this.#outputRows / 4;
    kernels.run.product(workspace.output, this.#panels, this.#bias, input, panelCount, this.#inputRows, lanes, stride);
  }

  /** @param inputGradient pointer to where the gradient of the input goes. */
  backward(
    kernels: Kernels,
    workspace: LinearWorkspace,
    block: Block,
    input: number,
    inputGradient: number,
    gradientLane: number,
  ): void {
    const { run } = kernels;
    const { lanes, stride } = block;
    const { weight, bias } = this.#accumulators[gradientLane];
    const gradient = workspace.outputGradient;
    run.transpose(workspace.transposed, 4 * this.#columns, input, stride, this.#inputRows, lanes);
    const columnBytes = 4 * this.#columns;
    const { transposed, laneRun } = workspace;
    writeLaneRun(kernels, laneRun, lanes);
    run.outerProduct(weight, columnBytes, 0, columnBytes, gradient, transposed, this.#outputRows, laneRun, 1, stride);
    run.sumLanes(bias, gradient, this.outputSize, lanes, stride);
    const panelCount = this.#inputRows / 4;
    const panels = this.#transposedPanels;
    run.product(inputGradient, panels, this.#zeros, gradient, panelCount, this.outputSize, lanes, stride);
  }

  clearGradients(kernels: Kernels, gradientLane: number): void {
    const { weight, bias } = this.#accumulators[gradientLane];
    kernels.run.clear(weight, 4 * this.#outputRows * this.#columns);
    kernels.run.clear(bias, 16 * this.#outputRows);
  }

  /** Adds the accumulators of lanes 0 to `count` - 1, in this order, to the parameters' gradients; they are used up by it. */
  reduceGradients(kernels: Kernels, count: number): void {
    const { run } = kernels;
    const { weight, bias } = this.#accumulators[0];
    for (let lane = 1; lane < count; lane++) {
      run.addFloats(weight, this.#accumulators[lane].weight, this.#outputRows * this.#columns);
      run.addFloats(bias, this.#accumulators[lane].bias, 4 * this.#outputRows);
    }
    run.unpackAdd(
      this.#parameters.gradient(this.#names.weight),
      weight,
      this.#weightIndex.pointer,
      this.#outputRows,
      this.#inputIndex.pointer,
      this.#inputRows,
      this.#inputFeatures,
      this.#columns,
    );
    run.unpackBias(this.#parameters.gradient(this.#names.bias), bias, this.#outputIndex.pointer, this.#outputRows);
  }
}
