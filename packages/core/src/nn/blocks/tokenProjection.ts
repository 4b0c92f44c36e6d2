/**
 * The part of the gates' pre-activations that depends on the token alone, W_ih E[token] + b, computed once for each distinct
 * token of a batch, and the way back: gradients of all occurrences are summed first, so that the backward products, too, are
 * done once a token. It needs an embedding without dropout of single elements. Whole word types may be dropped: their part is
 * the bias alone, and nothing is computed for them.
 *
 * A batch's tokens are cut into *token blocks* of 32, one token a lane.
 */
import type { Arena, Kernels } from "../../kernels/index.js";
import { featureOfRow, roundUp } from "../notation.js";
import { writeLaneRun } from "./block.js";
import { IndexArray } from "./indexArray.js";
import type { Parameters } from "./parameters.js";
import { slotsTogether, TokenGroups } from "./tokenGroups.js";

/** Tokens of a token block. */
const lanes = slotsTogether;
const stride = 4 * lanes;

/** Memory of one thread. Pointers. */
export interface ProjectionWorkspace {
  /** [padded element][lane] */
  readonly inputs: number;
  /** [gate row of all directions][lane] */
  readonly gates: number;
  /** [lane][gate row of all directions] */
  readonly gateRows: number;
  /** [padded element][lane], then as rows, [lane][padded element]. */
  readonly inputGradient: number;
  readonly inputGradientRows: number;
  /** The run of all lanes, for the outer product. */
  readonly laneRun: number;
}

/** Where an LSTM's directions find what was computed for their tokens; pointers as in the kernels' LSTM block. */
export interface ProjectedInput {
  readonly projection: number;
  /** From one direction to the next. */
  readonly partBytes: number;
  readonly projectionRow: number;
  readonly tokenSlots: number;
  readonly projectionGradient: number;
  readonly tokenRows: number;
}

export interface TokenProjectionOptions {
  /** Pointer to the embedding matrix, [vocabularySize][embeddingSize], and to its gradient; 0 when it does not learn. */
  readonly table: number;
  readonly tableGradient: number;
  readonly vocabularySize: number;
  readonly embeddingSize: number;
  readonly hiddenSize: number;
  /** Of each direction: parameter names with `%` in the place of `weight_ih` and so on. */
  readonly directions: readonly string[];
  readonly maxPositions: number;
  readonly maxBlocks: number;
  /** Gradient accumulators; token blocks go to them in turn, so that the sum does not depend on threads. */
  readonly shares: number;
}

interface DirectionPointers {
  readonly panels: number;
  readonly bias: number;
  readonly inputPanels: number;
  /** Of each share: [gate row][columns]. */
  readonly accumulators: readonly number[];
}

export class TokenProjection {
  readonly groups: TokenGroups;
  readonly #options: TokenProjectionOptions;
  readonly #parameters: Parameters;
  /** Gate rows of one direction. */
  readonly #gateRows: number;
  /** Elements of an embedded token, rounded up to 4 for products and to 8 for outer products. */
  readonly #elements: number;
  readonly #columns: number;
  readonly #inputs: number;
  readonly #projections: number;
  readonly #gradients: number;
  readonly #gateIndex: IndexArray;
  readonly #elementIndex: IndexArray;
  readonly #zeros: number;
  readonly #directions: readonly DirectionPointers[];

