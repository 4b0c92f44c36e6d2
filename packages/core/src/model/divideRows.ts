import { findRecipe, heldBackFor } from "../recipes/resolve.js";
import type { Parts } from "../training/division.js";
import type { Rows } from "../training/labelledText.js";
import { collectRows } from "../training/rows.js";
import { checkRun, type TrainOptions } from "./options.js";

/**
 * The parts that `train` makes of the rows with the same options, without training: to look at a division, or to keep its
 * test part away from whatever chooses settings.
 *
 * @throws what `train` throws for rows and options that cannot be divided.
 */
export async function divideRows(rows: Rows, options: TrainOptions = {}): Promise<Parts> {
  const { seed } = checkRun(options);
  const recipe = findRecipe(options.recipe ?? "best");
  const divided = await collectRows(rows, {
    ...options,
    ...heldBackFor(recipe, options),
    seed: options.splitSeed ?? seed,
    onText: () => {},
  });
  return divided.parts;
}
