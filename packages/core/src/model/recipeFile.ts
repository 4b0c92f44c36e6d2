/** Recipes as JSON files: what a search for settings writes down, and people may change. */
import { FormatError } from "../errors.js";
import type { Recipe } from "../recipes/recipe.js";
import { findRecipe } from "../recipes/resolve.js";
import { readRecord } from "../storage/index.js";
import { readSettings } from "./metricsFile.js";

/**
 * Checks a parsed recipe: `name`, `description` and all of {@link TrainingSettings}.
 *
 * @param fileName what messages call it.
 * @throws {FormatError} for a setting that is missing, unknown or of another kind. @throws {OptionError} for one out of range.
 */
export function readRecipe(value: unknown, fileName = "The recipe"): Recipe {
  const record = readRecord(value, fileName);
  const recipe: Recipe = {
    name: record.string("name", { maxLength: 200 }),
    description: record.has("description") ? record.string("description", { maxLength: 1000 }) : "",
    ...readSettings(value, record.place),
  };
  const unknown = Object.keys(value as object).find((key) => !(key in recipe));
  if (unknown !== undefined) {
    throw new FormatError("unknown-key", `${fileName}: there is no setting ${JSON.stringify(unknown)}.`);
  }
  return findRecipe(recipe);
}
