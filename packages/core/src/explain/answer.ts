/** The one number that is explained, as a function of the outputs of a model's networks. */
import type { ModelConfig } from "../model/config.js";
import type { Prediction } from "../model/prediction.js";
import { exponential } from "../training/exponential.js";
import type { Label } from "../training/scale.js";

/** What is explained: the rating, the number, or how likely a label is, 0 to 1. */
export type ExplainedAnswer =
  | { readonly kind: "rating" }
  | { readonly kind: "number" }
  | { readonly kind: "probability"; readonly label: Label };

/** The value at a network's outputs, and its gradient by them. */
export interface ValueAndGradient {
  readonly value: number;
  readonly gradient: Float64Array;
}

/** Turns the logits of one text into the explained number, as `decode` does. */
export type AnswerFunction = (logits: Float64Array) => ValueAndGradient;

/** What a model's prediction has to explain: for classes without order, the label that it found most likely. */
export function answerOf({ scale }: ModelConfig, prediction: Prediction): ExplainedAnswer {
  if (scale.task === "class") return { kind: "probability", label: prediction.label };
  return { kind: scale.task };
}

/** Reads the explained number from a prediction. */
export function valueOf(answer: ExplainedAnswer, prediction: Prediction): number {
  if (answer.kind !== "probability") return prediction.rating as number;
  return prediction.probabilities?.find(({ label }) => label === answer.label)?.probability ?? Number.NaN;
}

/** How the explained number comes from the logits. */
export function answerFunction({ scale, head }: ModelConfig, answer: ExplainedAnswer): AnswerFunction {
  if (scale.task === "number") return linear(scale.deviation, scale.mean, -Infinity, Infinity);
  if (scale.task === "class") {
    const own = scale.labels.findIndex((label) => answer.kind === "probability" && label === answer.label);
    return softmaxMean(scale.labels.map((_, index) => (index === own ? 1 : 0)));
  }
  const { values } = scale;
  // A regression's rating is clamped to the scale: beyond its ends, words change nothing.
  if (head === "number") return linear(1, values[0], values[0], values[values.length - 1]);
  return softmaxMean(values);
}

function linear(factor: number, offset: number, lowest: number, highest: number): AnswerFunction {
  return ([logit]) => {
    const value = logit * factor + offset;
    const inside = value >= lowest && value <= highest;
    return {
      value: Math.min(Math.max(value, lowest), highest),
      gradient: Float64Array.of(inside ? factor : 0),
    };
  };
}

/** Mean m of the values weighted by the softmax p of the logits; its gradient is p_k (v_k - m). */
function softmaxMean(values: readonly number[]): AnswerFunction {
  return (logits) => {
    let maximum = Number.NEGATIVE_INFINITY;
    for (const logit of logits) maximum = Math.max(maximum, logit);
    const weights = logits.map((logit) => exponential(logit - maximum));
    let sum = 0;
    for (const weight of weights) sum += weight;
    let mean = 0;
    for (let index = 0; index < weights.length; index++) mean += (weights[index] / sum) * values[index];
    return { value: mean, gradient: weights.map((weight, index) => (weight / sum) * (values[index] - mean)) };
  };
}
