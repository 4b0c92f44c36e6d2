import { readFile } from "node:fs/promises";
import type { Recipe, RecipeName } from "@starcast/core";
import { UsageError } from "../errors.js";
import type { Core } from "../services.js";
import { nearest } from "./nearest.js";
import { alternatives } from "./options.js";

/**
 * A recipe's name as typed, checked before any data is read.
 *
 * @throws {UsageError} for an unknown recipe, or one that needs word vectors when there are none.
 */
export function checkRecipe(name: string, flag: string, vectors: string | undefined, core: Core): RecipeName {
  const known = Object.keys(core.recipes);
  if (!known.includes(name)) {
    const near = nearest(name, known);
    const hint = near === undefined ? "" : ` (did you mean ${near}?)`;
    throw new UsageError(
      "unknown-recipe",
      `${flag} names ${JSON.stringify(name)}${hint}; choose ${alternatives(known)}.`,
    );
  }
  const recipe = name as RecipeName;
  if (core.recipes[recipe].wordVectors === "required" && vectors === undefined) {
    throw missingVectors(name);
  }
  return recipe;
}

/** Whether a recipe is given as a file. */
export function isRecipeFile(name: string): boolean {
  return /\.json$/i.test(name);
}

/**
 * A recipe by its name, or as a JSON file such as `starcast tune` writes.
 *
 * @throws {UsageError} as {@link checkRecipe}, and for a file that is not there. @throws {FormatError} for what is no recipe.
 */
export async function findRecipe(
  name: string,
  flag: string,
  vectors: string | undefined,
  core: Core,
): Promise<RecipeName | Recipe> {
  if (!isRecipeFile(name)) return checkRecipe(name, flag, vectors, core);
  const text = await readFile(name, "utf8").catch((cause: unknown) => {
    throw new UsageError("no-recipe", `${flag} names the file ${name}, which cannot be read.`, { cause });
  });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new UsageError("no-recipe", `${name} is not a recipe: ${(cause as Error).message}`, { cause });
  }
  const recipe = core.readRecipe(value, name);
  if (recipe.wordVectors === "required" && vectors === undefined) throw missingVectors(name);
  return recipe;
}

function missingVectors(name: string): UsageError {
  return new UsageError(
    "missing-vectors",
    `The recipe ${name} needs word vectors: add --vectors FILE, such as glove.6B.50d.txt.`,
  );
}
