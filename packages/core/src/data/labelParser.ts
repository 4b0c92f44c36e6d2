/** How the text of a label is read. */
import { DataError } from "../errors.js";
import { quote } from "../quote.js";
import type { Label, Task } from "../training/scale.js";

/** What labels are. */
export interface LabelOptions {
  readonly task: Task;
  /** The ratings in order, when they are words; or numbers, when no others are allowed. */
  readonly labels?: readonly Label[];
}

/**
 * Makes a function that turns the text of a label into a label, or gives undefined when it is none.
 *
 * - `rating` without `labels`, and `number`: a decimal number with a point, possibly followed by "star" or
 *   "stars" (so "4", "4.0", "4.5", " 4 " and "4 stars", but neither "4/5" nor "4,5").
 * - `rating` with `labels`: one of them, without regard to case and outer blanks; numbers by value.
 * - `class`: any text that is not blank, without outer blanks; with `labels` one of them.
 *
 * @throws {DataError} `repeated-label`.
 */
export function labelParser(options: LabelOptions): (value: string | null) => Label | undefined {
  const { task, labels } = options;
  if (labels !== undefined && task !== "number") {
    const known = new Map<string, Label>(labels.map((label) => [labelKey(String(label)), label]));
    if (known.size !== labels.length) {
      throw new DataError(
        "repeated-label",
        `The same label stands twice in ${quote(labels.join(","))}. Give each once, lowest first.`,
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
