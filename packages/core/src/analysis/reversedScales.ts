/** Blocks of rows that were rated on a scale that is turned round, such as 1 for the best. */

/** Rows whose ratings fit the texts when they are turned round. */
export interface ReversedBlock {
  /** The group that the rows come from; absent for neighbouring rows. */
  readonly group?: string;
  /** Positions, ascending. */
  readonly rows: readonly number[];
  /** Logarithm of how much better the turned ratings fit, each row counting for 3 at most. */
  readonly evidence: number;
}

/** One row proves little, however far off it is. */
const mostEvidence = 3;
/** A block needs as many rows that speak for it or against it. */
const fewestRows = 10;
/** e^12: less than one block in 160,000 would look so by chance. */
const leastEvidence = 12;

/**
 * For each row the logarithm of how much better its expected rating fits the rating turned round (5 for 1) than the
 * rating itself, by normal errors of the size that all rows have; 0 in the middle of the scale.
 */
export function reversalEvidence(
  truths: ArrayLike<number>,
  expected: ArrayLike<number>,
  values: readonly number[],
): Float64Array {
  const ends = values[0] + values[values.length - 1];
  let squares = 0;
  for (let row = 0; row < truths.length; row++) squares += (expected[row] - values[truths[row]]) ** 2;
  const variance = squares / truths.length || 1;
  return Float64Array.from(truths, (truth, row) => {
    const value = values[truth];
    const fit = (expected[row] - value) ** 2 - (expected[row] - (ends - value)) ** 2;
    return Math.min(Math.max(fit / (2 * variance), -mostEvidence), mostEvidence);
  });
}

/** Whether all rows together fit better when they are turned round: by the answers of a model of other data. */
export function isReversedThroughout(evidence: Float64Array): boolean {
  return speaking(evidence) >= fewestRows && sum(evidence) >= leastEvidence;
}

/** Groups of at least ten rows that fit better turned round. */
export function findReversedGroups(
  evidence: Float64Array,
  groups: readonly (string | null | undefined)[] = [],
): ReversedBlock[] {
  const members = new Map<string, number[]>();
  for (const [row, group] of groups.entries()) {
    if (group === null || group === undefined || group.trim() === "") continue;
    const own = members.get(group);
    if (own) own.push(row);
    else members.set(group, [row]);
  }
  return [...members].flatMap(([group, rows]) => {
    const own = Float64Array.from(rows, (row) => evidence[row]);
    return isReversedThroughout(own) ? [{ group, rows, evidence: sum(own) }] : [];
  });
}

/**
 * Neighbouring rows that fit better turned round: the run of the largest sum of evidence (Kadane), again and again while
 * there is one that is no chance.
 */
export function findReversedRuns(evidence: Float64Array): ReversedBlock[] {
  const found: ReversedBlock[] = [];
  const search = (start: number, end: number): void => {
    const run = largestRun(evidence, start, end);
    const own = evidence.subarray(run.start, run.end);
    if (!isReversedThroughout(own)) return;
    search(start, run.start);
    const rows = Array.from(own, (_, index) => run.start + index);
    found.push({ rows, evidence: sum(own) });
    search(run.end, end);
  };
  search(0, evidence.length);
  return found;
}

function largestRun(evidence: Float64Array, start: number, end: number): { start: number; end: number } {
  let best = { start, end: start };
  let most = 0;
  let total = 0;
  let from = start;
  for (let row = start; row < end; row++) {
    total += evidence[row];
    if (total <= 0) {
      total = 0;
      from = row + 1;
    } else if (total > most) {
      most = total;
      best = { start: from, end: row + 1 };
    }
  }
  return best;
}

function speaking(evidence: Float64Array): number {
  return evidence.reduce((count, each) => count + Number(each !== 0), 0);
}

function sum(numbers: Float64Array): number {
  return numbers.reduce((total, each) => total + each, 0);
}
