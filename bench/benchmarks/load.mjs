import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { loadCore } from "../support/core.mjs";
import { measureInTurns } from "../support/measure.mjs";
import { findOnnxRuntime, installOnnxRuntime } from "../support/onnxRuntime.mjs";
import { ratingNetworks } from "../support/ratingNetworks.mjs";
import { loadTrainingData } from "../support/trainingData.mjs";

export const description = "From a fresh process to the first rating: import, load, predict";

const starter = fileURLToPath(new URL("../support/loadOnce.mjs", import.meta.url));

/** @type {import("../support/types.js").Benchmark["run"]} */
export async function run(options) {
  const data = await loadTrainingData();
  const runtime = findOnnxRuntime();
  const { RatingModel, createNetwork, memoryFolder } = await loadCore();
  const folder = await mkdtemp(join(tmpdir(), "starcast-bench-"));
  try {
    const networks = await ratingNetworks(data);
    const { config, vocabulary, weights, onnx } = networks[networks.length - 1];
    const network = await createNetwork(config.network, config);
    network.loadStateDict(weights);
    const model = new RatingModel({ config, vocabulary, network });
    const quantized = await model.quantize();
    const files = { floats: memoryFolder(), int8: memoryFolder() };
    await model.save(files.floats);
    await quantized.save(files.int8);
    for (const [kind, saved] of Object.entries(files)) {
      for (const [name, bytes] of saved.files) await writeFile(join(folder, `${kind}-${name}`), bytes);
    }
    await writeFile(join(folder, "model.onnx"), onnx);
    const systems = [
      system("Starcast", "floats", ["starcast", join(folder, "floats-")]),
      system("Starcast", "int8", ["starcast", join(folder, "int8-")]),
      ...(runtime ? [system("ONNX Runtime", "", ["onnx", join(folder, "model.onnx"), runtime])] : []),
    ];
    const summaries = await measureInTurns(
      systems.map(({ system }) => system),
      options,
    );
    return {
      work: `import, a model of ${vocabulary.size} words, embedding and hidden 64, both directions, and one rating, in a process of its own each time; reading the files included, Node's own start not`,
      data: "fresh weights",
      summaries,
      missing: runtime
        ? []
        : [{ product: "ONNX Runtime", reason: "onnxruntime-node was not found.", install: installOnnxRuntime }],
      tables: [{ title: "medians in milliseconds", rows: systems.map(({ parts }) => parts()) }],
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * @param {string} product
 * @param {string} setting
 * @param {readonly string[]} args of the process that is measured
 * @returns {{ system: import("../support/types.js").System, parts: () => Record<string, string | number> }}
 */
function system(product, setting, args) {
  /** @type {Record<string, number>[]} */
  const seen = [];
  return {
    system: {
      product,
      setting,
      version: "",
      async measure() {
        const { stdout } = await promisify(execFile)(process.execPath, [starter, ...args]);
        const { cpuSeconds, ...parts } = JSON.parse(stdout);
        seen.push(parts);
        const milliseconds = parts.import + parts.load + parts.predict;
        return { seconds: milliseconds / 1000, cpuSeconds };
      },
      dispose: () => {},
    },
    parts: () => ({
      system: `${product} ${setting}`.trim(),
      ...Object.fromEntries(["import", "load", "predict"].map((part) => [part, middle(seen.map((one) => one[part]))])),
    }),
  };
}

/** @param {readonly number[]} values */
function middle(values) {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}
