import type { BaselineResults, HeldBack, RatingScale, RecipeName, TrainEvent, TrainMetrics } from "@starcast/core";
import { exitCodes } from "../errors.js";
import { articleResults } from "../report/article.js";
import { comparisonRows } from "../report/comparison.js";
import { counted, duration, score } from "../report/numbers.js";
import { table } from "../report/table.js";
import { unitOf } from "../report/units.js";
import { northStar } from "../report/verdict.js";
import type { Core } from "../services.js";
import { type Interrupts, watchInterrupts } from "../terminal/interrupts.js";
import { Output } from "../terminal/output.js";
import { createProgress, type ProgressLine } from "../terminal/progress.js";
import { wrap } from "../terminal/wrap.js";
import { wordVectorsFrom } from "../wordVectors.js";
import { type CommandContext, defineCommand } from "./command.js";
import { compareModels } from "./compareModels.js";
import { printColumns, printSkipped } from "./dataReport.js";
import { listOption, listOptionOr, numberOptionOr, type OptionValues } from "./options.js";
import { checkRecipe } from "./recipeNames.js";
import { columnOptions, defaultThreads, labelOptions, outputOptions, settingOptions } from "./shared.js";

const options = {
  models: listOption(
    "--models",
    "LIST",
    "saved models, separated by commas, to compare on DATA instead of training recipes",
  ),
  recipes: listOptionOr("--recipes", "LIST", "recipes to train, separated by commas", [
    "best",
    "fixed",
    "variable",
    "regression",
  ]),
  seeds: numberOptionOr(
    "--seeds",
    "N",
    "train each recipe with so many seeds, counted from --seed",
    { whole: true, min: 1, max: 100 },
    1,
  ),
  ...columnOptions,
  ...labelOptions,
  ...settingOptions,
  ...outputOptions,
} as const;

type Options = OptionValues<typeof options>;

export const compareCommand = defineCommand({
  name: "compare",
  summary: "compare recipes or saved models on the same rows",
  description:
    "Every recipe sees the same rows. The recipes fixed, variable, glove and regression are those of the article that Starcast follows; its results stand beside ours. With --models nothing is trained: saved models rate the same rows, and the paired bootstrap says whether they differ by more than chance.",
  arguments: [{ name: "DATA", help: "CSV, TSV, JSON lines or Parquet files, or globs", variadic: true }],
  options,
  examples: [
    "starcast compare new-reviews.csv --models models/a,models/b",
    "starcast compare reviews.csv --recipes best,fixed --epochs 10",
    "starcast compare reviews.csv --recipes fixed,variable,glove,regression --vectors glove.6B.50d.txt --seeds 3",
  ],
  run,
});

/** One finished run. */
export interface ComparedRun {
  readonly recipe: string;
  readonly seed: number;
  readonly metrics: TrainMetrics;
}

async function run(paths: readonly string[], values: Options, context: CommandContext): Promise<number> {
  if (values.models !== undefined) return compareModels(paths, { ...values, models: values.models }, context);
  const { terminal, services } = context;
  const output = new Output(terminal, values);
  const core = await services.core();
  const recipes = values.recipes.map((name) => checkRecipe(name, "--recipes", values.vectors, core));
  const { task, text, label, labels, skipBadRows } = values;
  const data = await (await services.data()).openLabelledTexts(paths, { text, label, task, labels, skipBadRows });
  printColumns(output, data, data.rows.length, task);
  printSkipped(output, data);
  const progress = await createProgress(output);
  const interrupts = watchInterrupts(terminal, output, () => progress.clear());
  const runs: ComparedRun[] = [];
  try {
    output.heading("Training");
    const heldBack = commonHeldBack(core, recipes, values);
    for (const job of jobsOf([...new Set(recipes)], values, heldBack)) {
      const finished = await trainOne(core, data.rows, job, values, { interrupts, progress, output });
      progress.clear();
      if (finished === undefined) break;
      runs.push(finished);
      announce(output, finished);
    }
  } finally {
    progress.stop();
    interrupts.stop();
  }
  if (runs.length > 0) printTable(output, runs);
  if (values.json) output.printJson({ data: paths, runs: runs.map(({ metrics }) => metrics), article: articleResults });
  return interrupts.signal.aborted ? exitCodes.interrupted : exitCodes.ok;
}

interface Job {
  readonly recipe: RecipeName;
  readonly seed: number;
  readonly name: string;
  readonly withBaselines: boolean;
  readonly heldBack: HeldBack;
}

