import { minimise, type Objective } from "./minimise.js";
import { addRowOuter, addRowProduct, type SparseRows } from "./sparse.js";
import type { Turns } from "./turns.js";

/** Weights of a linear classifier or, with one output, of a linear regression. */
export interface LinearWeights {
  /** `columns x outputs`, row-major, and after it the intercepts, `outputs`. */
  readonly weights: Float64Array;
  readonly outputs: number;
}

export interface SoftmaxOptions {
  /** Factor of half the summed squares of the weights, beside the summed loss: scikit-learn's 1 / C. */
  readonly regularisation: number;
  /** Done when a step is expected to lower the mean loss by less than this, in nats. */
  readonly tolerance: number;
  readonly maxIterations: number;
  readonly turns: Turns;
}

/**
 * Softmax regression: minimises the sum over rows of -ln p(class) + regularisation / 2 x the sum of squared weights,
 * as scikit-learn's `LogisticRegression`; the intercepts are not penalised.
 *
 * @param classes class index of each row; every class occurs.
 */
export async function fitSoftmax(
  features: SparseRows,
  classes: Int32Array,
  classCount: number,
  options: SoftmaxOptions,
): Promise<LinearWeights> {
  const shares = new Float64Array(classCount);
  for (const index of classes) shares[index] += 1 / classes.length;
  const weights = new Float64Array((features.columns + 1) * classCount);
  weights.set(
    shares.map((share) => Math.log(share)),
    features.columns * classCount,
  );
  await minimise(softmaxObjective(features, classes, classCount, options.regularisation), weights, {
    curvatures: softmaxCurvatures(features, shares, options.regularisation),
    tolerance: options.tolerance * features.rows,
    maxIterations: options.maxIterations,
    turns: options.turns,
  });
  return { weights, outputs: classCount };
}

/** Writes each row's weighted sums plus the intercepts to `outputs`, `rows x outputs`. */
export function linearOutputs(features: SparseRows, { weights, outputs }: LinearWeights): Float64Array {
  const { rows } = features;
  const intercepts = weights.subarray(features.columns * outputs);
  const sums = new Float64Array(rows * outputs);
  for (let row = 0; row < rows; row++) {
    const rowSums = sums.subarray(row * outputs, (row + 1) * outputs);
    rowSums.set(intercepts);
    addRowProduct(features, row, weights, rowSums);
  }
  return sums;
}

/** Replaces scores by probabilities, in place; returns the logarithm of the sum that was divided by. */
export function softmaxInPlace(scores: Float64Array): number {
  let largest = scores[0];
  for (let index = 1; index < scores.length; index++) if (scores[index] > largest) largest = scores[index];
  let sum = 0;
  for (let index = 0; index < scores.length; index++) {
    scores[index] = Math.exp(scores[index] - largest);
    sum += scores[index];
  }
  for (let index = 0; index < scores.length; index++) scores[index] /= sum;
  return largest + Math.log(sum);
}

function softmaxObjective(
  features: SparseRows,
  classes: Int32Array,
  classCount: number,
  regularisation: number,
): Objective {
  const scores = new Float64Array(classCount);
  const intercepts = features.columns * classCount;
  return (point, gradient) => {
    let penalty = 0;
    for (let index = 0; index < intercepts; index++) {
      penalty += point[index] * point[index];
      gradient[index] = regularisation * point[index];
    }
    gradient.fill(0, intercepts);
    let loss = 0;
    for (let row = 0; row < features.rows; row++) {
      for (let index = 0; index < classCount; index++) scores[index] = point[intercepts + index];
      addRowProduct(features, row, point, scores);
      const score = scores[classes[row]];
      loss += softmaxInPlace(scores) - score;
      scores[classes[row]] -= 1;
      for (let index = 0; index < classCount; index++) gradient[intercepts + index] += scores[index];
      addRowOuter(features, row, scores, gradient);
    }
    return loss + (regularisation / 2) * penalty;
  };
}

/** Second derivatives by each weight at the start, where every row has the classes' shares as probabilities. */
function softmaxCurvatures(features: SparseRows, shares: Float64Array, regularisation: number): Float64Array {
  const { rows, columns, columnIndices, values } = features;
  const squares = new Float64Array(columns + 1);
  for (let index = 0; index < values.length; index++) squares[columnIndices[index]] += values[index] ** 2;
  squares[columns] = rows;
  const curvatures = new Float64Array((columns + 1) * shares.length);
  for (let index = 0; index < curvatures.length; index++) {
    const share = shares[index % shares.length];
    curvatures[index] = squares[Math.floor(index / shares.length)] * share * (1 - share) + regularisation;
  }
  return curvatures;
}
