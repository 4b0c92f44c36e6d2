import type { WordVectorCoverage } from "../text/index.js";
import type { Parts } from "../training/division.js";
import type { EpochRecord, FitEvent, PretrainingEvent, StopReason } from "../training/fitEvents.js";
import type { RatingScale } from "../training/scale.js";
import type { TrainingSettings } from "../training/settings.js";
import type { BaselineResults } from "./baselines.js";
import type { MemoryPlan } from "./memory.js";
import type { DatasetCounts, TrainMetrics, VocabularyCounts } from "./metrics.js";
import type { RatingModel } from "./ratingModel.js";

/** The data is ready, and all sizes are known. */
export interface PreparedEvent {
  readonly type: "prepared";
  readonly dataset: DatasetCounts;
  readonly vocabulary: VocabularyCounts;
  /** Coverage of the word vectors, where there are any. */
  readonly vectors?: WordVectorCoverage;
  readonly scale: RatingScale;
  /** Name of the recipe. */
  readonly recipe: string;
  readonly settings: TrainingSettings;
  readonly parameterCount: number;
  readonly plannedEpochs: number;
  /** What training will hold at most, and what would fit if that is more than is free. */
  readonly memory: MemoryPlan;
}

/** The run goes on from a checkpoint. */
export interface ResumedEvent {
  readonly type: "resumed";
  /** The epochs that were finished before. */
  readonly records: readonly EpochRecord[];
  /** Batches that were done of the epoch in progress; 0 between two epochs. */
  readonly batch: number;
  /** Spent on the run before. */
  readonly seconds: number;
}

/** What has to be beaten. */
export interface BaselinesEvent {
  readonly type: "baselines";
  readonly baselines: BaselineResults;
}

/** The end. The model is the receiver's, who disposes of it. */
export interface DoneEvent {
  readonly type: "done";
  readonly model: RatingModel;
  readonly metrics: TrainMetrics;
  readonly reason: StopReason;
  /**
   * Which rows were in which part: positions from 0 among all rows that were given, those of `validation` and `test`
   * after the main ones. Whoever still has the texts can look at what the model answers to them.
   */
  readonly parts: Parts;
}

/**
 * What `train` tells, in this order: `prepared`, `resumed` (of a run that goes on), `baselines` (unless turned off), a
 * `pretraining` event after each pass of learning word vectors (where the recipe has it), then `batch` events with one `estimate` after the first of them and an `epoch` after the last of each epoch, and
 * `done`. A `checkpoint` follows whenever one was kept, a `diverged` when an epoch has to begin again.
 */
export type TrainEvent = PreparedEvent | ResumedEvent | BaselinesEvent | PretrainingEvent | FitEvent | DoneEvent;
