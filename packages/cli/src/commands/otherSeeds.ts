import type { TrainMetrics, TrainOptions } from "@starcast/core";
import type { LabelledRows } from "../data/readTexts.js";
import { duration, score } from "../report/numbers.js";
import { unitOf } from "../report/units.js";
import { northStar } from "../report/verdict.js";
import { describeSpread, type RunSurroundings } from "./crossValidation.js";

/**
 * Trains with the seeds that follow, on the same division of the rows, to see how much of a result is chance. No model
 * is kept: which seed did best on the test rows must not choose one.
 *
 * @param first what the first seed came to. @returns the accounts of all seeds; fewer when the signal was aborted.
 */
export async function trainOtherSeeds(
  rows: LabelledRows,
  options: TrainOptions,
  first: TrainMetrics,
  { seeds, surroundings }: { readonly seeds: number; readonly surroundings: RunSurroundings },
): Promise<TrainMetrics[]> {
  const { core, output, progress } = surroundings;
  const runs = [first];
  output.heading(`The same with ${seeds - 1} other seeds`);
  const { checkpoints: _c, resumeFrom: _r, seed = 1, ...shared } = options;
  for (let number = 1; number < seeds && !options.signal?.aborted; number++) {
    const own = { ...shared, baselines: false, splitSeed: seed, seed: (seed + number) % 2 ** 32 };
    let plannedEpochs = 1;
    try {
      for await (const event of core.train(rows, own)) {
        if (event.type === "prepared") plannedEpochs = event.plannedEpochs;
        if (event.type === "batch") {
          const share = (number - 1 + (event.epoch - 1 + event.rowsDone / event.rows) / plannedEpochs) / (seeds - 1);
          progress.update(
            share,
            `seed ${own.seed} · epoch ${event.epoch}/${plannedEpochs} · loss ${score(event.loss)}`,
          );
        }
        if (event.type !== "done") continue;
        event.model.dispose();
        if (event.reason === "aborted") break;
        runs.push(event.metrics);
        progress.clear();
        const { name, value } = northStar(event.metrics.test ?? event.metrics.validation);
        output.tick(`seed ${own.seed}: ${name} ${score(value)} (${duration(event.metrics.seconds)})`);
      }
    } catch (error) {
      if (!options.signal?.aborted) throw error;
    }
  }
  progress.clear();
  if (runs.length > 1) {
    const stars = runs.map(({ test, validation }) => northStar(test ?? validation));
    const unit = stars[0].name === "RMSE" ? ` ${unitOf(first.scale)}` : "";
    output.line(
      `  ${describeSpread(core.spreadOf(stars.map(({ value }) => value)), `${stars[0].name} of ${runs.length} seeds`, unit)}`,
    );
    output.note(
      "The model that was saved is that of the first seed: choosing one by its test result would flatter it.",
    );
  }
  return runs;
}