/** The same rows for every recipe: the article's division when all of them are the article's. */
function commonHeldBack(core: Core, recipes: readonly RecipeName[], values: Options): HeldBack {
  const usual = recipes.find((name) => core.recipes[name].heldBack === undefined);
  return core.heldBackFor(core.recipes[usual ?? recipes[0]], values);
}

function jobsOf(recipes: readonly RecipeName[], { seeds, seed, baselines }: Options, heldBack: HeldBack): Job[] {
  return recipes.flatMap((recipe, index) =>
    Array.from({ length: seeds }, (_, offset) => ({
      recipe,
      seed: seed + offset,
      name: seeds === 1 ? recipe : `${recipe}, seed ${seed + offset}`,
      // The split depends on the seed alone, so the baselines of the first recipe serve them all.
      withBaselines: baselines && index === 0,
      heldBack,
    })),
  );
}

interface Surroundings {
  readonly interrupts: Interrupts;
  readonly progress: ProgressLine;
  readonly output: Output;
}

async function trainOne(
  core: Core,
  rows: Parameters<Core["train"]>[0],
  job: Job,
  values: Options,
  { interrupts, progress, output }: Surroundings,
): Promise<ComparedRun | undefined> {
  const {
    task,
    labels,
    epochs,
    batchSize,
    learningRate,
    maxLength,
    vocabularySize,
    threads = defaultThreads(),
    vectors,
  } = values;
  const events = core.train(rows, {
    recipe: job.recipe,
    task,
    labels,
    ...job.heldBack,
    epochs,
    batchSize,
    learningRate,
    maxLength,
    vocabularySize,
    threads,
    seed: job.seed,
    // Only the recipe that asks for vectors gets them: the others are to be compared as they are.
    wordVectors:
      vectors !== undefined && core.recipes[job.recipe].wordVectors === "required"
        ? wordVectorsFrom(vectors, core)
        : undefined,
    baselines: job.withBaselines,
    signal: interrupts.signal,
  });
  try {
    let plannedEpochs = 1;
    for await (const event of events) {
      if (event.type === "prepared") plannedEpochs = event.plannedEpochs;
      showProgress(event, job, plannedEpochs, progress);
      if (event.type === "estimate") {
        progress.clear();
        output.note(`${job.name}: up to ${counted(plannedEpochs, "epoch")}, at most ${duration(event.seconds)}`);
      }
      if (event.type !== "done") continue;
      event.model.dispose();
      return event.reason === "aborted" ? undefined : { recipe: job.recipe, seed: job.seed, metrics: event.metrics };
    }
  } catch (error) {
    if (!interrupts.signal.aborted) throw error;
  }
  return undefined;
}

function showProgress(event: TrainEvent, job: Job, plannedEpochs: number, progress: ProgressLine): void {
  if (event.type === "prepared" && job.withBaselines) progress.update(0, `${job.name} · measuring the baselines`);
  if (event.type !== "batch") return;
  const share = (event.epoch - 1 + event.rowsDone / event.rows) / plannedEpochs;
  progress.update(share, `${job.name} · epoch ${event.epoch}/${plannedEpochs} · loss ${score(event.loss)}`);
}

function announce(output: Output, { recipe, seed, metrics }: ComparedRun): void {
  const star = northStar(metrics.test ?? metrics.validation);
  output.tick(
    `${recipe}, seed ${seed}: ${star.name} ${score(star.value)} after ${counted(metrics.epochs.length, "epoch")} in ${duration(metrics.seconds)}`,
  );
}

function printTable(output: Output, runs: readonly ComparedRun[]): void {
  const [{ metrics }] = runs;
  const scale: RatingScale = metrics.scale;
  const part = metrics.test === undefined ? "validation" : "test";
  const baselines = runs.flatMap(({ metrics: { baselines: found } }): BaselineResults[] => (found ? [found] : []));
  const unit = northStar(metrics.validation).name === "RMSE" ? `RMSE in ${unitOf(scale)}` : "macro F1";
  const { rows, notes } = comparisonRows(runs, baselines);
  output.resultHeading(`Comparison on the ${part} rows (${unit})`);
  const [head, ...rest] = table(rows);
  output.line(output.bold(head));
  for (const line of rest) output.line(line);
  output.gap();
  for (const note of notes) for (const line of wrap(note, output.columns - 4)) output.info(`  ${output.dim(line)}`);
}
