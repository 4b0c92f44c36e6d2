/**
 * The labels of a data set in the user's own terms, and what the network learns in their place: the position of a
 * class, or a number. A scale is plain data, stored in the model's config.
 */
import { DataError, OptionError } from "../errors.js";

/** A rating, a class or a number as the user writes it. */
export type Label = string | number;

/** `rating`: ordered labels; `class`: labels without order; `number`: any real number. */
export type Task = "rating" | "class" | "number";

/** Ordered labels and their values. Half stars are values like any other; words have the values 1, 2, 3 ... */
export interface OrderedScale {
  readonly task: "rating";
  readonly labels: readonly Label[];
  /** Ascending, one a label: the labels themselves where they are numbers. */
  readonly values: readonly number[];
}

/** Labels without order. */
export interface ClassScale {
  readonly task: "class";
  readonly labels: readonly Label[];
}

/** Real numbers; the network learns (value - mean) / deviation. */
export interface NumberScale {
  readonly task: "number";
  /** Mean of the training part. */
  readonly mean: number;
  /** Standard deviation of the training part (divided by n), above 0. */
  readonly deviation: number;
}

/** The labels of a data set, by task. */
export type RatingScale = OrderedScale | ClassScale | NumberScale;

/** More distinct numbers than this are measurements rather than ratings. */
const mostRatings = 101;

/** Says where the label at a 0-based position stands, for messages such as "row 12 of the test part". */
export type DescribePlace = (position: number) => string;

/**
 * Ordered labels as they occur in the data, or as given in order.
 *
 * Numbers, also when written as text ("4", "3.5"), are ordered by value. Words need `order`; their values are 1, 2,
 * 3 ... in that order. `order` may name ratings that no row has.
 *
 * @throws {DataError} for a label that is not a rating, fewer than two distinct ratings, or too many.
 * @throws {OptionError} when `order` repeats a label or has fewer than two.
 */
export function createOrderedScale(
  labels: readonly Label[],
  place: DescribePlace,
  order?: readonly Label[],
): OrderedScale {
  if (order !== undefined) {
    const scale = scaleFromOrder(order);
    readLabels(scale, labels, place);
    return scale;
  }
  const found = new Set<number>();
  for (const [position, label] of labels.entries()) {
    const value = toNumber(label);
    if (value === undefined)
      throw notANumber(label, place(position), "Give the ratings in order (labels) if they are words");
    found.add(value);
  }
  if (found.size > mostRatings) {
    throw new DataError(
      "too-many-ratings",
      `The labels have ${found.size} distinct values, too many for a rating scale; use the task "number" for measurements.`,
    );
  }
  const values = [...found].sort((a, b) => a - b);
  requireTwo(values);
  return { task: "rating", labels: values, values };
}

/**
 * Unordered labels as they occur in the data, sorted: by value if all are numbers, else by code unit.
 *
 * @throws {DataError} for an empty label, fewer than two distinct ones, or nearly as many as rows.
 */
export function createClassScale(labels: readonly Label[], place: DescribePlace): ClassScale {
  const found = new Map<string, Label>();
  let allNumbers = true;
  for (const [position, label] of labels.entries()) {
    const key = keyOf(label);
    if (key === "") throw missingLabel(place(position));
    if (!found.has(key)) found.set(key, label);
    allNumbers &&= typeof label === "number";
  }
  if (found.size > 20 && found.size > labels.length / 2) {
    throw new DataError(
      "too-many-classes",
      `${found.size} distinct labels in ${labels.length} rows: most classes have a single example. Is this the label column?`,
    );
  }
  const sorted = allNumbers
    ? [...found.values()].sort((a, b) => Number(a) - Number(b))
    : [...found.keys()].sort((a, b) => (a < b ? -1 : 1));
  requireTwo(sorted);
  return { task: "class", labels: sorted };
}

/**
 * Mean and deviation of the training part's numbers.
 *
 * @throws {DataError} for a label that is not a number, or when all are equal.
 */
