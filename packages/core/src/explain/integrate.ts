/**
 * Integrals along a way whose ends are known: how much each of several parts contributes to the change of a function
 * from 0 to 1.
 */

/** The function at a point, and the part of its derivative that each contributor has. */
export interface Slopes {
  readonly value: number;
  readonly slopes: Float64Array;
}

/** Evaluates several points at once. */
export type Evaluate = (points: readonly number[]) => Slopes[];

/** How exact the integral has to be. */
export interface IntegralOptions {
  /** Most that the intervals may miss in all, as a share of the function's change. */
  readonly tolerance: number;
  /** A change smaller than this is taken for as large: its share would mean nothing. */
  readonly smallestChange: number;
  /** Most points that are evaluated; the work ends there, with whatever error is left. */
  readonly maxPoints: number;
}

/** The result of {@link integrate}. */
export interface Integral {
  /** Each contributor's share of the change. */
  readonly contributions: Float64Array;
  /** The function at 0 and at 1. */
  readonly start: number;
  readonly end: number;
  /** Points that were evaluated. */
  readonly points: number;
}

/** An interval with its ends and its middle. */
interface Interval {
  readonly from: number;
  readonly to: number;
  readonly nodes: readonly [Slopes, Slopes, Slopes];
  /** What Simpson's rule misses of the function's change over it. */
  readonly error: number;
}

/** Intervals at the beginning: with their 15 points they fill one batch of 16. */
const firstIntervals = 7;

/** Intervals cut in two at a time: 16 new points. */
const splitsAtOnce = 8;

/**
 * Adaptive Simpson's rule. The change of the function over an interval is known from its values, so the error of each
 * interval is not estimated but measured, and the intervals with the largest errors are cut in two until all errors
 * together are small enough: where the way is smooth few points do, at a bend of the maximum pooling many.
 */
export function integrate(evaluate: Evaluate, options: IntegralOptions): Integral {
  let points = 2 * firstIntervals + 1;
  const nodes = evaluate(Array.from({ length: points }, (_, index) => index / (points - 1)));
  const start = nodes[0].value;
  const end = nodes[points - 1].value;
  let intervals = Array.from({ length: firstIntervals }, (_, index) =>
    makeInterval(index / firstIntervals, (index + 1) / firstIntervals, [
      nodes[2 * index],
      nodes[2 * index + 1],
      nodes[2 * index + 2],
    ]),
  );
  const allowed = options.tolerance * Math.max(Math.abs(end - start), options.smallestChange);
  while (points + 2 <= options.maxPoints) {
    const splits = toSplit(intervals, allowed).slice(0, Math.floor((options.maxPoints - points) / 2));
    if (splits.length === 0) break;
    intervals = intervals.filter((interval) => !splits.includes(interval)).concat(splitAll(evaluate, splits));
    points += 2 * splits.length;
  }
  // In the order of the way, so that the sum does not depend on which interval was cut when.
  intervals.sort((a, b) => a.from - b.from);
  const contributions = new Float64Array(nodes[0].slopes.length);
  for (const interval of intervals) addIntegral(contributions, interval);
  return { contributions, start, end, points };
}

/** The intervals with the largest errors, as long as the rest misses more than is allowed. */
function toSplit(intervals: readonly Interval[], allowed: number): Interval[] {
  let missed = intervals.reduce((sum, { error }) => sum + Math.abs(error), 0);
  const byError = [...intervals].sort((a, b) => Math.abs(b.error) - Math.abs(a.error) || a.from - b.from);
  const splits: Interval[] = [];
  for (const interval of byError) {
    if (missed <= allowed || splits.length === splitsAtOnce) break;
    splits.push(interval);
    missed -= Math.abs(interval.error);
  }
  return splits;
}

function splitAll(evaluate: Evaluate, splits: readonly Interval[]): Interval[] {
  const quarters = evaluate(splits.flatMap(({ from, to }) => [from + (to - from) / 4, from + (3 * (to - from)) / 4]));
  return splits.flatMap(({ from, to, nodes: [first, middle, last] }, index) => {
    const half = from + (to - from) / 2;
    return [
      makeInterval(from, half, [first, quarters[2 * index], middle]),
      makeInterval(half, to, [middle, quarters[2 * index + 1], last]),
    ];
  });
}

function makeInterval(from: number, to: number, nodes: Interval["nodes"]): Interval {
  const contributions = new Float64Array(nodes[0].slopes.length);
  addIntegral(contributions, { from, to, nodes });
  let sum = 0;
  for (const contribution of contributions) sum += contribution;
  return { from, to, nodes, error: sum - (nodes[2].value - nodes[0].value) };
}

function addIntegral(sums: Float64Array, { from, to, nodes }: Omit<Interval, "error">): void {
  const [first, middle, last] = nodes;
  for (let index = 0; index < sums.length; index++) {
    sums[index] += ((to - from) / 6) * (first.slopes[index] + 4 * middle.slopes[index] + last.slopes[index]);
  }
}
