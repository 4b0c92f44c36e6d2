import { OptionError } from "../errors.js";
import { type Spread, spreadOf } from "../metrics/index.js";
import * as nn from "../nn/index.js";
import { findRecipe, heldBackFor } from "../recipes/resolve.js";
import type { Engine } from "../training/engine.js";
import { planFolds } from "../training/foldPlan.js";
import type { LabelledText, Rows } from "../training/labelledText.js";
import type { RatingScale } from "../training/scale.js";
import { type Evaluation, evaluateOutputs } from "../training/score.js";
import type { TrainEvent } from "./events.js";
import type { TrainMetrics } from "./metrics.js";
import { checkRun, type TrainOptions } from "./options.js";
import { gatherRated, type RatedRows } from "./ratedRows.js";
import type { RatingModel } from "./ratingModel.js";
import { trainWith } from "./train.js";

/** Options of `crossValidate`: those of `train` but for those that concern one run only. */
export interface CrossValidationOptions
  extends Omit<TrainOptions, "validation" | "test" | "testFraction" | "splitBy" | "checkpoints" | "resumeFrom"> {
  /** Parts that the rows are cut into, at least 2; 5 when absent. */
  readonly folds?: number;
  /** `group`: rows with the same `group` are in one fold. */
  readonly splitBy?: "group";
}

/** The rows are divided. */
export interface FoldsEvent {
  readonly type: "folds";
  readonly folds: number;
  readonly rows: number;
  /** Rows that may be apart: groups, or texts. */
  readonly bundles: number;
}

/** What the training of one fold tells. */
export interface FoldTrainingEvent {
  readonly type: "training";
  /** Counted from 1. */
  readonly fold: number;
  readonly event: Exclude<TrainEvent, { readonly type: "done" }>;
}

/** A fold was trained without and rated. */
export interface FoldEvent {
  readonly type: "fold";
  /** Counted from 1. */
  readonly fold: number;
  /** Its `test` is the fold. */
  readonly metrics: TrainMetrics;
}

/** The end. */
export interface CrossValidatedEvent {
  readonly type: "done";
  readonly result: CrossValidation;
}

export type CrossValidationEvent = FoldsEvent | FoldTrainingEvent | FoldEvent | CrossValidatedEvent;

/** What came of a cross-validation. */
export interface CrossValidation {
  readonly scale: RatingScale;
  /** One a fold; the `test` of each is the fold. */
  readonly folds: readonly TrainMetrics[];
  /** For each row its fold, counted from 0. */
  readonly foldOf: Uint16Array;
  /** For each row the answer of the model that was trained without it. */
  readonly outOfFold: RatedRows;
  /** Of the out-of-fold answers to all rows, with bootstrap intervals. */
  readonly evaluation: Evaluation;
  /** Of the folds' RMSE, for classes without order of their macro F1. */
  readonly spread: Spread;
  /** The linear baseline's, unless baselines were turned off. */
  readonly linear?: Spread;
}

/**
 * Trains once for each fold on all other folds, and rates it: every row is rated by a model that has not seen it.
 *
 * Folds have equal shares of every label. Rows whose texts are the same (but for case and white space) are in one fold,
 * and with `splitBy: "group"` rows of one group, so that nothing has to be left out. Early stopping and calibration use
 * `validationFraction` of the other folds, drawn in the same way.
 *
 * @param rows gone through several times; rows that arrive only once are kept in memory.
 * @throws what `train` throws, and {@link OptionError} `bad-folds`, {@link DataError} `too-few-groups`.
 */
export async function* crossValidate(
  rows: Rows,
  options: CrossValidationOptions = {},
): AsyncGenerator<CrossValidationEvent, void> {
  yield* crossValidateWith(nn, rows, options);
}

/** {@link crossValidate} on any engine. */
export async function* crossValidateWith(
  engine: Engine,
  rows: Rows,
  options: CrossValidationOptions = {},
): AsyncGenerator<CrossValidationEvent, void> {
  const { folds = 5, splitBy, ...shared } = options;
  if (!Number.isInteger(folds) || folds < 2 || folds > 100) {
    throw new OptionError("bad-folds", `folds must be a whole number from 2 to 100, but it is ${folds}.`);
  }
  const { seed } = checkRun(shared);
  const source = await repeatable(rows);
  const heldBack = heldBackFor(findRecipe(shared.recipe ?? "best"), shared);
  const { task = "rating", signal } = shared;
  const plan = await planFolds(source, { ...heldBack, folds, splitBy, seed, task, signal });
  yield { type: "folds", folds, rows: plan.foldOf.length, bundles: plan.bundles };
  const metrics: TrainMetrics[] = [];
  const rated: { rows: Uint32Array; answers: RatedRows }[] = [];
  let scale: RatingScale | undefined;
  for (let fold = 0; fold < folds; fold++) {
    const parts = plan.partsWithout(fold);
    // What is the same is in one part already.
    const run = { ...shared, splitBy: "part", keepDuplicates: true } as const;
    for await (const event of trainWith(engine, withParts(source, parts), run)) {
      if (event.type !== "done") {
        yield { type: "training", fold: fold + 1, event };
        continue;
      }
      const held = event.parts.test;
      rated.push({ rows: held, answers: await rate(event.model, source, held) });
      metrics.push(event.metrics);
      scale = event.model.scale;
      yield { type: "fold", fold: fold + 1, metrics: event.metrics };
    }
    signal?.throwIfAborted();
  }
  if (!scale) throw new Error("No fold was trained.");
  yield { type: "done", result: summarise(scale, metrics, plan.foldOf, gatherRated(rated, plan.foldOf.length)) };
}

function summarise(
  scale: RatingScale,
  folds: readonly TrainMetrics[],
  foldOf: Uint16Array,
  outOfFold: RatedRows,
): CrossValidation {
  const testShare = 1 / (folds.length - 1);
  const linear = folds.flatMap(({ baselines }) => (baselines ? [measureOf(baselines.linear)] : []));
  return {
    scale,
    folds,
    foldOf,
    outOfFold,
    evaluation: evaluateOutputs(outOfFold, outOfFold.truths, scale),
    spread: spreadOf(
      folds.map(({ test }) => measureOf(test)),
      { testShare },
    ),
    ...(linear.length > 0 && { linear: spreadOf(linear, { testShare }) }),
  };
}

/** The measure that a task is judged by. */
function measureOf(evaluation: Evaluation | undefined): number {
  if (!evaluation) return Number.NaN;
  return "rmse" in evaluation ? evaluation.rmse : evaluation.macroF1;
}

async function rate(model: RatingModel, source: Rows, rows: Uint32Array): Promise<RatedRows> {
  try {
    return await model.rate(only(source, rows));
  } finally {
    model.dispose();
  }
}

async function* only(source: Rows, wanted: Uint32Array): AsyncGenerator<LabelledText> {
  let next = 0;
  let position = 0;
  for await (const row of source) {
    if (position++ !== wanted[next]) continue;
    next++;
    yield row;
  }
}

async function* withParts(source: Rows, parts: readonly string[]): AsyncGenerator<LabelledText> {
  let position = 0;
  for await (const row of source) yield { ...row, part: parts[position++] };
}

/** An iterator that is its own iterable can be gone through only once. */
async function repeatable(rows: Rows): Promise<Rows> {
  const iterator: unknown = Symbol.asyncIterator in rows ? rows[Symbol.asyncIterator]() : rows[Symbol.iterator]();
  if (iterator !== rows) return rows;
  const kept: LabelledText[] = [];
  for await (const row of rows) kept.push(row);
  return kept;
}
