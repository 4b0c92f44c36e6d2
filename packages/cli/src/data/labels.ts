import { DataError, type Label, type LabelOptions } from "@starcast/core";
import { shorten } from "./csvDialect.js";

/** At most so many different ratings make an ordered scale; more are a quantity. */
export const maximumRatings = 50;
const maximumClasses = 1000;

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

/** How many labels there are, and of how many kinds. */
export interface LabelCounts {
  readonly rows: number;
  readonly distinct: number;
  /** One of them, for a message. */
  readonly first: Label;
}

/** Counts labels. */
export function countLabels(labels: readonly Label[]): LabelCounts {
  return { rows: labels.length, distinct: new Set(labels).size, first: labels[0] ?? "" };
}

/**
 * Checks that labels are enough and varied enough to learn from.
 *
 * @param minimumRows fewest usable rows.
 * @throws {DataError} `too-few-rows`, `one-class` or `too-many-labels`.
 */
export function checkLabels(
  { rows, distinct, first }: LabelCounts,
  options: LabelOptions,
  column: string,
  minimumRows: number,
): void {
  if (rows < minimumRows) {
    throw new DataError(
      "too-few-rows",
      `Only ${rows} ${rows === 1 ? "row has" : "rows have"} a rating in the column "${column}"; at least ${minimumRows} are needed, and some thousands for a good model.`,
    );
  }
  if (distinct === 1) {
    throw new DataError(
      "one-class",
      `All ${rows} rows have the same rating in the column "${column}": ${shorten(String(first), 40)}. At least two different ones are needed; is it the right column (--label)?`,
    );
  }
  if (options.task === "rating" && distinct > maximumRatings) {
    throw new DataError(
      "too-many-labels",
      `The column "${column}" has ${distinct} different ratings; at most ${maximumRatings} make a scale. Use --task number to predict a quantity, or name another column with --label.`,
    );
  }
  if (options.task === "class" && distinct > Math.min(maximumClasses, rows / 2)) {
    throw new DataError(
      "too-many-labels",
      `The column "${column}" has ${distinct} different labels in ${rows} rows, too many to learn. Is it the right column (--label)?`,
    );
  }
}
