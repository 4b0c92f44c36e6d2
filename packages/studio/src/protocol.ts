/** What the page and its two workers say to each other: plain data only. */
import type {
  AuditReport,
  DirectionTrace,
  Examination,
  Explanation,
  Label,
  PairedDifference,
  Parts,
  Prediction,
  Reading,
  RecipeName,
  SmallestChange,
  StopReason,
  Task,
  TextsReport,
  TextTrace,
  TrainEvent,
  TrainMetrics,
} from "@starcast/core";
import type { ProblemFacts } from "./problem.js";

/** Where rows come from: a file of this machine, or the synthetic sample. */
export type Source = { readonly kind: "file"; readonly file: File } | { readonly kind: "sample" };

/** A row that could not be read or has no usable rating, and why. */
export interface SkippedRow {
  /** From 1 below the header. */
  readonly row: number;
  readonly reason: string;
}

/** A table that was opened. */
export interface OpenedTable {
  readonly name: string;
  readonly columns: readonly string[];
  readonly rows: number;
  /** The first rows, a value a column. */
  readonly preview: readonly (readonly (string | null)[])[];
  readonly ragged: number;
  readonly text: Guess;
  readonly label: Guess;
}

/** What the names and values of columns say: either columns, or candidates that a person has to choose from. */
export interface Guess {
  readonly columns: readonly string[];
  readonly candidates: readonly string[];
}

/** Which columns are learned from, and as what. */
export interface DataChoice {
  /** Joined by a space, in this order. */
  readonly text: readonly string[];
  readonly label: string;
  readonly task: Task;
  /** The ratings in order, lowest first, when they are words. */
  readonly labels?: readonly Label[];
}

/** What was found out about the rows of a choice. */
export interface DataSummary {
  readonly report: TextsReport;
  readonly skipped: { readonly count: number; readonly examples: readonly SkippedRow[] };
  readonly examples: readonly { readonly row: number; readonly text: string; readonly label: Label }[];
  /** Rows by the length of their texts. */
  readonly lengths: readonly { readonly from: number; readonly to: number; readonly rows: number }[];
  /** Why nothing can be learned from these columns; absent when it can. */
  readonly blocked?: ProblemFacts;
  /** Different labels that are words, when the task asks for numbers: to be put in order. */
  readonly words?: readonly string[];
}

/** How to train. */
export interface TrainChoice {
  readonly recipe: Exclude<RecipeName, "glove">;
  /** Seconds for the whole run; absent: as long as the data is worth. */
  readonly budgetSeconds?: number;
  /** Passes over the data; absent: the recipe decides. */
  readonly epochs?: number;
  readonly seed: number;
  readonly threads: number;
}

/** A training that is asked for. */
export interface TrainOrder {
  readonly choice: TrainChoice;
  readonly name: string;
  /** Bytes of a checkpoint to go on from. */
  readonly resumeFrom?: Uint8Array;
  /** A run of the same data whose division into parts is kept, so that both can be compared on the same rows. */
  readonly division?: Run;
}

/** What a training tells while it runs. */
export type TrainNews = Exclude<TrainEvent, { readonly type: "done" }>;

/** A comparison with the strongest baseline, in words. */
export interface Verdict {
  readonly mood: "good" | "unsure" | "bad";
  readonly text: string;
}

/** What is large of a run: the browser's storage holds it, and memory only while it is looked at. */
export interface RunContent {
  /** The model's folder. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** The division of the rows; absent for a run from disk, whose server tells it with them. */
  readonly parts?: Parts;
}

/** Where the contents of runs lie, by the runs' ids. */
export interface RunContents {
  /** Rejected where nothing can be kept: in some private windows, and when the disk is full. */
  keep(id: string, content: RunContent): Promise<void>;
  find(id: string): Promise<RunContent | undefined>;
}

/** The account of a training that has ended. */
export interface Run {
  /** Unlike that of any other run. */
  readonly id: string;
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly data: { readonly name: string; readonly choice: DataChoice };
  readonly choice: TrainChoice;
  readonly metrics: TrainMetrics;
  readonly reason: StopReason;
  readonly verdict?: Verdict;
  /** SHA-256 of `model.safetensors`, in hexadecimal; empty where the browser cannot say. */
  readonly fingerprint: string;
  /** Names a run from disk to its server, which tells its rows. */
  readonly diskId?: string;
  /** Only where the browser could not keep it. */
  readonly content?: RunContent;
  /** Ratings that were changed, and rows that were left out, before this run; by row. */
  readonly corrections: readonly Correction[];
  /** The run whose division into parts this one kept; absent when it has its own. */
  readonly divisionOf?: string;
}

