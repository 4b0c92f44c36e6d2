import type { Outputs } from "../training/decode.js";
import type { Label, RatingScale } from "../training/scale.js";

/** What a model says about a text, in the user's own scale. */
export interface Prediction {
  /**
   * Expected rating: the mean of the ratings' values weighted by their probabilities, or a regression's output, which
   * is clamped to the scale here. For the task `number` the predicted number, not clamped; absent for classes.
   */
  readonly rating?: number;
  /** Most likely label; for a regression the rating nearest to its output, for a number the number itself. */
  readonly label: Label;
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

/** Rating, label and probabilities of one row of a network's outputs. */
export function readOutput(
  outputs: Outputs,
  row: number,
  scale: RatingScale,
): Pick<Prediction, "rating" | "label" | "probabilities"> {
  const { expected, classes, probabilities } = outputs;
  const rating = expected?.[row];
  if (scale.task === "number") return { rating, label: rating ?? Number.NaN };
  const { labels } = scale;
  const label = labels[classes?.[row] ?? 0];
  const shares =
    probabilities && labels.map((label, index) => ({ label, probability: probabilities[row * labels.length + index] }));
  if (scale.task === "class" || rating === undefined) return { label, probabilities: shares };
  const { values } = scale;
  return {
    rating: Math.min(Math.max(rating, values[0]), values[values.length - 1]),
    label,
    ...(shares && { probabilities: shares }),
  };
}
