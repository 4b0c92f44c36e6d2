/** Lists the benchmarks, or runs one: `npm run bench -- NAME [--json] [--rounds N]`. */
import { readdir } from "node:fs/promises";
import { parseArgs } from "node:util";
import { describeMachine } from "./support/machine.mjs";
import { formatReport } from "./support/report.mjs";

const folder = new URL("benchmarks/", import.meta.url);
const defaultRounds = 5;

/** @returns {Promise<string[]>} a benchmark is a file: its name is the file's */
async function benchmarkNames() {
  const files = await readdir(folder);
  return files
    .filter((file) => file.endsWith(".mjs"))
    .map((file) => file.slice(0, -".mjs".length))
    .sort();
}

/**
 * @param {string} name
 * @returns {Promise<import("./support/types.js").Benchmark>}
 */
function loadBenchmark(name) {
  return import(new URL(`${name}.mjs`, folder).href);
}

async function list() {
  console.log("Benchmarks: npm run bench -- NAME [--json] [--rounds N]\n");
  const names = await benchmarkNames();
  const width = Math.max(...names.map((name) => name.length));
  for (const name of names) console.log(`  ${name.padEnd(width)}  ${(await loadBenchmark(name)).description}`);
}

/**
 * @param {string} name
 * @param {{ json: boolean, rounds: number }} options
 */
async function runBenchmark(name, { json, rounds }) {
  const machine = describeMachine();
  const { run } = await loadBenchmark(name);
  const log = (/** @type {string} */ line) => process.stderr.write(`${line}\n`);
  const report = { benchmark: name, machine, ...(await run({ rounds, log })) };
  console.log(json ? JSON.stringify(report, undefined, 2) : `\n${formatReport(report)}`);
}

/** @returns {Promise<string | undefined>} what is wrong with the command line, or nothing */
async function main() {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { json: { type: "boolean", default: false }, rounds: { type: "string", default: String(defaultRounds) } },
  });
  const [name] = positionals;
  if (name === undefined) {
    await list();
    return undefined;
  }
  const names = await benchmarkNames();
  if (!names.includes(name)) return `There is no benchmark "${name}"; there are: ${names.join(", ")}.`;
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) return `--rounds takes a whole number from 1, not "${values.rounds}".`;
  await runBenchmark(name, { json: values.json, rounds });
  return undefined;
}

try {
  const problem = await main();
  if (problem !== undefined) {
    console.error(problem);
    process.exitCode = 2;
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
