import { basename, resolve } from "node:path";
import type { CrossValidation, Examination, TrainEvent, TrainOptions } from "@starcast/core";
import type { LabelledRows, LabelledSource, TextSource } from "../data/readTexts.js";
import { exitCodes, InterruptedError, UsageError } from "../errors.js";
import { checkModelTarget } from "../files.js";
import { machineMemory } from "../run/machine.js";
import type { RunData } from "../run/runData.js";
import type { RunFolder } from "../run/runFolder.js";
import type { Core } from "../services.js";
import { shellWord } from "../shellWord.js";
import { watchInterrupts } from "../terminal/interrupts.js";
import { Output } from "../terminal/output.js";
import { createProgress, type ProgressLine } from "../terminal/progress.js";
import { wordVectorsFrom } from "../wordVectors.js";
import { type CommandContext, defineCommand } from "./command.js";
import { checkValidation, crossValidationOptions, runCrossValidation } from "./crossValidation.js";
import { printColumns, printSkipped } from "./dataReport.js";
import { checkDivision, divisionFrom, splitColumns } from "./division.js";
import {
  durationOption,
  numberOption,
  numberOptionOr,
  type OptionValues,
  onUnlessOption,
  switchOption,
  textOption,
  textOptionOr,
} from "./options.js";
import { trainOtherSeeds } from "./otherSeeds.js";
import { findRecipe } from "./recipeNames.js";
import { recordRunData } from "./recordRunData.js";
import { chooseStart, commandOf, recallCommand, type Start } from "./resume.js";
import {
  columnOptions,
  defaultThreads,
  divisionOptions,
  labelOptions,
  outputOptions,
  settingOptions,
} from "./shared.js";
import { followTraining } from "./trainReport.js";
import { reportResult } from "./trainResult.js";

const options = {
  ...columnOptions,
  ...labelOptions,
  recipe: textOptionOr(
    "--recipe",
    "NAME",
    "best, or one of the article's: fixed, variable, glove, regression; or a recipe file, such as `starcast tune` writes",
    "best",
  ),
  valid: textOption("--valid", "FILE", "labelled rows to watch training with, instead of a share of DATA"),
  test: textOption("--test", "FILE", "labelled rows for a final, untouched estimate"),
  unlabelled: textOption(
    "--unlabelled",
    "FILE",
    "more texts, without ratings, from which the recipe best learns what words are alike; rows of DATA among them are left out",
  ),
  ...settingOptions,
  ...divisionOptions,
  budget: durationOption(
    "--budget",
    "time for the whole run, such as 10s, 1m or 10m: decides how many networks are trained and how large they are",
  ),
  cv: numberOption(
    "--cv",
    "FOLDS",
    "cross-validate: so many models, each rated on a fold that it has not seen; then a model on all rows, which is saved",
    { whole: true, min: 2, max: 100 },
  ),
  seeds: numberOptionOr(
    "--seeds",
    "N",
    "train with so many seeds, counted from --seed, on the same division of the rows, and tell the spread; the first is saved",
    { whole: true, min: 1, max: 100 },
    1,
  ),
  out: textOptionOr("--out", "DIR", "folder for the run and its model; must not hold another one yet", "model"),
  force: switchOption("--force", "replace the model that is in --out, and begin an unfinished run anew"),
  resume: textOption(
    "--resume",
    "DIR",
    "go on with the unfinished run in DIR; without DATA, with the data and options that it was started with",
  ),
  checkpointEvery: numberOptionOr(
    "--checkpoint-every",
    "SECONDS",
    "how often a long epoch is kept to go on from; every finished epoch is",
    { min: 0 },
    60,
  ),
  report: onUnlessOption("--no-report", "make no report.html, which looks at the rows that were held back once more"),
  checkpoints: onUnlessOption("--no-checkpoints", "keep nothing to go on from, should the run be cut off"),
  ...outputOptions,
} as const;

export type TrainCommandOptions = OptionValues<typeof options>;
type Options = TrainCommandOptions;

export const trainCommand = defineCommand({
  name: "train",
  summary: "learn ratings from labelled texts and save a model",
  description:
    "Divides the rows into three parts, measures simple baselines, trains a network while watching the validation rows, and compares its result on the untouched test rows with the baselines; report.html in the model's folder shows where it errs. Ctrl-C ends training and keeps the best model so far. A run that was cut off goes on when the same command is given again, or `--resume`, and ends with the very model that it would have had; asked first on a terminal, at once elsewhere.",
  arguments: [
    { name: "DATA", help: "CSV, TSV, JSON lines or Parquet files, or globs", optional: true, variadic: true },
  ],
  options,
  examples: [
    "starcast train reviews.csv",
    "starcast train reviews.csv --text title --text body --label stars --group product_id",
    "starcast train reviews.csv --recipe fixed --seed 7 --out models/fixed",
    "starcast train survey.jsonl --labels bad,fair,good,excellent",
    "starcast train reviews.csv --cv 5 --group product_id",
    "starcast train --resume models/fixed",
  ],
  run,
});

