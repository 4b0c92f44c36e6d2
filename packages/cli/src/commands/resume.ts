import { resolve } from "node:path";
import { UsageError } from "../errors.js";
import { counted, duration } from "../report/numbers.js";
import type { RunCommand, UnfinishedRun } from "../run/runFolder.js";
import { canAsk, confirm } from "../terminal/confirm.js";
import type { Output } from "../terminal/output.js";
import type { Terminal } from "../terminal/terminal.js";
import type { OptionTable } from "./options.js";
import { isRecipeFile } from "./recipeNames.js";
import type { TrainCommandOptions } from "./train.js";

/** Where a run begins. */
export interface Start {
  /** Where to go on; absent: at the beginning. */
  readonly checkpoint?: Uint8Array;
  /** Checkpoints that are damaged and can go. */
  readonly damaged: readonly string[];
  /** Whether a later command could go on with this run. */
  readonly mayResume: boolean;
}

/** Options that concern how a run is carried out and shown, not what comes of it: they are those of each command. */
const ofEachCommand = new Set<string>([
  "out",
  "force",
  "resume",
  "threads",
  "checkpointEvery",
  "checkpoints",
  "json",
  "quiet",
]);
const pathOptions = ["valid", "test", "unlabelled", "vectors"] as const;

/** The command as it is kept beside the checkpoints; its paths hold wherever the next command is given. */
export function commandOf(paths: readonly string[], values: TrainCommandOptions): RunCommand {
  const kept = Object.entries(values).filter(([name]) => !ofEachCommand.has(name));
  const options: Record<string, unknown> = Object.fromEntries(kept);
  for (const name of pathOptions) {
    const path = values[name];
    if (path !== undefined) options[name] = resolve(path);
  }
  if (isRecipeFile(values.recipe)) options.recipe = resolve(values.recipe);
  return { data: paths.map((path) => resolve(path)), options };
}

/**
 * What is to be trained on, and how: as given, or, for `--resume` without data, as the run was started.
 *
 * @throws {UsageError} when neither says it, or both.
 */
export function recallCommand(
  words: readonly string[],
  given: TrainCommandOptions,
  table: OptionTable,
  unfinished: UnfinishedRun | undefined,
): { paths: readonly string[]; values: TrainCommandOptions } {
  const { resume } = given;
  if (resume !== undefined && given.force) {
    throw new UsageError("conflict", "--resume goes on with a run and --force begins it anew; leave one out.");
  }
  if (resume !== undefined && unfinished === undefined) {
    throw new UsageError("nothing-to-resume", `There is no unfinished run in ${resume}; train without --resume.`);
  }
  if (words.length > 0) return { paths: words, values: given };
  if (resume === undefined) {
    throw new UsageError(
      "missing-argument",
      "DATA is missing: starcast train DATA... [options]; or go on with a run that was cut off: starcast train --resume DIR.",
    );
  }
  const command = unfinished?.command;
  if (command === undefined) {
    throw new UsageError(
      "no-command",
      `How the run in ${resume} was started is not known any more; give its data and options again, with --resume.`,
    );
  }
  // A switch that was not given has no value.
  const changed = Object.entries(table).find(
    ([name, { default: usual }]) =>
      !ofEachCommand.has(name) &&
      JSON.stringify(given[name as keyof TrainCommandOptions] ?? usual) !== JSON.stringify(usual),
  );
  if (changed !== undefined) {
    throw new UsageError(
      "conflict",
      `--resume without DATA takes the options that the run was started with; leave out ${changed[1].flag}, or give the data and all options again.`,
    );
  }
  return { paths: command.data, values: { ...given, ...command.options } };
}

/**
 * Goes on with an unfinished run: when told to, when a person says so, and without a question where nobody can be asked.
 */
export async function chooseStart(
  unfinished: UnfinishedRun | undefined,
  values: TrainCommandOptions,
  { terminal, output }: { readonly terminal: Terminal; readonly output: Output },
): Promise<Start> {
  const mayResume = values.checkpoints;
  if (unfinished === undefined) return { damaged: [], mayResume };
  const { checkpoint, damaged, summary } = unfinished;
  for (const path of damaged) output.warn(`${path} is damaged, so the checkpoint before it is used.`);
  const within = summary.batch > 0 ? `, ${counted(summary.batch, "batch", "batches")} into the next` : "";
  const state = `after epoch ${summary.epochs} of ${summary.plannedEpochs}${within} (${duration(summary.seconds)} of training)`;
  const asks = values.resume === undefined && canAsk(terminal) && !values.quiet && !values.json;
  if (asks) {
    const goOn = await confirm(terminal, `${values.out} holds an unfinished run, ${state}. Go on with it?`);
    if (!goOn) return { damaged: [], mayResume };
  } else output.info(`Going on with the unfinished run in ${values.out}, ${state}; --force begins anew.`);
  return { checkpoint, damaged, mayResume };
}
