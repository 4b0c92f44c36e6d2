import { OptionError } from "../errors.js";
import { checkClasses, checkPairs, checkProbabilities } from "./checks.js";

/**
 * Counts of target and predicted class: `table[target][prediction]`.
 *
 * @param predictions class indices, 0 to `classCount` - 1.
 * @param targets class indices, one a prediction.
 * @throws {OptionError} for no rows, different lengths, or a class index out of range.
 */
export function confusionMatrix(
  predictions: ArrayLike<number>,
  targets: ArrayLike<number>,
  classCount: number,
): number[][] {
  checkPairs(predictions, targets);
  checkClasses("predictions", predictions, classCount);
  checkClasses("targets", targets, classCount);
  const table = Array.from({ length: classCount }, () => new Array<number>(classCount).fill(0));
  for (let row = 0; row < targets.length; row++) table[targets[row]][predictions[row]]++;
  return table;
}

/**
 * Share of rows whose predicted class is the target.
 *
 * @throws {OptionError} for no rows or different lengths.
 */
export function accuracy(predictions: ArrayLike<number>, targets: ArrayLike<number>): number {
  return shareWithin(predictions, targets, 0);
}

/**
 * Share of rows whose predicted class is at most one position from the target, for classes in order. The distance is
 * between class indices: with ratings 1, 2, 5 the ratings 2 and 5 are neighbours.
 *
 * @throws {OptionError} for no rows or different lengths.
 */
export function offByOneAccuracy(predictions: ArrayLike<number>, targets: ArrayLike<number>): number {
  return shareWithin(predictions, targets, 1);
}

function shareWithin(predictions: ArrayLike<number>, targets: ArrayLike<number>, distance: number): number {
  checkPairs(predictions, targets);
  let within = 0;
  for (let row = 0; row < targets.length; row++) {
    if (Math.abs(predictions[row] - targets[row]) <= distance) within++;
  }
  return within / targets.length;
}

/**
 * Agreement beyond chance of classes in order, Cohen's kappa with quadratic weights (Cohen, "Weighted kappa", 1968):
 * 1 - sum(w O) / sum(w E), with w(i, j) = (i - j)^2, O the confusion matrix and E what it would be on average if
 * predictions were dealt out at random with the same totals. 1 is perfect, 0 is chance, below 0 is worse than chance.
 *
 * When all targets and all predictions are one same class the quotient is 0/0; the result is then 0, which is
 * also what any other predictions get for targets of a single class: nothing beyond chance can be shown on them.
 *
 * @throws {OptionError} for no rows, different lengths, or a class index out of range.
 */
export function quadraticWeightedKappa(
  predictions: ArrayLike<number>,
  targets: ArrayLike<number>,
  classCount: number,
): number {
  return kappaOf(confusionMatrix(predictions, targets, classCount));
}

/** {@link quadraticWeightedKappa} of a confusion matrix that is not empty. */
export function kappaOf(table: readonly (readonly number[])[]): number {
  const targetTotals = table.map(sumOf);
  const predictionTotals = table.map((_, index) => sumOf(table.map((counts) => counts[index])));
  const rows = sumOf(targetTotals);
  let observed = 0;
  let expected = 0;
  for (const [target, counts] of table.entries()) {
    for (const [prediction, count] of counts.entries()) {
      const weight = (target - prediction) ** 2;
      observed += weight * count;
      expected += (weight * targetTotals[target] * predictionTotals[prediction]) / rows;
    }
  }
  return expected === 0 ? 0 : 1 - observed / expected;
}

/**
 * Mean over classes of F1, the harmonic mean of precision and recall: 2 TP / (2 TP + FP + FN). Every class counts the
 * same however rare it is. A class that is neither a target nor predicted anywhere has no F1 and is left out, as in
 * scikit-learn.
 *
 * @throws {OptionError} for no rows, different lengths, or a class index out of range.
 */
export function macroF1(predictions: ArrayLike<number>, targets: ArrayLike<number>, classCount: number): number {
  return macroF1Of(confusionMatrix(predictions, targets, classCount).flat(), classCount);
}

/** {@link macroF1} of a confusion matrix laid out row after row, `classCount x classCount`, not all zero. */
export function macroF1Of(counts: ArrayLike<number>, classCount: number): number {
  let sum = 0;
  let present = 0;
  for (let index = 0; index < classCount; index++) {
    let total = 0;
    for (let other = 0; other < classCount; other++) {
      total += counts[index * classCount + other] + counts[other * classCount + index];
    }
    if (total === 0) continue;
    present++;
    sum += (2 * counts[index * classCount + index]) / total;
  }
  return sum / present;
}

/** Probabilities are raised to this before the logarithm, so that a class ruled out costs 36, not infinity. */
const smallestProbability = Number.EPSILON;

/**
 * Mean of -ln(probability of the target), in nats, with probabilities clipped at 2^-52 from below as in scikit-learn.
 *
 * @param probabilities `rows x classCount`, row-major, each row summing to 1.
 * @param targets class indices, one a row.
 * @throws {OptionError} for no rows, sizes that do not fit, a bad probability, or a class index out of range.
 */
export function logLoss(probabilities: ArrayLike<number>, targets: ArrayLike<number>, classCount: number): number {
  if (targets.length === 0) throw new OptionError("no-rows", "There are no rows to evaluate; give at least one.");
  checkProbabilities(probabilities, targets.length, classCount);
  checkClasses("targets", targets, classCount);
  let sum = 0;
  for (let row = 0; row < targets.length; row++) {
    sum -= Math.log(Math.max(probabilities[row * classCount + targets[row]], smallestProbability));
  }
  return sum / targets.length;
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
