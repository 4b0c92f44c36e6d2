/** One direction of one LSTM layer: its packed weights, gradient accumulators and the calls of its kernels. */
import { type Arena, type Kernels, lstmBlock } from "../../kernels/index.js";
import { type FeatureRows, featureCount, featureOfRow, partRows, roundUp, rowCount } from "../notation.js";
import type { Block } from "./block.js";
import { IndexArray } from "./indexArray.js";
import type { StackInput } from "./lstmStack.js";
import type { Parameters } from "./parameters.js";
import { gateOrder } from "./tokenProjection.js";

type LstmFields = ReturnType<typeof lstmBlock.fields>;

/** Memory of one thread for one direction. Pointers, and the record that is written before each call. */
export interface LstmDirectionWorkspace {
  readonly record: number;
  readonly fields: LstmFields;
  readonly gates: number;
  readonly cells: number;
  readonly tanhCells: number;
  /** [unit][lane]: gradient of the last hidden state, then of the initial one. */
  readonly hiddenGradient: number;
  readonly cellGradient: number;
  /** [step of a group][lane][columns] */
  readonly transposed: number;
  readonly laneRuns: number;
  readonly rowPointers: number;
  readonly unusedRow: number;
}

export interface LstmDirectionOptions {
  /** Parameter names with `%` in the place of `weight_ih` and so on. */
  readonly names: string;
  /** How the features of the input lie; absent when a {@link TokenProjection} does the input's part. */
  readonly input: FeatureRows | undefined;
  readonly hiddenSize: number;
  readonly reverse: boolean;
  readonly gradientLanes: number;
}

interface ParameterPointers {
  readonly weightInput: number;
  readonly weightHidden: number;
  readonly biases: readonly [number, number];
}

/** Bytes of transposed inputs whose outer products are added up before the gradient is stored: half of a small first cache. */
const bytesOfGroup = 16_384;

/** Where a layer's hidden states lie, and which part of the rows is this direction's. */
interface StackOutput {
  readonly values: number;
  readonly step: number;
  readonly part: number;
}

export class LstmDirection {
  readonly reverse: boolean;
  readonly #hiddenSize: number;
  readonly #hiddenRows: number;
  /** Rows of the input that the forward product reads; 0 when the input comes projected. */
  readonly #inputSize: number;
  readonly #inputFeatures: number;
  readonly #columns: number;
  readonly #values: ParameterPointers;
  readonly #gradients: ParameterPointers | undefined;
  readonly #gateRow: IndexArray;
  readonly #inputColumn: IndexArray;
  readonly #hiddenColumn: IndexArray;
  readonly #panels: number;
  readonly #bias: number;
  readonly #hiddenPanels: number;
  readonly #inputPanels: number;
  readonly #zeros: number;
  readonly #accumulators: readonly { readonly weight: number; readonly bias: number }[];

