import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { run as runCommand, runStarcast } from "../support/command.mjs";
import { load, startServer } from "../support/httpLoad.mjs";
import { median } from "../support/measure.mjs";
import { findOnnxRuntime, installOnnxRuntime } from "../support/onnxRuntime.mjs";
import { findPython, peerEnvironment } from "../support/pytorch.mjs";
import { findReviews } from "../support/trainingData.mjs";

export const description =
  "Requests a second of `starcast serve`, against servers around ONNX Runtime for Node and Python";

const program = fileURLToPath(new URL("../../packages/cli/bin/starcast.js", import.meta.url));
const nodePeer = fileURLToPath(new URL("../peers/onnx_server.mjs", import.meta.url));
const pythonPeer = fileURLToPath(new URL("../peers/onnx_server.py", import.meta.url));
const pythonText = fileURLToPath(new URL("../../packages/cli/python", import.meta.url));

const connections = 64;
const words = 60;
const listTexts = 256;
/** Seconds of each measurement. */
const seconds = 3;
/** Seconds before: until the engine has compiled what runs often. */
const warmUpSeconds = 3;
const pythonModules = "fastapi, uvicorn, onnxruntime, numpy";

/** @typedef {{ name: string, url: string, stop(): Promise<void> }} Server */
/** @typedef {{ perSecond: number, p50: number, p99: number, failed: number }} Load */

/** @type {import("../support/types.js").Benchmark["run"]} */
export async function run({ rounds, log }) {
  const folder = await mkdtemp(join(tmpdir(), "starcast-bench-"));
  /** @type {Server[]} */
  const servers = [];
  try {
    const model = await makeModel(folder, log);
    const texts = await textsOf(model, 96 + 2 * listTexts);
    const { missing, ...rest } = await startServers(folder, model, servers);
    await requireSameAnswers(servers, texts.slice(0, 8));
    const single = texts.slice(0, 96).map((text) => JSON.stringify({ text }));
    const measured = await measureInTurns(servers, single, rounds, log);
    const lists = await measureLists(rest.own, model, texts.slice(96), rounds, log);
    return {
      work: `one text of ${words} words a request, ${connections} connections, ${seconds} s each time; the client runs beside the server`,
      data: findReviews()
        ? "the clothing reviews; a model of the recipe best with one network"
        : "the built-in sample; a model of the recipe best with one network",
      summaries: [],
      missing,
      tables: [
        { title: `requests a second, medians of ${rounds} rounds`, rows: measured },
        { title: `texts a second in lists of ${listTexts}, 2 connections`, rows: lists },
      ],
    };
  } finally {
    for (const server of servers) await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * A model folder: the one that STARCAST_BENCH_MODEL names, or one that is trained for an epoch, which computes as much.
 *
 * @param {string} folder
 * @param {(line: string) => void} log
 */
async function makeModel(folder, log) {
  const { STARCAST_BENCH_MODEL } = process.env;
  if (STARCAST_BENCH_MODEL) return STARCAST_BENCH_MODEL;
  const model = join(folder, "model");
  const data = findReviews() ?? join(folder, "sample.csv");
  if (!findReviews()) await runStarcast(["sample", "--out", data]);
  log("training one network for one epoch ...");
  await runStarcast([
    "train",
    data,
    "--members",
    "1",
    "--epochs",
    "1",
    "--no-baselines",
    "--no-report",
    "--out",
    model,
  ]);
  return model;
}

/**
 * Texts of so many words as the model counts them: words of its own, in an order by chance, a seeded one.
 *
 * @param {string} folder
 * @param {number} count
 */
async function textsOf(folder, count) {
  const { Random, loadModel } = await import("../../packages/cli/dist/index.js");
  const { vocabulary } = await loadModel(folder);
  const random = new Random(1, "serve");
  // The most frequent words come early, since ids are given in the order of appearance.
  const word = () => {
    for (;;) {
      const token = vocabulary.tokenOf(2 + Math.floor((vocabulary.keptTokens - 1) * random.uniform() ** 3));
      if (/^[a-z]+$/.test(token)) return token;
    }
  };
  return Array.from({ length: count }, () => Array.from({ length: words }, word).join(" "));
}

/**
 * @param {string} folder
 * @param {string} model
 * @param {Server[]} servers filled with those that run
 */
async function startServers(folder, model, servers) {
  const add = async (
    /** @type {string} */ name,
    /** @type {string} */ route,
    /** @type {Promise<{ url: string, stop(): Promise<void> }>} */ started,
  ) => {
    const { url, stop } = await started;
    servers.push({ name, url: url + route, stop });
    return url + route;
  };
  const own = await add(
    "Starcast",
    "/v1/models/model/predict",
    startServer(process.execPath, [program, "serve", `model=${model}`, "--port", "0"]),
  );
  const onnx = join(folder, "model.onnx");
  await runStarcast(["export", model, "--format", "onnx", "--out", onnx]);
  const missing = [];
  const runtime = findOnnxRuntime();
  if (runtime) {
    for (const together of [false, true]) {
      const options = [nodePeer, onnx, model, runtime, ...(together ? ["--together"] : [])];
      const name = `Fastify and ONNX Runtime for Node${together ? ", texts that wait in one batch" : ""}`;
      await add(name, "/predict", startServer(process.execPath, options));
    }
  } else
    missing.push({
      product: "ONNX Runtime for Node",
      reason: "onnxruntime-node was not found.",
      install: installOnnxRuntime,
    });
  const python = await findPython(pythonModules);
  if (python)
    await add(
      "FastAPI and ONNX Runtime",
      "/predict",
      startServer(python, [pythonPeer, onnx, pythonText], peerEnvironment({ tuned: false })),
    );
  else
    missing.push({
      product: "FastAPI",
      reason: `No Python has ${pythonModules}.`,
      install: "Install it with: pip install fastapi uvicorn[standard] onnxruntime (and set STARCAST_PYTHON).",
    });
  return { own, missing };
}

/**
 * @param {readonly Server[]} servers
 * @param {readonly string[]} texts
 */
async function requireSameAnswers(servers, texts) {
  for (const text of texts) {
    const ratings = await Promise.all(
      servers.map(async ({ url }) => {
        const response = await fetch(url, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ text }),
        });
        const answer = await response.json();
        return /** @type {number} */ ((answer.prediction ?? answer).rating);
      }),
    );
    for (const [index, rating] of ratings.entries()) {
      if (Math.abs(rating - ratings[0]) < 1e-3) continue;
      throw new Error(`${servers[index].name} says ${rating} to "${text}", and Starcast ${ratings[0]}.`);
    }
  }
}