/** What a person decided about a row: another label, or to leave it out. */
export interface Correction {
  /** From 1 below the header. */
  readonly row: number;
  readonly from: Label;
  /** Absent: the row is left out. */
  readonly to?: Label;
}

/** A row that the model did not learn from, with its answer. */
export interface HeldRow {
  /** The file, where there are several. */
  readonly file?: string;
  readonly row: number;
  readonly text: string;
  readonly truth: Label;
  /** Expected rating or number; for classes without order the most likely label. */
  readonly prediction: number | Label;
  /** Most likely label; absent for numbers. */
  readonly label?: Label;
  /** Prediction less truth; for classes without order 1 where it is wrong. */
  readonly error: number;
}

/** Which held-out rows are asked for. */
export interface HeldQuestion {
  /** Positions of true and most likely label on the scale. */
  readonly cell?: { readonly truth: number; readonly predicted: number };
  /** Errors from the first to the second, both included. */
  readonly errors?: readonly [number, number];
  /** Rows whose text holds this, without regard to case. */
  readonly text?: string;
  readonly most: number;
}

/** What was found by looking at a model's answers to rows that it did not learn from. */
export interface Look {
  readonly examination: Examination;
  /** Errors of all held-out rows. */
  readonly errors: Float64Array;
  /** [true label][most likely label]; absent for numbers. */
  readonly confusion?: readonly (readonly number[])[];
}

/** A doubtful rating, as a person has to judge it. */
export interface DoubtfulRow {
  /** From 1 below the header. */
  readonly row: number;
  readonly text: string;
  readonly label: Label;
  readonly doubt: number;
  readonly predicted?: number;
  readonly likely?: Label;
}

/** A text whose right rating would teach the model most: the models of the folds are least sure of it. */
export interface TeachingRow {
  readonly row: number;
  readonly text: string;
  readonly label: Label;
  /** Entropy of the answer as a share of the largest possible, 0 to 1. */
  readonly uncertainty: number;
}

/** What an audit found. */
export interface Audit {
  readonly rows: number;
  readonly doubtful: readonly DoubtfulRow[];
  readonly reversed: AuditReport["reversed"];
  readonly teaching: readonly TeachingRow[];
}

/** How far an audit is. */
export interface AuditNews {
  readonly fold: number;
  readonly folds: number;
  /** Of the fold under way, 0 to 1. */
  readonly share: number;
}

/** The worker that holds the data and learns from it. */
export type LearnerQuestions = {
  open: { argument: Source; answer: OpenedTable };
  choose: { argument: DataChoice; answer: DataSummary };
  correct: { argument: readonly Correction[]; answer: null };
  train: {
    argument: TrainOrder;
    answer: Run;
    news: TrainNews;
  };
  pause: { argument: boolean; answer: null };
  stop: { argument: null; answer: null };
  look: { argument: Run; answer: Look };
  held: { argument: HeldQuestion; answer: { readonly count: number; readonly rows: readonly HeldRow[] } };
  report: { argument: Run; answer: string };
  audit: { argument: TrainChoice; answer: Audit; news: AuditNews };
  corrected: { argument: null; answer: string };
  compare: { argument: readonly [Run, Run]; answer: readonly PairedDifference[] };
};

/** What a model's folder tells about it. */
export interface ModelAccount {
  readonly metrics: TrainMetrics;
  readonly verdict?: Verdict;
  readonly fingerprint: string;
}

/** The small LSTM of the tour at work. */
export interface Demo {
  /** The vector of each token. */
  readonly embedded: readonly Float32Array[];
  readonly trace: DirectionTrace;
}

/** A file to be saved. */
export interface SavedFile {
  readonly name: string;
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** What a model can be saved as. */
export type ExportFormat = "folder" | "onnx" | "html";

/** The worker that holds a model and answers questions about texts. */
export type AnswererQuestions = {
  load: { argument: Run; answer: null };
  /** A model's account of its training; null when it has none. */
  account: { argument: ReadonlyMap<string, Uint8Array>; answer: ModelAccount | null };
  predict: { argument: string; answer: Prediction };
  explain: { argument: string; answer: { readonly explanation: Explanation; readonly readings: readonly Reading[] } };
  change: {
    argument: { readonly text: string; readonly direction: "up" | "down" };
    answer: SmallestChange | null;
  };
  trace: { argument: { readonly text: string; readonly member: number }; answer: TextTrace };
  demo: { argument: readonly number[]; answer: Demo };
  save: { argument: { readonly format: ExportFormat; readonly name: string }; answer: SavedFile };
};
