import type { Prediction, RatingScale } from "@starcast/core";
import type { Output } from "../terminal/output.js";
import { percent, score, shorten } from "./numbers.js";
import { bar } from "./table.js";
import { unitOf } from "./units.js";

const barWidth = 30;
/** Beyond so many labels only the most likely ones are drawn. */
const mostBars = 11;

/** The answer in one phrase: "4.7 stars", "praise", "12.3". */
export function answerOf(prediction: Prediction, scale: RatingScale): string {
  if (scale.task === "class" || prediction.rating === undefined) return String(prediction.label);
  if (scale.task === "number") return Number(prediction.rating.toPrecision(4)).toString();
  if (typeof scale.labels[0] === "string")
    return `${prediction.label} (${score(prediction.rating, 2)} on 1 to ${scale.labels.length})`;
  return `${score(prediction.rating, 2)} ${unitOf(scale)}`;
}

/** One text's answer in full: expected rating, most likely label, a bar a label. */
export function printPrediction(output: Output, text: string, prediction: Prediction, scale: RatingScale): void {
  const quote = shorten(text, Math.max(20, output.columns - 30));
  output.line(`${output.bold(answerOf(prediction, scale))}  ${output.dim(`“${quote}”`)}`);
  const { probabilities } = prediction;
  if (probabilities !== undefined) {
    const shown =
      probabilities.length <= mostBars
        ? probabilities
        : [...probabilities].sort((a, b) => b.probability - a.probability).slice(0, mostBars);
    const width = Math.min(20, Math.max(...shown.map(({ label }) => String(label).length)));
    for (const { label, probability } of shown) {
      const name = shorten(String(label), 20).padStart(width);
      const line = `  ${name}  ${percent(probability, 0).padStart(5)}  ${bar(probability, barWidth)}`.trimEnd();
      output.line(label === prediction.label ? output.cyan(line) : line);
    }
  }
  const { interval } = prediction;
  if (interval) output.line(output.dim(`  probably between ${score(interval[0], 1)} and ${score(interval[1], 1)}`));
  printCautions(output, prediction);
}

/** One text's answer on one line, for many texts. */
export function printShortPrediction(output: Output, text: string, prediction: Prediction, scale: RatingScale): void {
  const likely = prediction.probabilities?.find(({ label }) => label === prediction.label)?.probability;
  const namesLabel = scale.task !== "rating" || typeof prediction.label === "string";
  const sure =
    likely === undefined
      ? ""
      : namesLabel
        ? `, ${percent(likely, 0)}`
        : `, most likely ${prediction.label} (${percent(likely, 0)})`;
  const quote = shorten(text, Math.max(20, output.columns - 40));
  output.line(`${output.bold(answerOf(prediction, scale))}${sure}  ${output.dim(`“${quote}”`)}`);
}

function printCautions(output: Output, { unknownWords, words, wordsRead }: Prediction): void {
  if (unknownWords === 1)
    output.warn("The model knows none of these words, so the answer says nothing about the text.");
  else if (unknownWords >= 0.5)
    output.warn(`The model does not know ${percent(unknownWords, 0)} of these words: trust the answer less.`);
  if (wordsRead < words) output.note(`Only the first ${wordsRead} of ${words} words were read.`);
}