  constructor(arena: Arena, parameters: Parameters, options: LstmDirectionOptions) {
    const { hiddenSize, input } = options;
    this.#hiddenSize = hiddenSize;
    this.#hiddenRows = partRows({ parts: 1, size: hiddenSize });
    this.reverse = options.reverse;
    this.#inputSize = input === undefined ? 0 : input.parts === 1 ? input.size : rowCount(input);
    this.#inputFeatures = input === undefined ? 0 : featureCount(input);
    this.#columns = roundUp(roundUp(this.#inputSize, 4) + this.#hiddenRows, 8);
    const name = (kind: string) => options.names.replace("%", kind);
    const pointers = (of: (name: string) => number): ParameterPointers => ({
      weightInput: of(name("weight_ih")),
      weightHidden: of(name("weight_hh")),
      biases: [of(name("bias_ih")), of(name("bias_hh"))],
    });
    this.#values = pointers((parameter) => parameters.value(parameter));
    this.#gradients = pointers((parameter) => parameters.gradient(parameter));
    this.#gateRow = new IndexArray(arena, gateOrder(hiddenSize));
    this.#inputColumn = new IndexArray(arena, input === undefined ? new Int32Array(0) : featureOfRow(input));
    this.#hiddenColumn = new IndexArray(arena, featureOfRow({ parts: 1, size: hiddenSize }));
    this.#panels = arena.words(4 * hiddenSize * (this.#inputSize + hiddenSize));
    this.#bias = arena.words(4 * hiddenSize);
    const inputRows = roundUp(this.#inputSize, 4);
    this.#hiddenPanels = arena.words(this.#hiddenRows * 4 * hiddenSize);
    this.#inputPanels = arena.words(inputRows * 4 * hiddenSize);
    this.#zeros = arena.words(inputRows);
    this.#accumulators = Array.from({ length: options.gradientLanes }, () => ({
      weight: arena.words(4 * hiddenSize * this.#columns),
      bias: arena.words(16 * hiddenSize),
    }));
  }

  workspace(arena: Arena, lanes: number, maxLength: number): LstmDirectionWorkspace {
    const steps = maxLength;
    const groupSteps = this.#groupSteps(lanes);
    const state = this.#hiddenRows * lanes;
    return {
      record: arena.words(lstmBlock.bytes / 4),
      fields: lstmBlock.fields(),
      gates: arena.words(steps * 4 * this.#hiddenSize * lanes),
      cells: arena.words((maxLength + 2) * state),
      tanhCells: arena.words(steps * state),
      hiddenGradient: arena.words(state),
      cellGradient: arena.words(state),
      transposed: arena.words(groupSteps * lanes * this.#columns),
      laneRuns: arena.words(8 * groupSteps),
      rowPointers: this.#inputSize === 0 ? arena.words(lanes) : 0,
      unusedRow: this.#inputSize === 0 ? arena.words(4 * this.#hiddenSize) : 0,
    };
  }

  initialise(kernels: Kernels): void {
    this.#gateRow.write(kernels);
    this.#inputColumn.write(kernels);
    this.#hiddenColumn.write(kernels);
  }

  pack(kernels: Kernels): void {
    const { run } = kernels;
    const { weightInput, weightHidden, biases } = this.#values;
    const hidden = this.#hiddenSize;
    const gates = this.#gateRow.pointer;
    const inputColumn = this.#inputColumn.pointer;
    const hiddenColumn = this.#hiddenColumn.pointer;
    const panelBytes = 16 * (this.#inputSize + hidden);
    const features = this.#inputFeatures;
    if (features > 0) {
      run.packPanels(this.#panels, panelBytes, weightInput, gates, hidden, inputColumn, this.#inputSize, features, 1);
    }
    const hiddenAt = this.#panels + 16 * this.#inputSize;
    run.packPanels(hiddenAt, panelBytes, weightHidden, gates, hidden, hiddenColumn, hidden, hidden, 1);
    run.packBias(this.#bias, biases[0], biases[1], gates, 4 * hidden);
    const rows = 4 * hidden;
    const hiddenCount = this.#hiddenRows / 4;
    run.packPanels(this.#hiddenPanels, 16 * rows, weightHidden, hiddenColumn, hiddenCount, gates, rows, 1, hidden);
    if (features === 0) return;
    const inputCount = this.#inputPanelCount;
    run.packPanels(this.#inputPanels, 16 * rows, weightInput, inputColumn, inputCount, gates, rows, 1, features);
  }

  clearInitialState(
    kernels: Kernels,
    workspace: LstmDirectionWorkspace,
    hidden: number,
    hiddenStep: number,
    block: Block,
  ): void {
    const bytes = this.#hiddenRows * block.stride;
    const slot = this.initialSlot(block);
    kernels.run.clear(hidden + slot * hiddenStep, bytes);
    kernels.run.clear(workspace.cells + slot * this.cellsStep(block), bytes);
  }

  /** The slot of the states before the first step. */
  initialSlot(block: Block): number {
    return this.reverse ? block.steps + 1 : 0;
  }

  /** Bytes from one slot of cell states to the next; 0 where only the current one is kept. */
  cellsStep(block: Block): number {
    return this.#hiddenRows * block.stride;
  }

  forward(
    kernels: Kernels,
    workspace: LstmDirectionWorkspace,
    block: Block,
    input: StackInput,
    output: StackOutput,
  ): void {
    this.#write(kernels, workspace, block, input, { ...output, gradient: 0 }, undefined);
    kernels.run.lstmForward(workspace.record);
  }

  backward(
    kernels: Kernels,
    workspace: LstmDirectionWorkspace,
    block: Block,
    input: StackInput,
    output: StackOutput & { readonly gradient: number },
    gradientLane: number,
  ): void {
    this.#write(kernels, workspace, block, input, output, this.#accumulators[gradientLane]);
    kernels.run.lstmBackward(workspace.record);
  }

  #write(
    kernels: Kernels,
    workspace: LstmDirectionWorkspace,
    block: Block,
    input: StackInput,
    output: StackOutput & { readonly gradient: number },
    accumulator: { readonly weight: number; readonly bias: number } | undefined,
  ): void {
    const { fields } = workspace;
    this.#setSizes(fields, block);
    this.#setStates(fields, workspace, block, output);
    this.#setInput(fields, block, input, output.part);
    fields.weightGradient = accumulator?.weight ?? 0;
    fields.biasGradient = accumulator?.bias ?? 0;
    lstmBlock.write(kernels, workspace.record, fields);
  }

  #setSizes(fields: LstmFields, block: Block): void {
    fields.inputSize = this.#inputSize;
    fields.units = this.#hiddenSize;
    fields.panels = this.#panels;
    fields.bias = this.#bias;
    fields.lengths = block.lengths;
    fields.active = block.active;
    fields.steps = block.steps;
    fields.stride = block.stride;
    fields.reverse = this.reverse ? 1 : 0;
    fields.starts = block.starts;
    fields.hiddenPanels = this.#hiddenPanels;
    fields.inputPanels = this.#inputPanels;
    fields.inputPanelCount = this.#inputPanelCount;
    fields.columns = this.#columns;
    fields.groupSteps = this.#groupSteps(block.lanes);
    fields.zeros = this.#zeros;
  }

  #setStates(
    fields: LstmFields,
    workspace: LstmDirectionWorkspace,
    block: Block,
    output: StackOutput & { readonly gradient: number },
  ): void {
    const { stride } = block;
    const part = output.part * this.#hiddenRows * stride;
    fields.gates = workspace.gates;
    fields.gatesStep = 4 * this.#hiddenSize * stride;
    fields.cells = workspace.cells;
    fields.cellsStep = this.cellsStep(block);
    fields.tanhCells = workspace.tanhCells;
    fields.tanhCellsStep = this.#hiddenRows * stride;
    fields.hidden = output.values + part;
    fields.hiddenStep = output.step;
    fields.outputGradient = output.gradient === 0 ? 0 : output.gradient + part;
    fields.outputGradientStep = output.step;
    fields.hiddenGradient = workspace.hiddenGradient;
    fields.cellGradient = workspace.cellGradient;
    fields.transposed = workspace.transposed;
    fields.laneRuns = workspace.laneRuns;
    fields.rowPointers = workspace.rowPointers;
    fields.unusedRow = workspace.unusedRow;
  }

  #setInput(fields: LstmFields, block: Block, input: StackInput, part: number): void {
    fields.input = input.values;
    fields.inputStep = input.step;
    fields.inputActive = input.skipsPadding ? block.inputActive : block.active;
    fields.inputGradient = input.gradient;
    fields.inputGradientStep = input.step;
    fields.addInputGradient = part;
    const { projected } = input;
    if (!projected) return;
    fields.projection = projected.projection + part * projected.partBytes;
    fields.projectionRow = projected.projectionRow;
    fields.tokenSlots = projected.tokenSlots;
    fields.projectionGradient = projected.projectionGradient + part * projected.partBytes;
    fields.tokenRows = projected.tokenRows;
  }

  clearGradients(kernels: Kernels, gradientLane: number): void {
    const { weight, bias } = this.#accumulators[gradientLane];
    kernels.run.clear(weight, 16 * this.#hiddenSize * this.#columns);
    kernels.run.clear(bias, 64 * this.#hiddenSize);
  }

  /** Adds the accumulators of lanes 0 to `count` - 1, in this order, to the parameters' gradients; they are used up by it. */
  reduceGradients(kernels: Kernels, count: number): void {
    if (!this.#gradients) return;
    const { run } = kernels;
    const { weightInput, weightHidden, biases } = this.#gradients;
    const rows = 4 * this.#hiddenSize;
    const columns = this.#columns;
    const gates = this.#gateRow.pointer;
    const { weight, bias } = this.#accumulators[0];
    for (let lane = 1; lane < count; lane++) {
      run.addFloats(weight, this.#accumulators[lane].weight, rows * columns);
      run.addFloats(bias, this.#accumulators[lane].bias, 4 * rows);
    }
    if (this.#inputSize > 0) {
      const { pointer } = this.#inputColumn;
      run.unpackAdd(weightInput, weight, gates, rows, pointer, this.#inputSize, this.#inputFeatures, columns);
    }
    const hiddenWeight = weight + 4 * roundUp(this.#inputSize, 4);
    const hidden = this.#hiddenSize;
    run.unpackAdd(weightHidden, hiddenWeight, gates, rows, this.#hiddenColumn.pointer, hidden, hidden, columns);
    for (const target of biases) run.unpackBias(target, bias, gates, rows);
  }

  /** Steps whose weight gradients are added up together. */
  #groupSteps(lanes: number): number {
    return Math.max(1, Math.floor(bytesOfGroup / (4 * lanes * this.#columns)));
  }

  get #inputPanelCount(): number {
    return roundUp(this.#inputSize, 4) / 4;
  }
}
