import { readFile } from "node:fs/promises";
import { loadCore } from "./core.mjs";
import { threadSetting } from "./measure.mjs";

/**
 * Starcast in one of the trainings: an epoch each time it is asked.
 *
 * @param {import("./types.js").TrainingData} data
 * @param {import("./types.js").Training} training
 * @param {number} threads
 * @returns {Promise<import("./types.js").System>}
 */
export async function startStarcast(data, training, threads) {
  const { createTrainableNetwork, Random } = await loadCore();
  const { network: sizes, trainer, batchSize, learningRate } = training;
  const texts = training.trueLengths ? withoutPadding(data) : withPadding(data);
  const network = await createTrainableNetwork({ ...sizes, vocabularySize: data.vocabularySize }, trainer, {
    seed: 1,
    maxBatchRows: batchSize,
    maxLength: data.maxLength,
    threads,
  });
  const random = new Random(1, "shuffle");
  const measure = () => {
    const started = performance.now();
    const cpuStarted = process.cpuUsage();
    let loss = 0;
    for (const rows of planBatches(data, training, random)) {
      const targets = Float32Array.from(rows, (row) => data.classes[row]);
      loss += network.trainStep({ texts, rows }, targets, learningRate) * rows.length;
    }
    const { user, system } = process.cpuUsage(cpuStarted);
    const seconds = (performance.now() - started) / 1000;
    return { seconds, cpuSeconds: (user + system) / 1e6, loss: loss / data.lengths.length };
  };
  return {
    product: "Starcast",
    setting: threadSetting(threads),
    version: await coreVersion(),
    measure,
    dispose: () => network.dispose(),
  };
}

/**
 * The batches of one epoch: of rows in random order, or of rows in order of length, longest first, with the batches in
 * random order.
 *
 * @param {import("./types.js").TrainingData} data
 * @param {import("./types.js").Training} training
 * @param {{ shuffle<Items extends Uint32Array | Uint32Array[]>(items: Items): Items }} random
 */
export function planBatches({ lengths }, { batching, batchSize }, random) {
  const order = Uint32Array.from(lengths, (_, row) => row);
  if (batching === "random") random.shuffle(order);
  else order.sort((a, b) => lengths[b] - lengths[a] || a - b);
  const batches = [];
  for (let first = 0; first < order.length; first += batchSize) batches.push(order.subarray(first, first + batchSize));
  return batching === "random" ? batches : random.shuffle(batches);
}

/** @returns {Promise<string>} */
async function coreVersion() {
  const packageJson = await readFile(new URL("../../packages/core/package.json", import.meta.url), "utf8");
  return JSON.parse(packageJson).version;
}

/** @param {import("./types.js").TrainingData} data */
export function withPadding({ ids, lengths, maxLength }) {
  return { ids, offsets: Uint32Array.from({ length: lengths.length + 1 }, (_, row) => row * maxLength) };
}

/** @param {import("./types.js").TrainingData} data */
export function withoutPadding({ ids, lengths, maxLength }) {
  const offsets = new Uint32Array(lengths.length + 1);
  lengths.forEach((length, row) => {
    offsets[row + 1] = offsets[row] + length;
  });
  const packed = new Int32Array(offsets[lengths.length]);
  lengths.forEach((length, row) => {
    packed.set(ids.subarray(row * maxLength, row * maxLength + length), offsets[row]);
  });
  return { ids: packed, offsets };
}
