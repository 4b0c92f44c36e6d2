/**
 * What checkpoints cost: how long a training stands still for one, with an embedding of 50,000 words of 64 numbers.
 *
 *   node scripts/survive/cost.mjs
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { train } from "../../packages/cli/dist/index.js";
import { CheckpointStore } from "../../packages/cli/dist/run/checkpointStore.js";

const words = 50_000;
const rows = Array.from({ length: 6000 }, (_, row) => ({
  text: Array.from({ length: 40 }, (_, at) => `w${spell((row * 40 + at) % words)}`).join(" "),
  label: 1 + (row % 5),
}));

/** @param {number} number as letters, since digits are no words */
function spell(number) {
  return number.toString(26).replace(/\d/g, (digit) => "qrstuvwxyz"[Number(digit)]);
}

const folder = mkdtempSync(join(tmpdir(), "starcast-cost-"));
const store = new CheckpointStore(folder);
let writing = 0;
/** @type {{ stall: number, work: number, megabytes: number }[]} */
const seen = [];
let last = performance.now();
let cpu = process.cpuUsage();
const events = train(rows, {
  epochs: 2,
  batchSize: 64,
  baselines: false,
  validationFraction: 0.02,
  // Words in turn make equal texts.
  keepDuplicates: true,
  checkpoints: {
    // Rarer than a file takes to be written, as in any real training.
    everySeconds: 1,
    save: async (checkpoint) => {
      await store.save(checkpoint);
      const began = performance.now();
      void store.settle().then(() => {
        writing += performance.now() - began;
      });
    },
  },
});
const began = performance.now();
for await (const event of events) {
  if (event.type === "prepared") console.log(`${event.vocabulary.size} words, ${event.parameterCount} weights`);
  if (event.type === "checkpoint") {
    // After an epoch the checkpoint is told of after the epoch itself, whose scoring is no part of its cost.
    if (event.batch > 0) {
      const { user, system } = process.cpuUsage(cpu);
      seen.push({ stall: performance.now() - last, work: (user + system) / 1000, megabytes: event.bytes / 1e6 });
    }
  }
  if (event.type === "done") event.model.dispose();
  last = performance.now();
  cpu = process.cpuUsage();
}
const total = performance.now() - began;
await store.settle();
rmSync(folder, { recursive: true, force: true });
const stalls = seen.map(({ stall }) => stall).sort((a, b) => a - b);
const median = stalls[stalls.length >> 1];
const work = seen.map((checkpoint) => checkpoint.work).sort((a, b) => a - b)[seen.length >> 1];
console.log(
  `${seen.length} checkpoints of ${seen[0].megabytes.toFixed(0)} MB within the epochs of a training of ${(total / 1000).toFixed(1)} s`,
);
console.log(
  `standing still for one: median ${median.toFixed(0)} ms (${work.toFixed(0)} ms of processor time), longest ${stalls.at(-1)?.toFixed(0)} ms; one a minute: ${((median / 60_000) * 100).toFixed(2)} % of the time`,
);
console.log(`forced to the disk while the training went on: ${(writing / seen.length).toFixed(0)} ms each`);