async function run(words: readonly string[], given: Options, context: CommandContext): Promise<number> {
  const output = new Output(context.terminal, given);
  const target = given.resume ?? given.out;
  checkModelTarget(target, given.force || given.resume !== undefined);
  const services = await context.services.data();
  const folder = await services.openRun(target);
  try {
    const unfinished = given.force ? undefined : await folder.unfinished();
    const { paths, values } = recallCommand(words, { ...given, out: target }, options, unfinished);
    checkConflicts(values);
    const start = await chooseStart(unfinished, values, { terminal: context.terminal, output });
    return await trainInto(folder, { paths, values, start, output }, context);
  } finally {
    await folder.close();
  }
}

interface Job {
  readonly paths: readonly string[];
  readonly values: Options;
  readonly start: Start;
  readonly output: Output;
}

async function trainInto(folder: RunFolder, job: Job, context: CommandContext): Promise<number> {
  const { paths, values, output } = job;
  const core = await context.services.core();
  const recipe = await findRecipe(values.recipe, "--recipe", values.vectors, core);
  const wordVectors = values.vectors === undefined ? undefined : wordVectorsFrom(values.vectors, core);
  const table = await readParts(paths, values, context);
  printColumns(output, table.main, table.main.rows.length, values.task);
  for (const part of [table.main, table.valid, table.test]) if (part) printSkipped(output, part);
  const progress = await createProgress(output);
  const interrupts = watchInterrupts(context.terminal, output, () => progress.clear());
  const settings = {
    ...settingsFrom(values, table),
    recipe,
    wordVectors,
    signal: interrupts.signal,
    memory: machineMemory(),
  };
  const { rows } = table.main;
  const data = await recordRunData(folder, table, { values, recipe }, context);
  try {
    const { done, crossValidation } = await learn(rows, settings, { folder, job, core, progress });
    try {
      const examination = await keepResult(folder, done, { table, values, data }, context);
      if (folder.logFailure !== undefined) output.warn(`events.jsonl ends early: ${folder.logFailure.message}`);
      if (folder.reportFailure !== undefined) output.warn(`There is no report.html: ${folder.reportFailure.message}`);
      const surroundings = { core, output, progress: await createProgress(output) };
      const seeds =
        values.seeds > 1 && done.reason !== "aborted"
          ? await trainOtherSeeds(rows, settings, done.metrics, { seeds: values.seeds, surroundings })
          : undefined;
      reportResult(output, done, { values, paths, alarms: core, examination, crossValidation, seeds });
    } finally {
      done.model.dispose();
    }
    return done.reason === "aborted" ? exitCodes.interrupted : exitCodes.ok;
  } finally {
    interrupts.stop();
  }
}

/** Keeps model and report. @returns what was found out for the report; undefined when none was asked for or made. */
async function keepResult(
  folder: RunFolder,
  done: Done,
  { table, values, data }: { readonly table: Parts; readonly values: Options; readonly data: RunData },
  context: CommandContext,
): Promise<Examination | undefined> {
  let examination: Examination | undefined;
  const makeReport = async (): Promise<string> => {
    const reporting = await context.services.reporting();
    const report = await reporting.reportOnRun(done, table, { name: basename(resolve(folder.path)) });
    examination = report.examination;
    return report.html;
  };
  await folder.keepResult(done.model, {
    data,
    isOver: done.reason !== "aborted",
    ...(values.report && { makeReport }),
  });
  return folder.reportFailure === undefined ? examination : undefined;
}

interface Learning {
  readonly folder: RunFolder;
  readonly job: Job;
  readonly core: Core;
  readonly progress: ProgressLine;
}

/** Cross-validates where that is asked for, and trains the model that is to be kept. */
async function learn(
  rows: LabelledRows,
  settings: TrainOptions,
  { folder, job, core, progress }: Learning,
): Promise<{ done: Done; crossValidation?: CrossValidation }> {
  const { values, output, start } = job;
  const { cv } = values;
  try {
    const crossValidation =
      cv !== undefined && start.checkpoint === undefined
        ? await runCrossValidation(rows, crossValidationOptions(settings, cv), { core, output, progress })
        : undefined;
    const events = core.train(rows, {
      ...settings,
      // What to expect of the model is known already, so that no row need be kept from it.
      ...(cv !== undefined && { testFraction: 0, baselines: false }),
      ...(values.checkpoints && {
        checkpoints: {
          save: (checkpoint) => folder.checkpoints.save(checkpoint),
          everySeconds: values.checkpointEvery,
        },
      }),
      resumeFrom: start.checkpoint,
    });
    return { done: await followTraining(recorded(events, folder, job), output, progress), crossValidation };
  } catch (error) {
    if (settings.signal?.aborted && error === settings.signal.reason) {
      if (start.checkpoint === undefined) await folder.discard();
      throw new InterruptedError(
        "Training ended before the first step, so there is no model to keep; nothing was written.",
      );
    }
    throw explainFailure(error, folder, job);
  }
}

