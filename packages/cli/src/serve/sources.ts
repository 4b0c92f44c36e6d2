/** Where the models of a service lie: folders of models, and single ones. */
import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { UsageError } from "../errors.js";
import { checkModelSource, statsOf } from "../files.js";
import { writingFolders } from "../modelFiles.js";

/** A model and its name. */
export interface ModelSource {
  readonly name: string;
  readonly path: string;
}

/** What the command line names. */
export interface Sources {
  /** Models that were named one by one. */
  readonly models: readonly ModelSource[];
  /** Folders whose subfolders are models: more may come, and go. */
  readonly folders: readonly string[];
}

/** Names that need no escape in an address, and are no part of a path. */
const goodName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/**
 * What the words of the command line mean: a model folder, which is named after its last part or as in `stars=models/7`,
 * or a folder of models.
 *
 * @throws {UsageError} where nothing is found, or two models have one name.
 */
export function findSources(words: readonly string[]): Sources {
  const models: ModelSource[] = [];
  const folders: string[] = [];
  for (const word of words) {
    const { name, path } = splitName(word);
    if (name === undefined && isFolderOfModels(path)) folders.push(path);
    else models.push(namedSource(path, name));
  }
  const all = [...models, ...folders.flatMap(modelsIn)];
  for (const [index, { name, path }] of all.entries()) {
    const other = all.slice(0, index).find((source) => source.name === name);
    if (other === undefined) continue;
    throw new UsageError(
      "two-models",
      `${other.path} and ${path} would both be called ${name}; give one another name, as in other=${path}.`,
    );
  }
  return { models, folders };
}

/** A model folder under a name of its own, or under one that was given before an equals sign. */
export function findSource(word: string, defaultName?: string): ModelSource {
  const { name, path } = splitName(word);
  return namedSource(path, name ?? defaultName);
}

function splitName(word: string): { readonly name?: string; readonly path: string } {
  const [, name, path] = /^([^=/\\]+)=(.+)$/.exec(word) ?? [];
  return name === undefined || existsSync(word) ? { path: word } : { name, path };
}

function namedSource(path: string, given?: string): ModelSource {
  checkModelSource(path);
  const name = given ?? basename(resolve(path));
  if (goodName.test(name)) return { name, path };
  throw new UsageError(
    "bad-name",
    `A model cannot be called ${JSON.stringify(name)}: a name has up to 64 letters, digits, dots, dashes and underscores. Give it one, as in stars=${path}.`,
  );
}

function isFolderOfModels(path: string): boolean {
  if (!statsOf(path)?.isDirectory() || isModel(path)) return false;
  return modelsIn(path).length > 0;
}

/** The models in a folder, by name. Links are followed: whoever may write there decides what is served. */
export function modelsIn(folder: string): ModelSource[] {
  return readdirSync(folder)
    .filter((name) => goodName.test(name) && isModel(join(folder, name)))
    .sort()
    .map((name) => ({ name, path: join(folder, name) }));
}

function isModel(path: string): boolean {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return false;
  return existsSync(join(path, "config.json")) || existsSync(join(path, writingFolders.complete));
}
