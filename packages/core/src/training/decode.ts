import { exponential } from "./exponential.js";
import { type Head, isOrdinal } from "./heads.js";
import type { RatingScale } from "./scale.js";
import { type OutputCalibration, temper } from "./tempering.js";

/** What a network says about some texts, in the scale's terms. */
export interface Outputs {
  readonly rows: number;
  /** Expected rating, or the regression's output, in the user's units and not clamped; absent for classes without order. */
  readonly expected?: Float64Array;
  /** Most likely class, or the one nearest to the regression's output; absent for numbers. */
  readonly classes?: Uint32Array;
  /** `rows x labels`, row-major, each row summing to 1; absent with the regression head. */
  readonly probabilities?: Float64Array;
}

/** How a network's outputs become answers. */
export interface Decoding {
  readonly scale: RatingScale;
  readonly head: Head;
  /** Puts outputs right before they become probabilities; nothing is done when absent. */
  readonly calibration?: OutputCalibration;
}

/**
 * Turns a network's outputs into answers: probabilities, whose mean over the ratings' values is the expected rating (the
 * answer of least squared error); for the regression head, the output in the user's units.
 *
 * @param outputs `rows x outputs`, row-major.
 */
export function decode(outputs: Float32Array, { scale, head, calibration }: Decoding): Outputs {
  if (scale.task === "number") {
    const expected = Float64Array.from(outputs, (output) => output * scale.deviation + scale.mean);
    return { rows: outputs.length, expected };
  }
  if (head === "regression" && scale.task === "rating") {
    const { values } = scale;
    const expected = Float64Array.from(outputs, (output) => output + values[0]);
    return { rows: outputs.length, expected, classes: Uint32Array.from(expected, (value) => nearest(values, value)) };
  }
  const labels = scale.labels.length;
  const tempered = temper(outputs, isOrdinal(head) ? labels - 1 : labels, calibration);
  const probabilities = isOrdinal(head)
    ? ordinalProbabilities(tempered, labels, { areConditional: head === "corn" })
    : softmaxRows(tempered, labels);
  const rows = probabilities.length / labels;
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
export function softmaxRows(logits: Float32Array | Float64Array, columns: number): Float64Array {
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

/**
 * Probabilities of ordered classes from the answers to "is the class above j?", j from 0 to `labels` - 2.
 *
 * @param options.areConditional each is asked only of what is above j - 1 (CORN); otherwise of all, and where the
 *   answers contradict each other, because thresholds have crossed, no class gets less than nothing.
 */
function ordinalProbabilities(
  logits: Float32Array | Float64Array,
  labels: number,
  { areConditional }: { readonly areConditional: boolean },
): Float64Array {
  const questions = labels - 1;
  const rows = logits.length / questions;
  const probabilities = new Float64Array(rows * labels);
  for (let row = 0; row < rows; row++) {
    const own = probabilities.subarray(row * labels, (row + 1) * labels);
    let above = 1;
    let sum = 0;
    for (let label = 0; label < labels; label++) {
      const answer = label < questions ? sigmoid(logits[row * questions + label]) : 0;
      const next = areConditional ? above * answer : Math.min(above, answer);
      own[label] = above - next;
      sum += own[label];
      above = next;
    }
    for (let label = 0; label < labels; label++) own[label] /= sum;
  }
  return probabilities;
}

/** 1 / (1 + e^-x), with the same bits in every engine. */
function sigmoid(x: number): number {
  return 1 / (1 + exponential(-x));
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
