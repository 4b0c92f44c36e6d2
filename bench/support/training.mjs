import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { measureInTurns, threadSetting } from "./measure.mjs";
import { findPyTorch, installPyTorch, startPyTorch } from "./pytorch.mjs";
import { startStarcast } from "./starcast.mjs";
import { findTensorflow, installTensorflow, tensorflowSystem } from "./tensorflow.mjs";
import { loadTrainingData, writeForPeers } from "./trainingData.mjs";

const threadCounts = [1, 2];

/**
 * One epoch of a training, Starcast against PyTorch and, for the recipe `fixed`, TensorFlow.js.
 *
 * @param {{
 *   work: string,
 *   training: import("./types.js").Training,
 *   recipe: string,
 *   peers: readonly import("./types.js").PyTorchPeer[],
 * }} benchmark
 * @param {import("./types.js").RunOptions} options
 * @returns {ReturnType<import("./types.js").Benchmark["run"]>}
 */
export async function compareTraining(benchmark, options) {
  const data = await loadTrainingData();
  const python = await findPyTorch();
  const hasTensorflow = benchmark.recipe === "fixed";
  const tensorflow = hasTensorflow ? findTensorflow() : undefined;
  const folder = await mkdtemp(join(tmpdir(), "starcast-bench-"));
  try {
    const dataFile = join(folder, "encoded.bin");
    await writeForPeers(data, dataFile);
    const systems = [];
    for (const threads of threadCounts) systems.push(await startStarcast(data, benchmark.training, threads));
    if (python) {
      const run = { python, dataFile, recipe: benchmark.recipe };
      for (const peer of benchmark.peers) systems.push(...(await pyTorchSystems(peer, run)));
    }
    if (tensorflow) systems.push(tensorflowSystem(tensorflow, { dataFile, rows: data.lengths.length }));
    const summaries = await measureInTurns(systems, options);
    const missing = [];
    if (!python)
      missing.push({ product: "PyTorch", reason: "no Python with PyTorch was found.", install: installPyTorch });
    if (hasTensorflow && !tensorflow) {
      missing.push({ product: "TensorFlow.js", reason: "@tensorflow/tfjs was not found.", install: installTensorflow });
    }
    return { work: benchmark.work, data: data.description, summaries, missing };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * @param {import("./types.js").PyTorchPeer} peer
 * @param {{ python: string, dataFile: string, recipe: string }} run
 * @returns {Promise<import("./types.js").System[]>} one process behind all thread counts
 */
async function pyTorchSystems(peer, run) {
  const { product, maxRounds } = peer;
  const { version, trainEpoch, dispose } = await startPyTorch({ ...peer, ...run });
  return threadCounts.map((threads) => ({
    product,
    setting: threadSetting(threads),
    version,
    maxRounds,
    measure: () => trainEpoch(threads),
    dispose,
  }));
}
