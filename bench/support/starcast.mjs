import { readFile } from "node:fs/promises";
import { loadCore } from "./core.mjs";
import { threadSetting } from "./measure.mjs";

const batchSize = 5000;

/**
 * Starcast's training of an article recipe: an epoch of shuffled batches of 5000 each time it is asked.
 *
 * @param {import("./types.js").TrainingData} data
 * @param {{ trueLengths: boolean, dropout: number, learningRate: number }} recipe
 * @param {number} threads
 * @returns {Promise<import("./types.js").System>}
 */
export async function startStarcast(data, { trueLengths, dropout, learningRate }, threads) {
  const { createTrainableNetwork, Random } = await loadCore();
  const texts = trueLengths ? withoutPadding(data) : withPadding(data);
  const network = await createTrainableNetwork(
    {
      vocabularySize: data.vocabularySize,
      embeddingSize: 50,
      hiddenSize: 50,
      numLayers: 1,
      bidirectional: false,
      pooling: "last",
      outputSize: 5,
    },
    {
      loss: "crossEntropy",
      optimizer: { kind: "adam", betas: [0.9, 0.999], epsilon: 1e-8, weightDecay: 0 },
      embeddingDropout: dropout,
      outputDropout: 0,
      freezeEmbedding: false,
    },
    { seed: 1, maxBatchRows: batchSize, maxLength: data.maxLength, threads },
  );
  const order = Uint32Array.from(data.lengths, (_, row) => row);
  const random = new Random(1, "shuffle");
  const measure = () => {
    const started = performance.now();
    const cpuStarted = process.cpuUsage();
    random.shuffle(order);
    let loss = 0;
    for (let first = 0; first < order.length; first += batchSize) {
      const rows = order.slice(first, first + batchSize);
      const targets = Float32Array.from(rows, (row) => data.classes[row]);
      loss += network.trainStep({ texts, rows }, targets, learningRate) * rows.length;
    }
    const { user, system } = process.cpuUsage(cpuStarted);
    const seconds = (performance.now() - started) / 1000;
    return { seconds, cpuSeconds: (user + system) / 1e6, loss: loss / order.length };
  };
  return {
    product: "Starcast",
    setting: threadSetting(threads),
    version: await coreVersion(),
    measure,
    dispose: () => network.dispose(),
  };
}

/** @returns {Promise<string>} */
async function coreVersion() {
  const packageJson = await readFile(new URL("../../packages/core/package.json", import.meta.url), "utf8");
  return JSON.parse(packageJson).version;
}

/** @param {import("./types.js").TrainingData} data */
function withPadding({ ids, lengths, maxLength }) {
  return { ids, offsets: Uint32Array.from({ length: lengths.length + 1 }, (_, row) => row * maxLength) };
}

/** @param {import("./types.js").TrainingData} data */
function withoutPadding({ ids, lengths, maxLength }) {
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
