import { measureInTurns } from "../support/measure.mjs";
import { peakOnThreads } from "../support/peak.mjs";
import { startStarcast } from "../support/starcast.mjs";
import { loadTrainingData } from "../support/trainingData.mjs";
import { bidirectional, fixed, variable } from "../support/trainings.mjs";

export const description = "Training on 2 threads against 1, beside what the machine itself gives";

const trainings = { fixed, variable, bidirectional };

/** @type {import("../support/types.js").Benchmark["run"]} */
export async function run(options) {
  const data = await loadTrainingData();
  const systems = [await peakOnThreads(1), await peakOnThreads(2)];
  for (const [name, training] of Object.entries(trainings)) {
    for (const threads of [1, 2]) systems.push({ ...(await startStarcast(data, training, threads)), product: name });
  }
  const summaries = await measureInTurns(systems, options);
  return {
    work: "one training epoch of each recipe, the same bits for any number of threads; first, arithmetic that shares nothing",
    data: data.description,
    summaries: [],
    missing: [],
    tables: [{ title: "Starcast, 18,789 reviews an epoch", rows: speedUps(summaries) }],
  };
}

/**
 * One row a work: its time on one thread and on two, and how many times as fast two are.
 *
 * @param {readonly import("../support/types.js").Summary[]} summaries in pairs, one thread first
 */
export function speedUps(summaries) {
  const pairs = Array.from({ length: summaries.length / 2 }, (_, pair) => summaries.slice(2 * pair, 2 * pair + 2));
  return pairs.map(([one, two]) => ({
    work: one.product,
    "1 thread s": one.medianSeconds,
    "2 threads s": two.medianSeconds,
    "times as fast": one.medianSeconds / two.medianSeconds,
    "CPU s, 1 thread": one.medianCpuSeconds,
    "CPU s, 2 threads": two.medianCpuSeconds,
    rounds: one.seconds.length,
    ...(one.loss === undefined ? {} : { "same loss": one.loss === two.loss ? "yes" : "NO" }),
  }));
}