export function createNumberScale(trainingLabels: readonly Label[], place: DescribePlace): NumberScale {
  const values = trainingLabels.map((label, position) => {
    const value = toNumber(label);
    if (value === undefined) throw notANumber(label, place(position), 'Use the task "class" for names');
    return value;
  });
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  const deviation = Math.sqrt(variance);
  if (!(deviation > 0 && Number.isFinite(deviation))) {
    throw new DataError("one-label", `All training rows have the label ${values[0]}; there is nothing to learn.`);
  }
  return { task: "number", mean, deviation };
}

/**
 * Labels as numbers: the 0-based class index for ratings and classes, the value itself for numbers.
 *
 * @throws {DataError} for a label that is not on the scale, naming its place.
 */
export function readLabels(scale: RatingScale, labels: readonly Label[], place: DescribePlace): Float64Array {
  const read = labelReader(scale);
  const truths = new Float64Array(labels.length);
  for (const [position, label] of labels.entries()) {
    const truth = read(label);
    if (truth !== undefined) {
      truths[position] = truth;
      continue;
    }
    if (keyOf(label) === "") throw missingLabel(place(position));
    if (scale.task === "number") throw notANumber(label, place(position), "Correct or remove the row");
    throw new DataError(
      "unknown-label",
      `${capitalised(place(position))} has the label ${JSON.stringify(label)}, which is none of ${listed(scale.labels)}.`,
    );
  }
  return truths;
}

function labelReader(scale: RatingScale): (label: Label) => number | undefined {
  if (scale.task === "number") return toNumber;
  const numeric = scale.labels.every((label) => typeof label === "number");
  const key = (label: Label): string => (numeric ? String(toNumber(label)) : keyOf(label));
  const indices = new Map(scale.labels.map((label, index) => [key(label), index]));
  return (label) => indices.get(key(label));
}

/** The finite number that a label is or spells, if it does. */
export function toNumber(label: Label): number | undefined {
  if (typeof label === "string" && !/^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(label)) return undefined;
  const value = Number(label);
  if (!Number.isFinite(value)) return undefined;
  return value === 0 ? 0 : value;
}

/** Labels as a short list for messages. */
export function listed(labels: readonly Label[]): string {
  const shown = labels.slice(0, 12).map(String).join(", ");
  return labels.length > 12 ? `${shown}, ... (${labels.length} labels)` : shown;
}

function scaleFromOrder(order: readonly Label[]): OrderedScale {
  if (
    order.length < 2 ||
    new Set(order.map(keyOf)).size !== order.length ||
    order.some((label) => keyOf(label) === "")
  ) {
    throw new OptionError(
      "bad-labels",
      `labels must be at least two different ratings in order, not ${listed(order)}.`,
    );
  }
  const numbers = order.map(toNumber);
  if (numbers.every((value) => value !== undefined)) {
    const values = [...new Set(numbers)].sort((a, b) => a - b);
    if (values.length === order.length) return { task: "rating", labels: values, values };
    throw new OptionError("bad-labels", `labels must be different ratings, not ${listed(order)}.`);
  }
  return { task: "rating", labels: order.map(keyOf), values: order.map((_, index) => index + 1) };
}

function keyOf(label: Label): string {
  return typeof label === "number" && Number.isNaN(label) ? "" : String(label ?? "").trim();
}

function requireTwo(labels: readonly Label[]): void {
  if (labels.length >= 2) return;
  throw new DataError(
    "one-label",
    labels.length === 0
      ? "There is no row to learn from."
      : `All rows have the label ${labels[0]}; there is nothing to learn.`,
  );
}

function notANumber(label: Label, place: string, advice: string): DataError {
  if (keyOf(label) === "") return missingLabel(place);
  return new DataError(
    "bad-label",
    `${capitalised(place)} has the label ${JSON.stringify(label)}, which is not a number. ${advice}.`,
  );
}

function missingLabel(place: string): DataError {
  return new DataError("missing-label", `${capitalised(place)} has no label; give it one or remove it.`);
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
