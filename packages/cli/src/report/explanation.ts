/** Why a model answered as it did, for a terminal. */
import type { Explanation, RatingScale, Reading, SmallestChange, WordEffect } from "@starcast/core";
import type { Output } from "../terminal/output.js";
import { counted, percent, score, shorten } from "./numbers.js";
import { answerOf } from "./prediction.js";
import { bar } from "./table.js";
import { unitOf } from "./units.js";

/** All that is told of one text. */
export interface ToldExplanation {
  readonly explanation: Explanation;
  /** After each word, or after some words of a long text. */
  readonly readings: readonly Reading[];
  /** Whether smaller changes were looked for, how large a move, and what was found. */
  readonly changes?: {
    readonly step: number;
    readonly most: number;
    readonly found: readonly SmallestChange[];
    /** Directions in which there is room on the scale. */
    readonly sought: readonly SmallestChange["direction"][];
  };
}

/** Words with a line each; of longer texts, only those with the largest effects have one. */
const mostLines = 40;
const mostLinesOfLongTexts = 25;

/** Characters that are shown of what was not read, and of a changed text. */
const mostUnread = 200;
const mostOfChanged = 1000;

const barWidth = 12;

/** Prints the whole account. */
export function printExplanation(output: Output, told: ToldExplanation, scale: RatingScale): void {
  const { explanation } = told;
  output.line(output.bold(answerOf(explanation.prediction, scale)));
  output.gap();
  for (const line of markedText(output, explanation)) output.line(`  ${line}`);
  output.resultHeading(`Effect of each word, in ${effectUnit(explanation, scale)}`);
  printWords(output, told);
  printSum(output, explanation);
  if (told.changes) printChanges(output, told.changes, explanation, scale);
}

/** What effects are counted in. */
export function effectUnit({ answer }: Explanation, scale: RatingScale): string {
  if (answer.kind === "probability") return `probability of ${String(answer.label)}`;
  return answer.kind === "number" ? "the number predicted" : unitOf(scale);
}

/** An effect or a difference with its sign: "+0.62", "-1.40". */
export function signed(value: number, digits = 2): string {
  const text = Math.abs(value).toFixed(digits);
  return `${Number(text) === 0 ? " " : value < 0 ? "-" : "+"}${text}`;
}

/** The largest effect of a word, at least a hundredth: what bars and colours are measured by. */
export function largestEffect({ words }: Explanation): number {
  return Math.max(0.01, ...words.map(({ effect }) => Math.abs(effect)));
}

/** Whether a word's effect is worth a colour. */
export function isStrong(word: WordEffect, explanation: Explanation): boolean {
  return Math.abs(word.effect) >= largestEffect(explanation) / 5;
}

/** The text in lines, strong words between signs and in colour, what was not read dimmed. */
function markedText(output: Output, explanation: Explanation): string[] {
  const lines = new ColouredLines(output.columns - 4);
  const { text, words, readUpTo } = explanation;
  let at = 0;
  for (const word of words) {
    if (word.start < at) continue;
    lines.add(text.slice(at, word.start));
    if (!isStrong(word, explanation)) lines.add(word.text);
    else if (word.effect < 0) lines.add(`[-${word.text}]`, output.red);
    else lines.add(`[+${word.text}]`, output.green);
    at = word.end;
  }
  const rest = text.slice(readUpTo);
  if (/[\p{L}\p{N}]/u.test(rest)) lines.add(` (not read: ${shorten(rest, mostUnread)})`, output.dim);
  else lines.add(rest);
  return lines.end();
}

/** Breaks coloured pieces into lines at blanks, by what is seen of them. */
class ColouredLines {
  readonly #width: number;
  readonly #lines: string[] = [];
  #line = "";
  #lineWidth = 0;
  /** What must stay together, up to the next blank. */
  #unit = "";
  #unitWidth = 0;

  constructor(width: number) {
    this.#width = width;
  }

  add(piece: string, colour: (text: string) => string = (text) => text): void {
    for (const part of piece.match(/\s+|\S+/g) ?? []) {
      if (part.trim() === "") this.#endUnit();
      else {
        this.#unit += colour(part);
        this.#unitWidth += [...part].length;
      }
    }
  }

