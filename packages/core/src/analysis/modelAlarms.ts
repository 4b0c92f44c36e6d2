/** Alarms about the model: what its result on held-out rows shows. */
import type { Interval } from "../metrics/index.js";
import type { Alarm } from "./alarm.js";
import { percent, score } from "./wording.js";

/** A score with its interval. */
export interface IntervalScore {
  readonly value: number;
  readonly interval: Readonly<Interval>;
}

/** What {@link worseThanBaseline} compares. */
export interface BaselineComparison {
  readonly model: IntervalScore;
  readonly baseline: IntervalScore;
  /** The strongest baseline, in words: "the linear model". */
  readonly name: string;
  /** True for errors, false for scores such as the macro F1. */
  readonly lowerIsBetter: boolean;
}

/** Rings when something simpler does better on the same rows, be it by chance. */
export function worseThanBaseline({ model, baseline, name, lowerIsBetter }: BaselineComparison): Alarm | undefined {
  const loss = lowerIsBetter ? model.value - baseline.value : baseline.value - model.value;
  // A result that is no number is worse than any.
  if (loss <= 0) return undefined;
  const overlap = model.interval[0] <= baseline.interval[1] && baseline.interval[0] <= model.interval[1];
  const caution = overlap ? " The intervals overlap, so this may be chance, but nothing speaks for the network." : "";
  return {
    kind: "worseThanBaseline",
    finding: `WORSE than ${name} (${score(baseline.value)}) by ${score(loss)}.`,
    advice: `Here a simple model is the better choice.${caution}`,
    numbers: { model: model.value, baseline: baseline.value },
  };
}

/** From this share of equal answers on the alarm rings, unless as many truths are equal. */
const sameShare = 0.98;
const sameTruths = 0.95;

/**
 * Rings when nearly every row gets the same label.
 *
 * @param confusion rows counted by `[truth][most likely class]`.
 */
export function sameAnswer(
  confusion: readonly (readonly number[])[],
  labels: readonly (string | number)[],
): Alarm | undefined {
  if (confusion.length < 2) return undefined;
  const chosen = confusion[0].map((_, column) => confusion.reduce((sum, row) => sum + row[column], 0));
  const total = chosen.reduce((sum, value) => sum + value, 0);
  const most = chosen.indexOf(Math.max(...chosen));
  const truly = confusion[most].reduce((sum, value) => sum + value, 0);
  if (total === 0 || chosen[most] < sameShare * total || truly > sameTruths * total) return undefined;
  return {
    kind: "sameAnswer",
    finding: `${percent(chosen[most] / total)} of the rows get the label ${labels[most]}, which is right for ${percent(truly / total)}: the network has hardly learned to tell texts apart.`,
    advice: "Train for longer or on more rows, and check that the text column is the right one.",
    numbers: { share: chosen[most] / total, truly: truly / total },
  };
}

/** Predictions that spread less than this share of the truths' spread are taken for one and the same. */
const leastSpread = 0.05;

/** {@link sameAnswer} for numbers and ratings: rings when the predictions hardly differ from each other. */
export function samePrediction(predictions: ArrayLike<number>, truths: ArrayLike<number>): Alarm | undefined {
  if (truths.length < 2) return undefined;
  const [ours, theirs] = [deviation(predictions), deviation(truths)];
  if (!(theirs > 0) || ours >= leastSpread * theirs) return undefined;
  return {
    kind: "sameAnswer",
    finding: `All rows get nearly the same prediction: their standard deviation is ${score(ours)}, that of the truths ${score(theirs)}.`,
    advice: "Train for longer or on more rows, and check that the text column is the right one.",
    numbers: { predictions: ours, truths: theirs },
  };
}

function deviation(values: ArrayLike<number>): number {
  let mean = 0;
  for (let index = 0; index < values.length; index++) mean += values[index] / values.length;
  let squares = 0;
  for (let index = 0; index < values.length; index++) squares += (values[index] - mean) ** 2;
  return Math.sqrt(squares / values.length);
}
