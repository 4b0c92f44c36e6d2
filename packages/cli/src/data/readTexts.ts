import { DataError, type Label, labelParser, type Task } from "@starcast/core";
import { type ChosenColumns, type ColumnOptions, findColumn, guessColumns } from "./columns.js";
import { badLabelReason, checkLabels, countLabels, expectedLabel, wordsInsteadOfNumbers } from "./labels.js";
import { readTable, type SkippedRow, type Table } from "./readTable.js";

/** A text with its rating and its place in the data: a `LabelledText` of the library, with its origin. */
export interface SourcedText {
  readonly text: string;
  readonly label: string | number;
  /** The file, as the user named it. */
  readonly file: string;
  /** Number of the row in its file, from 1 below the header. */
  readonly row: number;
  /** As the data has them, where {@link SplitColumns} ask for them. */
  readonly group?: string | null;
  readonly part?: string | null;
  readonly time?: string | null;
}

/** Columns that say into which part a row belongs. */
export interface SplitColumns {
  readonly group?: string;
  readonly part?: string;
  readonly time?: string;
}

export interface ReadLabelledOptions extends ColumnOptions {
  /** Default `rating`. */
  readonly task?: Task;
  /** The ratings in order, when they are words. */
  readonly labels?: readonly Label[];
  /** Leave out rows without a usable rating, and ragged ones, and list them. Default false: the first is an error. */
  readonly skipBadRows?: boolean;
  /** Columns that are read beside text and label. */
  readonly split?: SplitColumns;
  /**
   * What the rows are for: `train` (default) asks for 20 usable rows and two different ratings, `evaluate` for
   * one row, `check` for none.
   */
  readonly purpose?: "train" | "evaluate" | "check";
}

/** Labelled texts that are read from the files each time they are gone through. */
export interface LabelledRows extends AsyncIterable<SourcedText> {
  /** Number of rows. */
  readonly length: number;
}

interface LabelledData {
  readonly columns: ChosenColumns & { readonly label: string };
  /** Rows left out because of `skipBadRows`, in the order of the files. */
  readonly skipped: SkippedRow[];
  /** The files that were read, as named. */
  readonly sources: readonly string[];
  readonly table: Table;
}

/** Labelled data whose ratings were checked. */
export interface LabelledSource extends LabelledData {
  readonly rows: LabelledRows;
}

/** The same, with all rows in memory. */
export interface LabelledTexts extends LabelledData {
  readonly rows: SourcedText[];
}

/** Fewest usable rows for training. */
export const minimumTrainingRows = 20;

/**
 * Reads texts and ratings from CSV, TSV, JSON lines or Parquet files: all rows, in memory.
 *
 * @throws {DataError} as {@link openLabelledTexts}.
 */
export async function readLabelledTexts(
  paths: string | readonly string[],
  options: ReadLabelledOptions = {},
): Promise<LabelledTexts> {
  const source = await openLabelledTexts(paths, options);
  const rows: SourcedText[] = [];
  for await (const row of source.rows) rows.push(row);
  return { ...source, rows };
}

/**
 * Looks through the ratings of CSV, TSV, JSON lines or Parquet files; the texts are read when the rows are gone through,
 * so that a million of them need not be in memory together.
 *
 * Several text columns are joined by one space; a missing one counts as empty, so that a missing title
 * leaves the space in front of the text. A text that is wholly missing stays, as blanks.
 *
 * @throws {DataError} for unreadable files, unclear columns, a rating that is none (file, row and value),
 *   one class only, or too few rows.
 */
export async function openLabelledTexts(
  paths: string | readonly string[],
  options: ReadLabelledOptions = {},
): Promise<LabelledSource> {
  const { task = "rating", labels, skipBadRows = false, purpose = "train" } = options;
  const table = await readTable(paths, { skipRaggedRows: skipBadRows });
  const split = findSplitColumns(table, options.split);
  const guess = await guessColumns(table, {
    text: options.text,
    label: options.label,
    needsLabel: true,
    others: split.map(([, column]) => column),
  });
  const columns = { ...guess, label: guess.label as string };
  const { found, bad } = await lookThrough(table, columns.label, { task, labels });
  if (bad.length > 0 && task !== "class" && labels === undefined) {
    const words = bad.flatMap(({ value }) => (value === null || value.trim() === "" ? [] : [value]));
    const error = wordsInsteadOfNumbers(words, found.length, columns.label);
    if (error !== undefined) throw error;
  }
  if (bad.length > 0 && !skipBadRows) throw badRowError(table, bad, { task, labels });
  const skipped = [...bad.map((row) => skippedRow(table, row, { task, labels })), ...table.raggedRows()];
  if (purpose !== "check") {
    const minimum = purpose === "train" ? minimumTrainingRows : 1;
    if (purpose === "train" || found.length < minimum)
      checkLabels(countLabels(found), { task, labels }, columns.label, minimum);
  }
  const order = new Map(table.files.map((file, index) => [file.path, index]));
  skipped.sort((a, b) => (order.get(a.file) ?? 0) - (order.get(b.file) ?? 0) || a.row - b.row);
  const rows: LabelledRows = {
    length: found.length,
    [Symbol.asyncIterator]: () => labelledRows(table, { ...columns, split }, { task, labels }),
  };
  return { rows, columns, skipped, sources: table.files.map(({ path }) => path), table };
}

