/** The main job on the built-in sample, step by step, with the very commands that a user would type. */
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { repository, setUpOrExit } from "./setup.mjs";

const sample = ".starcast/sample.csv";
const model = ".starcast/sample-model";
const sentences = [
  "I expected it to be awful, yet it is great.",
  "Lovely colour, but it fell apart.",
  "Not bad at all.",
];

/** The steps: what is told beforehand, and the words after `starcast`. */
const steps = [
  {
    title: "A sample of short reviews (synthetic: written by a seeded generator)",
    args: ["sample", "--out", sample, "--force"],
  },
  { title: "Is the data fit to learn from?", args: ["check", sample] },
  {
    title: "Learn from it, and measure on reviews that were kept aside",
    args: ["train", sample, "--test-fraction", "0.2", "--out", model, "--force"],
  },
  { title: "Rate three sentences", args: ["predict", model, ...sentences] },
];

const nextCommands = [
  ["npx starcast train reviews.csv", "train on your own file (CSV, TSV, JSON lines, Parquet)"],
  [`npx starcast predict ${model} -`, "rate the lines that you type"],
  [`npx starcast compare ${sample} --recipes fixed,variable,best`, "compare recipes"],
  ["npx starcast datasets list", "public data to try"],
  ["npx starcast --help", "all commands"],
];

function quote(word) {
  return /^[\w./,=-]+$/.test(word) ? word : `"${word}"`;
}

function runStep({ title, args }) {
  console.log(`\n${title}\n$ npx starcast ${args.map(quote).join(" ")}\n`);
  const command = join(repository, "packages/cli/bin/starcast.js");
  const { status, signal } = spawnSync(process.execPath, [command, ...args], { cwd: repository, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? (signal === "SIGINT" ? 130 : 1));
}

// Ctrl-C goes to the running step, which ends cleanly by itself; this process waits for it.
process.on("SIGINT", () => {});

setUpOrExit();
mkdirSync(join(repository, ".starcast"), { recursive: true });
for (const step of steps) runStep(step);
const width = Math.max(...nextCommands.map(([command]) => command.length));
console.log("\nNext:");
for (const [command, meaning] of nextCommands) console.log(`  ${command.padEnd(width)}  ${meaning}`);
