/** Attention over the steps of a text: what each contributes is learnt. */
import { type Arena, attentionBlock, type Kernels } from "../../kernels/index.js";
import { type FeatureRows, featureCount, featureOfRow, roundUp, rowCount } from "../notation.js";
import type { Block } from "./block.js";
import { IndexArray } from "./indexArray.js";
import type { ParameterShape, Parameters } from "./parameters.js";

/** Memory of one thread. Pointers. */
export interface AttentionWorkspace {
  /** The record that the kernels read, and its fields. */
  readonly record: number;
  readonly fields: AttentionFields;
  /** [step][unit][lane] */
  readonly keys: number;
  /** [step][lane] */
  readonly weights: number;
  readonly weightGradients: number;
  /** [step of a group][lane][columns] */
  readonly transposed: number;
  readonly laneRuns: number;
}

type AttentionFields = ReturnType<typeof attentionBlock.fields>;

/** Where the states lie that are attended to, [step][feature][lane], and the gradient of the same layout. */
export interface AttentionInput {
  readonly values: number;
  readonly gradient: number;
  /** Bytes from one step to the next. */
  readonly step: number;
}

const names = { weight: "attention.weight", bias: "attention.bias", vector: "attention.vector" } as const;

/** Bytes of transposed inputs whose outer products are added up before the gradient is stored: half of a small first cache. */
const bytesOfGroup = 16_384;

/** Units of a key: half of the hidden size is enough to choose steps by, and costs half. */
export function attentionUnits(hiddenSize: number): number {
  return Math.ceil(hiddenSize / 2);
}

/**
 * Names and shapes of its parameters: keys are tanh(`weight` x + `bias`), scores their product with `vector`.
 *
 * @param features of a state, of all directions. @param hiddenSize of one direction.
 */
export function attentionParameterShapes(features: number, hiddenSize: number): ParameterShape[] {
  const units = attentionUnits(hiddenSize);
  return [
    { name: names.weight, shape: [units, features] },
    { name: names.bias, shape: [units] },
    { name: names.vector, shape: [units] },
  ];
}

/**
 * The sum of the states of a text, weighted by the softmax of their scores over the true length (Yang et al. 2016,
 * "Hierarchical Attention Networks", section 2.2).
 */
export class Attention {
  readonly #parameters: Parameters;
  readonly #inputRows: number;
  readonly #inputFeatures: number;
  readonly #units: number;
  readonly #columns: number;
  readonly #unitIndex: IndexArray;
  readonly #inputIndex: IndexArray;
  readonly #panels: number;
  readonly #inputPanels: number;
  readonly #bias: number;
  readonly #vector: number;
  readonly #accumulators: readonly { readonly weight: number; readonly bias: number; readonly vector: number }[];

  constructor(
    arena: Arena,
    parameters: Parameters,
    options: { readonly input: FeatureRows; readonly gradientLanes: number },
  ) {
    const { input } = options;
    const units = attentionUnits(input.size);
    this.#parameters = parameters;
    this.#inputRows = rowCount(input);
    this.#inputFeatures = featureCount(input);
    this.#units = roundUp(units, 4);
    this.#columns = roundUp(this.#inputRows, 8);
    this.#unitIndex = new IndexArray(arena, featureOfRow({ parts: 1, size: units }));
    this.#inputIndex = new IndexArray(arena, featureOfRow(input));
    this.#panels = arena.words(this.#units * this.#inputRows);
    this.#inputPanels = arena.words(this.#units * this.#inputRows);
    this.#bias = arena.words(this.#units);
    this.#vector = arena.words(this.#units);
    this.#accumulators = Array.from({ length: options.gradientLanes }, () => ({
      weight: arena.words(this.#units * this.#columns),
      bias: arena.words(4 * this.#units),
      vector: arena.words(4 * this.#units),
    }));
  }

