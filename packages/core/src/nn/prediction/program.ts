/**
 * A network that predicts, laid out in memory, with the tasks that a prediction is made of. The layout is a pure function
 * of the settings: every thread makes the same program over the same memory.
 */
import { Arena, rowLstmBlock } from "../../kernels/index.js";
import { IndexArray } from "../blocks/indexArray.js";
import { Parameters } from "../blocks/parameters.js";
import { pooledRows } from "../blocks/pooling.js";
import type { NetworkConfig } from "../network.js";
import { type FeatureRows, featureCount, featureOfRow, partRows, roundUp, rowCount } from "../notation.js";
import { parameterShapes } from "../program.js";
import { type AttentionWorkspace, PredictionAttention } from "./attention.js";
import { type BatchBlock, blockRows, PredictionBatch } from "./batch.js";
import { PredictionDirection, type StateSlots } from "./direction.js";
import type { PredictionKernels } from "./kernels.js";
import { VocabularyTable } from "./vocabularyTable.js";

/** All that determines a program. */
export interface PredictionSettings {
  readonly config: NetworkConfig;
  /** First byte of the memory that may be used. */
  readonly start: number;
  /** Most tokens of a text. */
  readonly maxLength: number;
  /** Workspaces, one a thread. */
  readonly threads: number;
  /** The recurrent weights are kept in 8 bits. */
  readonly int8: boolean;
  /** The kernels multiply them by states of a byte; only with `int8`. */
  readonly dotOfBytes: boolean;
}

/** Kinds of tasks; within a kind, tasks may run in any order and on any thread. */
export const predictionTasks = { projectTokens: 0, predictBlock: 1 } as const;

/** New tokens of a task. */
const tokensOfTask = 32;

/** Memory of one thread. Pointers. */
interface Workspace {
  readonly record: number;
  readonly embeddings: number;
  readonly gates: number;
  readonly cells: number;
  readonly addends: number;
  readonly rounded: number;
  /** Two slots of states of one direction. */
  readonly ring: number;
  /** States of all steps, of two layers in turn; 0 where they are not needed. */
  readonly kept: readonly [number, number];
  /** [row][feature] */
  readonly features: number;
  readonly attention?: AttentionWorkspace;
}

