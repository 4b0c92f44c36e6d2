import type { RecipeName } from "@starcast/core";
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
    throw new UsageError(
      "missing-vectors",
      `The recipe ${name} needs word vectors: add --vectors FILE, such as glove.6B.50d.txt.`,
    );
  }
  return recipe;
}