  workspace(arena: Arena, lanes: number, maxLength: number): AttentionWorkspace {
    const groupSteps = this.#groupSteps(lanes);
    return {
      record: arena.words(attentionBlock.bytes / 4),
      fields: attentionBlock.fields(),
      keys: arena.words(maxLength * this.#units * lanes),
      weights: arena.words(maxLength * lanes),
      weightGradients: arena.words(maxLength * lanes),
      transposed: arena.words(groupSteps * lanes * this.#columns),
      laneRuns: arena.words(4 * groupSteps),
    };
  }

  initialise(kernels: Kernels): void {
    this.#unitIndex.write(kernels);
    this.#inputIndex.write(kernels);
  }

  pack(kernels: Kernels): void {
    const { run } = kernels;
    const weight = this.#parameters.value(names.weight);
    const units = this.#units;
    const rows = this.#inputRows;
    const features = this.#inputFeatures;
    const { pointer: unitIndex } = this.#unitIndex;
    const { pointer: inputIndex } = this.#inputIndex;
    run.packPanels(this.#panels, 16 * rows, weight, unitIndex, units / 4, inputIndex, rows, features, 1);
    run.packPanels(this.#inputPanels, 16 * units, weight, inputIndex, rows / 4, unitIndex, units, 1, features);
    run.packBias(this.#bias, this.#parameters.value(names.bias), 0, unitIndex, units);
    run.packBias(this.#vector, this.#parameters.value(names.vector), 0, unitIndex, units);
  }

  /** @param output pointer to where the [feature row][lane] sums go. */
  forward(kernels: Kernels, workspace: AttentionWorkspace, block: Block, input: AttentionInput, output: number): void {
    const { fields, record } = workspace;
    fields.input = input.values;
    fields.inputStep = input.step;
    fields.features = this.#inputRows;
    fields.units = this.#units;
    fields.panels = this.#panels;
    fields.bias = this.#bias;
    fields.vector = this.#vector;
    fields.keys = workspace.keys;
    fields.keysStep = this.#units * block.stride;
    fields.weights = workspace.weights;
    fields.output = output;
    fields.lengths = block.lengths;
    fields.active = block.active;
    fields.steps = block.steps;
    fields.lanes = block.lanes;
    fields.stride = block.stride;
    attentionBlock.write(kernels, record, fields);
    kernels.run.attentionForward(record);
  }

  /**
   * Adds to the gradient of the input and to the accumulators of a gradient lane; after `forward` on the same block.
   *
   * @param outputGradient pointer to [feature row][lane].
   */
  backward(
    kernels: Kernels,
    workspace: AttentionWorkspace,
    block: Block,
    input: AttentionInput,
    outputGradient: number,
    gradientLane: number,
  ): void {
    const { fields, record } = workspace;
    const { weight, bias, vector } = this.#accumulators[gradientLane];
    fields.outputGradient = outputGradient;
    fields.weightGradients = workspace.weightGradients;
    fields.inputGradient = input.gradient;
    fields.inputGradientStep = input.step;
    fields.inputPanels = this.#inputPanels;
    fields.weightGradient = weight;
    fields.columns = this.#columns;
    fields.biasGradient = bias;
    fields.vectorGradient = vector;
    fields.transposed = workspace.transposed;
    fields.groupSteps = this.#groupSteps(block.lanes);
    fields.laneRuns = workspace.laneRuns;
    attentionBlock.write(kernels, record, fields);
    kernels.run.attentionBackward(record);
  }

  clearGradients(kernels: Kernels, gradientLane: number): void {
    const { weight, bias, vector } = this.#accumulators[gradientLane];
    kernels.run.clear(weight, 4 * this.#units * this.#columns);
    kernels.run.clear(bias, 16 * this.#units);
    kernels.run.clear(vector, 16 * this.#units);
  }

  /** Adds the accumulators of lanes 0 to `count` - 1, in this order, to the parameters' gradients; they are used up by it. */
  reduceGradients(kernels: Kernels, count: number): void {
    const { run } = kernels;
    const units = this.#units;
    const { weight, bias, vector } = this.#accumulators[0];
    for (let lane = 1; lane < count; lane++) {
      const other = this.#accumulators[lane];
      run.addFloats(weight, other.weight, units * this.#columns);
      run.addFloats(bias, other.bias, 4 * units);
      run.addFloats(vector, other.vector, 4 * units);
    }
    const { pointer: unitIndex } = this.#unitIndex;
    run.unpackAdd(
      this.#parameters.gradient(names.weight),
      weight,
      unitIndex,
      units,
      this.#inputIndex.pointer,
      this.#inputRows,
      this.#inputFeatures,
      this.#columns,
    );
    run.unpackBias(this.#parameters.gradient(names.bias), bias, unitIndex, units);
    run.unpackBias(this.#parameters.gradient(names.vector), vector, unitIndex, units);
  }

  /** Steps whose weight gradients are added up together. */
  #groupSteps(lanes: number): number {
    return Math.max(1, Math.floor(bytesOfGroup / (4 * lanes * this.#columns)));
  }
}
