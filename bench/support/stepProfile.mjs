/** Where the time of a training step goes: every call into the kernels is timed at the border of WebAssembly. */
import { loadCore } from "./core.mjs";
import { processorSeconds } from "./kernelTimes.mjs";
import { median } from "./measure.mjs";

/**
 * @typedef {{ calls: number, seconds: number }} KernelTotal
 */

/**
 * Training steps on one thread, each profiled.
 *
 * @param {import("./types.js").StepWork} work
 * @param {number} steps how many are measured, after two of warm-up
 * @returns {Promise<import("./types.js").StepProfile>}
 */
export async function profileSteps(work, steps) {
  /** @type {Map<string, KernelTotal>} */
  const totals = new Map();
  const network = await withTimedKernels(totals, () => createNetwork(work));
  /** @type {{ seconds: number, kernels: Map<string, KernelTotal> }[]} */
  const measured = [];
  try {
    for (let step = -2; step < steps; step++) {
      totals.clear();
      const started = processorSeconds();
      network.trainStep({ texts: work.texts, rows: work.rows }, work.targets, 0.01);
      if (step >= 0) measured.push({ seconds: processorSeconds() - started, kernels: new Map(totals) });
    }
  } finally {
    network.dispose();
  }
  return summarise(measured);
}

/** @param {import("./types.js").StepWork} work */
async function createNetwork({ config, trainer, rows, maxLength }) {
  const { createTrainableNetwork } = await loadCore();
  return createTrainableNetwork(config, trainer, { seed: 1, maxBatchRows: rows.length, maxLength, threads: 1 });
}

/**
 * @param {{ seconds: number, kernels: Map<string, KernelTotal> }[]} measured
 * @returns {import("./types.js").StepProfile}
 */
function summarise(measured) {
  const names = [...measured[0].kernels.keys()];
  const kernels = names.map((name) => {
    const totals = measured.flatMap(({ kernels }) => kernels.get(name) ?? []);
    return { name, calls: totals[0].calls, seconds: median(totals.map(({ seconds }) => seconds)) };
  });
  return { seconds: median(measured.map(({ seconds }) => seconds)), kernels };
}

/**
 * Makes every function of the WebAssembly instances that `create` starts count its calls and time. The network itself
 * is used as anybody would use it.
 *
 * @template Result
 * @param {Map<string, KernelTotal>} totals
 * @param {() => Promise<Result>} create
 * @returns {Promise<Result>}
 */
export async function withTimedKernels(totals, create) {
  const { Instance } = WebAssembly;
  class TimedInstance {
    /**
     * @param {WebAssembly.Module} module
     * @param {WebAssembly.Imports} imports
     */
    constructor(module, imports) {
      const { exports } = new Instance(module, imports);
      this.exports = Object.fromEntries(
        Object.entries(exports).map(([name, value]) => [
          name,
          typeof value === "function" ? timed(name, /** @type {KernelFunction} */ (value), totals) : value,
        ]),
      );
    }
  }
  WebAssembly.Instance = /** @type {typeof WebAssembly.Instance} */ (/** @type {unknown} */ (TimedInstance));
  try {
    return await create();
  } finally {
    WebAssembly.Instance = Instance;
  }
}

/** @typedef {(...numbers: number[]) => number | undefined} KernelFunction */

/**
 * @param {string} name
 * @param {KernelFunction} call
 * @param {Map<string, KernelTotal>} totals
 * @returns {KernelFunction}
 */
function timed(name, call, totals) {
  return (...numbers) => {
    const started = processorSeconds();
    const result = call(...numbers);
    const seconds = processorSeconds() - started;
    const total = totals.get(name) ?? { calls: 0, seconds: 0 };
    total.calls++;
    total.seconds += seconds;
    totals.set(name, total);
    return result;
  };
}
