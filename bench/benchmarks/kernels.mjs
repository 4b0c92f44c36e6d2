import { loadCore } from "../support/core.mjs";
import { kernelCases } from "../support/kernelCases.mjs";
import { timeCases } from "../support/kernelTimes.mjs";
import { copyLoops, peakLoops } from "../support/peak.mjs";
import { profileSteps } from "../support/stepProfile.mjs";
import { stepWork } from "../support/stepWork.mjs";
import { fixed } from "../support/trainings.mjs";

export const description = "GFLOP/s of the kernels and of a whole training step, against the measured 128-bit peak";

/** Bytes copied to know the memory's speed: within the second cache, within the third, and beyond the caches. */
const copySizes = [250_000, 7_000_000, 100_000_000];

/** @type {import("../support/types.js").Benchmark["run"]} */
export async function run({ rounds, log }) {
  // Node 20 knows fused multiply-add only from the moment that the library has looked for it.
  (await loadCore()).engineInfo();
  log("the machine's peak and the kernels, in turns ...");
  const ceilings = [...(await peakLoops("fused")), ...(await peakLoops("separate")), ...(await copyLoops(copySizes))];
  const kernels = kernelCases();
  const times = timeCases([...ceilings, ...kernels], rounds);
  const limits = times.slice(0, ceilings.length);
  const peak = Math.max(...limits.map(({ gflops = 0 }) => gflops));
  log("a training step of `fixed`, kernel by kernel ...");
  const work = await stepWork(fixed);
  const profile = await profileSteps(work, rounds);
  return {
    work: "each kernel on one thread, by processor time; useful arithmetic only, padding not counted",
    data: "numbers of the same shape as the article's batches",
    summaries: [],
    missing: [],
    tables: [
      { title: "The machine's limits, one thread", rows: limits.map((time) => row(time, peak, limits)) },
      { title: "Kernels", rows: times.slice(ceilings.length).map((time) => row(time, peak, limits)) },
      {
        title: `One training step of \`fixed\`: ${work.rows.length.toLocaleString("en")} reviews of 70 tokens, none of them padding`,
        rows: stepRows(work, profile, peak),
      },
    ],
  };
}

/**
 * @param {import("../support/types.js").KernelTime} time
 * @param {number} peak GFLOP/s
 * @param {readonly import("../support/types.js").KernelTime[]} limits
 */
function row({ name, shape, gflops, gigabytes, bytes, elements, secondsPerCall }, peak, limits) {
  const copy = bytes === undefined ? undefined : copyRate(bytes, limits);
  return {
    kernel: name,
    shape,
    "GFLOP/s": gflops,
    "% of peak": gflops === undefined ? undefined : (100 * gflops) / peak,
    "GB/s": gigabytes,
    "% of copying": gigabytes === undefined || copy === undefined ? undefined : (100 * gigabytes) / copy,
    "ns an element": elements === undefined ? undefined : (1e9 * secondsPerCall) / elements,
  };
}

/**
 * Copying's GB/s in the smallest measured size that holds as much as the kernel moves.
 *
 * @param {number} bytes
 * @param {readonly import("../support/types.js").KernelTime[]} limits
 */
function copyRate(bytes, limits) {
  const copies = limits.filter((limit) => limit.bytes !== undefined);
  return (copies.find((copy) => (copy.bytes ?? 0) >= bytes) ?? copies[copies.length - 1]).gigabytes;
}

/**
 * The step as a whole first, then its kernels by falling time. The recurrent passes' arithmetic is that of the plain
 * algorithm: forward one product of the gates with input and state, backward two of the same size.
 *
 * @param {import("../support/types.js").StepWork} work
 * @param {import("../support/types.js").StepProfile} profile
 * @param {number} peak GFLOP/s
 */
function stepRows({ config, texts, rows }, profile, peak) {
  const tokens = rows.reduce((sum, text) => sum + texts.offsets[text + 1] - texts.offsets[text], 0);
  const forward = tokens * 2 * 4 * config.hiddenSize * (config.embeddingSize + config.hiddenSize);
  /** @type {Readonly<Record<string, number>>} */
  const flopsOf = { lstmForward: forward, lstmBackward: 2 * forward };
  const cells = (
    /** @type {string} */ name,
    /** @type {number} */ seconds,
    /** @type {number | undefined} */ flops,
  ) => {
    const gflops = flops === undefined ? undefined : flops / seconds / 1e9;
    return {
      kernel: name,
      "CPU ms": 1e3 * seconds,
      "% of step": (100 * seconds) / profile.seconds,
      "GFLOP/s": gflops,
      "% of peak": gflops === undefined ? undefined : (100 * gflops) / peak,
    };
  };
  const kernels = [...profile.kernels].sort((a, b) => b.seconds - a.seconds);
  const inKernels = kernels.reduce((sum, { seconds }) => sum + seconds, 0);
  return [
    { ...cells("whole step", profile.seconds, 3 * forward), calls: undefined },
    ...kernels.map(({ name, seconds, calls }) => ({ ...cells(name, seconds, flopsOf[name]), calls })),
    { ...cells("outside the kernels", profile.seconds - inKernels, undefined), calls: undefined },
  ];
}
