/**
 * Puts runs of the article's recipes, ours and PyTorch's, side by side as a Markdown table:
 *
 *     node bench/article-table.mjs OURS PYTORCH
 *
 * OURS holds what `starcast train DATA --recipe RECIPE --seed SEED --json` printed, as RECIPE-SEED.json; PYTORCH holds
 * what `bench/reference/article.py` wrote, under the same names. Unfinished runs are left out.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * @typedef {{ rmse: number, rmseOfMode: number, accuracy: number }} Result
 */

/** The article's own figures (one run each): the last and the best epoch. @type {Record<string, string>} */
const article = {
  fixed: "0.834 (best 0.813)",
  variable: "best 0.827",
  glove: "0.963",
  regression: "0.789 (best 0.782)",
};
/** @type {Record<string, number>} */
const plannedEpochs = { fixed: 90, variable: 90, glove: 90, regression: 60 };

/**
 * Last-epoch results of every finished run of a recipe.
 *
 * @param {string} folder
 * @param {string} recipe
 * @returns {Result[]}
 */
function readRuns(folder, recipe) {
  return readdirSync(folder)
    .filter((name) => new RegExp(`^${recipe}-\\d+\\.json$`).test(name))
    .sort()
    .flatMap((name) => {
      const content = readFileSync(join(folder, name), "utf8");
      if (content.trim() === "") return [];
      /** @type {{ epochs: Result[], validation?: Result }} */
      const { epochs, validation } = JSON.parse(content);
      if (epochs.length !== plannedEpochs[recipe]) return [];
      const { rmse, rmseOfMode, accuracy } = validation ?? epochs[epochs.length - 1];
      return [{ rmse, rmseOfMode, accuracy }];
    });
}

/**
 * Mean and, for several runs, their range.
 *
 * @param {Result[]} runs
 * @param {keyof Result} key
 */
function summary(runs, key) {
  if (runs.length === 0) return "-";
  const values = runs.map((run) => run[key]);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  if (runs.length === 1) return mean.toFixed(3);
  return `${mean.toFixed(3)} (${Math.min(...values).toFixed(3)} to ${Math.max(...values).toFixed(3)})`;
}

const [ours, pytorch] = process.argv.slice(2);
console.log("| recipe | system | seeds | RMSE of the most likely rating | RMSE of the expected rating | accuracy |");
console.log("|---|---|---|---|---|---|");
for (const recipe of Object.keys(plannedEpochs)) {
  for (const [system, folder] of [
    ["Starcast", ours],
    ["PyTorch", pytorch],
  ]) {
    const runs = readRuns(folder, recipe);
    const cells = [summary(runs, "rmseOfMode"), summary(runs, "rmse"), summary(runs, "accuracy")];
    console.log(`| \`${recipe}\` | ${system} | ${runs.length} | ${cells.join(" | ")} |`);
  }
  const figure = recipe === "regression" ? ["-", article[recipe]] : [article[recipe], "-"];
  console.log(`| \`${recipe}\` | the article | 1 | ${figure.join(" | ")} | - |`);
}
