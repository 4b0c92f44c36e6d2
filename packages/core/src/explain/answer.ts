/** The one number that is explained, as a function of the outputs of a model's networks. */
import type { ModelConfig } from "../model/config.js";
import type { Prediction } from "../model/prediction.js";
import { exponential } from "../training/exponential.js";
import { isOrdinal } from "../training/heads.js";
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
export function answerFunction({ scale, head, calibration }: ModelConfig, answer: ExplainedAnswer): AnswerFunction {
  if (scale.task === "number") return linear(scale.deviation, scale.mean, -Infinity, Infinity);
  if (scale.task === "class") {
    const own = scale.labels.findIndex((label) => answer.kind === "probability" && label === answer.label);
    return tempered(softmaxMean(scale.labels.map((_, index) => (index === own ? 1 : 0))), calibration);
  }
  const { values } = scale;
  // A regression's rating is clamped to the scale: beyond its ends, words change nothing.
  if (head === "regression") return linear(1, values[0], values[0], values[values.length - 1]);
  const mean = isOrdinal(head) ? ordinalMean(values, { areConditional: head === "corn" }) : softmaxMean(values);
  return tempered(mean, calibration);
}

/** The function of logits that are calibrated first. */
function tempered(answer: AnswerFunction, calibration: ModelConfig["calibration"]): AnswerFunction {
  if (!calibration) return answer;
  const { temperature, offsets } = calibration;
  return (logits) => {
    const { value, gradient } = answer(logits.map((logit, index) => logit / temperature + (offsets?.[index] ?? 0)));
    return { value, gradient: gradient.map((slope) => slope / temperature) };
  };
}

/**
 * Mean rating by the answers a_j to "is the rating above the j-th?": the lowest value, and for each j the step to the
 * next one times P(above j). That is a_j, though no more than for the j before; of CORN's answers, which are asked only of
 * what is above the one before, it is the product of all up to a_j.
 */
function ordinalMean(
  values: readonly number[],
  { areConditional }: { readonly areConditional: boolean },
): AnswerFunction {
  return (logits) => {
    const gradient = new Float64Array(logits.length);
    const answers = logits.map((logit) => 1 / (1 + exponential(-logit)));
    let value = values[0];
    let above = 1;
    let lowest = 0;
    for (let index = 0; index < answers.length; index++) {
      const step = values[index + 1] - values[index];
      if (areConditional) {
        above *= answers[index];
        for (let earlier = 0; earlier <= index; earlier++) gradient[earlier] += step * above * (1 - answers[earlier]);
      } else {
        if (answers[index] <= above) lowest = index;
        above = Math.min(above, answers[index]);
        gradient[lowest] += step * above * (1 - above);
      }
      value += step * above;
    }
    return { value, gradient };
  };
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