  end(): string[] {
    this.#endUnit();
    if (this.#lineWidth > 0) this.#lines.push(this.#line);
    return this.#lines;
  }

  #endUnit(): void {
    if (this.#unitWidth === 0) return;
    if (this.#lineWidth > 0 && this.#lineWidth + 1 + this.#unitWidth > this.#width) {
      this.#lines.push(this.#line);
      this.#line = "";
      this.#lineWidth = 0;
    }
    this.#line += this.#lineWidth > 0 ? ` ${this.#unit}` : this.#unit;
    this.#lineWidth += this.#unitWidth + (this.#lineWidth > 0 ? 1 : 0);
    this.#unit = "";
    this.#unitWidth = 0;
  }
}

function printWords(output: Output, { explanation, readings }: ToldExplanation): void {
  const { words } = explanation;
  const shown = shownWords(words);
  const largest = largestEffect(explanation);
  const width = Math.min(24, Math.max(4, ...shown.map(({ text }) => [...shownText(text)].length)));
  const after = new Map(readings.map(({ end, value }) => [end, value]));
  output.line(output.dim(`  ${"word".padEnd(width)}  effect  ${" ".repeat(2 * barWidth + 1)}  read so far`));
  for (const word of shown) {
    const name = [...shownText(word.text)].slice(0, width).join("");
    const length = bar(Math.abs(word.effect) / largest, barWidth);
    const drawn =
      word.effect < 0
        ? `${" ".repeat(barWidth - length.length)}${output.red(length)}|${" ".repeat(barWidth)}`
        : `${" ".repeat(barWidth)}|${output.green(length)}${" ".repeat(barWidth - length.length)}`;
    const value = after.get(word.end);
    const line = `  ${name}${" ".repeat(width - [...name].length)}  ${signed(word.effect).padStart(6)}  ${drawn}  ${value === undefined ? "" : score(value, 2).padStart(6)}${word.known ? "" : output.dim("  not in the vocabulary")}`;
    output.line(line.trimEnd());
  }
  if (shown.length < words.length) {
    output.note(
      `The ${shown.length} words with the largest effects, of ${counted(words.length, "word")} read; --json has all.`,
    );
  }
}

/** The words that have a line, in the order of the text. */
function shownWords(words: readonly WordEffect[]): readonly WordEffect[] {
  if (words.length <= mostLines) return words;
  return words
    .toSorted((a, b) => Math.abs(b.effect) - Math.abs(a.effect))
    .slice(0, mostLinesOfLongTexts)
    .toSorted((a, b) => a.start - b.start);
}

/** Blanks, which one tokenizer reads as words, made visible. */
function shownText(text: string): string {
  return text.trim() === "" ? "(blanks)" : text.replace(/\s/g, " ");
}

function printSum(output: Output, explanation: Explanation): void {
  output.gap();
  output.line(`  ${sumInWords(explanation)}`);
  const missed = missInWords(explanation);
  if (explanation.completeness.reached) output.note(missed);
  else output.warn(missed);
}

/** What the effects add up to. */
export function sumInWords({ baseline, value, words }: Explanation): string {
  const sum = words.reduce((total, { effect }) => total + effect, 0);
  return `A text of ${counted(words.length, "average word")} gets ${score(baseline, 2)}, this one ${score(value, 2)}; its words add up to ${signed(sum).trim()}.`;
}

/** How exactly. */
export function missInWords({ completeness: { error, share, points, reached } }: Explanation): string {
  const missed = `They miss the difference by ${Math.abs(error).toFixed(4)} (${percent(share, 2)}), at ${points} points of the way between the two.`;
  return reached ? missed : `${missed} The limit of points was reached: take small effects with caution.`;
}

function printChanges(
  output: Output,
  { step, most, found, sought }: NonNullable<ToldExplanation["changes"]>,
  explanation: Explanation,
  scale: RatingScale,
): void {
  const isClass = explanation.answer.kind === "probability";
  output.resultHeading(
    isClass
      ? "Smallest change of words for another label"
      : `Smallest change of words for ${Number(step.toPrecision(4))} more or less`,
  );
  for (const change of found) {
    const arrow = isClass ? "" : change.direction === "up" ? "up to " : "down to ";
    output.line(`  ${output.bold(`${arrow}${answerOf(change.prediction, scale)}`)}: ${changesInWords(change)}`);
    output.info(`    ${output.dim(`“${shorten(change.text, mostOfChanged)}”`)}`);
  }
  for (const direction of sought) {
    if (found.some((change) => change.direction === direction)) continue;
    output.note(
      `${isClass ? "No other label" : `No way ${direction}`} was found within ${counted(most, "changed word")}; --max-changes looks further.`,
    );
  }
  if (sought.length === 0) output.note("The scale ends before that in both directions; --step takes a smaller move.");
}

/** "love" -> "hate", without "really". */
export function changesInWords({ changes }: SmallestChange): string {
  return changes.map(({ from, to }) => (to === undefined ? `without “${from}”` : `“${from}” -> “${to}”`)).join(", ");
}
