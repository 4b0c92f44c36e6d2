import type { DecodingScores } from "../metrics/index.js";
import type { WordVectorCoverage } from "../text/index.js";
import type { FittedCalibration } from "../training/calibration.js";
import type { DivisionAccount } from "../training/division.js";
import type { EpochRecord, StopReason } from "../training/fitEvents.js";
import type { RatingScale, Task } from "../training/scale.js";
import type { Evaluation } from "../training/score.js";
import type { TrainingSettings } from "../training/settings.js";
import type { BaselineResults } from "./baselines.js";

/** Rows of each part, and how the parts came about. */
export interface DatasetCounts extends DivisionAccount {
  /** All that were given, those left out included. */
  readonly rows: number;
  readonly train: number;
  readonly validation: number;
  readonly test: number;
  /** Texts without a rating that words were learned from; absent when none were given. */
  readonly unlabelled?: number;
}

/** Sizes of a vocabulary. */
export interface VocabularyCounts {
  /** Different tokens before the rare ones were left out. */
  readonly distinctTokens: number;
  /** Tokens with an id of their own. */
  readonly keptTokens: number;
  /** With padding and unknown. */
  readonly size: number;
}

/** What calibration did, seen on rows that it was not fitted on; where there is no test part, on those that it was. */
export interface CalibrationResult extends FittedCalibration {
  readonly evaluatedOn: "validation" | "test";
  /** Expected calibration error with what was fitted and without; absent without probabilities. */
  readonly calibrationError?: number;
  readonly rawCalibrationError?: number;
  /** What perfect probabilities would show on as many rows; absent in accounts of older builds too. */
  readonly chanceCalibrationError?: number;
  /** Share of rows whose truth lies in their interval, and the intervals' mean width in the user's units. */
  readonly coverage?: number;
  readonly meanWidth?: number;
}

/** The account of a training run: `metrics.json`. Errors are in the user's units. */
export interface TrainMetrics {
  readonly recipe: string;
  readonly task: Task;
  readonly dataset: DatasetCounts;
  readonly vocabulary: VocabularyCounts;
  /** Coverage of the word vectors, where there were any. */
  readonly wordVectors?: WordVectorCoverage;
  readonly scale: RatingScale;
  /**
   * On the validation part. When the part also decided which epoch's weights to keep, the numbers are a little too
   * good, and `usedForEarlyStopping` says so.
   */
  readonly validation: Evaluation & { readonly usedForEarlyStopping: boolean };
  /** On the test part, which decided nothing. */
  readonly test?: Evaluation;
  /** On the same rows as `test` where there is one, else as `validation`; absent when they were turned off. */
  readonly baselines?: BaselineResults;
  /** The four ways to make one answer of a distribution, on the part that the result is of; absent without probabilities. */
  readonly decodings?: DecodingScores;
  /** What was fitted on the validation part, and how well it holds on the test part; absent when nothing was. */
  readonly calibration?: CalibrationResult;
  /** Of all members, one after another. */
  readonly epochs: readonly EpochRecord[];
  /** The epoch whose weights each member has. */
  readonly keptEpochs: readonly number[];
  readonly reason: StopReason;
  /** Trained numbers, the embedding included. */
  readonly parameterCount: number;
  readonly seed: number;
  readonly threads: number;
  /** The whole run: preparation, baselines, training, evaluation. */
  readonly seconds: number;
  readonly settings: TrainingSettings;
}
