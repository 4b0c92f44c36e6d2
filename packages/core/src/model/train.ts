import * as nn from "../nn/index.js";
import { findRecipe } from "../recipes/resolve.js";
import type { Engine } from "../training/engine.js";
import type { Rows } from "../training/labelledText.js";
import { settleBudget } from "./budget.js";
import { decodeCheckpoint } from "./checkpoint.js";
import type { DoneEvent, TrainEvent } from "./events.js";
import type { TrainMetrics } from "./metrics.js";
import { checkRun, type TrainOptions } from "./options.js";
import { prepareRun } from "./preparedRun.js";
import type { RatingModel } from "./ratingModel.js";
import { TrainingRun } from "./trainingRun.js";

/**
 * Trains a model: an async iterable of events, the last of which brings the model and the account of its training.
 *
 * ```ts
 * for await (const event of train(rows)) {
 *   if (event.type === "epoch") console.log(event.record);
 *   if (event.type === "done") await event.model.save(folder);
 * }
 * ```
 *
 * Same rows, options and seed give the same weights, bit for bit. Leaving the loop early frees all memory. When
 * `signal` is aborted, the run ends with the best weights so far (`reason: "aborted"`), or throws the signal's reason
 * when nothing was learned yet.
 *
 * @param rows texts with labels, at once or as they arrive; the texts themselves are not kept.
 * @throws {DataError} for rows that cannot be used, with the row (from 1). @throws {OptionError} for a bad option.
 * @throws {DivergedError} when the loss is not a finite number even at an eighth of the learning rate.
 * @throws {FormatError} for a damaged checkpoint. @throws {EngineError} without SIMD or memory.
 */
export async function* train(rows: Rows, options: TrainOptions = {}): AsyncGenerator<TrainEvent, void> {
  yield* trainWith(nn, rows, options);
}

/** Options of `trainModel`: those of `train`, and who is told of its events. */
export interface TrainModelOptions extends TrainOptions {
  /** Told every event as it happens; the training waits for a promise that it returns. */
  readonly onEvent?: (event: TrainEvent) => void | Promise<void>;
}

/** {@link train} for those who only want its end: the model and its metrics. Throws what `train` throws. */
export async function trainModel(
  rows: Rows,
  options: TrainModelOptions = {},
): Promise<{ model: RatingModel; metrics: TrainMetrics }> {
  let done: DoneEvent | undefined;
  for await (const event of train(rows, options)) {
    if (event.type === "done") done = event;
    await options.onEvent?.(event);
  }
  if (!done) throw new Error("The training ended without a model.");
  return { model: done.model, metrics: done.metrics };
}

/** {@link train} on any engine. */
export async function* trainWith(engine: Engine, rows: Rows, options: TrainOptions): AsyncGenerator<TrainEvent, void> {
  const started = performance.now();
  const { seed, threads } = checkRun(options);
  const recipe = findRecipe(options.recipe ?? "best");
  options.signal?.throwIfAborted();
  const resumed = options.resumeFrom && decodeCheckpoint(options.resumeFrom);
  const prepared = await prepareRun(rows, recipe, { ...options, seed, threads });
  const settled = await settleBudget(engine, prepared, { started, resumed });
  yield* TrainingRun.plan(engine, settled, resumed).events(started);
}
