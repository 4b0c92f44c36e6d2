/** The kernels on one memory: typed functions and views. Everything above sees WebAssembly only through this. */
import { EngineError } from "../errors.js";

type Pointer = number;

/** The exported functions, documented in assembly/; all arguments are pointers (byte offsets) or whole numbers unless named as factors. */
export interface KernelFunctions {
  activate(kind: number, out: Pointer, input: Pointer, count: number): void;
  clear(pointer: Pointer, bytes: number): void;
  transpose(
    out: Pointer,
    outStride: number,
    input: Pointer,
    inputStride: number,
    features: number,
    active: number,
  ): void;
  packPanels(
    out: Pointer,
    panelBytes: number,
    matrix: Pointer,
    rowIndex: Pointer,
    panelCount: number,
    columnIndex: Pointer,
    k: number,
    rowStride: number,
    columnStride: number,
  ): void;
  unpackAdd(
    matrix: Pointer,
    packed: Pointer,
    rowIndex: Pointer,
    rows: number,
    columnIndex: Pointer,
    columns: number,
    matrixColumns: number,
    packedStride: number,
  ): void;
  packBias(out: Pointer, bias: Pointer, secondBias: Pointer, rowIndex: Pointer, rows: number): void;
  unpackBias(bias: Pointer, packed: Pointer, rowIndex: Pointer, rows: number): void;
  sumLanes(out: Pointer, values: Pointer, rows: number, lanes: number, stride: number): void;
  product(
    out: Pointer,
    panels: Pointer,
    start: Pointer,
    input: Pointer,
    panelCount: number,
    k: number,
    active: number,
    stride: number,
  ): void;
  outerProduct(
    gradient: Pointer,
    columnBytes: number,
    firstColumn: number,
    endColumn: number,
    left: Pointer,
    right: Pointer,
    rows: number,
    runs: Pointer,
    runCount: number,
    stride: number,
  ): void;
  lstmForward(block: Pointer): void;
  lstmBackward(block: Pointer): void;
  embeddingForward(block: Pointer): void;
  embeddingBackward(block: Pointer): void;
  groupByToken(grouping: Pointer): void;
  gatherTokenRows(
    out: Pointer,
    outSize: number,
    table: Pointer,
    size: number,
    tokens: Pointer,
    first: number,
    count: number,
    rows: number,
    scale: number,
  ): void;
  scatterTokenRows(
    gradient: Pointer,
    size: number,
    rows: Pointer,
    rowSize: number,
    tokens: Pointer,
    first: number,
    count: number,
    scale: number,
  ): void;
  sumSlotRows(
    out: Pointer,
    rows: Pointer,
    rowBytes: number,
    starts: Pointer,
    order: Pointer,
    first: number,
    count: number,
    outRows: number,
  ): void;
  sumTokenRows(
    gradient: Pointer,
    size: number,
    rows: Pointer,
    rowSize: number,
    tokens: Pointer,
    starts: Pointer,
    order: Pointer,
    first: number,
    end: number,
    padding: number,
  ): void;
  lastState(
    out: Pointer,
    states: Pointer,
    slotBytes: number,
    units: number,
    lengths: Pointer,
    lanes: number,
    stride: number,
    reverse: number,
  ): void;
  meanMaxForward(
    mean: Pointer,
    maximum: Pointer,
    argument: Pointer,
    input: Pointer,
    inputStep: number,
    features: number,
    lengths: Pointer,
    active: Pointer,
    steps: number,
    lanes: number,
    stride: number,
  ): void;
  meanMaxBackward(
    inputGradient: Pointer,
    inputStep: number,
    meanGradient: Pointer,
    maximumGradient: Pointer,
    argument: Pointer,
    features: number,
    lengths: Pointer,
    active: Pointer,
    steps: number,
    lanes: number,
    stride: number,
  ): void;
  attentionForward(block: Pointer): void;
  attentionBackward(block: Pointer): void;
  dropoutFeatures(
    values: Pointer,
    features: number,
    lanes: number,
    stride: number,
    firstRow: number,
    dropThreshold: number,
    keepScale: number,
    key0: number,
    key1: number,
  ): void;
  crossEntropy(
    gradient: Pointer,
    logits: Pointer,
    targets: Pointer,
    weights: Pointer,
    classes: number,
    rows: number,
    lanes: number,
    stride: number,
    scale: number,
  ): number;
  ordinalLoss(
    gradient: Pointer,
    logits: Pointer,
    targets: Pointer,
    weights: Pointer,
    outputs: number,
    rows: number,
    lanes: number,
    stride: number,
    scale: number,
    kind: number,
  ): number;
  squaredError(
    gradient: Pointer,
    predictions: Pointer,
    targets: Pointer,
    rows: number,
    lanes: number,
    scale: number,
  ): number;
  adam(step: Pointer): void;
  adamRows(step: Pointer, tokens: Pointer, first: number, end: number, size: number): void;
  sumOfSquares(values: Pointer, count: number): number;
  sumOfSquaresOfRows(values: Pointer, tokens: Pointer, first: number, end: number, size: number): number;
  addFloats(out: Pointer, values: Pointer, count: number): void;
  fillUniform(out: Pointer, count: number, low: number, high: number, key0: number, key1: number): void;
  fillNormal(out: Pointer, count: number, key0: number, key1: number): void;
  skipGram(block: Pointer, count: number, position: number): void;
}

