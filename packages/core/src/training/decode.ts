import { exponential } from "./exponential.js";
import type { RatingScale } from "./scale.js";
import type { TrainingSettings } from "./settings.js";

/** What a network says about some texts, in the scale's terms. */
export interface Outputs {
  readonly rows: number;
  /** Expected rating, or the regression's output, in the user's units and not clamped; absent for classes without order. */
  readonly expected?: Float64Array;
  /** Most likely class, or the one nearest to the regression's output; absent for numbers. */
  readonly classes?: Uint32Array;
  /** `rows x labels`, row-major, each row summing to 1; absent with the number head. */
  readonly probabilities?: Float64Array;
}

/**
 * Turns logits into answers: softmax for classes, whose mean over the ratings' values is the expected rating (the
 * answer of least squared error); for the number head, the output in the user's units.
 *
 * @param logits `rows x outputs`, row-major.
 */
export function decode(logits: Float32Array, scale: RatingScale, head: TrainingSettings["head"]): Outputs {
  if (scale.task === "number") {
    const expected = Float64Array.from(logits, (output) => output * scale.deviation + scale.mean);
    return { rows: logits.length, expected };
  }
  if (head === "number" && scale.task === "rating") {
    const { values } = scale;
    const expected = Float64Array.from(logits, (output) => output + values[0]);
    return { rows: logits.length, expected, classes: Uint32Array.from(expected, (value) => nearest(values, value)) };
  }
  const labels = scale.labels.length;
  const rows = logits.length / labels;
  const probabilities = softmaxRows(logits, labels);
  const classes = new Uint32Array(rows);
  for (let row = 0; row < rows; row++) {
    classes[row] = largest(probabilities.subarray(row * labels, (row + 1) * labels));
  }
  if (scale.task === "class") return { rows, classes, probabilities };
  const expected = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    let mean = 0;
    for (let label = 0; label < labels; label++) mean += probabilities[row * labels + label] * scale.values[label];
    expected[row] = mean;
  }
  return { rows, expected, classes, probabilities };
}

/** Softmax over each row of `columns` logits, in 64-bit arithmetic. */
function softmaxRows(logits: Float32Array, columns: number): Float64Array {
  const probabilities = new Float64Array(logits.length);
  for (let start = 0; start < logits.length; start += columns) {
    let maximum = Number.NEGATIVE_INFINITY;
    for (let column = 0; column < columns; column++) maximum = Math.max(maximum, logits[start + column]);
    let sum = 0;
    for (let column = 0; column < columns; column++) {
      const weight = exponential(logits[start + column] - maximum);
      probabilities[start + column] = weight;
      sum += weight;
    }
    for (let column = 0; column < columns; column++) probabilities[start + column] /= sum;
  }
  return probabilities;
}

/** Position of the largest number; of the first of them when several are equal. */
function largest(numbers: Float64Array): number {
  let best = 0;
  for (let index = 1; index < numbers.length; index++) if (numbers[index] > numbers[best]) best = index;
  return best;
}

/** Position of the nearest of the ascending values; the lower one of two at the same distance. */
function nearest(values: readonly number[], value: number): number {
  let best = 0;
  for (let index = 1; index < values.length; index++) {
    if (Math.abs(values[index] - value) < Math.abs(values[best] - value)) best = index;
  }
  return best;
}
