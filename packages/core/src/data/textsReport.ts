/** What a check of labelled texts says, as plain data. */
import type { Label, Task } from "../training/scale.js";

/** A row that shows a finding. */
export interface RowExample {
  readonly file: string;
  /** Number of the row in its file, from 1 below the header. */
  readonly row: number;
  readonly label: Label;
  /** The text, on one line and shortened. */
  readonly text: string;
}

/** How many rows a finding concerns, and the first few of them. */
export interface Finding {
  readonly count: number;
  readonly examples: readonly RowExample[];
}

/** Rows that have the same text but for case and blanks. */
export interface DuplicateGroup {
  readonly rows: readonly RowExample[];
  /** All rows of the group, of which `rows` may hold only the first. */
  readonly count: number;
}

/** A label, its rows, and their share, 0 to 1. */
export interface LabelShare {
  readonly label: Label;
  readonly count: number;
  readonly share: number;
}

/** What was found out about labelled texts. */
export interface TextsReport {
  readonly task: Task;
  /** Rows with a usable rating; all that follows is about them. */
  readonly rows: number;
  /** Different labels. */
  readonly distinctLabels: number;
  /** Each label with its frequency: ratings from the lowest, classes from the most frequent; empty for task number. */
  readonly histogram: readonly LabelShare[];
  /** For numbers and numeric ratings. */
  readonly values?: {
    readonly minimum: number;
    readonly maximum: number;
    readonly mean: number;
    readonly standardDeviation: number;
  };
  /** Lengths of the texts in words. */
  readonly words: {
    readonly mean: number;
    readonly median: number;
    readonly percentile95: number;
    readonly longest: number;
  };
  readonly duplicates: {
    /** Rows that repeat an earlier text. */
    readonly count: number;
    readonly groups: number;
    readonly examples: readonly DuplicateGroup[];
  };
  /** Groups of equal texts whose ratings differ. */
  readonly conflicts: { readonly count: number; readonly groups: number; readonly examples: readonly DuplicateGroup[] };
  /** Texts without a letter, digit or emoji. */
  readonly withoutWords: Finding;
  /** Texts of one or two words. */
  readonly veryShort: Finding;
  readonly ratingInText: Finding & {
    /** How many of them state the very rating of their row. */
    readonly agreeing: number;
    readonly passages: readonly string[];
  };
  /** Rows of the validation part whose text stands in the training part too, in the split that training makes. */
  readonly leak: Finding & {
    readonly validationRows: number;
    readonly validationFraction: number;
    readonly seed: number;
  };
  /** Absent for task number and for fewer than two labels. */
  readonly imbalance?: {
    readonly largest: LabelShare;
    readonly smallest: LabelShare;
    /** Whether the largest has over 80 % of the rows or over 20 times as many as the smallest. */
    readonly strong: boolean;
  };
  /** Rows whose rating is a half, as 4.5. */
  readonly halfSteps: Finding;
}