  constructor(arena: Arena, parameters: Parameters, options: TokenProjectionOptions) {
    const { vocabularySize, embeddingSize, hiddenSize, maxPositions, maxBlocks } = options;
    this.#options = options;
    this.#parameters = parameters;
    this.#gateRows = 4 * hiddenSize;
    this.#elements = roundUp(embeddingSize, 4);
    this.#columns = roundUp(embeddingSize, 8);
    this.groups = new TokenGroups(arena, { vocabularySize, maxPositions, maxBlocks });
    const { droppedSlot, maxRows } = this.groups;
    this.#inputs = arena.words(droppedSlot * this.#columns);
    this.#projections = arena.words(((droppedSlot + 1) * this.#rowBytes) / 4);
    this.#gradients = arena.words((maxRows * this.#rowBytes) / 4);
    this.#gateIndex = new IndexArray(arena, gateOrder(hiddenSize));
    this.#elementIndex = new IndexArray(arena, featureOfRow({ parts: 1, size: embeddingSize }));
    this.#zeros = arena.words(this.#elements);
    this.#directions = options.directions.map(() => ({
      panels: arena.words(this.#gateRows * embeddingSize),
      bias: arena.words(this.#gateRows),
      inputPanels: arena.words(this.#elements * this.#gateRows),
      accumulators: Array.from({ length: options.shares }, () => arena.words(this.#gateRows * this.#columns)),
    }));
  }

  /** Bytes that the projections and their gradients take at most; known before anything is planned. */
  static bytes(sizes: {
    readonly vocabularySize: number;
    readonly maxPositions: number;
    readonly hiddenSize: number;
    readonly directions: number;
  }): number {
    const slots = Math.min(sizes.vocabularySize, sizes.maxPositions);
    return (slots + sizes.maxPositions) * sizes.directions * 16 * sizes.hiddenSize;
  }

  workspace(arena: Arena): ProjectionWorkspace {
    return {
      inputs: arena.words(this.#elements * lanes),
      gates: arena.words((lanes * this.#rowBytes) / 4),
      gateRows: arena.words((lanes * this.#rowBytes) / 4),
      inputGradient: arena.words(this.#elements * lanes),
      inputGradientRows: arena.words(this.#elements * lanes),
      laneRun: arena.words(4),
    };
  }

  initialise(kernels: Kernels): void {
    this.#gateIndex.write(kernels);
    this.#elementIndex.write(kernels);
  }

  /** Directions of the first layer. */
  get directionCount(): number {
    return this.#directions.length;
  }

  /** Brings one direction's packed weights up to date. */
  pack(kernels: Kernels, part: number): void {
    const { run } = kernels;
    const { embeddingSize, hiddenSize } = this.#options;
    const { panels, bias, inputPanels } = this.#directions[part];
    const gates = this.#gateIndex.pointer;
    const elements = this.#elementIndex.pointer;
    const rows = this.#gateRows;
    const weight = this.#parameters.value(this.#name(part, "weight_ih"));
    run.packPanels(panels, 16 * embeddingSize, weight, gates, hiddenSize, elements, embeddingSize, embeddingSize, 1);
    const biases = ["bias_ih", "bias_hh"].map((kind) => this.#parameters.value(this.#name(part, kind)));
    run.packBias(bias, biases[0], biases[1], gates, rows);
    const ofDropped = this.#projections + this.groups.droppedSlot * this.#rowBytes + part * 4 * rows;
    run.packBias(ofDropped, biases[0], biases[1], gates, rows);
    run.packPanels(inputPanels, 16 * rows, weight, elements, this.#elements / 4, gates, rows, 1, embeddingSize);
  }

  /** Token blocks of the batch whose tokens were grouped last. */
  blockCount(kernels: Kernels): number {
    return Math.ceil(this.groups.count(kernels) / lanes);
  }

  /** Accumulators that the current batch fills. */
  sharesInUse(kernels: Kernels): number {
    return Math.min(this.#options.shares, this.blockCount(kernels));
  }

  /** What the directions of the first layer read and where they leave their gradients. */
  get output(): ProjectedInput {
    return {
      projection: this.#projections,
      projectionGradient: this.#gradients,
      partBytes: 4 * this.#gateRows,
      projectionRow: this.#rowBytes,
      tokenSlots: this.groups.slots,
      tokenRows: this.groups.rows,
    };
  }

  /** Task: projections of one token block. @param scale of the embedding, 1 without dropout. */
  projectBlock(kernels: Kernels, workspace: ProjectionWorkspace, index: number, scale: number): void {
    const { run } = kernels;
    const { table, embeddingSize, hiddenSize } = this.#options;
    const first = index * lanes;
    const count = this.#countIn(kernels, first);
    const rows = this.#inputs + 4 * first * this.#columns;
    const { tokens } = this.groups;
    run.gatherTokenRows(rows, this.#columns, table, embeddingSize, tokens, first, count, lanes, scale);
    run.transpose(workspace.inputs, stride, rows, 4 * this.#columns, lanes, this.#elements);
    for (let part = 0; part < this.#directions.length; part++) {
      const { panels, bias } = this.#directions[part];
      const gates = workspace.gates + part * this.#gateRows * stride;
      run.product(gates, panels, bias, workspace.inputs, hiddenSize, embeddingSize, lanes, stride);
    }
    const out = this.#projections + first * this.#rowBytes;
    run.transpose(out, this.#rowBytes, workspace.gates, stride, this.#rowBytes / 4, lanes);
  }

  /** Sets to zero what the gradients of a block's tokens are added to. */
  clearGradients(kernels: Kernels, block: number): void {
    this.groups.clearBlock(kernels, block, this.#gradients, this.#rowBytes);
  }

  /** Task: gradients of weights and embedding from every token block of one share. */
  backwardShare(kernels: Kernels, workspace: ProjectionWorkspace, share: number, scale: number): void {
    for (const { accumulators } of this.#directions) {
      kernels.run.clear(accumulators[share], 4 * this.#gateRows * this.#columns);
    }
    const blocks = this.blockCount(kernels);
    for (let index = share; index < blocks; index += this.sharesInUse(kernels)) {
      this.#backwardBlock(kernels, workspace, index, share, scale);
    }
  }

  #backwardBlock(kernels: Kernels, workspace: ProjectionWorkspace, index: number, share: number, scale: number): void {
    const { run } = kernels;
    const { groups } = this;
    const { tableGradient, embeddingSize } = this.#options;
    const first = index * lanes;
    const count = this.#countIn(kernels, first);
    const rowBytes = this.#rowBytes;
    writeLaneRun(kernels, workspace.laneRun, lanes);
    run.sumSlotRows(workspace.gateRows, this.#gradients, rowBytes, groups.starts, groups.order, first, count, lanes);
    run.transpose(workspace.gates, stride, workspace.gateRows, rowBytes, lanes, rowBytes / 4);
    for (let part = 0; part < this.#directions.length; part++) {
      const { inputPanels, accumulators } = this.#directions[part];
      const gates = workspace.gates + part * this.#gateRows * stride;
      const columnBytes = 4 * this.#columns;
      const inputs = this.#inputs + first * columnBytes;
      const accumulator = accumulators[share];
      const rows = this.#gateRows;
      const { laneRun, inputGradient } = workspace;
      run.outerProduct(accumulator, columnBytes, 0, columnBytes, gates, inputs, rows, laneRun, 1, stride);
      if (tableGradient === 0) continue;
      const start = part === 0 ? this.#zeros : 0;
      run.product(inputGradient, inputPanels, start, gates, this.#elements / 4, rows, lanes, stride);
    }
    if (tableGradient === 0) return;
    const { inputGradient, inputGradientRows } = workspace;
    run.transpose(inputGradientRows, 4 * this.#elements, inputGradient, stride, this.#elements, lanes);
    const elements = this.#elements;
    run.scatterTokenRows(tableGradient, embeddingSize, inputGradientRows, elements, groups.tokens, first, count, scale);
  }

  /** Adds one direction's accumulators of the shares in use, in order, to the gradient of its input weights; they are used up by it. */
  reduceGradients(kernels: Kernels, part: number): void {
    const { run } = kernels;
    const { embeddingSize } = this.#options;
    const { accumulators } = this.#directions[part];
    const rows = this.#gateRows;
    const shares = this.sharesInUse(kernels);
    if (shares === 0) return;
    for (let share = 1; share < shares; share++) {
      run.addFloats(accumulators[0], accumulators[share], rows * this.#columns);
    }
    const gradient = this.#parameters.gradient(this.#name(part, "weight_ih"));
    const { pointer } = this.#elementIndex;
    run.unpackAdd(
      gradient,
      accumulators[0],
      this.#gateIndex.pointer,
      rows,
      pointer,
      embeddingSize,
      embeddingSize,
      this.#columns,
    );
  }

  #countIn(kernels: Kernels, first: number): number {
    return Math.min(lanes, this.groups.count(kernels) - first);
  }

  #name(part: number, kind: string): string {
    return this.#options.directions[part].replace("%", kind);
  }

  /** Bytes of one token's projections, all directions side by side. */
  get #rowBytes(): number {
    return 4 * this.#gateRows * this.#options.directions.length;
  }
}

/** PyTorch's row of each packed gate row: in packed weights the four gates of a unit are neighbours. */
export function gateOrder(hiddenSize: number): Int32Array {
  return Int32Array.from({ length: 4 * hiddenSize }, (_, row) => (row % 4) * hiddenSize + Math.floor(row / 4));
}
