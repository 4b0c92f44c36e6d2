import { OptionError } from "../errors.js";
import { Random } from "../random.js";

/** Lower and upper end. */
export type Interval = [lower: number, upper: number];

/** How rows are resampled. */
export interface BootstrapOptions {
  /** Seed of the resampling; the same seed gives the same interval. Default 1. */
  readonly seed?: number;
  /** How many times the rows are drawn anew. Default 1000. */
  readonly resamples?: number;
  /** Share of the resamples' statistics that the interval holds, between 0 and 1. Default 0.95. */
  readonly confidence?: number;
}

/** A number computed from some of the rows, given as row positions in which a row may occur several times. */
export type RowStatistic = (rows: Uint32Array) => number;

/**
 * Rows drawn for one resample at most. Above, an "m out of n" bootstrap keeps a million rows as quick as these: its
 * spread is that of m rows and is scaled by sqrt(m / n) (Bickel, Goetze, van Zwet, Statistica Sinica 7, 1997).
 */
const largestResample = 10_000;

/**
 * Percentile bootstrap interval (Efron, "Bootstrap methods: another look at the jackknife", 1979) of a statistic:
 * rows are drawn with replacement, the statistic is computed anew, and the interval holds the middle 95 % of the
 * results, with quantiles interpolated linearly. It says how much the statistic would move on other rows of the same
 * kind, not how it would move if the model were trained again.
 *
 * @param rowCount number of rows, at least 1; more than 10,000 are not all drawn in each resample.
 * @throws {OptionError} for no rows or an option out of range.
 */
export function bootstrapInterval(rowCount: number, statistic: RowStatistic, options?: BootstrapOptions): Interval {
  return bootstrapIntervals(rowCount, [statistic], options)[0];
}

/**
 * {@link bootstrapInterval} of several statistics on the same resamples, for little more than the price of one.
 *
 * @throws {OptionError} for no rows or an option out of range.
 */
export function bootstrapIntervals(
  rowCount: number,
  statistics: readonly RowStatistic[],
  options: BootstrapOptions = {},
): Interval[] {
  const { seed = 1, resamples = 1000, confidence = 0.95 } = options;
  checkOptions(rowCount, resamples, confidence);
  const results = statistics.map(() => new Float64Array(resamples));
  const scale = resampleRows(rowCount, { seed, resamples }, (draws, resample) => {
    for (const [index, statistic] of statistics.entries()) results[index][resample] = statistic(draws);
  });
  if (scale !== 1) {
    const allRows = Uint32Array.from({ length: rowCount }, (_, row) => row);
    for (const [index, statistic] of statistics.entries()) {
      const centre = statistic(allRows);
      results[index] = results[index].map((result) => centre + (result - centre) * scale);
    }
  }
  return results.map((result) => percentileInterval(result, confidence));
}

/**
 * Draws rows with replacement, again and again, and hands out each resample: the same array every time.
 *
 * @returns what the results' distance from that of all rows has to be multiplied by: below 1 where fewer rows are drawn
 *   than there are.
 */
export function resampleRows(
  rowCount: number,
  { seed, resamples }: { readonly seed: number; readonly resamples: number },
  use: (draws: Uint32Array, resample: number) => void,
): number {
  const random = new Random(seed, "bootstrap");
  const draws = new Uint32Array(Math.min(rowCount, largestResample));
  for (let resample = 0; resample < resamples; resample++) {
    // Cheaper by half than `random.integer`; its bias, rowCount / 2^32, is far below what resamples can show.
    for (let index = 0; index < draws.length; index++) draws[index] = random.uniform() * rowCount;
    use(draws, resample);
  }
  return Math.sqrt(draws.length / rowCount);
}

/**
 * The statistic for {@link bootstrapInterval} that is the mean of one number a row, or a function of that mean: squared
 * errors with `Math.sqrt` give the RMSE, 1 for right and 0 for wrong give the accuracy.
 */
export function meanStatistic(
  values: Float64Array,
  transform: (mean: number) => number = (mean) => mean,
): RowStatistic {
  return (rows) => {
    let sum = 0;
    for (let index = 0; index < rows.length; index++) sum += values[rows[index]];
    return transform(sum / rows.length);
  };
}

function checkOptions(rowCount: number, resamples: number, confidence: number): void {
  if (!(Number.isInteger(rowCount) && rowCount >= 1)) {
    throw new OptionError("no-rows", `A bootstrap needs at least one row, not ${rowCount}.`);
  }
  if (!(Number.isInteger(resamples) && resamples >= 1)) {
    throw new OptionError("bad-resamples", `resamples must be a whole number above 0, not ${resamples}.`);
  }
  if (!(confidence > 0 && confidence < 1)) {
    throw new OptionError("bad-confidence", `confidence must be between 0 and 1, not ${confidence}.`);
  }
}

/** The middle share of some numbers, which are put in order. */
export function percentileInterval(results: Float64Array, confidence: number): Interval {
  const sorted = results.sort();
  const tail = (1 - confidence) / 2;
  return [quantile(sorted, tail), quantile(sorted, 1 - tail)];
}

/** Linear interpolation between order statistics, Hyndman and Fan's type 7. */
function quantile(sorted: Float64Array, share: number): number {
  const position = share * (sorted.length - 1);
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
}
