import { OptionError } from "../errors.js";
import type { Interval } from "../metrics/index.js";
import {
  type Grouping,
  groupByColumn,
  groupByQuantile,
  groupByTops,
  groupByValue,
  mostValues,
  rangeName,
} from "./grouping.js";
import { normalQuantile } from "./normal.js";
import { bootstrapGroups, type GroupErrors } from "./sliceBootstrap.js";
import type { TextTraits } from "./textTraits.js";

/** Held-out rows, as far as slices need them; all lists have one entry a row. */
export interface RowsToSlice {
  /** True ratings or numbers in the user's units; for classes without order 0-based indices. */
  readonly truths: ArrayLike<number>;
  /** Expected ratings or numbers; for classes without order the index of the most likely one. */
  readonly predictions: ArrayLike<number>;
  readonly traits: readonly TextTraits[];
  /** Share, 0 to 1, of the words that the model does not know. */
  readonly unknownShares?: ArrayLike<number>;
  /** Other columns of the data, by name. */
  readonly columns?: ReadonlyMap<string, readonly (string | number | null)[]>;
}

/** What rows are sliced by: a trait of the text, the truth, or a column of the data. */
export type SliceAttribute = "words" | "truth" | "negation" | "question" | "unknownWords" | "column";

/** How the model does on some of the rows. */
export interface Slice {
  readonly attribute: SliceAttribute;
  /** The column's name where the attribute is one. */
  readonly column?: string;
  /** Which of the rows, in words: "1 to 12 words". */
  readonly name: string;
  readonly rows: number;
  /** RMSE in the user's units, or the share of wrong answers for classes without order. */
  readonly error: number;
  /** 95 % bootstrap interval. */
  readonly errorInterval: Interval;
  /** Mean of prediction less truth; absent for classes without order. */
  readonly bias?: number;
  readonly biasInterval?: Interval;
  /** Error of the slice less that of all other rows. */
  readonly difference: number;
  /** Its interval, wide enough for all slices together to hold theirs with 95 % confidence. */
  readonly differenceInterval: Interval;
  /** Whether the difference's interval leaves out 0: `unclear` when it may be chance. */
  readonly verdict: "worse" | "better" | "unclear";
}

/** All slices, the clearly worse first, and what they are compared with. */
export interface SliceReport {
  readonly measure: "RMSE" | "wrong";
  readonly rows: number;
  /** Of all rows. */
  readonly error: number;
  readonly errorInterval: Interval;
  readonly bias?: number;
  readonly biasInterval?: Interval;
  /** Clearly worse ones first, then the unclear, then the clearly better; within each by `difference`. */
  readonly slices: readonly Slice[];
  /** Slices of fewer rows than `fewestRows`, which were left out. */
  readonly tooSmall: number;
}

/** Options of {@link findSlices}. */
export interface SliceOptions {
  /** The names of classes without order, by index: their slices show wrong answers instead of an RMSE. */
  readonly classNames?: readonly string[];
  /** Names of ratings that are not numbers, by their value. */
  readonly ratingNames?: ReadonlyMap<number, string>;
  /** Rows that a slice has at least; 30 when absent. */
  readonly fewestRows?: number;
  /** Seed of the bootstrap; 1 when absent. */
  readonly seed?: number;
  /** Resamples of the bootstrap; 500 when absent. */
  readonly resamples?: number;
}

/**
 * Slices held-out rows by length (quarters), truth, negation, question, unknown words, and every column with few values
 * or with numbers (quarters), and finds out on which the model is worse than on the others.
 *
 * Many slices are looked at, so that some look bad by chance. A slice is called worse only when the interval of its
 * difference to all other rows, widened for the number of slices, is above 0: difference +- z(1 - 0.05 / (2 slices))
 * standard errors, the latter from the bootstrap (standard normal interval, Efron and Tibshirani, "An introduction to the
 * bootstrap", 1993, chapter 12; Bonferroni's correction).
 *
 * @throws {OptionError} for no rows or lists of different lengths.
 */
