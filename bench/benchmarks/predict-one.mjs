import { loadCore } from "../support/core.mjs";
import { measureInTurns } from "../support/measure.mjs";
import { findOnnxRuntime, installOnnxRuntime, startOnnxRuntime } from "../support/onnxRuntime.mjs";
import { probabilitiesOf, ratingNetworks, requireSame } from "../support/ratingNetworks.mjs";
import { loadTrainingData } from "../support/trainingData.mjs";

export const description = "Rating one review of 54 tokens, against ONNX Runtime for Node";

const tokens = 54;
const repeats = 300;

/** @type {import("../support/types.js").Benchmark["run"]} */
export async function run(options) {
  const data = await loadTrainingData();
  const runtime = findOnnxRuntime();
  const networks = await ratingNetworks({ ...data, maxLength: tokens });
  const row = data.lengths.findIndex((length) => length >= tokens);
  const ids = data.ids.slice(row * data.maxLength, row * data.maxLength + tokens);
  const systems = [];
  for (const network of networks) systems.push(...(await systemsOf(network, ids, runtime)));
  const summaries = await measureInTurns(systems, options);
  return {
    work: `logits of one review of ${tokens} tokens on one thread, ${repeats} times, one after the other`,
    data: data.description,
    summaries: [],
    missing: runtime
      ? []
      : [{ product: "ONNX Runtime", reason: "onnxruntime-node was not found.", install: installOnnxRuntime }],
    tables: [{ title: "milliseconds a review", rows: networks.map(({ name }) => rowOf(name, summaries)) }],
  };
}

/**
 * @param {import("../support/types.js").RatingNetwork} network
 * @param {Int32Array} ids
 * @param {string | undefined} runtime
 * @returns {Promise<import("../support/types.js").System[]>}
 */
async function systemsOf({ name, config, weights, onnx }, ids, runtime) {
  const { createNetwork } = await loadCore();
  const classes = config.network.outputSize;
  const batch = { texts: { ids, offsets: Uint32Array.of(0, tokens) }, rows: Uint32Array.of(0) };
  const systems = [];
  let expected = new Float32Array();
  for (const kind of /** @type {const} */ (["floats", "int8"])) {
    const made = await createNetwork(config.network, { maxLength: tokens, ...(kind === "int8" && { weights: kind }) });
    made.loadStateDict(weights);
    const given = probabilitiesOf(made.forward(batch), classes);
    if (kind === "floats") expected = given;
    else requireSame(`${name}, int8`, given, expected, 0.02);
    systems.push(
      system(
        `${name} Starcast ${kind}`,
        () => made.forward(batch),
        () => made.dispose(),
      ),
    );
  }
  if (!runtime) return systems;
  const { run } = await startOnnxRuntime(runtime, onnx, 1);
  const padded = { ids: BigInt64Array.from(ids, BigInt), lengths: BigInt64Array.of(BigInt(tokens)) };
  requireSame(`${name}, ONNX Runtime`, await run(padded), expected, 1e-5);
  return [
    ...systems,
    system(
      `${name} ONNX Runtime`,
      () => run(padded),
      () => {},
    ),
  ];
}

/**
 * @param {string} product
 * @param {() => unknown} work
 * @param {() => void} dispose
 * @returns {import("../support/types.js").System}
 */
function system(product, work, dispose) {
  const measure = async () => {
    const started = performance.now();
    const cpuStarted = process.cpuUsage();
    for (let repeat = 0; repeat < repeats; repeat++) {
      const result = work();
      // Only what is asynchronous pays for waiting.
      if (result instanceof Promise) await result;
    }
    const { user, system } = process.cpuUsage(cpuStarted);
    return { seconds: (performance.now() - started) / 1000, cpuSeconds: (user + system) / 1e6 };
  };
  return { product, setting: "1 thread", version: "", measure, dispose };
}

/**
 * @param {string} name of the network
 * @param {readonly import("../support/types.js").Summary[]} summaries
 */
export function rowOf(name, summaries) {
  const time = (/** @type {string} */ product) => {
    const found = summaries.find((summary) => summary.product === `${name} ${product}`);
    return found && (1000 * found.medianSeconds) / repeats;
  };
  const [floats, int8, peer] = [time("Starcast floats"), time("Starcast int8"), time("ONNX Runtime")];
  return {
    network: name,
    "Starcast, floats": floats ?? "",
    "Starcast, int8": int8 ?? "",
    ...(peer && floats && int8
      ? { "ONNX Runtime": peer, "floats, times as fast": peer / floats, "int8, times as fast": peer / int8 }
      : {}),
  };
}
