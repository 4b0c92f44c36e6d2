/**
 * Kills trainings and fills their disk, at random moments, and checks that nothing is lost:
 *
 *   node scripts/survive/survive.mjs [--kills N] [--full-disks N] [--short-writes N] [--seed N] [--recipes LIST]
 *
 * Each training is the program itself in a process of its own. Half of the kills come from outside at a random time,
 * half within a random operation on a file, half of a write being done. After each one the folder must hold either no
 * model or a whole one, and the next process must go on from the last epoch that the event log tells of, or from the one
 * before. A training that came to its end must have written, byte by byte, the files of one that nothing happened to,
 * whatever number of threads each of its processes had. Once the kills are over, processes come to their end though
 * every third write does only half of what it was asked, until so many trainings have.
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const program = here("../../packages/cli/bin/starcast.js");
const preload = pathToFileURL(here("faults.mjs")).href;

/** Trainings of every recipe, of a second or less. */
const recipes = {
  fixed: ["--epochs", "12", "--batch-size", "64", "--max-length", "20"],
  variable: ["--epochs", "12", "--batch-size", "64", "--max-length", "20", "--learning-rate", "0.01"],
  glove: ["--epochs", "12", "--batch-size", "64", "--max-length", "20", "--learning-rate", "0.01"],
  regression: ["--epochs", "12", "--batch-size", "64", "--max-length", "20", "--learning-rate", "0.01"],
  best: ["--members", "1", "--epochs", "5", "--batch-size", "32"],
};

/** Numbers that look random and follow from the seed (mulberry32). */
export function randomFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Runs trainings in a folder of their own until so much has happened to them; throws when anything is lost. */
export async function survive({
  kills,
  fullDisks = 0,
  shortWrites = 0,
  seed = 1,
  recipes: names = Object.keys(recipes),
  log = () => {},
}) {
  // A killed process loses nothing that it has written, so a place in memory will do, where nothing has to be waited for.
  const folder = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "starcast-survive-"));
  const random = randomFrom(seed);
  const counts = { kills: 0, killsWithinOperations: 0, fullDisks: 0, shortWrites: 0, finished: 0 };
  try {
    prepare(folder);
    const references = new Map();
    for (const name of names) references.set(name, await reference(folder, name));
    const wanted = { kills, fullDisks, shortWrites };
    const isLeft = () => Object.entries(wanted).some(([what, times]) => counts[what] < times);
    for (let turn = 0; isLeft(); turn++) {
      const name = names[turn % names.length];
      await surviveOne(folder, name, references.get(name), { random, counts, wanted, log });
      counts.finished++;
      log(`${name}: finished with the same bytes; ${describe(counts)}`);
    }
    return counts;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function describe({ kills, killsWithinOperations, fullDisks, shortWrites, finished }) {
  return `${kills} kills (${killsWithinOperations} within an operation), ${fullDisks} full disks, ${shortWrites} trainings of short writes, ${finished} trainings to the end`;
}

function prepare(folder) {
  const made = spawnSync(process.execPath, [program, "sample", "--rows", "400", "--out", join(folder, "reviews.csv")]);
  if (made.status !== 0) throw new Error(`The sample could not be made: ${made.stderr}`);
  const words = ["the", "and", "is", "very", "good", "bad", "not", "but", "works", "broke", "colour", "price"];
  const lines = words.map(
    (word, row) => `${word} ${Array.from({ length: 50 }, (_, at) => Math.sin(row * 50 + at)).join(" ")}`,
  );
  writeFileSync(join(folder, "vectors.txt"), `${lines.join("\n")}\n`);
}

function commandOf(folder, name, out, threads) {
  const vectors = name === "glove" ? ["--vectors", join(folder, "vectors.txt")] : [];
  return [
    ...["train", join(folder, "reviews.csv"), "--out", out, "--recipe", name, ...recipes[name], ...vectors],
    ...["--no-baselines", "--no-report", "--checkpoint-every", "0.05", "--threads", String(threads)],
  ];
}

/** Starts a training. @returns how it ended, and what it said. */
function start(words, { environment = {}, killAfter } = {}) {
  return new Promise((resolve) => {
    const began = performance.now();
    const child = spawn(process.execPath, ["--import", preload, program, ...words], {
      env: { ...process.env, ...environment },
    });
    let said = "";
    const listen = (chunk) => {
      said += chunk;
    };
    child.stdout.on("data", listen);
    child.stderr.on("data", listen);
    const timer = killAfter === undefined ? undefined : setTimeout(() => child.kill("SIGKILL"), killAfter);
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      resolve({ code, killed: signal === "SIGKILL", said, milliseconds: performance.now() - began });
    });
  });
}

/** A training that nothing happens to: its files, its time, and how many operations on files it takes. */
async function reference(folder, name) {
  const out = join(folder, `${name}-reference`);
  const counter = join(folder, `${name}-count`);
  const environment = { STARCAST_FAULT: "count", STARCAST_FAULT_FOLDER: out, STARCAST_FAULT_COUNT: counter };
  const { code, said, milliseconds } = await start(commandOf(folder, name, out, 1), { environment });
  if (code !== 0) throw new Error(`${name} failed without any fault: ${said}`);
  return { files: filesOf(out), milliseconds, operations: Number(readFileSync(counter, "utf8")) };
}

/** Contents by name, without what tells of time and threads. */
function filesOf(out) {
  const files = new Map();
  for (const name of readdirSync(out).sort()) {
    const content = readFileSync(join(out, name), "latin1");
    if (name === "events.jsonl" || name === "README.md") files.set(name, "");
    else files.set(name, name === "metrics.json" ? content.replace(/"(seconds|threads)": [\d.e-]+/g, "") : content);
  }
  return files;
}

