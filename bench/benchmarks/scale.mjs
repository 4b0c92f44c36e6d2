import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runStarcast } from "../support/command.mjs";
import { writeManyReviews } from "../support/manyReviews.mjs";
import { median } from "../support/measure.mjs";

export const description = "Time and memory of `starcast train` for 10,000, 100,000 and 1,000,000 reviews";

/** Rows, and how often they are trained on at most: the largest takes minutes. */
const sizes = [
  { rows: 10_000, runs: 3 },
  { rows: 100_000, runs: 3 },
  { rows: 1_000_000, runs: 1 },
];

/** @type {import("../support/types.js").Benchmark["run"]} */
export async function run({ rounds, log }) {
  const folder = await mkdtemp(join(tmpdir(), "starcast-bench-"));
  let data = "";
  try {
    const measured = [];
    for (const { rows, runs } of sizes) {
      const file = join(folder, `${rows}.csv`);
      data = await writeManyReviews(file, rows);
      const results = [];
      for (let round = 0; round < Math.min(runs, rounds); round++) {
        results.push(await trainOnce(file, join(folder, "model")));
        const { seconds, cpuSeconds, peakBytes } = results[round];
        log(
          `${rows} rows: ${seconds.toFixed(1)} s, ${cpuSeconds.toFixed(1)} s of processor time, ${megabytes(peakBytes)} MB`,
        );
      }
      measured.push({ rows, results });
      await rm(file);
    }
    return {
      work: "`starcast train` on a CSV file, recipe `best`, one epoch: read, check, encode, baselines, train, validate, save",
      data: `${data}, one word in 200 mistyped`,
      summaries: [],
      missing: [],
      tables: [{ title: "From the start of the process to the model on disk", rows: scaleRows(measured) }],
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * @param {string} file
 * @param {string} out
 * @returns {Promise<ScaleRun>}
 */
async function trainOnce(file, out) {
  const columns = ["--text", "review", "--label", "rating"];
  const command = [
    "train",
    file,
    ...columns,
    "--epochs",
    "1",
    "--members",
    "1",
    "--no-report",
    "--out",
    out,
    "--force",
    "--json",
  ];
  const { seconds, cpuSeconds, output, peakBytes } = await runStarcast(command);
  /** @type {import("@starcast/core").TrainMetrics} */
  const metrics = JSON.parse(output);
  const { epochs, vocabulary } = metrics;
  return { seconds, cpuSeconds, peakBytes, epochSeconds: epochs[0].seconds, words: vocabulary.distinctTokens };
}

/** @typedef {{ seconds: number, cpuSeconds: number, peakBytes: number, epochSeconds: number, words: number }} ScaleRun */

/**
 * The measurements as rows of a table, the time for each row compared with that of the size before: by the clock, and by
 * processor time, which other work on the machine disturbs less.
 *
 * @param {readonly { rows: number, results: readonly ScaleRun[] }[]} measured ascending
 */
export function scaleRows(measured) {
  const medians = measured.map(({ rows, results }) => {
    const of = (/** @type {(run: ScaleRun) => number} */ value) => median(results.map(value));
    const [seconds, cpuSeconds] = [of((run) => run.seconds), of((run) => run.cpuSeconds)];
    return { rows, results, seconds, cpuSeconds, epochSeconds: of((run) => run.epochSeconds) };
  });
  return medians.map(({ rows, results, seconds, cpuSeconds, epochSeconds }, index) => {
    const before = medians[index - 1];
    const cpuBefore = before && before.cpuSeconds / before.rows;
    return {
      rows,
      "total s": seconds,
      "of that the epoch s": epochSeconds,
      "rest s": seconds - epochSeconds,
      "ms a row": (1e3 * seconds) / rows,
      "time a row, against the line before": before ? seconds / rows / (before.seconds / before.rows) : undefined,
      "processor s": cpuSeconds,
      "processor time a row, against the line before": cpuBefore && cpuSeconds / rows / cpuBefore,
      "peak MB": megabytes(Math.max(...results.map(({ peakBytes }) => peakBytes))),
      "distinct words": results[0].words,
      runs: results.length,
    };
  });
}

/** @param {number} bytes */
function megabytes(bytes) {
  return Math.round(bytes / 1e6);
}
