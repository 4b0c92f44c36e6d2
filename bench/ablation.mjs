/**
 * What each ingredient of the recipe `best` is worth: the recipe with one thing changed, over several divisions of the
 * article's reviews, as a Markdown table.
 *
 *     node bench/ablation.mjs RESULTS [--seeds 1,2,3] [--only NAME,NAME] [--threads 1]
 *     node bench/ablation.mjs RESULTS --table
 *
 * Each run is a line of JSON at the end of the file RESULTS; runs that stand there already are not repeated, so that a
 * stopped program goes on, and several may fill files of their own side by side. A seed decides the division (70 % to
 * learn from, 10 % for validation, 20 % that are measured) and the weights; every row has the same divisions. What is
 * measured here chose settings, so it is no estimate of how good the recipe is: docs/quality.md has that from other seeds.
 */
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { loadCore } from "./support/core.mjs";
import { findReviews, readReviews } from "./support/trainingData.mjs";

/** @typedef {import("@starcast/core").Recipe} Recipe */
/** @typedef {Omit<Partial<Recipe>, "network"> & { network?: Partial<Recipe["network"]> }} Change */
/**
 * @typedef {{ name: string, seed: number, rmse: number, mae: number, accuracy: number, kappa?: number, logLoss?: number,
 *   calibrationError?: number, seconds: number }} Run
 */

/** What differs from `best` with one network. @type {Record<string, Change>} */
const changes = {
  "`best` with one network": {},
  "two networks": { members: 2 },
  "three networks": { members: 3 },
  "four networks": { members: 4 },
  "without the linear branch": { wide: false },
  "one direction": { network: { bidirectional: false } },
  "mean and maximum without attention": { network: { pooling: "meanMax" } },
  "the last state instead of pooling": { network: { pooling: "last" } },
  "hidden 128": { network: { hiddenSize: 128 } },
  "embedding 64": { network: { embeddingSize: 64 } },
  "without pretraining: random embedding": { pretraining: undefined },
  "random embedding N(0, 1)": { pretraining: undefined, embeddingDeviation: 1 },
  "word dropout 0.4": { wordDropout: 0.4 },
  "word dropout 0.4, four epochs": { wordDropout: 0.4, rounds: [{ epochs: 4, learningRate: 0.004 }] },
  "four epochs": { rounds: [{ epochs: 4, learningRate: 0.004 }] },
  "vectors of words that are not trained further": { freezeEmbedding: true, sparseEmbedding: false },
  "without output dropout": { outputDropout: 0 },
  "constant learning rate 0.001": { schedule: "constant", rounds: [{ epochs: 3, learningRate: 0.001 }] },
  "batches of 256": { batchSize: 256 },
  "every word in the vocabulary": { vocabulary: { minCount: 1, maxSize: 50_000, builtFrom: "training" } },
  "without calibration": { calibrate: false },
  "head regression": { head: "regression" },
  "head coral": { head: "coral", wide: false },
  "head corn": { head: "corn", wide: false },
  "head cumulative": { head: "cumulative", wide: false },
};

/**
 * @param {string} name
 * @param {number} seed
 * @param {readonly { text: string, rating: number }[]} reviews
 * @param {number} threads
 * @returns {Promise<Run>}
 */
async function measure(name, seed, reviews, threads) {
  const { recipes, trainModel } = await loadCore();
  const { network, ...change } = changes[name];
  const { memberRange: _, ...best } = recipes.best;
  const recipe = { ...best, members: 1, ...change, network: { ...best.network, ...network } };
  const rows = reviews.map(({ text, rating }) => ({ text, label: rating }));
  const started = performance.now();
  const { model, metrics } = await trainModel(rows, { recipe, seed, threads, baselines: false });
  const seconds = (performance.now() - started) / 1000;
  model.dispose();
  const { test, decodings, calibration } = metrics;
  if (!test || !("rmse" in test) || !("accuracy" in test)) throw new Error(`"${name}" has no result on test rows.`);
  return {
    name,
    seed,
    rmse: test.rmse,
    mae: decodings?.median.mae ?? test.mae,
    accuracy: test.accuracy,
    kappa: decodings?.cut?.qwk,
    logLoss: "logLoss" in test ? test.logLoss : undefined,
    calibrationError: calibration?.calibrationError,
    seconds,
  };
}

/** @param {string} path @returns {Run[]} */
function readRuns(path) {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, "utf8").split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line));
}

/** @param {readonly Run[]} runs */
function table(runs) {
  const lines = [
    "| settings | seeds | RMSE | MAE, median | right | kappa, cut points | log loss | calibration error |",
    "|---|---|---|---|---|---|---|---|",
  ];
  for (const name of Object.keys(changes)) {
    const own = runs.filter((run) => run.name === name);
    if (own.length === 0) continue;
    /** @param {(run: Run) => number | undefined} valueOf @param {number} digits */
    const mean = (valueOf, digits) => {
      const sum = own.reduce((total, run) => total + (valueOf(run) ?? Number.NaN), 0);
      return Number.isNaN(sum) ? "-" : (sum / own.length).toFixed(digits);
    };
    const cells = [
      name,
      own.length,
      mean((run) => run.rmse, 4),
      mean((run) => run.mae, 3),
      `${mean((run) => 100 * run.accuracy, 1)} %`,
      mean((run) => run.kappa, 3),
      mean((run) => run.logLoss, 3),
      mean((run) => run.calibrationError, 3),
    ];
    lines.push(`| ${cells.join(" | ")} |`);
  }
  return lines.join("\n");
}

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: "string", default: "1,2,3" },
    only: { type: "string" },
    threads: { type: "string", default: "1" },
    table: { type: "boolean", default: false },
  },
});
const [results] = positionals;
if (results === undefined) throw new Error("Name the file of results: node bench/ablation.mjs RESULTS");
if (values.table) {
  console.log(table(readRuns(results)));
} else {
  const path = findReviews();
  if (!path) throw new Error("The article's reviews are needed: name their CSV in STARCAST_DATA.");
  const reviews = (await readReviews(path)).filter(({ text }) => text.trim() !== "");
  const names = values.only?.split(",") ?? Object.keys(changes);
  for (const seed of values.seeds.split(",").map(Number)) {
    for (const name of names) {
      if (!(name in changes))
        throw new Error(`There is no row "${name}"; there are: ${Object.keys(changes).join("; ")}.`);
      if (readRuns(results).some((run) => run.name === name && run.seed === seed)) continue;
      const run = await measure(name, seed, reviews, Number(values.threads));
      appendFileSync(results, `${JSON.stringify(run)}\n`);
      console.error(`${name}, seed ${seed}: RMSE ${run.rmse.toFixed(4)} after ${run.seconds.toFixed(0)} s`);
    }
  }
}
