import { cutClass, medianClass } from "../metrics/index.js";
import { intervalOf } from "../training/calibration.js";
import type { Outputs } from "../training/decode.js";
import type { Label } from "../training/scale.js";
import type { ModelConfig } from "./config.js";

/** What a model says about a text, in the user's own scale. */
export interface Prediction {
  /**
   * Expected rating: the mean of the ratings' values weighted by their probabilities, or a regression's output, which
   * is clamped to the scale here. For the task `number` the predicted number, not clamped; absent for classes.
   */
  readonly rating?: number;
  /** Most likely label; for a regression the rating nearest to its output, for a number the number itself. */
  readonly label: Label;
  /** The rating that is too low as likely as too high; absent where the model has one output only, or labels no order. */
  readonly median?: Label;
  /**
   * The rating that the expected rating falls into by the cut points that were tuned on the validation part: of all single
   * labels the one with the best quadratic kappa. Absent where none were tuned.
   */
  readonly cut?: Label;
  /**
   * Low and high end of the interval that holds the true rating, or number, of 90 % of texts like those of the validation
   * part (`config.calibration.interval.coverage`); absent where none was fitted.
   */
  readonly interval?: readonly [low: number, high: number];
  /** Of every label, in the order of the scale; absent where the model has one output only. */
  readonly probabilities?: readonly LabelProbability[];
  /** Words of the text, as the model's tokenizer counts them. */
  readonly words: number;
  /** Words that the model read: the rest of a long text is cut off. */
  readonly wordsRead: number;
  /** Share, 0 to 1, of the words read that the model does not know. */
  readonly unknownWords: number;
}

/** A label and how likely it is, 0 to 1. */
export interface LabelProbability {
  readonly label: Label;
  readonly probability: number;
}

/** What one row of a network's outputs says. */
export function readOutput(
  outputs: Outputs,
  row: number,
  { scale, calibration }: Pick<ModelConfig, "scale" | "calibration">,
): Omit<Prediction, "words" | "wordsRead" | "unknownWords"> {
  const { expected, classes, probabilities } = outputs;
  const rating = expected?.[row];
  const rule = calibration?.interval;
  const interval = rule && { interval: intervalOf(outputs, row, scale, rule) };
  if (scale.task === "number") return { rating, label: rating ?? Number.NaN, ...interval };
  const { labels } = scale;
  const label = labels[classes?.[row] ?? 0];
  const shares =
    probabilities && labels.map((label, index) => ({ label, probability: probabilities[row * labels.length + index] }));
  if (scale.task === "class" || rating === undefined) return { label, probabilities: shares };
  const { values } = scale;
  return {
    rating: Math.min(Math.max(rating, values[0]), values[values.length - 1]),
    label,
    ...(probabilities && { median: labels[medianClass(probabilities, row, labels.length)] }),
    ...(calibration?.cutPoints && { cut: labels[cutClass(rating, calibration.cutPoints)] }),
    ...interval,
    ...(shares && { probabilities: shares }),
  };
}
