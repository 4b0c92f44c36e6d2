import type { Recipe, RecipeName } from "@starcast/core";
import type { RunData, RunSources } from "../run/runData.js";
import type { RunFolder } from "../run/runFolder.js";
import type { CommandContext } from "./command.js";
import { splitColumns } from "./division.js";
import type { TrainCommandOptions } from "./train.js";

/** What a run learns from and how it divides the rows, as its folder will tell. */
export async function recordRunData(
  folder: RunFolder,
  sources: RunSources,
  { values, recipe }: { readonly values: TrainCommandOptions; readonly recipe: RecipeName | Recipe },
  { services }: CommandContext,
): Promise<RunData> {
  const [core, data] = await Promise.all([services.core(), services.data()]);
  const { validationFraction, cv, keepDuplicates, task, labels, skipBadRows, seed } = values;
  const heldBack = core.heldBackFor(typeof recipe === "string" ? core.recipes[recipe] : recipe, {
    validationFraction,
    // A cross-validated run keeps no row back for a test.
    testFraction: cv === undefined ? values.testFraction : 0,
    keepDuplicates: keepDuplicates || undefined,
  });
  const { text, label } = sources.main.columns;
  return data.recordData(folder.path, sources, {
    ...heldBack,
    text,
    label,
    task,
    ...(labels && { labels }),
    skipBadRows,
    split: splitColumns(values),
    seed,
  });
}
