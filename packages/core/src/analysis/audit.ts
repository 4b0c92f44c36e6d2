import { findReversedGroups, findReversedRuns, type ReversedBlock, reversalEvidence } from "./reversedScales.js";

/** Out-of-fold answers beside the ratings to be audited; all lists have one entry a row. */
export interface RowsToAudit {
  /** The 0-based index of each row's label, or its number. */
  readonly truths: ArrayLike<number>;
  /** Expected rating or number; absent for classes without order. */
  readonly expected?: ArrayLike<number>;
  /** `rows x labels`, row-major; absent where the model has one output only. */
  readonly probabilities?: ArrayLike<number>;
  /** The ratings' values, ascending; absent for classes without order and for numbers. */
  readonly values?: readonly number[];
  /** What rows come from (a file, a product, a rater), to find those whose scale is reversed. */
  readonly groups?: readonly (string | null | undefined)[];
}

/** A row whose rating contradicts its text. */
export interface SuspiciousRow {
  /** Position, from 0. */
  readonly row: number;
  /** How sure it is, 0 to 1: what the rows are ranked by. */
  readonly doubt: number;
  /** What the text reads like: the expected rating or number; absent for classes without order. */
  readonly predicted?: number;
  /** Position of the most likely label and its probability; absent where there are no probabilities. */
  readonly likely?: { readonly index: number; readonly probability: number };
  /** Distance between rating and prediction, in stars; 1 for classes without order. */
  readonly severity: number;
  /** Position in `reversed` of the block that the row is in. */
  readonly block?: number;
}

/** What an audit found. */
export interface AuditReport {
  readonly rows: number;
  /** Most doubtful first. */
  readonly suspicious: readonly SuspiciousRow[];
  /** Blocks of rows whose ratings fit the texts when the scale is turned round. */
  readonly reversed: readonly ReversedBlock[];
}

/** A rating is suspicious from this doubt on. */
const suspiciousDoubt = 0.9;

/**
 * Ranks the rows whose rating contradicts their text, by answers of models that have not seen them.
 *
 * The doubt about a rating is 1 less its support: its probability and half that of its neighbours on the scale, so that
 * a 4 that reads like a 5 is hardly doubted, and a 1 that does is. It is confident learning's self-confidence (Northcutt,
 * Jiang, Chuang, JAIR 70, 2021) for ordered labels; without order the plain one. Where the model has one output, the
 * doubt is 1 - (s / error)^2, s being the robust deviation of all errors.
 */
export function auditRatings(rows: RowsToAudit): AuditReport {
  const { truths, values, groups } = rows;
  const doubts = rows.probabilities ? doubtsByProbability(rows, rows.probabilities) : doubtsByDistance(rows);
  const reversed: ReversedBlock[] = [];
  if (values && rows.expected) {
    const evidence = reversalEvidence(truths, rows.expected, values);
    reversed.push(...findReversedGroups(evidence, groups));
    // Runs within a group that is reversed as a whole tell nothing new.
    const taken = new Set(reversed.flatMap((block) => block.rows));
    const free = evidence.map((each, row) => (taken.has(row) ? 0 : each));
    reversed.push(...findReversedRuns(free));
  }
  const blockOf = new Map(reversed.flatMap(({ rows: members }, block) => members.map((row) => [row, block] as const)));
  const suspicious: SuspiciousRow[] = [];
  for (let row = 0; row < truths.length; row++) {
    if (doubts[row] >= suspiciousDoubt) suspicious.push(describe(rows, row, doubts[row], blockOf.get(row)));
  }
  suspicious.sort((a, b) => b.doubt - a.doubt || b.severity - a.severity || a.row - b.row);
  return { rows: truths.length, suspicious, reversed };
}

function doubtsByProbability({ truths, values }: RowsToAudit, probabilities: ArrayLike<number>): Float64Array {
  const labels = probabilities.length / truths.length;
  return Float64Array.from(truths, (truth, row) => {
    const at = (label: number): number => (label < 0 || label >= labels ? 0 : probabilities[row * labels + label]);
    const beside = values ? (at(truth - 1) + at(truth + 1)) / 2 : 0;
    return 1 - at(truth) - beside;
  });
}

function doubtsByDistance(rows: RowsToAudit): Float64Array {
  const errors = Float64Array.from(rows.truths, (_, row) => distance(rows, row));
  const sorted = errors.slice().sort();
  // 1.4826 times the median is the standard deviation of normal errors.
  const deviation = 1.4826 * (sorted[Math.floor(sorted.length / 2)] ?? 0);
  return errors.map((error) => (error > deviation ? 1 - (deviation / error) ** 2 : 0));
}

function distance({ truths, expected, values }: RowsToAudit, row: number): number {
  if (!expected) return 1;
  return Math.abs(expected[row] - (values ? values[truths[row]] : truths[row]));
}

function describe(rows: RowsToAudit, row: number, doubt: number, block: number | undefined): SuspiciousRow {
  const { probabilities, truths, expected } = rows;
  const labels = probabilities ? probabilities.length / truths.length : 0;
  let index = 0;
  for (let label = 1; label < labels; label++) {
    if (probabilities && probabilities[row * labels + label] > probabilities[row * labels + index]) index = label;
  }
  return {
    row,
    doubt,
    ...(expected && { predicted: expected[row] }),
    ...(probabilities && { likely: { index, probability: probabilities[row * labels + index] } }),
    severity: distance(rows, row),
    ...(block !== undefined && { block }),
  };
}
