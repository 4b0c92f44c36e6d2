import { existsSync, mkdtempSync, readdirSync, rmdirSync, type Stats, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { UsageError } from "./errors.js";

const modelFiles = new Set([
  "config.json",
  "model.safetensors",
  "vocabulary.txt",
  "metrics.json",
  "README.md",
  "report.html",
]);

/**
 * Refuses a model folder that cannot be written, before hours of training rather than after.
 *
 * @throws {UsageError} when there is a file of that name, another kind of folder, or a model and `force` is not set.
 */
export function checkModelTarget(path: string, force: boolean): void {
  tryToWriteBeside(path);
  const stats = statsOf(path);
  if (stats === undefined) return;
  if (!stats.isDirectory()) {
    throw new UsageError("not-a-folder", `--out ${path} is a file; a model is a folder: choose another name.`);
  }
  const names = readdirSync(path);
  if (names.length === 0) return;
  const foreign = names.find((name) => !modelFiles.has(name));
  if (foreign !== undefined || !names.includes("config.json")) {
    const what = foreign === undefined ? "is not a complete model" : `holds ${foreign}, which is not part of a model`;
    throw new UsageError(
      "foreign-folder",
      `The folder ${path} ${what}, so it is not replaced; choose another one with --out.`,
    );
  }
  if (!force) {
    throw new UsageError(
      "model-exists",
      `There is already a model in ${path}; replace it with --force or choose another folder with --out.`,
    );
  }
}

/** A model is written beside its place first, so that is where a folder must be allowed. */
function tryToWriteBeside(path: string): void {
  let parent = dirname(resolve(path));
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

/** @throws {UsageError} when there is no model folder at the path. */
export function checkModelSource(path: string): void {
  const stats = statsOf(path);
  if (stats === undefined) {
    throw new UsageError(
      "no-model",
      `There is no model folder ${path}; \`starcast train DATA --out ${path}\` makes one.`,
    );
  }
  if (!stats.isDirectory() || !existsSync(join(path, "config.json"))) {
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
