/** Compiles the WebAssembly kernels and says what the JavaScript engine can do. */
import { EngineError } from "../errors.js";

/** What this JavaScript engine offers to the kernels. */
export interface EngineInfo {
  /** 128-bit SIMD: needed. */
  readonly simd: boolean;
  /** Fused multiply-add (relaxed SIMD). */
  readonly relaxedSimd: boolean;
  /** Shared memory, so that worker threads can compute together. */
  readonly threads: boolean;
}

/** `(func (drop (i32x4.splat (i32.const 0))))`: validates only where SIMD is known. */
const simdProbe = [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 10, 9, 1, 7, 0, 65, 0, 253, 17, 26, 11];
/** `(func (drop (f32x4.relaxed_madd x x x)))` with x = `(i32x4.splat (i32.const 0))`. */
const relaxedSimdProbe = [
  0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 10, 20, 1, 18, 0, 65, 0, 253, 17, 65, 0, 253, 17, 65, 0,
  253, 17, 253, 133, 2, 26, 11,
];

/** Looks at the engine without starting anything. */
export function engineInfo(): EngineInfo {
  return {
    simd: validates(simdProbe),
    relaxedSimd: hasRelaxedSimd(),
    threads: typeof SharedArrayBuffer !== "undefined",
  };
}

function validates(probe: readonly number[]): boolean {
  return WebAssembly.validate(new Uint8Array(probe));
}

let relaxedSimdFound: boolean | undefined;

/** Node 20 has relaxed SIMD behind a flag that works when set before compiling; later versions have no such flag. */
function hasRelaxedSimd(): boolean {
  if (relaxedSimdFound === undefined) {
    if (!validates(relaxedSimdProbe) && isNode20()) {
      nodeProcess()?.getBuiltinModule?.("node:v8").setFlagsFromString("--experimental-wasm-relaxed-simd");
    }
    relaxedSimdFound = validates(relaxedSimdProbe);
  }
  return relaxedSimdFound;
}

function nodeProcess(): NodeProcess | undefined {
  return (globalThis as { process?: NodeProcess }).process;
}

/** Node 20, whose baseline compiler gets relaxed dot products wrong. */
export function isNode20(): boolean {
  return nodeProcess()?.versions?.node?.startsWith("20.") ?? false;
}

/** The little of Node's `process` that is used where it exists. */
interface NodeProcess {
  readonly versions?: { readonly node?: string };
  getBuiltinModule?(name: "node:v8"): { setFlagsFromString(flag: string): void };
}

export interface KernelOptions {
  /** The module imports a shared memory: for threads. */
  readonly sharedMemory: boolean;
  /** Use fused multiply-add where the engine has it. It rounds once instead of twice, so results differ in the last bits. */
  readonly fusedMultiplyAdd: boolean;
}

/** A set of kernels as the build script leaves it: base64-encoded WebAssembly with and without relaxed SIMD. */
export interface KernelBinary {
  readonly simdBase64: string;
  readonly relaxedSimdBase64: string;
}

const compiled = new Map<string, WebAssembly.Module>();

/**
 * A set of kernels as a compiled module; compiled once and kept.
 *
 * @throws {EngineError} `no-simd` when the engine cannot run them.
 */
export function compileBinary(
  { simdBase64, relaxedSimdBase64 }: KernelBinary,
  options: KernelOptions,
): WebAssembly.Module {
  return compileBase64(options.fusedMultiplyAdd && hasRelaxedSimd() ? relaxedSimdBase64 : simdBase64, options);
}

/** Base64-encoded WebAssembly as a compiled module; compiled once and kept. @throws as {@link compileBinary}. */
export function compileBase64(base64: string, options: Pick<KernelOptions, "sharedMemory">): WebAssembly.Module {
  const key = `${options.sharedMemory} ${base64}`;
  let module = compiled.get(key);
  if (!module) {
    if (!validates(simdProbe)) {
      throw new EngineError(
        "no-simd",
        "This JavaScript engine has no WebAssembly SIMD, which Starcast computes with; use Node 20.19 or later, or a browser of 2023 or later.",
      );
    }
    const bytes = decodeBase64(base64);
    if (options.sharedMemory) markMemoryShared(bytes);
    module = new WebAssembly.Module(bytes);
    compiled.set(key, module);
  }
  return module;
}

function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let index = 0; index < binary.length; index++) bytes[index] = binary.charCodeAt(index);
  return bytes;
}

/**
 * The kernels hold no atomic instruction, so the builds for shared and for private memory differ in one flag
 * of the import of `env.memory`: patching it saves shipping the binary twice.
 */
function markMemoryShared(bytes: Uint8Array): void {
  const importName = [3, 101, 110, 118, 6, 109, 101, 109, 111, 114, 121, 2];
  const at = bytes.findIndex((_, start) => importName.every((byte, offset) => bytes[start + offset] === byte));
  const limits = at + importName.length;
  if (at < 0 || bytes[limits] !== 1) {
    throw new EngineError("bad-kernels", "The kernels do not import their memory as expected; rebuild them.");
  }
  bytes[limits] = 3;
}
