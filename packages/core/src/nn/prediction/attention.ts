/** Attention pooling of a network that predicts: its packed weights and the call of its kernel. */
import { type Arena, rowAttentionBlock } from "../../kernels/index.js";
import { attentionUnits } from "../blocks/attention.js";
import { IndexArray } from "../blocks/indexArray.js";
import type { Parameters } from "../blocks/parameters.js";
import { type FeatureRows, featureCount, featureOfRow, roundUp, rowCount } from "../notation.js";
import type { BatchBlock } from "./batch.js";
import type { StateSlots } from "./direction.js";
import type { PredictionKernels } from "./kernels.js";

/** Memory of one thread. Pointers. */
export interface AttentionWorkspace {
  readonly record: number;
  /** [row][unit] */
  readonly keys: number;
  /** [row][step], rows rounded up to four steps. */
  readonly weights: number;
}

export class PredictionAttention {
  readonly #parameters: { readonly weight: number; readonly bias: number; readonly vector: number };
  readonly #input: FeatureRows;
  readonly #unitIndex: IndexArray;
  readonly #inputIndex: IndexArray;
  readonly #panels: number;
  readonly #bias: number;
  readonly #vector: number;

  constructor(arena: Arena, parameters: Parameters, input: FeatureRows) {
    const units = attentionUnits(input.size);
    this.#parameters = {
      weight: parameters.value("attention.weight"),
      bias: parameters.value("attention.bias"),
      vector: parameters.value("attention.vector"),
    };
    this.#input = input;
    const padded = roundUp(units, 16);
    this.#unitIndex = new IndexArray(
      arena,
      Int32Array.from({ length: padded }, (_, unit) => (unit < units ? unit : -1)),
    );
    this.#inputIndex = new IndexArray(arena, featureOfRow(input));
    this.#panels = arena.words(padded * rowCount(input));
    this.#bias = arena.words(padded);
    this.#vector = arena.words(padded);
  }

  /** @param tokens that a block has at most, dead steps of its rows included. */
  workspace(arena: Arena, { rows, tokens }: { readonly rows: number; readonly tokens: number }): AttentionWorkspace {
    return {
      record: arena.words(rowAttentionBlock.bytes / 4),
      keys: arena.words(rows * this.#unitIndex.length),
      weights: arena.words(tokens + 4 * rows),
    };
  }

  initialise(kernels: PredictionKernels): void {
    this.#unitIndex.write(kernels);
    this.#inputIndex.write(kernels);
  }

  pack({ run }: PredictionKernels): void {
    const { weight, bias, vector } = this.#parameters;
    const { pointer: units, length } = this.#unitIndex;
    const { pointer: inputs, length: rows } = this.#inputIndex;
    run.packRowPanels(this.#panels, weight, featureCount(this.#input), units, length / 16, inputs, rows);
    run.packBias(this.#bias, bias, 0, units, length);
    run.packBias(this.#vector, vector, 0, units, length);
  }

  /** @param output pointer to the first row's sums; one row further every `outputStride` bytes. */
  forward(
    kernels: PredictionKernels,
    { record, keys, weights }: AttentionWorkspace,
    block: BatchBlock,
    states: StateSlots,
    { output, outputStride }: { readonly output: number; readonly outputStride: number },
  ): void {
    rowAttentionBlock.write(kernels, record, {
      states: states.pointer,
      slotBytes: states.slotBytes,
      statesStride: states.stride,
      features: rowCount(this.#input),
      lengths: block.lengths,
      rows: block.rows,
      panels: this.#panels,
      groups: this.#unitIndex.length / 16,
      bias: this.#bias,
      vector: this.#vector,
      keys,
      weights,
      weightsStride: 4 * roundUp(block.steps, 4),
      output,
      outputStride,
    });
    kernels.run.rowAttention(record);
  }
}
