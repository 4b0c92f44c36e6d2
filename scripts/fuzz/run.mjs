/**
 * Fuzzes: `npm run fuzz -- SUBJECT [--count N] [--seed S] [--from N] [--jobs N]`, where SUBJECT is models, imports, data or texts. A single
 * case is repeated with `--from N --count 1`. Exits with 1 when a case broke a promise, crashed or hung.
 */
import { fork } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import { repository, setUpOrExit } from "../setup.mjs";

/** A case that takes longer than this hangs: a text of ten million characters takes some seconds on a busy machine. */
const patience = 60_000;
/** Heap of the process that runs the cases, in MB: what a browser's tab can count on. */
const heap = 768;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    count: { type: "string", default: "1000" },
    seed: { type: "string", default: "1" },
    from: { type: "string", default: "0" },
    jobs: { type: "string", default: "1" },
  },
});
const [subject] = positionals;
const [count, seed, from, jobs] = [values.count, values.seed, values.from, values.jobs].map(Number);

setUpOrExit();
const folder = join(repository, "node_modules/.cache/starcast-fuzz");
mkdirSync(folder, { recursive: true });
const program = join(folder, `child-${process.pid}.mjs`);
const outcomes = new Map();
const failures = [];
let slowest = { number: -1, milliseconds: 0 };

let done = 0;

try {
  await bundle();
  const bounds = Array.from({ length: jobs + 1 }, (_, job) => from + Math.floor((count * job) / jobs));
  await Promise.all(bounds.slice(1).map((end, job) => runJob(bounds[job], end)));
} finally {
  rmSync(program, { force: true });
}
print();
process.exitCode = failures.length > 0 ? 1 : 0;

/** The sources as they are, not as they were built last. */
async function bundle() {
  await build({
    entryPoints: [join(repository, "scripts/fuzz/child.ts")],
    outfile: program,
    bundle: true,
    platform: "node",
    format: "esm",
    packages: "external",
    alias: { "@starcast/core": join(repository, "packages/core/src/index.ts") },
    logLevel: "warning",
  });
}

/** Runs the cases from `first` up to `end`; after a crash with the next one. */
async function runJob(first, end) {
  const statusPath = join(folder, `status-${process.pid}-${first}`);
  for (let next = first; next < end; ) next = await runChild(next, end, statusPath);
  rmSync(statusPath, { force: true });
}

/** Runs cases in a process of their own; gives the case to go on with when that has ended. */
function runChild(first, end, statusPath) {
  return new Promise((resolve) => {
    const child = fork(program, [subject, String(seed), String(first), String(end), statusPath], {
      cwd: repository,
      execArgv: [`--max-old-space-size=${heap}`],
    });
    const currentCase = () => (existsSync(statusPath) ? Number(readFileSync(statusPath, "utf8")) : first);
    let last = first;
    let since = Date.now();
    let hung = false;
    const watch = setInterval(() => {
      const current = currentCase();
      if (current !== last) [last, since] = [current, Date.now()];
      else if (Date.now() - since > patience) {
        hung = true;
        child.kill("SIGKILL");
      }
    }, 500);
    child.on("message", take);
    child.on("exit", (code, signal) => {
      clearInterval(watch);
      if (code === 0) return resolve(end);
      const number = currentCase();
      fail({
        number,
        error: hung ? `It took longer than ${patience / 1000} s.` : `The process ended (${signal ?? code}).`,
      });
      resolve(number + 1);
    });
  });
}

function take(report) {
  const before = done;
  done += report.outcomes.reduce((sum, [, times]) => sum + times, 0);
  if (Math.floor(before / 10_000) < Math.floor(done / 10_000) && done < count) {
    console.log(`${done} cases, ${failures.length} failed ...`);
  }
  for (const [outcome, times] of report.outcomes) outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + times);
  for (const failure of report.failures) fail(failure);
  if (report.slowest.milliseconds > slowest.milliseconds) slowest = report.slowest;
}

function fail(failure) {
  failures.push(failure);
  if (failures.length <= 20) console.log(`case ${failure.number}: ${failure.error}\n`);
}

function print() {
  const total = [...outcomes.values()].reduce((sum, times) => sum + times, 0);
  console.log(`${subject}, seed ${seed}: ${total} cases from ${from} on, ${failures.length} failed`);
  for (const [outcome, times] of [...outcomes].sort((a, b) => b[1] - a[1])) console.log(`  ${times}  ${outcome}`);
  console.log(`  slowest: case ${slowest.number}, ${Math.round(slowest.milliseconds)} ms`);
}
