import { type ColumnProfile, DataError, guessLabelColumn, guessTextColumns, profileColumn } from "@starcast/core";
import { shorten } from "./csvDialect.js";
import type { Table } from "./readTable.js";
import { listNames, unknownColumn } from "./unknownColumn.js";

/** Which columns hold the texts and the ratings. */
export interface ChosenColumns {
  /** Joined by a space in this order. */
  readonly text: readonly string[];
  readonly label?: string;
  /** Whether the names were given, and so not guessed. */
  readonly textGiven: boolean;
  readonly labelGiven: boolean;
}

export interface ColumnOptions {
  /** Names of the text columns, in order; guessed when absent. */
  readonly text?: readonly string[];
  /** Name of the rating column; guessed when absent. */
  readonly label?: string;
}

const sampleRows = 2000;

/**
 * Finds the text columns and the rating column by their names and their first 2,000 rows, unless they are given.
 *
 * @param needsLabel false for prediction: no rating column is looked for.
 * @param others columns that are something else, and so not guessed.
 * @throws {DataError} `unknown-column` for a name that the data does not have; `ambiguous-columns` or
 *   `no-text-column` / `no-label-column` / `too-few-rows` when the guess is not clear, naming the candidates and the flag.
 */
export async function guessColumns(
  table: Table,
  options: ColumnOptions & { needsLabel: boolean; others?: readonly string[] },
): Promise<ChosenColumns> {
  const given = (name: string) => findColumn(table, name);
  const text = options.text?.map(given);
  const label = options.label === undefined ? undefined : given(options.label);
  if (label !== undefined && text?.includes(label)) {
    throw new DataError(
      "ambiguous-columns",
      `The column "${label}" is given both as text and as rating. Give --text and --label different columns.`,
    );
  }
  const guessesText = text === undefined || text.length === 0;
  const guessesLabel = options.needsLabel && label === undefined;
  const all = guessesText || guessesLabel ? await profileTable(table) : [];
  const profiles = all.filter(({ name }) => !options.others?.includes(name));
  const foundLabel = guessesLabel
    ? guessLabel(
        profiles.filter(({ name }) => !text?.includes(name)),
        table,
      )
    : label;
  const foundText = guessesText
    ? guessText(
        profiles.filter(({ name }) => name !== foundLabel),
        table,
      )
    : text;
  return { text: foundText, label: foundLabel, textGiven: !guessesText, labelGiven: label !== undefined };
}

/** The column of that name, without regard to case. @throws {DataError} `unknown-column`. */
export function findColumn(table: Table, wanted: string): string {
  if (table.columns.includes(wanted)) return wanted;
  const found = table.columns.find((name) => name.toLowerCase() === wanted.trim().toLowerCase());
  if (found === undefined) throw unknownColumn(wanted, table.columns, table.files[0].path);
  return found;
}

async function profileTable(table: Table): Promise<ColumnProfile[]> {
  const values: (string | null)[][] = table.columns.map(() => []);
  for await (const batch of table.batches()) {
    for (const [index, column] of batch.values.entries()) values[index] = values[index].concat(column);
    if (values[0].length >= sampleRows) break;
  }
  if (values[0].length === 0) {
    throw new DataError("too-few-rows", `"${table.files[0].path}" has a header but no rows.`);
  }
  return table.columns.map((name, index) => profileColumn(name, values[index].slice(0, sampleRows)));
}

function guessText(profiles: readonly ColumnProfile[], table: Table): readonly string[] {
  const { columns, candidates } = guessTextColumns(profiles);
  if (columns.length > 0) return columns;
  if (candidates.length > 0) throw ambiguous(table, "text", "text", candidates);
  throw new DataError(
    "no-text-column",
    `No column of "${table.files[0].path}" looks like texts. Name it with --text COLUMN; the columns are: ${listNames(table.columns)}.`,
  );
}

function guessLabel(profiles: readonly ColumnProfile[], table: Table): string {
  const { columns, candidates } = guessLabelColumn(profiles);
  if (columns.length > 0) return columns[0];
  if (candidates.length > 0) throw ambiguous(table, "rating", "label", candidates);
  throw new DataError(
    "no-label-column",
    `No column of "${table.files[0].path}" looks like ratings. Name it with --label COLUMN; the columns are: ${listNames(table.columns)}.`,
  );
}

function ambiguous(table: Table, what: string, flag: string, names: readonly string[]): DataError {
  const several = flag === "text" ? ` (repeat it to join several columns)` : "";
  return new DataError(
    "ambiguous-columns",
    `"${table.files[0].path}" has ${names.length} columns that may be the ${what}: ${listNames(names)}. Choose with --${flag} "${shorten(names[0], 60)}"${several}.`,
  );
}
