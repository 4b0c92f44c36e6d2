import { DataError, OptionError } from "../errors.js";
import { checkTextLength } from "../text/index.js";
import { type DivisionAccount, type PartOptions, type Parts, RowDivision, textKey } from "./division.js";
import type { Rows } from "./labelledText.js";
import {
  createClassScale,
  createNumberScale,
  createOrderedScale,
  type Label,
  type RatingScale,
  type Task,
} from "./scale.js";
import { holds, TextHashes } from "./textHashes.js";

/**
 * All rows of a training run but for their texts, which were handed on: those given to be split, then the own
 * validation part, then the own test part.
 */
export interface CollectedRows {
  readonly labels: readonly Label[];
  readonly parts: Parts;
  /** How the parts came about. */
  readonly division: DivisionAccount;
  /** Rows that were given to be split: the first so many. */
  readonly mainRows: number;
  /** Numbers of the unlabelled texts, which come after all rows; without those that are a row's text as well. */
  readonly unlabelled: Uint32Array;
  /** A row's position for messages, such as `row 12` or `row 3 of the test part`; rows count from 1. */
  place(row: number): string;
}

/** How rows are read, and who is told of their texts. */
export interface CollectOptions extends PartOptions {
  /** Told every text of a row once, in order. */
  readonly onText: (text: string) => void;
  /** Texts without a rating, from which words can be learned. */
  readonly unlabelled?: Iterable<string> | AsyncIterable<string>;
  /** Told every unlabelled text once, in order, after those of all rows. */
  readonly onUnlabelled?: (text: string) => void;
  readonly signal?: AbortSignal;
}

/** Below this many rows there is nothing to learn, and no honest result either. */
const fewestRows = 20;

/**
 * Reads all rows and divides them into parts.
 *
 * @throws {DataError} for a row without text, too few rows or an empty part. @throws {OptionError} for a bad fraction.
 * @throws the signal's reason when it is aborted.
 */
export async function collectRows(rows: Rows, options: CollectOptions): Promise<CollectedRows> {
  const labels: Label[] = [];
  const division = new RowDivision(options);
  const known = options.unlabelled && new TextHashes();
  const read = async (source: Rows, part: string): Promise<Uint32Array> => {
    const start = labels.length;
    const describe = (): string => `Row ${labels.length - start + 1}${part}`;
    for await (const row of source) {
      if (typeof row?.text !== "string") {
        throw new DataError(
          "missing-text",
          `${describe()} has no text; a row is { text, label }, and an empty text is "".`,
        );
      }
      checkTextLength(row.text, describe);
      options.signal?.throwIfAborted();
      options.onText(row.text);
      known?.add(textKey(row.text));
      if (part === "") division.add(row, describe);
      else division.addOwn(row);
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
  const { parts, account } = division.divide({ validation, test });
  const unlabelled = await collectUnlabelled(options, known);
  const place = (row: number): string => {
    if (row < main.length) return `row ${row + 1}`;
    if (row < afterValidation) return `row ${row - main.length + 1} of the validation part`;
    return `row ${row - afterValidation + 1} of the test part`;
  };
  return { labels, parts, division: account, mainRows: main.length, unlabelled, place };
}

/**
 * Reads the unlabelled texts. One that is a row's text too is not learned from once more: it would count twice if the row is
 * trained on, and must not be known if the row is held back.
 *
 * @param known texts of the rows.
 */
async function collectUnlabelled(
  { unlabelled = [], onUnlabelled, signal }: CollectOptions,
  known = new TextHashes(),
): Promise<Uint32Array> {
  const rows = known.length;
  const ascending = known.values().slice().sort();
  const own = new TextHashes();
  const kept: number[] = [];
  for await (const text of unlabelled) {
    const place = `Unlabelled text ${own.length + 1}`;
    if (typeof text !== "string") {
      throw new DataError("missing-text", `${place} is not a text; the unlabelled texts are strings.`);
    }
    checkTextLength(text, () => place);
    signal?.throwIfAborted();
    onUnlabelled?.(text);
    own.add(textKey(text));
    if (!holds(ascending, own.values()[own.length - 1])) kept.push(rows + own.length - 1);
  }
  return Uint32Array.from(kept);
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
