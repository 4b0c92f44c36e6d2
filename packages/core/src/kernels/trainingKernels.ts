/** The kernels that networks are trained with. */
import { compileBinary, type KernelOptions } from "./module.js";
import { constantsEnd, relaxedSimdBase64, simdBase64 } from "./wasmBinary.generated.js";

/**
 * The kernels as a compiled module; compiled once and kept.
 *
 * @throws {EngineError} `no-simd` when the engine cannot run them.
 */
export function compileKernels(options: KernelOptions): WebAssembly.Module {
  return compileBinary({ simdBase64, relaxedSimdBase64 }, options);
}

/** Where a memory plan may begin: the end of the kernels' own constants, the same in every build. */
export function planStart(): number {
  return constantsEnd;
}
