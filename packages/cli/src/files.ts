import { existsSync, mkdtempSync, readdirSync, rmdirSync, type Stats, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { UsageError } from "./errors.js";
import { reasonNotToReplace, runFiles, writingFolders } from "./modelFiles.js";

/**
 * Refuses a model folder that cannot be written, before hours of training rather than after.
 *
 * @throws {UsageError} when there is a file of that name, another kind of folder, or a model and `force` is not set.
 */
export function checkModelTarget(path: string, force: boolean): void {
  const stats = statsOf(path);
  if (stats !== undefined && !stats.isDirectory()) {
    throw new UsageError("not-a-folder", `--out ${path} is a file; a model is a folder: choose another name.`);
  }
  tryToWrite(path);
  if (stats === undefined) return;
  const names = readdirSync(path);
  const why = reasonNotToReplace(names);
  if (why !== undefined) {
    throw new UsageError(
      "foreign-folder",
      `The folder ${path} ${why}, so it is not replaced; choose another one with --out.`,
    );
  }
  if (names.includes("config.json") && !names.includes(runFiles.checkpoints) && !force) {
    throw new UsageError(
      "model-exists",
      `There is already a model in ${path}; replace it with --force or choose another folder with --out.`,
    );
  }
}

/** In the folder, or in the nearest one above that is there. */
function tryToWrite(path: string): void {
  let parent = resolve(path);
  while (!existsSync(parent) && dirname(parent) !== parent) parent = dirname(parent);
  try {
    rmdirSync(mkdtempSync(join(parent, ".starcast-")));
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw new UsageError(
      "cannot-write",
      `--out ${path} cannot be written, because ${parent} takes no new folder (${why}); choose another place.`,
      { cause },
    );
  }
}

/** @throws {UsageError} when there is a file of that name and `force` is not set. */
export function checkNewFile(path: string, force: boolean): void {
  if (force || statsOf(path) === undefined) return;
  throw new UsageError(
    "file-exists",
    `There is already a file ${path}; replace it with --force or choose another name with --out.`,
  );
}

/** @throws {UsageError} when there is no model folder at the path, or only an unfinished run. */
export function checkModelSource(path: string): void {
  const stats = statsOf(path);
  if (stats === undefined) {
    throw new UsageError(
      "no-model",
      `There is no model folder ${path}; \`starcast train DATA --out ${path}\` makes one.`,
    );
  }
  const holds = (name: string): boolean => existsSync(join(path, name));
  if (holds(runFiles.checkpoints) && !holds("config.json") && !holds(writingFolders.complete)) {
    throw new UsageError(
      "unfinished-run",
      `${path} holds a training run that is not finished; \`starcast train --resume ${path}\` goes on with it.`,
    );
  }
  if (!stats.isDirectory() || !(holds("config.json") || holds(writingFolders.complete))) {
    throw new UsageError(
      "no-model",
      `${path} is not a model folder (it has no config.json); give the folder that \`starcast train\` wrote.`,
    );
  }
}

/** What is at a path; undefined also where the way there is barred or leads through a file. */
export function statsOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
