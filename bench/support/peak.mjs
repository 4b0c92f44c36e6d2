/**
 * What the machine's 128-bit vector units and its memory give at best, as a WebAssembly module can use them: the
 * measure for every kernel.
 */
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import asc from "assemblyscript/asc";
import { processorSeconds } from "./kernelTimes.mjs";
import { threadSetting } from "./measure.mjs";

/**
 * Independent sums in flight. Fewer than the units' latency times their number leave units idle, too many spill; one
 * alone tells the clock: it goes on once every four cycles on the processors of today.
 */
const chainCounts = [1, 8, 10, 12, 14];
/** Times that each sum is continued in one turn of the loop, so that the loop itself costs nothing. */
const unrolled = 4;
const turns = 20_000;

/**
 * @typedef {"fused" | "separate"} MultiplyAdd one instruction (relaxed SIMD) or a product and a sum
 */

/**
 * AssemblyScript of a function that does nothing but multiply and add in registers.
 *
 * @param {number} chains
 * @param {MultiplyAdd} kind
 */
function loopSource(chains, kind) {
  const names = Array.from({ length: chains }, (_, chain) => `x${chain}`);
  const step = (/** @type {string} */ name) =>
    kind === "fused"
      ? `${name} = f32x4.relaxed_madd(${name}, scale, shift);`
      : `${name} = f32x4.add(f32x4.mul(${name}, scale), shift);`;
  return `
    export function run${chains}(turns: i32, start: f32): f32 {
      const scale = f32x4.splat(0.999);
      const shift = f32x4.splat(0.001);
      ${names.map((name, chain) => `let ${name} = f32x4.splat(start + ${chain});`).join("\n")}
      for (let turn = 0; turn < turns; turn++) {
        ${Array.from({ length: unrolled }, () => names.map(step).join("\n")).join("\n")}
      }
      return f32x4.extract_lane(${names.reduce((sum, name) => `f32x4.add(${sum}, ${name})`)}, 0);
    }`;
}

/**
 * @param {string} source AssemblyScript
 * @param {readonly string[]} features
 * @returns {Promise<WebAssembly.Module>}
 */
async function compile(source, features) {
  const { error, stderr, binary } = await asc.compileString(source, {
    optimizeLevel: 3,
    noAssert: true,
    runtime: "stub",
    use: ["abort="],
    enable: [...features],
  });
  if (error || !binary) throw new Error(`The peak loop does not compile:\n${stderr.toString()}`);
  return new WebAssembly.Module(new Uint8Array(binary));
}

/**
 * The loops of one kind as a module: `run8(turns, start)` has eight chains, and so on.
 *
 * @param {MultiplyAdd} kind
 * @returns {Promise<WebAssembly.Module | undefined>} nothing when the engine does not have the instruction
 */
async function peakModule(kind) {
  const features = kind === "fused" ? ["simd", "relaxed-simd"] : ["simd"];
  try {
    return await compile(chainCounts.map((chains) => loopSource(chains, kind)).join("\n"), features);
  } catch (error) {
    if (error instanceof WebAssembly.CompileError) return undefined;
    throw error;
  }
}

/**
 * The loops of one kind, ready to be measured: each does `flops` operations a call.
 *
 * @param {MultiplyAdd} kind
 * @returns {Promise<import("./types.js").KernelCase[]>} none when the engine does not have the instruction
 */
export async function peakLoops(kind) {
  const module = await peakModule(kind);
  if (!module) return [];
  const { exports } = new WebAssembly.Instance(module);
  return chainCounts.map((chains) => {
    const run = /** @type {(turns: number, start: number) => number} */ (exports[`run${chains}`]);
    return {
      name: `${kind} multiply-add, ${chains} ${chains === 1 ? "chain" : "chains"}`,
      shape: "registers only",
      flops: turns * unrolled * chains * 4 * 2,
      run: () => run(turns, 1),
    };
  });
}

/** Calls of the loop over all threads: about a second on one. */
const sharedCalls = 8_000;

/**
 * The loop of separate multiply-adds on several threads, as a system to be measured: how much faster pure arithmetic
 * gets on this machine, where nothing is shared.
 *
 * @param {number} threads
 * @returns {Promise<import("./types.js").System>}
 */
export async function peakOnThreads(threads) {
  const module = await peakModule("separate");
  const source = `
    const { parentPort, workerData } = require("node:worker_threads");
    const { run12 } = new WebAssembly.Instance(workerData).exports;
    parentPort.on("message", (calls) => {
      for (let call = 0; call < calls; call++) run12(${turns}, 1);
      parentPort.postMessage("done");
    });`;
  const workers = Array.from({ length: threads }, () => new Worker(source, { eval: true, workerData: module }));
  const share = (/** @type {Worker} */ worker) => {
    worker.postMessage(sharedCalls / threads);
    return once(worker, "message");
  };
  return {
    product: "multiply-adds in registers",
    setting: threadSetting(threads),
    version: "",
    async measure() {
      const started = performance.now();
      const cpuStarted = processorSeconds();
      await Promise.all(workers.map(share));
      return { seconds: (performance.now() - started) / 1000, cpuSeconds: processorSeconds() - cpuStarted };
    },
    dispose: () => workers.forEach((worker) => void worker.terminate()),
  };
}

/**
 * Copying within WebAssembly memory, 16 bytes at a time: what a kernel that only moves numbers can reach.
 *
 * @param {readonly number[]} sizes bytes read; as many are written
 * @returns {Promise<import("./types.js").KernelCase[]>}
 */
export async function copyLoops(sizes) {
  const module = await compile(
    `export function copy(to: usize, from: usize, bytes: usize): void {
      for (let at: usize = 0; at < bytes; at += 64) {
        v128.store(to + at, v128.load(from + at));
        v128.store(to + at, v128.load(from + at, 16), 16);
        v128.store(to + at, v128.load(from + at, 32), 32);
        v128.store(to + at, v128.load(from + at, 48), 48);
      }
    }
    export function grow(pages: i32): void { memory.grow(pages); }`,
    ["simd"],
  );
  return sizes.map((bytes) => {
    const { copy, grow } = /** @type {Record<string, (...numbers: number[]) => void>} */ (
      new WebAssembly.Instance(module).exports
    );
    grow(Math.ceil((2 * bytes) / 65_536) + 1);
    return {
      name: "copy",
      shape: `${(bytes / 1e6).toFixed(bytes < 1e6 ? 2 : 0)} MB`,
      bytes: 2 * bytes,
      run: () => copy(1024 + bytes, 1024, bytes),
    };
  });
}
