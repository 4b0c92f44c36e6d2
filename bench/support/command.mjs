/** The `starcast` command as users start it, in a process of its own. */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("../../packages/cli/bin/starcast.js", import.meta.url));
const peakReporter = new URL("reportPeak.mjs", import.meta.url).href;
const peakLine = /^peak resident memory: (\d+), processor seconds: ([\d.]+)$/m;

/**
 * Runs a command to its end.
 *
 * @param {readonly string[]} words
 * @returns {Promise<{ seconds: number, cpuSeconds: number, output: string, peakBytes: number }>} from the start of the
 *   process to its end; processor time, standard output, and the most memory that was resident
 */
export async function runStarcast(words) {
  const started = performance.now();
  const { code, output, errors } = await run(process.execPath, ["--import", peakReporter, program, ...words]);
  const seconds = (performance.now() - started) / 1000;
  if (code !== 0) throw new Error(`starcast ${words.join(" ")} failed:\n${errors}`);
  const peak = peakLine.exec(errors);
  if (peak === null) throw new Error("The process did not tell its memory.");
  return { seconds, cpuSeconds: Number(peak[2]), output, peakBytes: Number(peak[1]) };
}

/**
 * @param {string} file
 * @param {readonly string[]} words
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<{ code: number | null, output: string, errors: string }>}
 */
export function run(file, words, env = process.env) {
  const child = spawn(file, words, { stdio: ["ignore", "pipe", "pipe"], env });
  let output = "";
  let errors = "";
  child.stdout.setEncoding("utf8").on("data", (/** @type {string} */ part) => (output += part));
  child.stderr.setEncoding("utf8").on("data", (/** @type {string} */ part) => (errors += part));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, output, errors }));
  });
}