/**
 * @param {readonly Server[]} servers
 * @param {readonly string[]} bodies
 * @param {number} rounds
 * @param {(line: string) => void} log
 */
async function measureInTurns(servers, bodies, rounds, log) {
  /** @type {Load[][]} */
  const loads = servers.map(() => []);
  for (const { url } of servers) await load(url, bodies, { connections, seconds: warmUpSeconds });
  for (let round = 1; round <= rounds; round++) {
    for (const [index, { name, url }] of servers.entries()) {
      const measured = await load(url, bodies, { connections, seconds });
      if (measured.failed > 0) throw new Error(`${name} failed ${measured.failed} times.`);
      loads[index].push(measured);
      log(`round ${round}: ${name} ${measured.perSecond.toFixed(0)} a second, p99 ${measured.p99} ms`);
    }
  }
  const medianOf = (/** @type {number} */ index, /** @type {keyof Load} */ key) =>
    median(loads[index].map((measured) => measured[key]));
  return servers.map(({ name }, index) => ({
    server: name,
    "requests a second": Math.round(medianOf(index, "perSecond")),
    "p50, ms": medianOf(index, "p50"),
    "p99, ms": medianOf(index, "p99"),
    "Starcast, times as many": index === 0 ? "" : medianOf(0, "perSecond") / medianOf(index, "perSecond"),
  }));
}

/**
 * Lists against the library in process, which has the whole machine then.
 *
 * @param {string} url
 * @param {string} folder
 * @param {readonly string[]} texts of two lists
 * @param {number} rounds
 * @param {(line: string) => void} log
 */
async function measureLists(url, folder, texts, rounds, log) {
  const lists = [texts.slice(0, listTexts), texts.slice(listTexts)];
  const bodies = lists.map((list) => JSON.stringify({ texts: list }));
  const served = [];
  /** @type {number[][]} */
  const inProcess = [[], []];
  const script = join(folder, "inProcess.mjs");
  await writeFile(script, inProcessSource(folder, lists));
  for (let round = 1; round <= rounds; round++) {
    const measured = await load(url, bodies, { connections: 2, seconds });
    served.push(measured.perSecond * listTexts);
    for (const [index, threads] of [1, 2].entries()) {
      const { code, output, errors } = await runCommand(process.execPath, [script, String(threads)]);
      if (code !== 0) throw new Error(errors);
      inProcess[index].push(Number(output));
    }
    log(
      `round ${round}: ${served.at(-1)?.toFixed(0)} texts a second served, ${inProcess.map((all) => all.at(-1)?.toFixed(0)).join(" and ")} in process on 1 and 2 threads`,
    );
  }
  const own = median(served);
  return [
    { how: "served", "texts a second": Math.round(own), "share of it": "" },
    ...inProcess.map((all, index) => ({
      how: `in process, ${index + 1} thread${index === 0 ? "" : "s"}`,
      "texts a second": Math.round(median(all)),
      "share of it": own / median(all),
    })),
  ];
}

/**
 * A program that rates lists for two seconds and prints texts a second.
 *
 * @param {string} folder
 * @param {readonly (readonly string[])[]} lists
 */
function inProcessSource(folder, lists) {
  const library = new URL("../../packages/cli/dist/index.js", import.meta.url).href;
  return `import { diskFolder, RatingModel } from ${JSON.stringify(library)};
const model = await RatingModel.load(diskFolder(${JSON.stringify(folder)}), { threads: Number(process.argv[2]) });
const lists = ${JSON.stringify(lists)};
for (let times = 0; times < 4; times++) model.predict(lists[times % 2]);
const started = performance.now();
let texts = 0;
while (performance.now() - started < 2000) texts += model.predict(lists[(texts / ${listTexts}) % 2]).length;
console.log((1000 * texts) / (performance.now() - started));
process.exit();
`;
}