type Done = Extract<TrainEvent, { type: "done" }>;

/** The events, each noted in the run's folder before it is shown; the folder is not touched before the first. */
async function* recorded(
  events: AsyncIterable<TrainEvent>,
  folder: RunFolder,
  { paths, values, start }: Job,
): AsyncGenerator<TrainEvent, void> {
  let isBegun = false;
  try {
    for await (const event of events) {
      if (!isBegun) {
        const command = values.checkpoints ? commandOf(paths, values) : undefined;
        await folder.begin({ goOn: start.checkpoint !== undefined, damaged: start.damaged, command });
      }
      isBegun = true;
      await folder.record(event);
      yield event;
    }
  } catch (error) {
    if (isBegun) await folder.recordFailure(error);
    throw error;
  }
}

/** Adds to an error what the command line can do about it. */
function explainFailure(error: unknown, folder: RunFolder, { start }: Job): unknown {
  if (!(error instanceof Error) || !("code" in error)) return error;
  if (error.code === "other-run") {
    return new UsageError(
      "other-run",
      `${error.message.replace("Resume with the same data and settings, or start anew.", "")}Give the same data and options, start anew with --force, or choose another folder with --out.`,
      { cause: error },
    );
  }
  if (error.code === "cannot-write" && start.mayResume) {
    return new UsageError(
      "cannot-write",
      `${error.message} The run stopped; what was kept before is safe, and \`starcast train --resume ${shellWord(folder.path)}\` goes on from there.`,
      { cause: error },
    );
  }
  return error;
}

function checkConflicts(values: Options): void {
  if (values.budget !== undefined && (values.members !== undefined || values.epochs !== undefined)) {
    throw new UsageError(
      "conflict",
      "--budget decides how many networks and epochs there are; leave out --members and --epochs, or the budget.",
    );
  }
  if (values.labels !== undefined && values.task !== "rating") {
    throw new UsageError(
      "conflict",
      `--labels gives the order of ratings, which --task ${values.task} does not have; leave one out.`,
    );
  }
  if (values.test !== undefined && (values.testFraction ?? 0) > 0) {
    throw new UsageError("conflict", "--test and --test-fraction both name the test rows; leave one out.");
  }
  checkDivision(values);
  checkValidation(values);
}

interface Parts {
  readonly main: LabelledSource;
  readonly valid?: LabelledSource;
  readonly test?: LabelledSource;
  readonly unlabelled?: TextSource;
}

async function readParts(paths: readonly string[], values: Options, context: CommandContext): Promise<Parts> {
  const data = await context.services.data();
  const { text, label, task, labels, skipBadRows } = values;
  const split = splitColumns(values);
  const main = await data.openLabelledTexts(paths, { text, label, task, labels, skipBadRows, split });
  // Other parts have the columns that were found in the first, so that all parts mean the same.
  const same = {
    text: main.columns.text,
    label: main.columns.label,
    task,
    labels,
    skipBadRows,
    purpose: "evaluate",
  } as const;
  return {
    main,
    valid: values.valid === undefined ? undefined : await data.openLabelledTexts([values.valid], same),
    test: values.test === undefined ? undefined : await data.openLabelledTexts([values.test], same),
    unlabelled:
      values.unlabelled === undefined
        ? undefined
        : await data.openTexts(values.unlabelled, { preferredText: main.columns.text }),
  };
}

function settingsFrom(values: Options, parts: Parts): TrainOptions {
  const {
    task,
    labels,
    epochs,
    batchSize,
    learningRate,
    maxLength,
    vocabularySize,
    head,
    members,
    budget,
    seed,
    threads = defaultThreads(),
    baselines,
  } = values;
  return {
    task,
    labels,
    validation: parts.valid?.rows,
    test: parts.test?.rows,
    unlabelled: parts.unlabelled?.texts,
    validationFraction: values.validationFraction,
    testFraction: values.testFraction,
    ...divisionFrom(values),
    epochs,
    batchSize,
    learningRate,
    maxLength,
    vocabularySize,
    head,
    members,
    budgetSeconds: budget,
    seed,
    threads,
    baselines,
  };
}
