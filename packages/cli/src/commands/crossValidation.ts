import type { CrossValidation, CrossValidationOptions, Spread, TrainOptions } from "@starcast/core";
import type { LabelledRows } from "../data/readTexts.js";
import { UsageError } from "../errors.js";
import { count, duration, score } from "../report/numbers.js";
import { printPart } from "../report/result.js";
import { unitOf } from "../report/units.js";
import { northStar } from "../report/verdict.js";
import type { Core } from "../services.js";
import type { Output } from "../terminal/output.js";
import type { ProgressLine } from "../terminal/progress.js";

/** What several runs need of a command. */
export interface RunSurroundings {
  readonly core: Core;
  readonly output: Output;
  readonly progress: ProgressLine;
}

interface ValidationFlags {
  readonly cv: number | undefined;
  readonly seeds: number;
  readonly valid?: string | undefined;
  readonly test?: string | undefined;
  readonly testFraction: number | undefined;
  readonly splitColumn: string | undefined;
  readonly time: string | undefined;
}

/** @throws {UsageError} `conflict` for options that leave nothing to cross-validate. */
export function checkValidation(values: ValidationFlags): void {
  if (values.cv === undefined) return;
  const { valid, test, testFraction, splitColumn, time } = values;
  const parts = { "--valid": valid, "--test": test, "--test-fraction": testFraction };
  const ways = { "--split-column": splitColumn, "--time": time };
  const other = Object.entries({ ...parts, ...ways }).find(([, value]) => value !== undefined);
  if (other !== undefined) {
    throw new UsageError(
      "conflict",
      `--cv tests on every row in turn, and ${other[0]} on some of them; leave one out.`,
    );
  }
  if (values.seeds > 1) {
    throw new UsageError(
      "conflict",
      "--cv and --seeds both train several times, for two kinds of spread; leave one out.",
    );
  }
}

/** The options of one run without what a cross-validation decides itself. */
export function crossValidationOptions(options: TrainOptions, folds: number): CrossValidationOptions {
  const { validation: _v, test: _t, testFraction: _f, checkpoints: _c, resumeFrom: _r, splitBy, ...shared } = options;
  return { ...shared, folds, ...(splitBy === "group" && { splitBy }) };
}

/**
 * Trains once for each fold without it, shows each, and then the result of all.
 *
 * @throws the signal's reason when it is aborted.
 */
export async function runCrossValidation(
  rows: LabelledRows,
  options: CrossValidationOptions,
  { core, output, progress }: RunSurroundings,
): Promise<CrossValidation> {
  const { folds = 5 } = options;
  output.heading(`Cross-validation (${folds} folds)`);
  let plannedEpochs = 1;
  for await (const event of core.crossValidate(rows, options)) {
    if (event.type === "folds") {
      const together = event.bundles < event.rows ? `, in ${count(event.bundles)} bundles that stay together` : "";
      output.tick(`${count(event.rows)} rows${together}; each is rated by a model that has not seen it`);
    } else if (event.type === "training") {
      if (event.event.type === "prepared") plannedEpochs = event.event.plannedEpochs;
      if (event.event.type !== "batch") continue;
      const { epoch, rowsDone, rows: all, loss } = event.event;
      const share = (event.fold - 1 + (epoch - 1 + rowsDone / all) / plannedEpochs) / folds;
      progress.update(share, `fold ${event.fold}/${folds} · epoch ${epoch}/${plannedEpochs} · loss ${score(loss)}`);
    } else if (event.type === "fold") {
      progress.clear();
      const { metrics } = event;
      if (!metrics.test) continue;
      const { name, value } = northStar(metrics.test);
      const linear = metrics.baselines ? `, the linear model ${score(northStar(metrics.baselines.linear).value)}` : "";
      output.tick(
        `fold ${event.fold}: ${name} ${score(value)} on ${count(metrics.test.rows)} rows${linear} (${duration(metrics.seconds)})`,
      );
    } else {
      progress.clear();
      printCrossValidation(output, event.result);
      return event.result;
    }
  }
  throw new Error("The cross-validation ended without a result.");
}

function printCrossValidation(output: Output, { evaluation, scale, spread, linear, folds }: CrossValidation): void {
  printPart(output, "Result on all rows, each held back once", evaluation, scale);
  const { name } = northStar(evaluation);
  const unit = name === "RMSE" ? ` ${unitOf(scale)}` : "";
  output.gap();
  output.line(`  ${describeSpread(spread, `${name} of the ${folds.length} folds`, unit)}`);
  if (linear) output.line(`  ${describeSpread(linear, "that of the linear model", unit)}`);
}

/** A spread as a sentence. */
export function describeSpread(
  { mean, interval, deviation, lowest, highest }: Spread,
  what: string,
  unit: string,
): string {
  return `Mean ${what}: ${score(mean)}${unit}, 95 % interval ${score(interval[0])} to ${score(interval[1])}; lowest ${score(lowest)}, highest ${score(highest)}, standard deviation ${score(deviation)}.`;
}
