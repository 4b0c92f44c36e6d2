/** The ways to turn a distribution over ratings into one answer, and what each costs. */
import { accuracy, quadraticWeightedKappa } from "./classes.js";
import { absoluteErrors, meanOf, rootMeanSquaredError } from "./numeric.js";

/** How good one way of answering is, by every measure. */
export interface DecodingScore {
  /** In the user's units. */
  readonly rmse: number;
  /** In the user's units. */
  readonly mae: number;
  /** Share of rows whose nearest rating is right. */
  readonly accuracy: number;
  /** Quadratic weighted kappa of the nearest rating. */
  readonly qwk: number;
}

/**
 * Four answers from one distribution: the mean has the least squared error, the median the least absolute one, the mode is
 * right most often, and the mean cut at points tuned on validation rows agrees best by quadratic kappa.
 */
export interface DecodingScores {
  readonly mean: DecodingScore;
  readonly median: DecodingScore;
  readonly mode: DecodingScore;
  /** Absent when no cut points were tuned. */
  readonly cut?: DecodingScore;
}

/** The class at which the sum of the probabilities reaches a half, of one row. */
export function medianClass(probabilities: ArrayLike<number>, row: number, classCount: number): number {
  let sum = 0;
  for (let index = 0; index < classCount - 1; index++) {
    sum += probabilities[row * classCount + index];
    if (sum >= 0.5) return index;
  }
  return classCount - 1;
}

/** The class that a rating falls into: the number of cut points below it. @param cutPoints ascending. */
export function cutClass(rating: number, cutPoints: readonly number[]): number {
  let index = 0;
  while (index < cutPoints.length && rating > cutPoints[index]) index++;
  return index;
}

/**
 * Scores the four answers.
 *
 * @param answers the probabilities, `rows x values.length`, the most likely classes and the expected ratings.
 * @param targets class indices. @param cutPoints one less than there are values, ascending.
 */
export function scoreDecodings(
  answers: {
    readonly probabilities: ArrayLike<number>;
    readonly classes: ArrayLike<number>;
    readonly expected: ArrayLike<number>;
  },
  targets: ArrayLike<number>,
  { values, cutPoints }: { readonly values: readonly number[]; readonly cutPoints?: readonly number[] },
): DecodingScores {
  const { probabilities, classes, expected } = answers;
  const truths = Float64Array.from(targets, (target) => values[target]);
  const middles = values.slice(1).map((value, index) => (value + values[index]) / 2);
  const nearest = Array.from(expected, (rating) => cutClass(rating, middles));
  const score = (ratings: ArrayLike<number>, ofRatings: ArrayLike<number>): DecodingScore => ({
    rmse: rootMeanSquaredError(ratings, truths),
    mae: meanOf(absoluteErrors(ratings, truths)),
    accuracy: accuracy(ofRatings, targets),
    qwk: quadraticWeightedKappa(ofRatings, targets, values.length),
  });
  const ofClasses = (found: ArrayLike<number>) =>
    score(
      Float64Array.from(found, (index) => values[index]),
      found,
    );
  const medians = Array.from(targets as ArrayLike<unknown>, (_, row) => medianClass(probabilities, row, values.length));
  return {
    mean: score(expected, nearest),
    median: ofClasses(medians),
    mode: ofClasses(classes),
    ...(cutPoints && { cut: ofClasses(Array.from(expected, (rating) => cutClass(rating, cutPoints))) }),
  };
}
