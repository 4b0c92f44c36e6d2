import { resolve } from "node:path";
import { exitCodes } from "../errors.js";
import { watchInterrupts } from "../terminal/interrupts.js";
import { Output } from "../terminal/output.js";
import { createProgress } from "../terminal/progress.js";
import { type CommandContext, defineCommand } from "./command.js";
import { printColumns, printSkipped } from "./dataReport.js";
import { checkDivision, splitColumns } from "./division.js";
import { durationOption, numberOption, type OptionValues, switchOption, textOptionOr } from "./options.js";
import { findRecipe } from "./recipeNames.js";
import { columnOptions, divisionOptions, labelOptions, outputOptions, settingOptions } from "./shared.js";
import { Search } from "./tuneSearch.js";

const options = {
  budget: durationOption(
    "--budget",
    "how long to search, such as 10s, 10m or 1h (10m if absent); one training is always finished",
  ),
  recipe: textOptionOr("--recipe", "NAME", "recipe, or file of one, that the search starts from", "best"),
  cv: numberOption("--cv", "FOLDS", "judge by cross-validation instead of the validation part", {
    whole: true,
    min: 2,
    max: 100,
  }),
  ...columnOptions,
  ...labelOptions,
  ...divisionOptions,
  validationFraction: settingOptions.validationFraction,
  testFraction: settingOptions.testFraction,
  vectors: settingOptions.vectors,
  seed: settingOptions.seed,
  threads: settingOptions.threads,
  out: textOptionOr(
    "--out",
    "DIR",
    "folder for the trials and the best recipe; a search that is in it goes on",
    "tuning",
  ),
  force: switchOption("--force", "begin the search in --out anew"),
  ...outputOptions,
} as const;

/** What the command line gives. */
export type TuneOptions = OptionValues<typeof options>;

export const tuneCommand = defineCommand({
  name: "tune",
  summary: "search for better settings in a given time",
  description:
    "Tries settings around those of a recipe by successive halving: nine at a time with a quarter of the epochs, the best three with half, the best one with all. They are judged on the validation part (or by cross-validation); the rows of the test part are left out before the search begins. Ctrl-C ends the search and keeps the best; the same command goes on.",
  arguments: [{ name: "DATA", help: "CSV, TSV, JSON lines or Parquet files, or globs", variadic: true }],
  options,
  examples: [
    "starcast tune reviews.csv --budget 10m --group product_id",
    "starcast train reviews.csv --recipe tuning/best.json --group product_id",
  ],
  run,
});

async function run(paths: readonly string[], values: TuneOptions, context: CommandContext): Promise<number> {
  const output = new Output(context.terminal, values);
  checkDivision(values);
  const [core, data] = await Promise.all([context.services.core(), context.services.data()]);
  const recipe = await findRecipe(values.recipe, "--recipe", values.vectors, core);
  const { task, text, label, labels, skipBadRows } = values;
  const split = splitColumns(values);
  const source = await data.openLabelledTexts(paths, { text, label, task, labels, skipBadRows, split });
  printColumns(output, source, source.rows.length, task);
  printSkipped(output, source);
  const { threads: _t, budget: _b, out: _o, force: _f, json: _j, quiet: _q, ...deciding } = values;
  const identity = { data: paths.map((path) => resolve(path)), rows: source.rows.length, ...deciding };
  const log = await data.openTrials(values.out, identity, { force: values.force });
  const progress = await createProgress(output);
  const interrupts = watchInterrupts(context.terminal, output, () => progress.clear());
  try {
    const search = await Search.create({
      core,
      values,
      paths,
      recipe,
      rows: source.rows,
      log,
      output,
      progress,
      interrupts,
    });
    await search.run();
    progress.stop();
    search.report();
    return interrupts.signal.aborted ? exitCodes.interrupted : exitCodes.ok;
  } finally {
    progress.stop();
    interrupts.stop();
  }
}
