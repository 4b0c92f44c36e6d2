import { loadCore } from "../support/core.mjs";
import { measureInTurns, threadSetting } from "../support/measure.mjs";
import { findOnnxRuntime, installOnnxRuntime, startOnnxRuntime } from "../support/onnxRuntime.mjs";
import { probabilitiesOf, ratingNetworks, requireSame } from "../support/ratingNetworks.mjs";
import { loadTrainingData } from "../support/trainingData.mjs";

export const description = "Rating many reviews, floats and 8-bit weights, against ONNX Runtime for Node";

const reviews = 4096;
const onnxBatch = 64;
/** Rounding to 8 bits moves a probability by less. */
const mostOfInt8 = 0.02;

/** @type {import("../support/types.js").Benchmark["run"]} */
export async function run(options) {
  const data = await loadTrainingData();
  const runtime = findOnnxRuntime();
  const networks = await ratingNetworks(data);
  const systems = [];
  for (const network of networks) {
    const texts = textsOf(data, network.trueLengths);
    for (const threads of [1, 2]) systems.push(...(await systemsOf(network, texts, threads, runtime)));
  }
  const summaries = await measureInTurns(systems, options);
  return {
    work: `logits of ${reviews} reviews, encoded already; ONNX Runtime gets batches of ${onnxBatch} padded to their longest text, built beforehand`,
    data: data.description,
    summaries: [],
    missing: runtime
      ? []
      : [{ product: "ONNX Runtime", reason: "onnxruntime-node was not found.", install: installOnnxRuntime }],
    tables: networks.map(({ name }) => ({
      title: `${name}: reviews a second`,
      rows: rowsOf(summaries.filter(({ product }) => product.startsWith(`${name} `))),
    })),
  };
}

/** @typedef {import("@starcast/core").EncodedTexts} EncodedTexts */

/**
 * @param {import("../support/types.js").TrainingData} data
 * @param {boolean} trueLengths
 * @returns {EncodedTexts}
 */
function textsOf(data, trueLengths) {
  const lengths = Array.from({ length: reviews }, (_, row) => (trueLengths ? data.lengths[row] : data.maxLength));
  const offsets = new Uint32Array(reviews + 1);
  lengths.forEach((length, row) => {
    offsets[row + 1] = offsets[row] + length;
  });
  const ids = new Int32Array(offsets[reviews]);
  lengths.forEach((length, row) => {
    ids.set(data.ids.subarray(row * data.maxLength, row * data.maxLength + length), offsets[row]);
  });
  return { ids, offsets };
}

/**
 * @param {import("../support/types.js").RatingNetwork} network
 * @param {EncodedTexts} texts
 * @param {number} threads
 * @param {string | undefined} runtime
 * @returns {Promise<import("../support/types.js").System[]>}
 */
async function systemsOf(network, texts, threads, runtime) {
  const { createNetwork } = await loadCore();
  const { config, weights, name } = network;
  const batch = { texts, rows: Uint32Array.from({ length: reviews }, (_, row) => row) };
  const systems = [];
  let expected = new Float32Array();
  for (const kind of /** @type {const} */ (["floats", "int8"])) {
    const options = { maxLength: config.maxLength, threads, ...(kind === "int8" && { weights: kind }) };
    const made = await createNetwork(config.network, options);
    made.loadStateDict(weights);
    const given = probabilitiesOf(made.forward(batch), config.network.outputSize);
    if (kind === "floats") expected = given;
    else requireSame(`${name}, int8`, given, expected, mostOfInt8);
    systems.push(
      system(
        `${name} Starcast ${kind}`,
        threads,
        () => void made.forward(batch),
        () => made.dispose(),
      ),
    );
  }
  if (!runtime) return systems;
  const { run } = await startOnnxRuntime(runtime, network.onnx, threads);
  const arrival = Array.from(batch.rows);
  const length = (/** @type {number} */ row) => texts.offsets[row + 1] - texts.offsets[row];
  const orders = { "as they arrive": arrival, "by length": arrival.toSorted((a, b) => length(b) - length(a)) };
  for (const [order, rows] of Object.entries(orders)) {
    const batches = paddedBatches(texts, rows);
    const predict = async () => {
      const results = [];
      for (const padded of batches) results.push(await run(padded));
      return results;
    };
    const given = new Float32Array(expected.length);
    const classes = config.network.outputSize;
    (await predict()).forEach((part, index) => {
      for (let text = 0; text < part.length / classes; text++) {
        given.set(part.subarray(text * classes, (text + 1) * classes), rows[index * onnxBatch + text] * classes);
      }
    });
    requireSame(`${name}, ONNX Runtime ${order}`, given, expected, 1e-5);
    systems.push(system(`${name} ONNX Runtime ${order}`, threads, predict, () => {}));
  }
  return systems;
}

/**
 * @param {EncodedTexts} texts
 * @param {readonly number[]} rows
 * @returns {import("../support/types.js").PaddedBatch[]}
 */
function paddedBatches({ ids, offsets }, rows) {
  const batches = [];
  for (let first = 0; first < rows.length; first += onnxBatch) {
    const part = rows.slice(first, first + onnxBatch);
    const lengths = part.map((row) => offsets[row + 1] - offsets[row]);
    const steps = Math.max(...lengths);
    const padded = new BigInt64Array(part.length * steps);
    part.forEach((row, at) => {
      for (let step = 0; step < lengths[at]; step++) padded[at * steps + step] = BigInt(ids[offsets[row] + step]);
    });
    batches.push({ ids: padded, lengths: BigInt64Array.from(lengths, BigInt) });
  }
  return batches;
}

/**
 * @param {string} product
 * @param {number} threads
 * @param {() => unknown} work
 * @param {() => void} dispose
 * @returns {import("../support/types.js").System}
 */
function system(product, threads, work, dispose) {
  const measure = async () => {
    const started = performance.now();
    const cpuStarted = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(cpuStarted);
    return { seconds: (performance.now() - started) / 1000, cpuSeconds: (user + system) / 1e6 };
  };
  return { product, setting: threadSetting(threads), version: "", measure, dispose };
}

/**
 * A row a number of threads: reviews a second, and how many times as fast Starcast is.
 *
 * @param {readonly import("../support/types.js").Summary[]} summaries of one network
 */
export function rowsOf(summaries) {
  return ["1 thread", "2 threads"].map((setting) => {
    const own = summaries.filter((summary) => summary.setting === setting);
    const find = (/** @type {string} */ ending) => own.find(({ product }) => product.endsWith(ending));
    const kinds = { floats: find("Starcast floats"), int8: find("Starcast int8") };
    /** @type {Record<string, string | number>} */
    const row = { threads: setting };
    for (const [kind, own] of Object.entries(kinds)) if (own) row[`Starcast, ${kind}`] = reviews / own.medianSeconds;
    for (const order of ["as they arrive", "by length"]) {
      const peer = find(`ONNX Runtime ${order}`);
      if (!peer) continue;
      row[`ONNX Runtime, ${order}`] = reviews / peer.medianSeconds;
      for (const [kind, own] of Object.entries(kinds)) {
        if (!own) continue;
        row[`${kind} against ${order}`] = peer.medianSeconds / own.medianSeconds;
        // Of one thread, whose processor time other work on the machine disturbs least.
        const [theirs, ours] = [peer.medianCpuSeconds, own.medianCpuSeconds];
        if (setting === "1 thread" && theirs && ours) row[`${kind} against ${order}, CPU`] = theirs / ours;
      }
    }
    return row;
  });
}
