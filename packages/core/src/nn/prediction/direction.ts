/** One direction of one LSTM layer of a network that predicts: its packed weights and the call of its kernel. */
import { type Arena, rowLstmBlock } from "../../kernels/index.js";
import { IndexArray } from "../blocks/indexArray.js";
import type { Parameters } from "../blocks/parameters.js";
import { type FeatureRows, featureCount, featureOfRow, partRows, roundUp, rowCount } from "../notation.js";
import { quantizeMatrix } from "../quantize.js";
import type { PredictionKernels } from "./kernels.js";

/**
 * What states, -1 to 1, are multiplied by to become whole numbers beside 8-bit weights, and what is added to make bytes from
 * 1 to 127 of them. More than 7 bits would hardly change an answer: what 8 bits leave of the weights moves it most.
 */
const stateFactor = 63;
const stateShift = 64;

/** Where the states of a layer lie, [slot][row][part][unit]. */
export interface StateSlots {
  readonly pointer: number;
  /** Bytes from one slot to the next. */
  readonly slotBytes: number;
  /** Bytes from one row to the next. */
  readonly stride: number;
  /** Every slot is kept; otherwise two are used in turn. */
  readonly kept: boolean;
}

/** Where the pooled features of the rows go; 0 for what is not wanted. */
export interface PooledRows {
  readonly last: number;
  readonly mean: number;
  readonly maximum: number;
  readonly stride: number;
}

/** A run of `rowLstm`: what differs from block to block. */
export interface DirectionRun {
  readonly record: number;
  readonly tokens: number;
  readonly positions: number;
  readonly lengths: number;
  readonly rows: number;
  /** What each token starts its pre-activations with (lowest layer), or the states of the layer below. */
  readonly from: { readonly table: number } | StateSlots;
  readonly states: StateSlots;
  readonly cells: number;
  readonly gates: number;
  /** Room for a pointer for each row, and for the states as whole numbers; used with 8-bit weights. */
  readonly addends: number;
  readonly rounded: number;
  readonly pooled: PooledRows;
}

