import type { Prediction } from "../model/prediction.js";
import type { Label, RatingScale } from "../training/scale.js";

/** Turns labels and predictions into the numbers that they are compared by: ratings, or indices of classes. */
export interface Truths {
  /** NaN for a label that is not on the scale. */
  of(label: Label): number;
  ofPrediction(prediction: Prediction): number;
}

/** The numbers of a scale: the ratings' values, positions of classes, numbers themselves. */
export function truthsOf(scale: RatingScale): Truths {
  if (scale.task === "number") {
    return { of: Number, ofPrediction: ({ rating }) => rating ?? Number.NaN };
  }
  const numeric = scale.labels.every((label) => typeof label === "number");
  const keyOf = (label: Label): string => (numeric ? String(Number(label)) : String(label).trim());
  const positions = new Map(scale.labels.map((label, index) => [keyOf(label), index]));
  const positionOf = (label: Label): number => positions.get(keyOf(label)) ?? Number.NaN;
  if (scale.task === "class") return { of: positionOf, ofPrediction: ({ label }) => positionOf(label) };
  return {
    of: (label) => scale.values[positionOf(label)] ?? Number.NaN,
    ofPrediction: ({ rating }) => rating ?? Number.NaN,
  };
}
