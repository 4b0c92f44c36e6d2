import { OptionError } from "../errors.js";
import {
  type BootstrapOptions,
  bootstrapInterval,
  type Interval,
  macroF1,
  type RowStatistic,
} from "../metrics/index.js";
import type { RatingScale } from "../training/scale.js";
import type { RatedRows } from "./ratedRows.js";

/** How two models differ on the same rows, by one measure. */
export interface PairedDifference {
  readonly measure: "RMSE" | "MAE" | "accuracy" | "macro F1";
  readonly lowerIsBetter: boolean;
  readonly first: number;
  readonly second: number;
  /** First less second. */
  readonly difference: number;
  /** 95 % interval of the difference, by the paired bootstrap. */
  readonly interval: Interval;
  /** Which one is better; absent when the interval holds 0, so that the difference is within noise. */
  readonly better?: "first" | "second";
}

/**
 * Compares the answers of two models to the same rows. Rows are drawn with replacement, the same for both, and the
 * difference is taken anew (paired bootstrap: Koehn, EMNLP 2004): what both find hard does not blur it, so that it shows
 * differences that two intervals side by side do not.
 *
 * @returns RMSE and MAE where there is an expected rating, accuracy where there are labels, macro F1 for classes.
 * @throws {OptionError} `other-rows` when the answers are not to the same rows.
 */
export function compareAnswers(
  first: RatedRows,
  second: RatedRows,
  scale: RatingScale,
  options: BootstrapOptions = {},
): PairedDifference[] {
  if (first.rows !== second.rows || first.truths.some((truth, row) => truth !== second.truths[row])) {
    throw new OptionError("other-rows", "The two lists of answers are not to the same rows.");
  }
  const [a, b] = [first, second].map((rated) => statisticsOf(rated, scale));
  const all = Uint32Array.from(first.truths.keys());
  return a.map(({ measure, lowerIsBetter, statistic }, index) => {
    const other = b[index].statistic;
    const [lower, upper] = bootstrapInterval(first.rows, (rows) => statistic(rows) - other(rows), options);
    const isFirst = lowerIsBetter ? upper < 0 : lower > 0;
    const isSecond = lowerIsBetter ? lower > 0 : upper < 0;
    return {
      measure,
      lowerIsBetter,
      first: statistic(all),
      second: other(all),
      difference: statistic(all) - other(all),
      interval: [lower, upper] as Interval,
      ...((isFirst || isSecond) && { better: isFirst ? ("first" as const) : ("second" as const) }),
    };
  });
}

interface Measure {
  readonly measure: PairedDifference["measure"];
  readonly lowerIsBetter: boolean;
  readonly statistic: RowStatistic;
}

function statisticsOf({ truths, expected, classes }: RatedRows, scale: RatingScale): Measure[] {
  const measures: Measure[] = [];
  if (expected && scale.task !== "class") {
    const errors = Float64Array.from(truths, (truth, row) =>
      Math.abs(expected[row] - (scale.task === "rating" ? scale.values[truth] : truth)),
    );
    const mean = (rows: Uint32Array, of: (row: number) => number): number =>
      rows.reduce((sum, row) => sum + of(row), 0) / rows.length;
    measures.push(
      { measure: "RMSE", lowerIsBetter: true, statistic: (rows) => Math.sqrt(mean(rows, (row) => errors[row] ** 2)) },
      { measure: "MAE", lowerIsBetter: true, statistic: (rows) => mean(rows, (row) => errors[row]) },
    );
  }
  if (!classes || scale.task === "number") return measures;
  if (scale.task === "class") {
    const count = scale.labels.length;
    const of = (from: ArrayLike<number>, rows: Uint32Array): Float64Array =>
      Float64Array.from(rows, (row) => from[row]);
    measures.push({
      measure: "macro F1",
      lowerIsBetter: false,
      statistic: (rows) => macroF1(of(classes, rows), of(truths, rows), count),
    });
  }
  measures.push({
    measure: "accuracy",
    lowerIsBetter: false,
    statistic: (rows) => rows.reduce((sum, row) => sum + Number(classes[row] === truths[row]), 0) / rows.length,
  });
  return measures;
}