export class PredictionDirection {
  readonly reverse: boolean;
  /** Units, padded. */
  readonly unitRows: number;
  readonly #hiddenSize: number;
  readonly #inputSize: number;
  readonly #inputFeatures: number;
  readonly #parameters: {
    readonly weightInput: number;
    readonly weightHidden: number;
    readonly biases: [number, number];
  };
  readonly #gateRow: IndexArray;
  readonly #inputColumn: IndexArray;
  readonly #hiddenColumn: IndexArray;
  readonly #bias: number;
  readonly #inputPanels: number;
  readonly #panels: number;
  /** [packed row] scales of 8-bit weights, or 0. */
  readonly #scales: number;
  /** [packed row] what the sums of 8-bit weights begin with where states are bytes, or 0. */
  readonly #sumStarts: number;
  readonly #dotOfBytes: boolean;

  /** @param options.names parameter names with `%` in the place of `weight_ih` and so on. */
  constructor(
    arena: Arena,
    parameters: Parameters,
    options: {
      readonly names: string;
      readonly input: FeatureRows;
      readonly hiddenSize: number;
      readonly reverse: boolean;
      readonly int8: boolean;
      readonly dotOfBytes: boolean;
    },
  ) {
    const { hiddenSize, input, names, int8, dotOfBytes } = options;
    this.reverse = options.reverse;
    this.#hiddenSize = hiddenSize;
    this.unitRows = partRows({ parts: 1, size: hiddenSize });
    this.#inputSize = input.parts === 1 ? input.size : rowCount(input);
    this.#inputFeatures = featureCount(input);
    const value = (kind: string) => parameters.value(names.replace("%", kind));
    this.#parameters = {
      weightInput: value("weight_ih"),
      weightHidden: value("weight_hh"),
      biases: [value("bias_ih"), value("bias_hh")],
    };
    this.#gateRow = new IndexArray(arena, gateRows(hiddenSize));
    this.#inputColumn = new IndexArray(arena, featureOfRow(input));
    this.#hiddenColumn = new IndexArray(arena, featureOfRow({ parts: 1, size: hiddenSize }));
    this.#bias = arena.words(this.gateWords);
    this.#inputPanels = arena.words(this.gateWords * this.#inputSize);
    const panelWords = int8 ? this.unitRows / (dotOfBytes ? 4 : 2) : hiddenSize;
    this.#panels = arena.words(this.gateWords * panelWords);
    this.#scales = int8 ? arena.words(this.gateWords) : 0;
    this.#sumStarts = dotOfBytes ? arena.words(this.gateWords) : 0;
    this.#dotOfBytes = dotOfBytes;
  }

  /** Pre-activations of a row, padding included. */
  get gateWords(): number {
    return 4 * this.unitRows;
  }

  initialise(kernels: PredictionKernels): void {
    this.#gateRow.write(kernels);
    this.#inputColumn.write(kernels);
    this.#hiddenColumn.write(kernels);
  }

  pack(kernels: PredictionKernels): void {
    const { run } = kernels;
    const { weightInput, weightHidden, biases } = this.#parameters;
    const rows = this.#gateRow.pointer;
    const inputs = this.#inputColumn.pointer;
    const units = this.#hiddenColumn.pointer;
    const hidden = this.#hiddenSize;
    const groups = this.#groups;
    run.packRowPanels(this.#inputPanels, weightInput, this.#inputFeatures, rows, groups, inputs, this.#inputSize);
    if (this.#scales === 0) run.packRowPanels(this.#panels, weightHidden, hidden, rows, groups, units, hidden);
    else this.#packInt8(kernels);
    run.packBias(this.#bias, biases[0], biases[1], rows, this.gateWords);
  }

  /**
   * Packs whole numbers, [group][pair][16][2] of 16 bits or [group][quad][16][4] of 8, and the scales and starts that
   * belong to their sums.
   */
  #packInt8(kernels: PredictionKernels): void {
    const hidden = this.#hiddenSize;
    const weights = kernels.floats(this.#parameters.weightHidden, 4 * hidden * hidden);
    const { values, scales } = quantizeMatrix(weights, 4 * hidden);
    const [Numbers, together] = this.#dotOfBytes ? [Int8Array, 4] : [Int16Array, 2];
    const panels = new Numbers(kernels.memory.buffer, this.#panels, this.gateWords * this.unitRows);
    const packedScales = kernels.floats(this.#scales, this.gateWords);
    const sumStarts = kernels.ints(this.#sumStarts, this.#dotOfBytes ? this.gateWords : 0);
    gateRows(hidden).forEach((row, packed) => {
      packedScales[packed] = row < 0 ? 0 : scales[row] / stateFactor;
      const group = Math.floor(packed / 16);
      let sum = 0;
      for (let unit = 0; unit < this.unitRows; unit++) {
        const run = 16 * (this.unitRows * group + together * Math.floor(unit / together));
        const value = row < 0 || unit >= hidden ? 0 : values[row * hidden + unit];
        panels[run + together * (packed % 16) + (unit % together)] = value;
        sum += value;
      }
      if (this.#dotOfBytes) sumStarts[packed] = -stateShift * sum;
    });
  }

  /**
   * What tokens start the pre-activations with: bias and input product, `gateWords` floats each.
   *
   * @param options.embedding pointer to the matrix of all tokens. @param options.ids pointer to the tokens' ids.
   * @param options.scratch room for their embeddings.
   */
  projectTokens(
    kernels: PredictionKernels,
    out: number,
    options: {
      readonly embedding: number;
      readonly ids: number;
      readonly count: number;
      readonly scratch: number;
    },
  ): void {
    const { embedding, ids, count, scratch } = options;
    const size = this.#inputSize;
    kernels.run.projectTokens(
      out,
      4 * this.gateWords,
      this.#bias,
      embedding,
      4 * size,
      ids,
      count,
      scratch,
      this.#inputPanels,
      this.#groups,
      size,
    );
  }

  /** Runs the recurrence over a block. */
  forward(kernels: PredictionKernels, block: DirectionRun): void {
    const { from, states, pooled } = block;
    const below = "table" in from ? undefined : from;
    rowLstmBlock.write(kernels, block.record, {
      starts: "table" in from ? from.table : this.#bias,
      startBytes: 4 * this.gateWords,
      tokens: block.tokens,
      positions: block.positions,
      lengths: block.lengths,
      rows: block.rows,
      input: below?.pointer ?? 0,
      inputSlotBytes: below?.slotBytes ?? 0,
      inputStride: below?.stride ?? 0,
      inputSize: this.#inputSize,
      inputPanels: this.#inputPanels,
      hidden: states.pointer,
      slotBytes: states.slotBytes,
      slotMask: states.kept ? -1 : 1,
      hiddenStride: states.stride,
      cells: block.cells,
      gates: block.gates,
      panels: this.#panels,
      scales: this.#scales,
      sumStarts: this.#sumStarts,
      addends: block.addends,
      rounded: block.rounded,
      stateFactor,
      units: this.#hiddenSize,
      reverse: this.reverse ? 1 : 0,
      last: pooled.last,
      mean: pooled.mean,
      maximum: pooled.maximum,
      pooledStride: pooled.stride,
    });
    kernels.run.rowLstm(block.record);
  }

  get #groups(): number {
    return this.unitRows / 4;
  }
}

/** For each packed row (four units of each gate in turn) the row of PyTorch's weights, or -1 for padding. */
function gateRows(hiddenSize: number): Int32Array {
  return Int32Array.from({ length: 4 * roundUp(hiddenSize, 4) }, (_, packed) => {
    const unit = 4 * Math.floor(packed / 16) + (packed % 4);
    const gate = Math.floor(packed / 4) % 4;
    return unit < hiddenSize ? gate * hiddenSize + unit : -1;
  });
}
