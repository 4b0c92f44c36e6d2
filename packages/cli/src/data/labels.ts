import { DataError } from "@starcast/core";
import { shorten } from "./csvDialect.js";

export type LabelTask = "rating" | "class" | "number";

export interface LabelOptions {
  readonly task: LabelTask;
  /** The ratings in order, when they are words; or numbers, when no others are allowed. */
  readonly labels?: readonly (string | number)[];
}

/** At most so many different ratings make an ordered scale; more are a quantity. */
export const maximumRatings = 50;
const maximumClasses = 1000;

/**
 * Makes a function that turns the text of a label into a label, or gives undefined when it is none.
 *
 * - `rating` without `labels`, and `number`: a decimal number with a point, possibly followed by "star" or
 *   "stars" (so "4", "4.0", "4.5", " 4 " and "4 stars", but neither "4/5" nor "4,5").
 * - `rating` with `labels`: one of them, without regard to case and outer blanks; numbers by value.
 * - `class`: any text that is not blank, without outer blanks; with `labels` one of them.
 */
export function labelParser(options: LabelOptions): (value: string | null) => string | number | undefined {
  const { task, labels } = options;
  if (labels !== undefined && task !== "number") {
    const known = new Map<string, string | number>(labels.map((label) => [labelKey(String(label)), label]));
    if (known.size !== labels.length) {
      throw new DataError(
        "repeated-label",
        `The same label stands twice in --labels "${labels.join(",")}". Give each once, lowest first.`,
      );
    }
    return (value) => (value === null ? undefined : known.get(labelKey(value)));
  }
  if (task === "class") return (value) => (value === null || value.trim() === "" ? undefined : value.trim());
  return (value) => (value === null ? undefined : parseNumber(value));
}

function labelKey(label: string): string {
  const number = parseNumber(label);
  return number === undefined ? label.trim().toLowerCase() : `number ${number}`;
}

function parseNumber(text: string): number | undefined {
  const match = /^\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d{1,3})?)(?:\s*stars?)?\s*$/i.exec(text);
  const value = match === null ? Number.NaN : Number(match[1]);
  // Negative zero would be a rating of its own.
  return Number.isFinite(value) ? value + 0 : undefined;
}

/** Why a label could not be used, as the end of a sentence. */
export function badLabelReason(value: string | null, options: LabelOptions): string {
  if (value === null || value.trim() === "") return "has no rating";
  return `has the ${options.task === "class" ? "label" : "rating"} "${shorten(value, 40)}"`;
}

/** What a label must be, as a sentence. */
export function expectedLabel(options: LabelOptions): string {
  if (options.labels !== undefined && options.task !== "number") {
    return `It must be one of ${options.labels.map((label) => `"${label}"`).join(", ")}.`;
  }
  return options.task === "class" ? "It must not be blank." : "It must be a number, such as 4 or 4.5.";
}

/**
 * The error when labels that should be numbers are mostly words: then the user means another task,
 * and naming one bad row would mislead. Undefined when most are numbers.
 *
 * @param values the labels that are filled and not numbers.
 * @param numbers how many are numbers.
 */
export function wordsInsteadOfNumbers(
  values: readonly string[],
  numbers: number,
  column: string,
): DataError | undefined {
  if (values.length === 0 || numbers > values.length) return undefined;
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value.trim(), (counts.get(value.trim()) ?? 0) + 1);
  const words = [...counts.keys()];
  const shown = words.slice(0, 8).map((word) => shorten(word, 30));
  const more = words.length > shown.length ? ` and ${words.length - shown.length} more` : "";
  const order = words.length <= maximumRatings && words.length > 1;
  const example = order ? shown.join(",") : "low,medium,high";
  return new DataError(
    "words-without-order",
    `The column "${column}" holds words, not numbers: ${shown.map((word) => `"${word}"`).join(", ")}${more}. If they have an order, give it, lowest first: --labels "${example}"; if not, use --task class; if this is not the rating, name it with --label.`,
  );
}

/**
 * Checks that labels are enough and varied enough to learn from.
 *
 * @param minimumRows fewest usable rows.
 * @throws {DataError} `too-few-rows`, `one-class` or `too-many-labels`.
 */
export function checkLabels(
  labels: readonly (string | number)[],
  options: LabelOptions,
  column: string,
  minimumRows: number,
): void {
  if (labels.length < minimumRows) {
    throw new DataError(
      "too-few-rows",
      `Only ${labels.length} ${labels.length === 1 ? "row has" : "rows have"} a rating in the column "${column}"; at least ${minimumRows} are needed, and some thousands for a good model.`,
    );
  }
  const distinct = new Set(labels);
  if (distinct.size === 1) {
    throw new DataError(
      "one-class",
      `All ${labels.length} rows have the same rating in the column "${column}": ${shorten(String(labels[0]), 40)}. At least two different ones are needed; is it the right column (--label)?`,
    );
  }
  if (options.task === "rating" && distinct.size > maximumRatings) {
    throw new DataError(
      "too-many-labels",
      `The column "${column}" has ${distinct.size} different ratings; at most ${maximumRatings} make a scale. Use --task number to predict a quantity, or name another column with --label.`,
    );
  }
  if (options.task === "class" && distinct.size > Math.min(maximumClasses, labels.length / 2)) {
    throw new DataError(
      "too-many-labels",
      `The column "${column}" has ${distinct.size} different labels in ${labels.length} rows, too many to learn. Is it the right column (--label)?`,
    );
  }
}
