import type { Interval } from "../metrics/index.js";
import { percentileInterval, resampleRows } from "../metrics/index.js";
import type { Grouping } from "./grouping.js";

/** What is known of the error of one group of rows, from resamples of all rows. */
export interface GroupErrors {
  readonly rows: number;
  /** Root of the mean squared error, or its square for errors of 0 and 1. */
  readonly error: number;
  readonly errorInterval: Interval;
  /** Mean of prediction - truth. */
  readonly bias: number;
  readonly biasInterval: Interval;
  /** Error of the group less that of all other rows. */
  readonly difference: number;
  /** Standard error of `difference`. */
  readonly standardError: number;
}

/** How rows are resampled, and what is made of a mean of squared errors. */
export interface GroupBootstrapOptions {
  readonly seed: number;
  readonly resamples: number;
  /** The error that a mean of squared errors stands for: its root for an RMSE, itself for a share of wrong answers. */
  readonly errorOf: (meanSquare: number) => number;
}

/**
 * Errors of all rows and of all groups of all groupings, on the same resamples.
 *
 * @param errors prediction - truth of each row.
 */
export function bootstrapGroups(
  errors: Float64Array,
  groupings: readonly Grouping[],
  { seed, resamples, errorOf }: GroupBootstrapOptions,
): { readonly whole: GroupErrors; readonly groups: GroupErrors[][] } {
  const all = { names: ["all"], groupOf: new Int32Array(errors.length) };
  const everything = [all, ...groupings];
  const rows = Uint32Array.from({ length: errors.length }, (_, row) => row);
  const actual = everything.map((grouping) => statisticsOf(rows, errors, grouping, errorOf));
  const samples = actual.map((groups) => groups.map(() => emptySamples(resamples)));
  const scale = resampleRows(errors.length, { seed, resamples }, (draws, resample) => {
    for (const [index, grouping] of everything.entries()) {
      for (const [group, statistics] of statisticsOf(draws, errors, grouping, errorOf).entries()) {
        for (const name of sampled) samples[index][group][name][resample] = statistics[name];
      }
    }
  });
  const described = actual.map((groups, index) =>
    groups.map((statistics, group) => describe(statistics, samples[index][group], scale)),
  );
  return { whole: described[0][0], groups: described.slice(1) };
}

const sampled = ["error", "bias", "difference"] as const;
type Samples = Readonly<Record<(typeof sampled)[number], Float64Array>>;
type Statistics = Readonly<Record<(typeof sampled)[number] | "rows", number>>;

function emptySamples(resamples: number): Samples {
  const make = (): Float64Array => new Float64Array(resamples);
  return { error: make(), bias: make(), difference: make() };
}

function statisticsOf(
  rows: Uint32Array,
  errors: Float64Array,
  { names, groupOf }: Grouping,
  errorOf: (meanSquare: number) => number,
): Statistics[] {
  const counts = new Float64Array(names.length + 1);
  const squares = new Float64Array(names.length + 1);
  const sums = new Float64Array(names.length + 1);
  for (let index = 0; index < rows.length; index++) {
    const error = errors[rows[index]];
    // Rows of no group have a place of their own, the first.
    const group = groupOf[rows[index]] + 1;
    counts[group]++;
    squares[group] += error * error;
    sums[group] += error;
  }
  const total = squares.reduce((sum, square) => sum + square, 0);
  return names.map((_, name) => {
    const group = name + 1;
    const count = counts[group];
    const error = errorOf(squares[group] / count);
    const others = rows.length - count;
    // Sums of the others are found by subtraction, which rounding may bring below 0.
    const rest = others === 0 ? error : errorOf(Math.max(0, total - squares[group]) / others);
    return { rows: count, error, bias: sums[group] / count, difference: error - rest };
  });
}

function describe(actual: Statistics, samples: Samples, scale: number): GroupErrors {
  // A resample may hold no row of a small group.
  const around = (name: (typeof sampled)[number]): Float64Array =>
    samples[name].filter(Number.isFinite).map((value) => actual[name] + (value - actual[name]) * scale);
  return {
    ...actual,
    errorInterval: percentileInterval(around("error"), 0.95),
    biasInterval: percentileInterval(around("bias"), 0.95),
    standardError: deviation(around("difference")),
  };
}

function deviation(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
}