/** One training, from nothing to its end, through as many faults as come. */
async function surviveOne(folder, name, expected, { random, counts, wanted, log }) {
  const out = join(folder, "out");
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out);
  let noted = readLog(out);
  for (let process = 0; ; process++) {
    const fault = process < 6 ? chooseFault({ random, counts, wanted, expected }) : { kind: "none" };
    const words = commandOf(folder, name, out, 1 + Math.floor(random() * 3));
    const environment = { STARCAST_FAULT: fault.text ?? "count", STARCAST_FAULT_FOLDER: out };
    const ended = await start(words, { environment, killAfter: fault.after });
    const told = readLog(out);
    const what = `${name}, ${fault.text ?? fault.kind}${fault.after === undefined ? "" : ` after ${Math.round(fault.after)} ms`}`;
    // A process that did not come so far as to note its start changed nothing either.
    const hasStarted = told.startedAt !== noted.startedAt;
    if (hasStarted && told.resumedAt < noted.epochs - 1) {
      throw new Error(
        `${what}: epoch ${noted.epochs} was finished, but the next process went on after epoch ${told.resumedAt}.`,
      );
    }
    noted = told;
    await checkModel(out, what);
    if (ended.killed) {
      counts.kills++;
      if (fault.text !== undefined) counts.killsWithinOperations++;
      if (isOver(out)) {
        compare(withoutLeftovers(filesOf(out)), expected.files, what);
        return;
      }
    } else if (ended.code === 0) {
      if (fault.kind === "short") counts.shortWrites++;
      compare(filesOf(out), expected.files, what);
      return;
    } else if (fault.kind === "full" && /disk is full/.test(ended.said)) counts.fullDisks++;
    else throw new Error(`${what}: ended with ${ended.code}: ${ended.said}`);
    log(`${what}: ${ended.killed ? "killed" : "stopped"} after epoch ${noted.epochs}`);
  }
}

/** Whether the process came to its end before it was killed: the model is in its place, and nothing to go on from is left. */
function isOver(out) {
  return existsSync(join(out, "config.json")) && !existsSync(join(out, "checkpoints"));
}

/** Without the lock that a killed process could not give back: the next one takes it over. */
function withoutLeftovers(files) {
  return new Map([...files].filter(([name]) => !name.startsWith("run.lock")));
}

function chooseFault({ random, counts, wanted, expected }) {
  const { milliseconds, operations } = expected;
  // The last operations put the model in its place: they are worth more than their share.
  const operation = random() < 0.3 ? operations - Math.floor(random() * 25) : 1 + Math.floor(random() * operations);
  if (counts.fullDisks < wanted.fullDisks && random() < 0.4) return { kind: "full", text: `full:${operation}` };
  if (counts.kills >= wanted.kills) {
    return counts.shortWrites < wanted.shortWrites ? { kind: "short", text: "short:3" } : { kind: "none" };
  }
  if (random() < 0.5) return { kind: "kill", text: `kill:${operation}` };
  return { kind: "kill", after: random() * milliseconds };
}

/** What the last process noted: when it started, where it went on, and the last epoch that it finished. */
function readLog(out) {
  const path = join(out, "events.jsonl");
  const lines = existsSync(path) ? readFileSync(path, "utf8").split("\n") : [];
  const noted = { startedAt: "", resumedAt: 0, epochs: 0 };
  let begun = "";
  // The last line may be torn; all others are whole.
  for (const line of lines.slice(0, -1)) {
    const event = JSON.parse(line);
    if (event.type === "prepared") begun = event.time;
    else if (begun !== "" && event.type !== "failed") {
      // Whether a process went on or began anew shows in what it notes next.
      const epochs = event.type === "resumed" ? event.records.length : 0;
      Object.assign(noted, { startedAt: begun, resumedAt: epochs, epochs });
      begun = "";
    }
    if (event.type === "epoch") noted.epochs = event.record.epoch;
  }
  return noted;
}

/** Either there is no model, or it can be loaded and rates. */
async function checkModel(out, what) {
  if (!existsSync(join(out, "config.json"))) return;
  const { loadModel } = await import("../../packages/cli/dist/index.js");
  try {
    const model = await loadModel(out);
    model.predict("works very well");
    model.dispose();
  } catch (cause) {
    throw new Error(`${what}: left a broken model.`, { cause });
  }
}

function compare(found, expected, what) {
  const names = (files) => [...files.keys()].join(" ");
  if (names(found) !== names(expected)) throw new Error(`${what}: left ${names(found)} instead of ${names(expected)}.`);
  for (const [name, content] of expected) {
    if (found.get(name) !== content) throw new Error(`${what}: ${name} differs from that of an undisturbed training.`);
  }
}

if (process.argv[1] && pathToFileURL(process.argv[1]).href === import.meta.url) {
  const { values } = parseArgs({
    options: {
      kills: { type: "string", default: "50" },
      "full-disks": { type: "string", default: "10" },
      "short-writes": { type: "string", default: "5" },
      seed: { type: "string", default: "1" },
      recipes: { type: "string", default: Object.keys(recipes).join(",") },
    },
  });
  const seed = Number(values.seed);
  const counts = await survive({
    kills: Number(values.kills),
    fullDisks: Number(values["full-disks"]),
    shortWrites: Number(values["short-writes"]),
    seed,
    recipes: values.recipes.split(","),
    log: (line) => console.log(line),
  });
  console.log(`Nothing was lost: ${describe(counts)}, seed ${seed}.`);
}
