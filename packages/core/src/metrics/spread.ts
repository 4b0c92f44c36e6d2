import type { Interval } from "./bootstrap.js";

/** How a measure varies from run to run. */
export interface Spread {
  readonly mean: number;
  /** Standard deviation between the runs (divided by n - 1); NaN for one run. */
  readonly deviation: number;
  readonly lowest: number;
  readonly highest: number;
  /** 95 % interval of the mean, by Student's t. */
  readonly interval: Interval;
}

/** The 97.5 % quantiles of Student's t with 1 to 30 degrees of freedom; above that the normal one is close. */
const quantiles = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11,
  2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
];

/**
 * Mean and spread of the results of several runs.
 *
 * Folds of a cross-validation share most of their training rows, so their results vary less than those of fresh data
 * would. With `testShare` the variance of the mean is enlarged as Nadeau and Bengio do ("Inference for the
 * generalization error", Machine Learning 52, 2003): s^2 (1/n + test rows / training rows).
 *
 * @param values one result a run, at least one.
 * @param options.testShare rows tested on, as a share of the rows trained on, in each run; 0 when absent.
 */
export function spreadOf(values: readonly number[], options: { readonly testShare?: number } = {}): Spread {
  const count = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const variance = squares / (count - 1);
  const quantile = quantiles[count - 2] ?? 1.96;
  const margin = quantile * Math.sqrt(variance * (1 / count + (options.testShare ?? 0)));
  return {
    mean,
    deviation: Math.sqrt(variance),
    lowest: Math.min(...values),
    highest: Math.max(...values),
    interval: [mean - margin, mean + margin],
  };
}