export class PredictionProgram {
  readonly parameters: Parameters;
  readonly batch: PredictionBatch;
  readonly vocabulary: VocabularyTable;
  /** Bytes from the beginning of the memory to the end of the plan. */
  readonly bytes: number;
  readonly #config: NetworkConfig;
  readonly #layers: readonly (readonly PredictionDirection[])[];
  readonly #states: FeatureRows;
  readonly #features: FeatureRows;
  readonly #attention?: PredictionAttention;
  readonly #linear: {
    /** The row of weights of each output, and the output itself. */
    readonly weightRows: IndexArray;
    readonly rows: IndexArray;
    readonly columns: IndexArray;
    readonly panels: number;
    readonly bias: number;
  };
  readonly #workspaces: readonly Workspace[];

  constructor({ config, start, maxLength, threads, int8, dotOfBytes }: PredictionSettings) {
    const { hiddenSize, bidirectional, pooling } = config;
    this.#config = config;
    const arena = new Arena(start);
    this.parameters = new Parameters(arena, parameterShapes(config), { training: false });
    this.#states = { parts: bidirectional ? 2 : 1, size: hiddenSize };
    this.#features = pooledRows(this.#states, pooling);
    this.#layers = Array.from({ length: config.numLayers }, (_, layer) =>
      this.#planLayer(arena, layer, { int8, dotOfBytes }),
    );
    if (pooling === "meanMaxAttention") {
      this.#attention = new PredictionAttention(arena, this.parameters, this.#states);
    }
    const outputs = roundUp(config.outputSize, 16);
    const features = rowCount(this.#features);
    const outputRows = Int32Array.from({ length: outputs }, (_, row) => (row < config.outputSize ? row : -1));
    const sharedRows = outputRows.map((row) => Math.min(row, 0));
    this.#linear = {
      weightRows: new IndexArray(arena, config.sharedOutputWeights ? sharedRows : outputRows),
      rows: new IndexArray(arena, outputRows),
      columns: new IndexArray(arena, featureOfRow(this.#features)),
      panels: arena.words(outputs * features),
      bias: arena.words(outputs),
    };
    this.batch = new PredictionBatch(arena, { maxLength, outputStride: outputs });
    this.vocabulary = new VocabularyTable(arena, this.#layers[0], {
      embedding: this.parameters.value("embeddings.weight"),
      vocabularySize: config.vocabularySize,
      batchTokens: this.batch.maxTokens,
    });
    this.#workspaces = Array.from({ length: threads }, () => this.#planWorkspace(arena));
    this.bytes = arena.end;
  }

  #planLayer(
    arena: Arena,
    layer: number,
    weights: { readonly int8: boolean; readonly dotOfBytes: boolean },
  ): PredictionDirection[] {
    const { embeddingSize, hiddenSize, bidirectional } = this.#config;
    return (bidirectional ? [false, true] : [false]).map(
      (reverse) =>
        new PredictionDirection(arena, this.parameters, {
          names: `lstm.%_l${layer}${reverse ? "_reverse" : ""}`,
          input: layer === 0 ? { parts: 1, size: embeddingSize } : this.#states,
          hiddenSize,
          reverse,
          ...weights,
        }),
    );
  }

  #planWorkspace(arena: Arena): Workspace {
    const { embeddingSize, numLayers, bidirectional, pooling } = this.#config;
    const { unitRows, gateWords } = this.#layers[0][0];
    // A slot more than there are steps at either end of each block.
    const keptWords = (this.batch.blockTokens + 2 * blockRows) * rowCount(this.#states);
    const keepsLast = (bidirectional && pooling !== "last") || this.#attention !== undefined;
    return {
      record: arena.words(rowLstmBlock.bytes / 4),
      embeddings: arena.words(tokensOfTask * embeddingSize),
      gates: arena.words(blockRows * gateWords),
      cells: arena.words(blockRows * unitRows),
      addends: arena.words(blockRows),
      rounded: arena.words((blockRows * unitRows) / 2),
      ring: arena.words(2 * blockRows * unitRows),
      kept: [
        numLayers > 1 || keepsLast ? arena.words(keptWords) : 0,
        numLayers > 2 || (numLayers > 1 && keepsLast) ? arena.words(keptWords) : 0,
      ],
      features: arena.words(blockRows * rowCount(this.#features)),
      attention: this.#attention?.workspace(arena, { rows: blockRows, tokens: this.batch.blockTokens }),
    };
  }

  /** Writes constants; once, by the thread that made the memory. */
  initialise(kernels: PredictionKernels): void {
    for (const direction of this.#layers.flat()) direction.initialise(kernels);
    this.#attention?.initialise(kernels);
    this.#linear.weightRows.write(kernels);
    this.#linear.rows.write(kernels);
    this.#linear.columns.write(kernels);
  }

  /** Brings packed weights up to date; after every change of the parameters. */
  pack(kernels: PredictionKernels): void {
    for (const direction of this.#layers.flat()) direction.pack(kernels);
    this.#attention?.pack(kernels);
    const { weightRows, rows, columns, panels, bias } = this.#linear;
    const weight = this.parameters.value("linear.weight");
    const groups = rows.length / 16;
    const features = featureCount(this.#features);
    kernels.run.packRowPanels(panels, weight, features, weightRows.pointer, groups, columns.pointer, columns.length);
    kernels.run.packBias(bias, this.parameters.value("linear.bias"), 0, rows.pointer, rows.length);
  }

  /** Tasks of the kind `projectTokens` that the batch needs. */
  projectionTasks(kernels: PredictionKernels): number {
    const { first, end } = this.batch.newTokens(kernels);
    return Math.ceil((end - first) / tokensOfTask);
  }

  /** Does one task of the batch that lies in memory. */
  runTask(kernels: PredictionKernels, thread: number, kind: number, index: number): void {
    const workspace = this.#workspaces[thread];
    if (kind === predictionTasks.projectTokens) {
      const { first, end } = this.batch.newTokens(kernels);
      const start = first + index * tokensOfTask;
      this.vocabulary.fill(kernels, workspace.embeddings, start, Math.min(end, start + tokensOfTask));
    } else {
      this.#predictBlock(kernels, workspace, this.batch.block(kernels, index));
    }
  }

  #predictBlock(kernels: PredictionKernels, workspace: Workspace, block: BatchBlock): void {
    const { rows, outputs } = block;
    const { features } = workspace;
    const columns = this.#linear.columns.length;
    kernels.run.clear(features, 4 * columns * rows);
    let below: StateSlots | undefined;
    for (let layer = 0; layer < this.#layers.length; layer++) {
      below = this.#runLayer(kernels, workspace, block, layer, below);
    }
    if (below && workspace.attention) {
      const outputStride = 4 * columns;
      const output = features + (outputStride / 3) * 2;
      this.#attention?.forward(kernels, workspace.attention, block, below, { output, outputStride });
    }
    const { panels, bias } = this.#linear;
    const outputBytes = 4 * this.#linear.rows.length;
    const groups = this.#linear.rows.length / 16;
    kernels.run.rowProduct(outputs, outputBytes, bias, 0, features, 4 * columns, rows, panels, groups, columns);
  }

  /** @returns where the layer's states lie, for the layer above. */
  #runLayer(
    kernels: PredictionKernels,
    workspace: Workspace,
    block: BatchBlock,
    layer: number,
    below: StateSlots | undefined,
  ): StateSlots {
    const isLast = layer === this.#layers.length - 1;
    const kept = workspace.kept[layer % 2];
    const partBytes = 4 * partRows(this.#states);
    const stride = 4 * rowCount(this.#states);
    const states = { pointer: kept, slotBytes: stride * block.rows, stride, kept: true };
    const ring = { pointer: workspace.ring, slotBytes: partBytes * block.rows, stride: partBytes, kept: false };
    this.#layers[layer].forEach((direction, part) => {
      const isKept = !isLast || this.#attention !== undefined || (direction.reverse && this.#config.pooling !== "last");
      direction.forward(kernels, {
        record: workspace.record,
        tokens: this.batch.tokens,
        positions: block.positions,
        lengths: block.lengths,
        rows: block.rows,
        from: below ?? { table: this.vocabulary.tables[part] },
        states: isKept ? { ...states, pointer: kept + part * partBytes } : ring,
        cells: workspace.cells,
        gates: workspace.gates,
        addends: workspace.addends,
        rounded: workspace.rounded,
        pooled: this.#pooledRows(workspace, isLast, part),
      });
    });
    return states;
  }

  /** Pooled features lie as in training: the last states of each direction, or their means, their maxima, and what attention gave. */
  #pooledRows(workspace: Workspace, isLast: boolean, part: number) {
    const partBytes = 4 * partRows(this.#features);
    const stride = 4 * rowCount(this.#features);
    const own = workspace.features + part * partBytes;
    const meanMax = this.#config.pooling !== "last";
    return {
      last: isLast && !meanMax ? own : 0,
      mean: isLast && meanMax ? own : 0,
      maximum: isLast && meanMax ? own + this.#states.parts * partBytes : 0,
      stride,
    };
  }
}
