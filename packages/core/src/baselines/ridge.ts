import type { LinearWeights } from "./softmaxRegression.js";
import { addRowOuter, addRowProduct, dot, type SparseRows } from "./sparse.js";
import type { Turns } from "./turns.js";

export interface RidgeOptions {
  /** Factor of the summed squares of the weights, beside the summed squared errors: scikit-learn's alpha. */
  readonly regularisation: number;
  /** Done when the gradient has shrunk to this share of what it was at the start. */
  readonly tolerance: number;
  readonly maxIterations: number;
  readonly turns: Turns;
}

/**
 * Ridge regression: minimises the sum of squared errors + regularisation x the sum of squared weights, with an
 * intercept that is not penalised. Conjugate gradients (Hestenes, Stiefel 1952) on the normal equations of the centred
 * columns, preconditioned by their diagonal; the centring is done on the products, never on the sparse matrix.
 */
export async function fitRidge(
  features: SparseRows,
  numbers: Float64Array,
  options: RidgeOptions,
): Promise<LinearWeights> {
  const { columns } = features;
  const mean = numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
  const columnMeans = timesTransposed(features, new Float64Array(features.rows).fill(1 / features.rows));
  const solution = new Float64Array(columns);
  const residual = timesTransposed(
    features,
    numbers.map((number) => number - mean),
  );
  await conjugateGradients({
    multiply: (vector) => normalProduct(features, columnMeans, options.regularisation, vector),
    diagonal: normalDiagonal(features, columnMeans, options.regularisation),
    residual,
    solution,
    options,
  });
  const weights = new Float64Array(columns + 1);
  weights.set(solution);
  weights[columns] = mean - dot(columnMeans, solution);
  return { weights, outputs: 1 };
}

interface LinearSystem {
  /** The symmetric positive definite matrix times a vector. */
  readonly multiply: (vector: Float64Array) => Float64Array;
  readonly diagonal: Float64Array;
  /** The right-hand side on entry; overwritten. */
  readonly residual: Float64Array;
  /** Zeros on entry, the solution on return. */
  readonly solution: Float64Array;
  readonly options: RidgeOptions;
}

async function conjugateGradients(system: LinearSystem): Promise<void> {
  const { multiply, diagonal, residual, solution, options } = system;
  const goal = options.tolerance * Math.sqrt(dot(residual, residual));
  const direction = residual.map((element, index) => element / diagonal[index]);
  let size = dot(residual, direction);
  for (let iteration = 0; iteration < options.maxIterations; iteration++) {
    await options.turns.next(iteration, options.maxIterations);
    if (Math.sqrt(dot(residual, residual)) <= goal) return;
    const product = multiply(direction);
    const length = size / dot(direction, product);
    let nextSize = 0;
    for (let index = 0; index < solution.length; index++) {
      solution[index] += length * direction[index];
      residual[index] -= length * product[index];
      nextSize += residual[index] ** 2 / diagonal[index];
    }
    for (let index = 0; index < direction.length; index++) {
      direction[index] = residual[index] / diagonal[index] + (nextSize / size) * direction[index];
    }
    size = nextSize;
  }
}

/**
 * (X - 1 m')' (X - 1 m') v + regularisation v, where m are the columns' means. The centred outputs sum to 0, so the
 * left factor needs no centring.
 */
function normalProduct(
  features: SparseRows,
  columnMeans: Float64Array,
  regularisation: number,
  vector: Float64Array,
): Float64Array {
  const shift = dot(columnMeans, vector);
  const outputs = times(features, vector).map((output) => output - shift);
  const product = timesTransposed(features, outputs);
  for (let index = 0; index < product.length; index++) {
    product[index] += regularisation * vector[index];
  }
  return product;
}

function normalDiagonal(features: SparseRows, columnMeans: Float64Array, regularisation: number): Float64Array {
  const { rows, columnIndices, values } = features;
  const diagonal = columnMeans.map((mean) => regularisation - rows * mean * mean);
  for (let index = 0; index < values.length; index++) diagonal[columnIndices[index]] += values[index] ** 2;
  return diagonal;
}

function times(features: SparseRows, vector: Float64Array): Float64Array {
  const outputs = new Float64Array(features.rows);
  for (let row = 0; row < features.rows; row++) addRowProduct(features, row, vector, outputs.subarray(row, row + 1));
  return outputs;
}

function timesTransposed(features: SparseRows, vector: Float64Array): Float64Array {
  const outputs = new Float64Array(features.columns);
  for (let row = 0; row < features.rows; row++) addRowOuter(features, row, vector.subarray(row, row + 1), outputs);
  return outputs;
}
