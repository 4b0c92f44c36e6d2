import type { BaselineResults, TrainMetrics } from "@starcast/core";
import { articleResults, articleRows } from "./article.js";
import { count, percent, score } from "./numbers.js";
import { baselineName, listBaselines, type Measures, northStar } from "./verdict.js";

interface Run {
  readonly recipe: string;
  readonly seed: number;
  readonly metrics: TrainMetrics;
}

/** Cells of the table, heading first, best first, and the notes that belong under it. */
export function comparisonRows(
  runs: readonly Run[],
  baselines: readonly BaselineResults[],
): { rows: string[][]; notes: string[] } {
  const recipes = [...new Set(runs.map(({ recipe }) => recipe))];
  const seeds = new Set(runs.map(({ seed }) => seed)).size;
  const withArticle = recipes.some((recipe) => recipe in articleResults) && runs[0].metrics.task === "rating";
  const lines = [
    ...recipes.map((recipe) => {
      const own = runs.filter((run) => run.recipe === recipe).map(({ metrics }) => metrics);
      return lineOf(recipe, own.map(partOf), mean(own.map(trainingSeconds)), articleCells(recipe));
    }),
    ...baselineLines(baselines),
  ];
  const { name, lowerIsBetter } = northStar(partOf(runs[0].metrics));
  lines.sort((a, b) => (lowerIsBetter ? a.value - b.value : b.value - a.value));
  const spread = seeds > 1 ? "lowest to highest" : "95 % interval";
  const head = ["", name, spread, ...(name === "RMSE" ? ["most likely"] : []), "right", "seconds"];
  const rows = [
    withArticle ? [...head, "article RMSE", "article right"] : head,
    ...lines.map(({ cells, article }) => {
      const shown = name === "RMSE" ? cells : cells.filter((_, index) => index !== 3);
      return withArticle ? [...shown, ...article] : shown;
    }),
  ];
  return { rows, notes: notesFor(runs, withArticle, seeds, name) };
}

interface Line {
  readonly value: number;
  readonly cells: string[];
  readonly article: readonly [rmse: string, right: string];
}

function lineOf(name: string, parts: readonly Measures[], seconds: number | undefined, article: Line["article"]): Line {
  const stars = parts.map(northStar);
  const values = stars.map(({ value }) => value);
  const [low, high] = values.length > 1 ? [Math.min(...values), Math.max(...values)] : stars[0].interval;
  const value = mean(values);
  const modes = parts.flatMap(({ rmseOfMode }) => (rmseOfMode === undefined ? [] : [rmseOfMode]));
  const right = parts.flatMap(({ accuracy }) => (accuracy === undefined ? [] : [accuracy]));
  const cells = [
    name,
    score(value),
    `${score(low)} to ${score(high)}`,
    modes.length === 0 ? "" : score(mean(modes)),
    right.length === 0 ? "" : percent(mean(right)),
    seconds === undefined ? "" : seconds.toFixed(1),
  ];
  return { value, cells, article };
}

function baselineLines(baselines: readonly BaselineResults[]): Line[] {
  if (baselines.length === 0) return [];
  const measured = baselines.map((results) => new Map(listBaselines(results)));
  return [...measured[0].keys()].map((name) => {
    const parts = measured.flatMap((results) => results.get(name) ?? []);
    return lineOf(baselineName(name, baselines[0]), parts, undefined, ["", ""]);
  });
}

function articleCells(recipe: string): Line["article"] {
  const result = articleResults[recipe];
  if (result === undefined) return ["", ""];
  return [score(result.rmse), result.accuracy === undefined ? "" : percent(result.accuracy)];
}

function notesFor(runs: readonly Run[], withArticle: boolean, seeds: number, name: string): string[] {
  const notes: string[] = [];
  if (name === "RMSE")
    notes.push(
      'RMSE is that of the expected rating (or the regression\'s output); "most likely" is the RMSE of the most likely rating.',
    );
  if (seeds > 1) notes.push(`Means over ${seeds} seeds, each with its own split; the range is that of the seeds.`);
  if (runs.some(({ metrics }) => metrics.validation.usedForEarlyStopping && metrics.test === undefined)) {
    notes.push(
      "Recipes that stop early have chosen their epoch on these rows, which flatters them a little; --test-fraction 0.2 judges all on untouched rows.",
    );
  }
  if (withArticle) {
    const same = runs[0].metrics.dataset.rows === articleRows;
    const data = same ? "" : `, and on other data: ${count(articleRows)} reviews of women's clothing`;
    notes.push(
      `The article's figures come from one run each on its own split${data}; its classifiers are decoded by the most likely rating.`,
    );
  }
  return notes;
}

/** Without preparation and baselines, which the first recipe alone would have to pay for. */
function trainingSeconds({ epochs }: TrainMetrics): number {
  return epochs.reduce((sum, { seconds }) => sum + seconds, 0);
}

function partOf(metrics: TrainMetrics): Measures {
  return metrics.test ?? metrics.validation;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
