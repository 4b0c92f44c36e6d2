import type { Alarm, SliceReport, StressReport, WorstError } from "../analysis/index.js";
import type { WordInfluence } from "../explain/index.js";
import type { Calibration, RatingBin } from "../metrics/index.js";

/** The part whose rows were looked at: of the training's own split, or rows that were given for it. */
export type ExaminedPart = "test" | "validation" | "given";

/** What was found by looking at what a model answers to rows that it did not learn from. */
export interface Examination {
  readonly part: ExaminedPart;
  /** Rows of the part. */
  readonly partRows: number;
  /** Rows that were looked at: all, or as many as the limit, spread evenly. */
  readonly rows: number;
  /** Rows among them without any word, which no model can rate; they are left out of everything here. */
  readonly withoutWords: number;
  readonly slices: SliceReport;
  /** Absent for classes without order. */
  readonly stress?: StressReport;
  readonly alarms: readonly Alarm[];
  /** Of the most likely label; absent where the model has no probabilities. */
  readonly calibration?: Calibration;
  /** Of the expected rating or number; absent for classes without order. */
  readonly ratingCalibration?: readonly RatingBin[];
  /** Rows with the largest errors; empty for classes without order. */
  readonly worst: readonly WorstError[];
  readonly parts: readonly PartSummary[];
  /** Why the model answers as it does; absent for classes without order. */
  readonly explanations?: Explanations;
}

/** The rows of a part in numbers, found from all of them or from an even sample. */
export interface PartSummary {
  readonly name: "training" | "validation" | "test" | "given";
  readonly rows: number;
  /** Rows that the other numbers come from. */
  readonly sampled: number;
  /** Share of each label, in the order of the scale; absent for numbers. */
  readonly labelShares?: readonly number[];
  readonly medianWords: number;
  readonly longestWords: number;
  /** Mean over texts of the share of words that the model does not know. */
  readonly unknownShare: number;
}

/** A word, its mean effect on ratings where it occurs, in the user's units, and the texts that it occurs in. */
export type ListedWord = Pick<WordInfluence, "word" | "effect" | "texts">;

/** A piece of a text with its effect on the rating; pieces without one are shown as they are. */
export interface MarkedPiece {
  readonly text: string;
  readonly effect?: number;
}

/** Why the model answers as it does, where somebody has worked it out. */
export interface Explanations {
  /** Texts that the words were looked at in. */
  readonly texts: number;
  /** Largest effects upwards first. */
  readonly up: readonly ListedWord[];
  /** Largest effects downwards first. */
  readonly down: readonly ListedWord[];
  /** Texts of the worst errors in pieces, by the number of their row. */
  readonly marked: ReadonlyMap<number, readonly MarkedPiece[]>;
}
