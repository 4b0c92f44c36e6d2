/** The kernels of networks that only predict, documented in assembly/: a module of their own, since a page that rates needs no other. */
import { compileBinary, engineInfo, type KernelOptions } from "./module.js";
import { constantsEnd, relaxedSimdBase64, simdBase64 } from "./predictionBinary.generated.js";
import { Struct } from "./struct.js";

type Pointer = number;

/** The exported functions; all arguments are pointers (byte offsets) or whole numbers. */
export interface PredictionFunctions {
  clear(pointer: Pointer, bytes: number): void;
  packBias(out: Pointer, bias: Pointer, secondBias: Pointer, rowIndex: Pointer, rows: number): void;
  packRowPanels(
    out: Pointer,
    matrix: Pointer,
    matrixColumns: number,
    rowIndex: Pointer,
    groups: number,
    columnIndex: Pointer,
    k: number,
  ): void;
  rowProduct(
    out: Pointer,
    outStride: number,
    start: Pointer,
    startStride: number,
    input: Pointer,
    inputStride: number,
    rows: number,
    panels: Pointer,
    groups: number,
    k: number,
  ): void;
  projectTokens(
    out: Pointer,
    outStride: number,
    start: Pointer,
    table: Pointer,
    tableBytes: number,
    ids: Pointer,
    count: number,
    rows: Pointer,
    panels: Pointer,
    groups: number,
    k: number,
  ): void;
  rowDot(
    out: Pointer,
    outStride: number,
    addends: Pointer,
    scales: Pointer,
    starts: Pointer,
    input: Pointer,
    inputStride: number,
    rows: number,
    panels: Pointer,
    groups: number,
    words: number,
  ): void;
  rowLstm(block: Pointer): void;
  rowAttention(block: Pointer): void;
}

/** The argument of `rowAttention`. */
export const rowAttentionBlock = new Struct({
  states: "int",
  slotBytes: "int",
  statesStride: "int",
  features: "int",
  lengths: "int",
  rows: "int",
  panels: "int",
  groups: "int",
  bias: "int",
  vector: "int",
  keys: "int",
  weights: "int",
  weightsStride: "int",
  output: "int",
  outputStride: "int",
});

/** The argument of `rowLstm`. */
export const rowLstmBlock = new Struct({
  starts: "int",
  startBytes: "int",
  tokens: "int",
  positions: "int",
  lengths: "int",
  rows: "int",
  input: "int",
  inputSlotBytes: "int",
  inputStride: "int",
  inputSize: "int",
  inputPanels: "int",
  hidden: "int",
  slotBytes: "int",
  slotMask: "int",
  hiddenStride: "int",
  cells: "int",
  gates: "int",
  panels: "int",
  scales: "int",
  sumStarts: "int",
  addends: "int",
  rounded: "int",
  stateFactor: "float",
  units: "int",
  reverse: "int",
  last: "int",
  mean: "int",
  maximum: "int",
  pooledStride: "int",
});

/** The kernels for predictions, compiled from the package's `simd.wasm` and `relaxed-simd.wasm`. */
export interface CompiledKernels {
  readonly simd: WebAssembly.Module;
  readonly relaxedSimd: WebAssembly.Module;
}

let compiledElsewhere: CompiledKernels | undefined;

/**
 * Hands over the kernels for predictions as modules, before the first model is loaded. Only runtimes need it that compile
 * WebAssembly when a program is deployed and none while it runs, such as Cloudflare Workers: import the modules from
 * `@starcast/core/simd.wasm` and `@starcast/core/relaxed-simd.wasm`. Elsewhere they come with the library.
 */
export function useKernels(kernels: CompiledKernels): void {
  compiledElsewhere = kernels;
}

/** As {@link compileKernels}, the kernels for predictions. */
export function compilePredictionKernels(options: KernelOptions): WebAssembly.Module {
  if (compiledElsewhere !== undefined && !options.sharedMemory) {
    const isRelaxed = options.fusedMultiplyAdd && engineInfo().relaxedSimd;
    return isRelaxed ? compiledElsewhere.relaxedSimd : compiledElsewhere.simd;
  }
  return compileBinary({ simdBase64, relaxedSimdBase64 }, options);
}

/** Whether the kernels came from elsewhere, because this runtime compiles none. */
export function kernelsAreGiven(): boolean {
  return compiledElsewhere !== undefined;
}

/** As {@link planStart}, for the kernels for predictions. */
export function predictionPlanStart(): number {
  return constantsEnd;
}