interface BadRow {
  readonly fileIndex: number;
  readonly row: number;
  readonly value: string | null;
}

type TaskAndLabels = { task: Task; labels?: readonly Label[] };

/** The usable labels of all rows, and the rows without one. */
async function lookThrough(
  table: Table,
  column: string,
  options: TaskAndLabels,
): Promise<{ found: Label[]; bad: BadRow[] }> {
  const parse = labelParser(options);
  const found: Label[] = [];
  const bad: BadRow[] = [];
  for await (const { fileIndex, rowNumbers, values } of table.batches([column])) {
    for (const [index, value] of values[0].entries()) {
      const label = parse(value);
      if (label === undefined) bad.push({ fileIndex, row: rowNumbers[index], value });
      else found.push(label);
    }
  }
  return { found, bad };
}

/** The rows with a usable label, file after file. */
async function* labelledRows(
  table: Table,
  { text, label: labelColumn, split }: RowColumns,
  options: TaskAndLabels,
): AsyncGenerator<SourcedText> {
  const parse = labelParser(options);
  const names = [...text, labelColumn, ...split.map(([, column]) => column)];
  for await (const { file, rowNumbers, values } of table.batches(names)) {
    for (const [index, value] of values[text.length].entries()) {
      const label = parse(value);
      if (label === undefined) continue;
      const own = split.map(([field], position) => [field, values[text.length + 1 + position][index]] as const);
      const row = rowNumbers[index];
      yield { text: joinTexts(values, text.length, index), label, file, row, ...Object.fromEntries(own) };
    }
  }
}

interface RowColumns {
  readonly text: readonly string[];
  readonly label: string;
  readonly split: readonly (readonly [field: keyof SplitColumns, column: string])[];
}

/** @throws {DataError} for a column that the data does not have. */
function findSplitColumns(table: Table, split: SplitColumns = {}): RowColumns["split"] {
  const fields = ["group", "part", "time"] as const;
  return fields.flatMap((field) => {
    const column = split[field];
    return column === undefined ? [] : [[field, findColumn(table, column)] as const];
  });
}

function joinTexts(values: readonly (readonly (string | null)[])[], count: number, index: number): string {
  let text = values[0][index] ?? "";
  for (let column = 1; column < count; column++) text += ` ${values[column][index] ?? ""}`;
  return text;
}

function badRowError(table: Table, bad: readonly BadRow[], options: TaskAndLabels): DataError {
  const { fileIndex, row, value } = bad[0];
  const count = bad.length - 1;
  const others = count === 0 ? "" : ` ${count} other ${count === 1 ? "row has" : "rows have"} no usable one either.`;
  return new DataError(
    "bad-rating",
    `${table.place(fileIndex, row)} ${badLabelReason(value, options)}. ${expectedLabel(options)}${others} Mend the data, or leave such rows out with --skip-bad-rows.`,
  );
}

function skippedRow(table: Table, { fileIndex, row, value }: BadRow, options: TaskAndLabels): SkippedRow {
  return {
    file: table.files[fileIndex].path,
    row,
    line: table.lineOf(fileIndex, row),
    reason: badLabelReason(value, options),
  };
}

/** Texts that are read from the files each time they are gone through. */
export interface TextSource {
  readonly texts: AsyncIterable<string>;
  readonly columns: ChosenColumns;
  readonly sources: readonly string[];
  /** For writing the predictions next to all original columns, with `writePredictions`. */
  readonly table: Table;
}

/** The same, with all texts in memory. */
export interface Texts extends Omit<TextSource, "texts"> {
  readonly texts: string[];
}

export interface ReadTextsOptions {
  /** Text columns; guessed when absent. */
  readonly text?: readonly string[];
  /** Text columns that are taken where the data has them all; guessed otherwise. */
  readonly preferredText?: readonly string[];
}

/**
 * Opens texts without ratings. They come in the order of the files and rows.
 *
 * @throws {DataError} for unreadable files or unclear columns.
 */
export async function openTexts(
  paths: string | readonly string[],
  { text, preferredText }: ReadTextsOptions = {},
): Promise<TextSource> {
  const table = await readTable(paths);
  const names = new Set(table.columns);
  const preferred = preferredText?.every((name) => names.has(name)) ? preferredText : undefined;
  const columns = await guessColumns(table, { text: text ?? preferred, needsLabel: false });
  const sources = table.files.map(({ path }) => path);
  return { texts: { [Symbol.asyncIterator]: () => textsOf(table, columns.text) }, columns, sources, table };
}

async function* textsOf(table: Table, columns: readonly string[]): AsyncGenerator<string> {
  for await (const { rowNumbers, values } of table.batches(columns)) {
    for (let index = 0; index < rowNumbers.length; index++) yield joinTexts(values, columns.length, index);
  }
}

/**
 * Reads texts to be rated; no rating column is needed. Texts come in the order of the files and rows.
 *
 * @throws {DataError} for unreadable files, unclear columns or no rows.
 */
export async function readTexts(paths: string | readonly string[], options: ReadTextsOptions = {}): Promise<Texts> {
  const source = await openTexts(paths, options);
  const texts: string[] = [];
  for await (const text of source.texts) texts.push(text);
  if (texts.length === 0) throw new DataError("too-few-rows", `"${source.sources[0]}" has a header but no rows.`);
  return { ...source, texts };
}
