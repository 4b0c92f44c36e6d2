import { execFile, spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text as readText } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { loadCore } from "../support/core.mjs";
import { findPython, peerEnvironment } from "../support/pytorch.mjs";

export const description = "The effects of words against Captum's integrated gradients: the same, how exact, how fast";

const command = fileURLToPath(new URL("../../packages/cli/bin/starcast.js", import.meta.url));
const peer = fileURLToPath(new URL("../peers/captum_explain.py", import.meta.url));

/** Texts that are explained, and points of the way in Captum: its default, and more. */
const texts = 40;
const captumSteps = [50, 300];

/**
 * @typedef {{ effects: readonly number[], baseline: number, value: number }} Answer
 * @typedef {{ torch?: string, seconds: number, cpuSeconds: number, answers: readonly Answer[] }} Run
 */

/** @type {import("../support/types.js").Benchmark["run"]} */
export async function run({ log }) {
  const folder = await mkdtemp(join(tmpdir(), "starcast-bench-"));
  try {
    const given = await makeModel(folder, log);
    const python = await findPython("torch, safetensors, captum");
    const own = await explainHere(folder, given);
    const rows = [rowOf("Starcast, as many points as it takes", own, own)];
    for (const steps of python === undefined ? [] : captumSteps) {
      log(`Captum with ${steps} points ...`);
      rows.push(rowOf(`Captum, ${steps} points`, await explainThere(python ?? "", folder, steps, given), own));
    }
    return {
      work: `the effects of all words on the expected rating of ${texts} texts; one thread each`,
      data: "a model of the recipe best, 2 epochs on the built-in sample",
      summaries: [],
      missing: python
        ? []
        : [
            {
              product: "Captum",
              reason: "No Python with torch, safetensors and captum was found.",
              install:
                "Install them with: pip install torch safetensors captum (and set STARCAST_PYTHON to that Python).",
            },
          ],
      tables: [{ title: "integrated gradients", rows }],
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * A model in the folder, also for PyTorch, and texts.
 *
 * @param {string} folder
 * @param {(line: string) => void} log
 * @returns {Promise<string[]>}
 */
async function makeModel(folder, log) {
  /** @param {string[]} args */
  const starcast = (...args) => promisify(execFile)(process.execPath, [command, ...args], { cwd: folder });
  await starcast("sample", "--out", "sample.csv");
  log("training a model ...");
  await starcast("train", "sample.csv", "--out", "model", "--epochs", "2", "--no-baselines");
  await starcast("export", "model", "--format", "pytorch", "--out", "pytorch");
  const lines = (await readFile(join(folder, "sample.csv"), "utf8")).split("\n").slice(1, texts + 1);
  return lines.map((line) => line.slice(1, line.lastIndexOf('"')).replaceAll('""', '"'));
}

/**
 * @param {string} folder
 * @param {readonly string[]} given
 * @returns {Promise<Run>}
 */
async function explainHere(folder, given) {
  const { Explainer, memoryFolder, RatingModel } = await loadCore();
  const files = new Map();
  for (const name of ["config.json", "vocabulary.txt", "model.safetensors"]) {
    files.set(name, new Uint8Array(await readFile(join(folder, "model", name))));
  }
  const model = await RatingModel.load(memoryFolder(files));
  const explainer = new Explainer(model);
  explainer.explain(given[0]);
  const cpu = process.cpuUsage();
  const started = performance.now();
  const explanations = given.map((text) => explainer.explain(text));
  const seconds = (performance.now() - started) / 1000;
  const cpuSeconds = process.cpuUsage(cpu).user / 1e6;
  model.dispose();
  const answers = explanations.map(({ words, baseline, value }) => ({
    effects: words.map(({ effect }) => effect),
    baseline,
    value,
  }));
  return { seconds, cpuSeconds, answers };
}

/**
 * @param {string} python
 * @param {string} folder
 * @param {number} steps
 * @param {readonly string[]} given
 * @returns {Promise<Run>}
 */
async function explainThere(python, folder, steps, given) {
  const child = spawn(python, [peer, join(folder, "pytorch"), String(steps)], {
    env: peerEnvironment({ tuned: false }),
    stdio: ["pipe", "pipe", "inherit"],
  });
  child.stdin.end(JSON.stringify(given));
  return JSON.parse(await readText(child.stdout));
}

/**
 * One line of the table. "Misses" is the completeness error as a share of the difference between text and baseline.
 *
 * @param {string} name
 * @param {Run} run
 * @param {Run} own what Starcast says
 */
export function rowOf(name, { seconds, cpuSeconds, answers }, own) {
  const misses = answers.map(({ effects, baseline, value }) => {
    const sum = effects.reduce((total, effect) => total + effect, 0);
    return Math.abs((sum - (value - baseline)) / (value - baseline));
  });
  const apart = answers.flatMap(({ effects }, text) =>
    effects.map((effect, word) => Math.abs(effect - own.answers[text].effects[word])),
  );
  return {
    by: name,
    "ms a text": round((1000 * seconds) / answers.length),
    "processor ms a text": round((1000 * cpuSeconds) / answers.length),
    "misses, mean %": round((100 * misses.reduce((sum, share) => sum + share, 0)) / misses.length),
    "misses, worst %": round(100 * Math.max(...misses)),
    "effects apart, largest": round(Math.max(...apart)),
  };
}

/** @param {number} value */
function round(value) {
  return Number(value.toPrecision(3));
}
