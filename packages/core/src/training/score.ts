import {
  accuracy,
  type ClassEvaluation,
  evaluateClasses,
  evaluateNumbers,
  evaluateRatings,
  macroF1,
  type NumberEvaluation,
  type RatingEvaluation,
  rootMeanSquaredError,
} from "../metrics/index.js";
import { type Decoding, decode, type Outputs } from "./decode.js";
import { exponential } from "./exponential.js";
import { targetsOf } from "./prepare.js";
import type { RatingScale } from "./scale.js";
import { temper } from "./tempering.js";

/** How good predictions are, in full, by task: ratings, classes without order, numbers. */
export type Evaluation = RatingEvaluation | ClassEvaluation | NumberEvaluation;

/** How good a network is on a part, in short: what every epoch's record tells. */
export interface PartScore {
  /** Mean loss: cross-entropy in nats, or squared error in the network's units. */
  readonly loss: number;
  readonly rmse?: number;
  readonly accuracy?: number;
  readonly macroF1?: number;
  /** What the best epoch is chosen by; lower is better: the RMSE, for classes without order 1 - macro F1. */
  readonly selection: number;
}

/**
 * Scores a network's outputs against the truth, without intervals.
 *
 * @param logits `rows x outputs`, row-major. @param truths class index or number of each row.
 */
export function scoreLogits(logits: Float32Array, truths: Float64Array, decoding: Decoding): PartScore {
  const { scale } = decoding;
  const outputs = decode(logits, decoding);
  const loss = lossOf(logits, outputs, truths, decoding);
  const { expected, classes } = outputs;
  if (scale.task === "number") {
    const rmse = finiteRmse(expected, truths);
    return { loss, rmse, selection: rmse };
  }
  const hits = {
    accuracy: accuracy(classes ?? [], truths),
    macroF1: macroF1(classes ?? [], truths, scale.labels.length),
  };
  if (scale.task === "class") return { loss, ...hits, selection: 1 - hits.macroF1 };
  const rmse = finiteRmse(
    expected,
    Float64Array.from(truths, (index) => scale.values[index]),
  );
  return { loss, rmse, ...hits, selection: rmse };
}

/**
 * Evaluates decoded outputs in full, with bootstrap intervals. A regression's output is taken as it is, not clamped to
 * the scale.
 */
export function evaluateOutputs(outputs: Outputs, truths: Float64Array, scale: RatingScale, seed?: number): Evaluation {
  const { expected = [], probabilities } = outputs;
  if (scale.task === "number") return evaluateNumbers({ predictions: expected, targets: truths, seed });
  if (scale.task === "class") {
    return evaluateClasses({
      probabilities: probabilities ?? [],
      targets: truths,
      classCount: scale.labels.length,
      seed,
    });
  }
  const { values } = scale;
  if (probabilities) return evaluateRatings({ probabilities, targets: truths, values, seed });
  const targets = Float64Array.from(truths, (index) => values[index]);
  return evaluateNumbers({ predictions: expected, targets, values, seed });
}

/** NaN instead of an error when training has left the finite numbers: the loss tells the story then. */
function finiteRmse(predictions: Float64Array | undefined, truths: Float64Array): number {
  return predictions?.every(Number.isFinite) ? rootMeanSquaredError(predictions, truths) : Number.NaN;
}

/** Of class heads the cross-entropy of the class, whatever the network learns by; else the squared error. */
function lossOf(logits: Float32Array, { probabilities }: Outputs, truths: Float64Array, decoding: Decoding): number {
  const { scale, head, calibration } = decoding;
  if (head === "softmax") return crossEntropy(temper(logits, logits.length / truths.length, calibration), truths);
  if (probabilities) return meanSurprise(probabilities, truths);
  return meanSquaredError(logits, targetsOf(truths, scale, head));
}

/** Mean of -ln softmax, from the logits so that a tiny probability costs what it should and not infinity. */
function crossEntropy(logits: Float32Array | Float64Array, truths: Float64Array): number {
  const columns = logits.length / truths.length;
  let total = 0;
  for (let row = 0; row < truths.length; row++) {
    const own = logits.subarray(row * columns, (row + 1) * columns);
    let maximum = own[0];
    for (const logit of own) maximum = Math.max(maximum, logit);
    let sum = 0;
    for (const logit of own) sum += exponential(logit - maximum);
    total += Math.log(sum) + maximum - own[truths[row]];
  }
  return total / truths.length;
}

/** Mean of -ln p(class), a class ruled out counting as 2^-52. */
function meanSurprise(probabilities: Float64Array, truths: Float64Array): number {
  const labels = probabilities.length / truths.length;
  let total = 0;
  for (let row = 0; row < truths.length; row++) {
    total -= Math.log(Math.max(probabilities[row * labels + truths[row]], Number.EPSILON));
  }
  return total / truths.length;
}

function meanSquaredError(outputs: Float32Array, targets: Float32Array): number {
  let sum = 0;
  for (let row = 0; row < targets.length; row++) sum += (outputs[row] - targets[row]) ** 2;
  return sum / targets.length;
}
