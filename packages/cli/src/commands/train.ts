import type { TrainEvent, TrainOptions } from "@starcast/core";
import type { LabelledSource } from "../data/readTexts.js";
import { exitCodes, InterruptedError, UsageError } from "../errors.js";
import { checkModelTarget } from "../files.js";
import { counted, duration } from "../report/numbers.js";
import { printConfusion, printPart, printVerdict } from "../report/result.js";
import { shellWord } from "../shellWord.js";
import { watchInterrupts } from "../terminal/interrupts.js";
import { Output } from "../terminal/output.js";
import { createProgress } from "../terminal/progress.js";
import { wordVectorsFrom } from "../wordVectors.js";
import { type CommandContext, defineCommand } from "./command.js";
import { printColumns, printSkipped } from "./dataReport.js";
import { commandOn } from "./nextCommand.js";
import { type OptionValues, switchOption, textOption, textOptionOr } from "./options.js";
import { checkRecipe } from "./recipeNames.js";
import { columnOptions, defaultThreads, labelOptions, outputOptions, settingOptions } from "./shared.js";
import { followTraining } from "./trainReport.js";

const options = {
  ...columnOptions,
  ...labelOptions,
  recipe: textOptionOr("--recipe", "NAME", "best, or one of the article's: fixed, variable, glove, regression", "best"),
  valid: textOption("--valid", "FILE", "labelled rows to watch training with, instead of a share of DATA"),
  test: textOption("--test", "FILE", "labelled rows for a final, untouched estimate"),
  ...settingOptions,
  out: textOptionOr("--out", "DIR", "folder for the model; must not hold one yet", "model"),
  force: switchOption("--force", "replace the model that is in --out"),
  ...outputOptions,
} as const;

type Options = OptionValues<typeof options>;

export const trainCommand = defineCommand({
  name: "train",
  summary: "learn ratings from labelled texts and save a model",
  description:
    "Splits the rows, measures simple baselines, trains a network while watching the validation rows, and compares the result with the baselines. Ctrl-C ends training and keeps the best model so far.",
  arguments: [{ name: "DATA", help: "CSV, TSV, JSON lines or Parquet files, or globs", variadic: true }],
  options,
  examples: [
    "starcast train reviews.csv",
    "starcast train reviews.csv --text title --text body --label stars --test-fraction 0.1",
    "starcast train reviews.csv --recipe fixed --seed 7 --out models/fixed",
    "starcast train survey.jsonl --labels bad,fair,good,excellent",
  ],
  run,
});

async function run(paths: readonly string[], values: Options, context: CommandContext): Promise<number> {
  const { terminal, services } = context;
  const output = new Output(terminal, values);
  checkConflicts(values);
  checkModelTarget(values.out, values.force);
  const core = await services.core();
  const recipe = checkRecipe(values.recipe, "--recipe", values.vectors, core);
  const wordVectors = values.vectors === undefined ? undefined : wordVectorsFrom(values.vectors, core);
  const data = await services.data();
  const table = await readParts(paths, values, context);
  printColumns(output, table.main, table.main.rows.length, values.task);
  for (const part of [table.main, table.valid, table.test]) if (part) printSkipped(output, part);
  const progress = await createProgress(output);
  const interrupts = watchInterrupts(terminal, output, () => progress.clear());
  let done: Extract<TrainEvent, { type: "done" }>;
  try {
    const events = core.train(table.main.rows, {
      ...settingsFrom(values, table),
      recipe,
      wordVectors,
      signal: interrupts.signal,
    });
    done = await followTraining(events, output, progress);
  } catch (error) {
    if (interrupts.signal.aborted) {
      throw new InterruptedError(
        "Training ended before the first step, so there is no model to keep; nothing was written.",
      );
    }
    throw error;
  } finally {
    interrupts.stop();
  }
  try {
    await done.model.save(data.diskFolder(values.out));
    report(output, done, values, paths);
  } finally {
    done.model.dispose();
  }
  return done.reason === "aborted" ? exitCodes.interrupted : exitCodes.ok;
}

function checkConflicts(values: Options): void {
  if (values.labels !== undefined && values.task !== "rating") {
    throw new UsageError(
      "conflict",
      `--labels gives the order of ratings, which --task ${values.task} does not have; leave one out.`,
    );
  }
  if (values.test !== undefined && values.testFraction > 0) {
    throw new UsageError("conflict", "--test and --test-fraction both name the test rows; leave one out.");
  }
}

interface Parts {
  readonly main: LabelledSource;
  readonly valid?: LabelledSource;
  readonly test?: LabelledSource;
}

async function readParts(paths: readonly string[], values: Options, context: CommandContext): Promise<Parts> {
  const data = await context.services.data();
  const { text, label, task, labels, skipBadRows } = values;
  const main = await data.openLabelledTexts(paths, { text, label, task, labels, skipBadRows });
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
    seed,
    threads = defaultThreads(),
    baselines,
  } = values;
  return {
    task,
    labels,
    validation: parts.valid?.rows,
    test: parts.test?.rows,
    validationFraction: values.validationFraction,
    testFraction: values.testFraction,
    epochs,
    batchSize,
    learningRate,
    maxLength,
    seed,
    threads,
    baselines,
  };
}

type Done = Extract<TrainEvent, { type: "done" }>;

function report(output: Output, done: Done, values: Options, paths: readonly string[]): void {
  const { metrics } = done;
  const { validation, test, baselines, scale } = metrics;
  const judged = test ?? validation;
  printPart(output, test === undefined ? "Result on the validation rows" : "Result on the test rows", judged, scale);
  const verdict = printVerdict(output, judged, baselines, scale);
  if (verdict?.mood === "bad" && values.epochs !== undefined) {
    output.warn(
      `Only ${counted(values.epochs, "epoch")} were asked for; without --epochs the recipe decides how many the data needs.`,
    );
  }
  if (test === undefined && validation.usedForEarlyStopping) {
    output.warn(
      "These rows also chose the epoch that was kept, so the result is a little flattering; --test-fraction 0.1 keeps rows aside for an untouched estimate.",
    );
  }
  printConfusion(output, judged, scale);
  output.gap();
  const folder = values.out;
  output.line(
    `  ${output.green(output.unicode ? "✔" : "ok")} Model saved in ${output.bold(folder)} after ${duration(metrics.seconds)}`,
  );
  const again = [
    ...(values.skipBadRows ? ["--skip-bad-rows"] : []),
    "--test-fraction",
    "0.1",
    "--out",
    shellWord(folder),
    "--force",
  ];
  output.next([
    [`starcast predict ${shellWord(folder)} "arrived late but works great"`, "rate a text"],
    [`starcast predict ${shellWord(folder)}`, "rate what you type"],
    test === undefined
      ? [commandOn("train", paths, values, again), "an untouched estimate"]
      : [`starcast evaluate ${shellWord(folder)} DATA`, "measure it on other labelled rows"],
  ]);
  if (values.json) output.printJson(metrics);
}
