import { DataError, OptionError } from "../errors.js";
import { checkTextLength } from "../text/index.js";
import {
  createClassScale,
  createNumberScale,
  createOrderedScale,
  type Label,
  type RatingScale,
  type Task,
} from "./scale.js";
import { splitRows } from "./split.js";

/** One row of a data set. */
export interface LabelledText {
  readonly text: string;
  readonly label: Label;
}

/** Row numbers of the three parts, each ascending. */
export interface Parts {
  readonly train: Uint32Array;
  readonly validation: Uint32Array;
  /** Empty when no test part was asked for. */
  readonly test: Uint32Array;
}

/** How rows are divided into parts. */
export interface PartOptions {
  /** The validation part, instead of a share of the rows. */
  readonly validation?: Rows;
  /** The test part, instead of a share of the rows. */
  readonly test?: Rows;
  /** Share of the rows for validation, above 0 and below 1; 0.2 when absent. Not used beside `validation`. */
  readonly validationFraction?: number;
  /** Share of the rows for the test part, 0 <= x < 1; 0 when absent. Not used beside `test`. */
  readonly testFraction?: number;
  readonly seed: number;
}

/** Rows, at once or as they arrive; each text is read once and not kept. */
export type Rows = Iterable<LabelledText> | AsyncIterable<LabelledText>;

/**
 * All rows of a training run but for their texts, which were handed on: those given to be split, then the own
 * validation part, then the own test part.
 */
export interface CollectedRows {
  readonly labels: readonly Label[];
  readonly parts: Parts;
  /** Rows that were given to be split: the first so many. */
  readonly mainRows: number;
  /** A row's position for messages, such as `row 12` or `row 3 of the test part`; rows count from 1. */
  place(row: number): string;
}

/** Below this many rows there is nothing to learn, and no honest result either. */
const fewestRows = 20;

/**
 * Reads all rows and divides them into parts.
 *
 * @param options.onText told every text once, in order.
 * @throws {DataError} for a row without text, too few rows or an empty part. @throws {OptionError} for a bad fraction.
 * @throws the signal's reason when it is aborted.
 */
export async function collectRows(
  rows: Rows,
  options: PartOptions & { readonly onText: (text: string) => void; readonly signal?: AbortSignal },
): Promise<CollectedRows> {
  const labels: Label[] = [];
  const read = async (source: Rows, part: string): Promise<Uint32Array> => {
    const start = labels.length;
    for await (const row of source) {
      if (typeof row?.text !== "string") {
        throw new DataError(
          "missing-text",
          `Row ${labels.length - start + 1}${part} has no text; a row is { text, label }, and an empty text is "".`,
        );
      }
      checkTextLength(row.text, () => `Row ${labels.length - start + 1}${part}`);
      options.signal?.throwIfAborted();
      options.onText(row.text);
      labels.push(row.label);
    }
    return Uint32Array.from({ length: labels.length - start }, (_, index) => start + index);
  };
  const main = await read(rows, "");
  if (main.length < fewestRows) {
    throw new DataError(
      "too-few-rows",
      `There are ${main.length} rows, and at least ${fewestRows} are needed to learn and to check what was learned.`,
    );
  }
  const validation = options.validation && (await read(options.validation, " of the validation part"));
  const afterValidation = labels.length;
  const test = options.test && (await read(options.test, " of the test part"));
  const split = splitRows(main.length, {
    validationFraction: validation ? 0 : (options.validationFraction ?? 0.2),
    testFraction: test ? 0 : (options.testFraction ?? 0),
    seed: options.seed,
  });
  const parts = { train: split.train, validation: validation ?? split.validation, test: test ?? split.test };
  requireParts(parts, options);
  const place = (row: number): string => {
    if (row < main.length) return `row ${row + 1}`;
    if (row < afterValidation) return `row ${row - main.length + 1} of the validation part`;
    return `row ${row - afterValidation + 1} of the test part`;
  };
  return { labels, parts, mainRows: main.length, place };
}

function requireParts(parts: Parts, options: PartOptions): void {
  if (parts.validation.length === 0) {
    if (options.validation) throw new DataError("empty-part", "The validation part has no rows.");
    throw new OptionError(
      "bad-fraction",
      `validationFraction ${options.validationFraction} leaves no row for validation; it must be above 0.`,
    );
  }
  if (options.test && parts.test.length === 0) throw new DataError("empty-part", "The test part has no rows.");
}

/**
 * The scale of the collected rows: of all of them for ratings and classes, of the training part for numbers.
 *
 * @param order ratings in order, needed when they are words.
 * @throws {DataError} for a label that does not fit the task. @throws {OptionError} for an order of another task.
 */
export function createScale(rows: CollectedRows, task: Task, order?: readonly Label[]): RatingScale {
  const place = (row: number): string => rows.place(row);
  if (task === "rating") return createOrderedScale(rows.labels, place, order);
  if (order !== undefined) {
    throw new OptionError("bad-labels", `labels give the order of ratings; the task "${task}" has none.`);
  }
  if (task === "class") return createClassScale(rows.labels, place);
  if (task === "number") {
    const { train } = rows.parts;
    const labels = Array.from(train, (row) => rows.labels[row]);
    return createNumberScale(labels, (position) => rows.place(train[position]));
  }
  throw new OptionError("unknown-task", `There is no task "${task as string}"; choose rating, class or number.`);
}