export function findSlices(rows: RowsToSlice, options: SliceOptions = {}): SliceReport {
  const { classNames, fewestRows = 30, seed = 1, resamples = 500 } = options;
  checkRows(rows);
  const { truths, predictions } = rows;
  const errors = Float64Array.from({ length: truths.length }, (_, row) =>
    classNames ? Number(predictions[row] !== truths[row]) : predictions[row] - truths[row],
  );
  const groupings = groupingsOf(rows, options);
  const errorOf = classNames ? (meanSquare: number) => meanSquare : Math.sqrt;
  const { whole, groups } = bootstrapGroups(
    errors,
    groupings.map(({ grouping }) => grouping),
    { seed, resamples, errorOf },
  );
  const candidates = groupings.flatMap(({ grouping, ...attribute }, index) =>
    grouping.names.map((name, group) => ({ ...attribute, name, errors: groups[index][group] })),
  );
  // A slice that holds every row has nothing to be compared with.
  const partial = candidates.filter((each) => each.errors.rows > 0 && each.errors.rows < truths.length);
  const large = partial.filter((each) => each.errors.rows >= fewestRows);
  const hasBias = classNames === undefined;
  return {
    measure: hasBias ? "RMSE" : "wrong",
    rows: truths.length,
    ...shown(whole, hasBias),
    slices: judge(large, hasBias).sort(byVerdict),
    tooSmall: partial.length - large.length,
  };
}

interface NamedGrouping {
  readonly attribute: SliceAttribute;
  readonly column?: string;
  readonly grouping: Grouping;
}

const unknownRanges = [
  [0, "no unknown word"],
  [0.05, "up to 5 % unknown words"],
  [0.2, "5 to 20 % unknown words"],
  [1, "more than 20 % unknown words"],
] as const;

function groupingsOf(rows: RowsToSlice, options: SliceOptions): NamedGrouping[] {
  const { truths, traits, unknownShares, columns = new Map<string, never>() } = rows;
  const found: NamedGrouping[] = [
    {
      attribute: "words",
      grouping: groupByQuantile(
        traits.map(({ words }) => words),
        (low, high) => rangeName(low, high, high === 1 ? " word" : " words"),
      ),
    },
    { attribute: "truth", grouping: groupByTruth(truths, options) },
    { attribute: "negation", grouping: groupByYes(traits, "hasNegation", "negation") },
    { attribute: "question", grouping: groupByYes(traits, "hasQuestion", "question") },
  ];
  if (unknownShares) found.push({ attribute: "unknownWords", grouping: groupByTops(unknownShares, unknownRanges) });
  for (const [column, values] of columns) {
    const grouping = groupByColumn(values);
    if (grouping) found.push({ attribute: "column", column, grouping });
  }
  return found;
}

function groupByTruth(truths: ArrayLike<number>, { classNames, ratingNames }: SliceOptions): Grouping {
  const values = Array.from(truths);
  const name = (value: number): string => classNames?.[value] ?? ratingNames?.get(value) ?? String(value);
  if (classNames || new Set(values).size <= mostValues) return groupByValue(values, name);
  return groupByQuantile(values, (low, high) => rangeName(low, high));
}

function groupByYes(
  traits: readonly TextTraits[],
  trait: "hasNegation" | "hasQuestion",
  what: "negation" | "question",
): Grouping {
  const groupOf = Int32Array.from(traits, (each) => (each[trait] ? 0 : 1));
  return { names: [`with a ${what}`, `without a ${what}`], groupOf };
}

type Candidate = Pick<Slice, "attribute" | "column" | "name"> & { readonly errors: GroupErrors };

function judge(candidates: readonly Candidate[], hasBias: boolean): Slice[] {
  const width = normalQuantile(1 - 0.025 / Math.max(1, candidates.length));
  return candidates.map(({ errors, ...named }) => {
    const { rows, difference, standardError } = errors;
    const margin = width * standardError;
    const [low, high] = [difference - margin, difference + margin];
    const verdict = low > 0 ? "worse" : high < 0 ? "better" : "unclear";
    return { ...named, rows, ...shown(errors, hasBias), difference, differenceInterval: [low, high], verdict };
  });
}

function shown({ error, errorInterval, bias, biasInterval }: GroupErrors, hasBias: boolean) {
  return { error, errorInterval, ...(hasBias && { bias, biasInterval }) };
}

const verdictOrder = { worse: 0, unclear: 1, better: 2 };

function byVerdict(a: Slice, b: Slice): number {
  return verdictOrder[a.verdict] - verdictOrder[b.verdict] || b.difference - a.difference;
}

function checkRows({ truths, predictions, traits, unknownShares, columns }: RowsToSlice): void {
  const rows = truths.length;
  if (rows === 0) throw new OptionError("no-rows", "There are no rows to slice; give at least one.");
  const lengths = {
    predictions,
    traits,
    ...(unknownShares && { unknownShares }),
    ...Object.fromEntries(columns ?? []),
  };
  for (const [name, list] of Object.entries(lengths)) {
    if (list.length === rows) continue;
    throw new OptionError("length-mismatch", `There are ${list.length} ${name} for ${rows} rows; give one a row.`);
  }
}
