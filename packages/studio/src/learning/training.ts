/** A training under way: it can be paused, stopped with the best kept, and gone on with after a reload. */
import { type CheckpointOptions, type DoneEvent, memoryFolder, type TrainEvent, train } from "@starcast/core";
import { fingerprintOf, verdictOf } from "../account.js";
import { Problem } from "../problem.js";
import type { Run, RunContent, TrainChoice, TrainNews } from "../protocol.js";
import type { Dataset } from "./dataset.js";

/** Steps are told of at most so often, in milliseconds: nobody reads faster, and drawing takes time from learning. */
const betweenBatches = 250;

/** A training can be held and ended from outside. */
export class TrainingControl {
  readonly #abort = new AbortController();
  #isCatchingUp = false;
  #isStopWanted = false;
  #goOn: (() => void) | undefined;
  #held: Promise<void> | undefined;

  /** Ends the training; the best weights so far are kept. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Holds the training after the present step, or lets it go on. */
  pause(isPaused: boolean): void {
    if (isPaused && this.#held === undefined) {
      this.#held = new Promise((resolve) => {
        this.#goOn = resolve;
      });
    }
    if (!isPaused) {
      this.#goOn?.();
      this.#held = undefined;
    }
  }

  /** Ends it, held or not; one that goes on after a break only when it has caught up, so that its best is kept. */
  stop(): void {
    this.#isStopWanted = true;
    if (!this.#isCatchingUp) {
      this.#abort.abort(new Problem("stopped", "Training ended before anything was learned, so there is no model."));
    }
    this.pause(false);
  }

  /** Says whether a training that goes on has reached the point where it was cut off. */
  catchUp(isCatchingUp: boolean): void {
    this.#isCatchingUp = isCatchingUp;
    if (!isCatchingUp && this.#isStopWanted) this.stop();
  }

  /** Waits as long as the training is held. */
  async whileHeld(): Promise<void> {
    await this.#held;
  }
}

/** What a training needs beside its data. */
export interface TrainingOrder {
  readonly choice: TrainChoice;
  readonly control: TrainingControl;
  readonly checkpoints?: CheckpointOptions;
  readonly resumeFrom?: Uint8Array;
  /** The part of each row by its number, where another run's division is kept. */
  readonly parts?: ReadonlyMap<number, string>;
  tell(news: TrainNews): void;
}

/** Trains on a data set with the settings of the command line, so that the same seed gives the same bits. */
export async function learn(dataset: Dataset, order: TrainingOrder): Promise<DoneEvent> {
  const { choice, control, checkpoints, resumeFrom, parts } = order;
  const { recipe, budgetSeconds, epochs, seed, threads } = choice;
  const { task, labels } = dataset.choice;
  // A row in no part was left out for its text, which stands in another part: it will be again.
  const rows = parts ? dataset.rows.map((row) => ({ ...row, part: parts.get(row.row) ?? "validation" })) : dataset.rows;
  const events = train(rows, {
    task,
    labels,
    recipe,
    budgetSeconds,
    epochs,
    seed,
    threads,
    checkpoints,
    resumeFrom,
    ...(parts && { splitBy: "part" as const }),
    signal: control.signal,
  });
  let lastBatch = 0;
  control.catchUp(resumeFrom !== undefined);
  for await (const event of events) {
    if (event.type === "done") return event;
    if (event.type === "batch") control.catchUp(false);
    if (isWorthTelling(event, lastBatch)) {
      if (event.type === "batch") lastBatch = performance.now();
      order.tell(event);
    }
    await control.whileHeld();
  }
  throw new Problem("no-model", "The training ended without a model.");
}

function isWorthTelling(event: TrainEvent, lastBatch: number): boolean {
  if (event.type !== "batch") return true;
  return event.batch === event.batches || performance.now() - lastBatch >= betweenBatches;
}

/** What is kept of a training that has ended: its account, and what is large. */
export async function runOf(
  { model, metrics, reason, parts }: DoneEvent,
  facts: Pick<Run, "name" | "data" | "choice" | "corrections" | "divisionOf">,
): Promise<{ readonly run: Run; readonly content: RunContent }> {
  const folder = memoryFolder();
  await model.save(folder);
  const verdict = verdictOf(metrics);
  const at = Date.now();
  const run = {
    ...facts,
    id: `${at.toString(36)}-${metrics.seed}`,
    at,
    metrics,
    reason,
    ...(verdict && { verdict }),
    fingerprint: await fingerprintOf(folder.files.get("model.safetensors") ?? new Uint8Array()),
  };
  return { run, content: { files: folder.files, parts } };
}