/** Kernel functions bound to a memory, with views of it. Sizes are fixed: the views never go stale. */
export class Kernels<Functions = KernelFunctions> {
  readonly run: Functions;
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly f32: Float32Array;
  readonly i32: Int32Array;
  readonly f64: Float64Array;

  /**
   * @param module from `compileKernels`, for a shared memory if `memory` is one.
   * @param memory as large as the plan that will be used with it.
   */
  constructor(module: WebAssembly.Module, memory: WebAssembly.Memory) {
    const instance = new WebAssembly.Instance(module, { env: { memory } });
    this.run = instance.exports as unknown as Functions;
    this.module = module;
    this.memory = memory;
    this.f32 = new Float32Array(memory.buffer);
    this.i32 = new Int32Array(memory.buffer);
    this.f64 = new Float64Array(memory.buffer);
  }

  /** The numbers at a pointer, as a view that follows later changes. */
  floats(pointer: Pointer, count: number): Float32Array {
    return this.f32.subarray(pointer >>> 2, (pointer >>> 2) + count);
  }

  /** The whole numbers at a pointer, as a view that follows later changes. */
  ints(pointer: Pointer, count: number): Int32Array {
    return this.i32.subarray(pointer >>> 2, (pointer >>> 2) + count);
  }
}

const pageBytes = 65_536;
/** What 32-bit pointers reach, less the last page, so that no end pointer wraps to 0. */
const maximumBytes = 65_535 * pageBytes;

/**
 * A memory of exactly the planned size, all zero.
 *
 * @throws {EngineError} `out-of-memory` when it cannot be had.
 */
export function allocateMemory(bytes: number, options: { readonly sharedMemory: boolean }): WebAssembly.Memory {
  const pages = Math.ceil(bytes / pageBytes);
  const needed = `${Math.ceil(bytes / 1e6)} MB`;
  if (bytes > maximumBytes) {
    throw new EngineError(
      "out-of-memory",
      `The network and its batches would need ${needed}, more than the 4,294 MB that WebAssembly can address; lower the batch size, the maximum length or the vocabulary size.`,
    );
  }
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: options.sharedMemory });
  } catch (cause) {
    throw new EngineError(
      "out-of-memory",
      `The network and its batches need ${needed} of memory, which this machine did not give; lower the batch size, the maximum length or the vocabulary size.`,
      { cause },
    );
  }
}
