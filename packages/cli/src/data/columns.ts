import { DataError } from "@starcast/core";
import { type ColumnProfile, profileColumn } from "./columnProfile.js";
import { shorten } from "./csvDialect.js";
import type { Table } from "./readTable.js";
import { listNames, unknownColumn } from "./unknownColumn.js";

/** Which columns hold the texts and the ratings. */
export interface ColumnGuess {
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

// Names in order of how surely they mean the text itself; of two names in one list neither is preferred.
const bodyNames = [
  new Set(["review", "reviews", "text", "body", "comment", "comments", "content", "feedback", "reviewtext", "tweet"]),
  new Set([
    "message",
    "sentence",
    "post",
    "description",
    "opinion",
    "answer",
    "response",
    "remarks",
    "phrase",
    "document",
    "complaint",
    "ticket",
  ]),
];
const titleNames = new Set(["title", "headline", "subject", "summary", "heading"]);
const labelNames = [
  new Set(["rating", "ratings", "stars", "star"]),
  new Set([
    "score",
    "overall",
    "label",
    "labels",
    "target",
    "sentiment",
    "priority",
    "grade",
    "polarity",
    "severity",
    "urgency",
    "satisfaction",
  ]),
  new Set(["class", "category", "topic", "intent"]),
];
// Such a word says that the column identifies, dates or counts something.
const describing = new Set(
  "id ids uid uuid key index name names date time timestamp year month day count counts number num length url link image helpful helpfulness vote votes age unnamed version file path hash email ip average avg mean total confidence language".split(
    " ",
  ),
);
// A title with such a word is that of the thing rated, not of the text.
const things = new Set("product item brand movie film book game song app job".split(" "));

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
): Promise<ColumnGuess> {
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

function guessText(profiles: readonly ColumnProfile[], table: Table): string[] {
  const prose = profiles.filter((column) => column.filled > 0 && column.numericShare < 0.5);
  const bodies = findBodies(prose);
  if (bodies.length > 1) throw ambiguous(table, "text", "text", bodies);
  if (bodies.length === 1) {
    const titles = prose.filter(isTitle).filter((column) => column !== bodies[0]);
    return [...(titles.length === 1 ? titles : []), bodies[0]].map(({ name }) => name);
  }
  const titles = prose.filter(isTitle);
  if (titles.length === 1) return [titles[0].name];
  throw new DataError(
    "no-text-column",
    `No column of "${table.files[0].path}" looks like texts. Name it with --text COLUMN; the columns are: ${listNames(table.columns)}.`,
  );
}

/** Columns named as texts, or else those with sentences that are nearly all different. */
function findBodies(prose: readonly ColumnProfile[]): ColumnProfile[] {
  const own = prose.filter((column) => !describes(column.words));
  for (const names of bodyNames) {
    const named = own.filter(({ words }) => words.some((word) => names.has(word)));
    // A repeated short value under such a name ("comment: yes") is a category.
    const texts = named.filter((column) => column.meanWords >= 3 || column.distinctShare > 0.5);
    const bodies = texts.filter((column) => !isTitle(column));
    if (bodies.length > 0) return bodies;
  }
  return own.filter((column) => !isTitle(column) && column.meanWords >= 4 && column.distinctShare > 0.5);
}

function isTitle(column: ColumnProfile): boolean {
  const named = column.words.some((word) => titleNames.has(word)) && !column.words.some((word) => things.has(word));
  // Titles of things repeat from row to row; titles of texts seldom do.
  return named && !describes(column.words) && column.distinctShare > 0.3 && column.meanWords >= 1.5;
}

function describes(words: readonly string[]): boolean {
  return words.some((word) => describing.has(word));
}

function guessLabel(profiles: readonly ColumnProfile[], table: Table): string {
  const filled = profiles.filter((column) => column.filled > 0 && column.meanWords < 4 && !describes(column.words));
  for (const names of labelNames) {
    const named = filled.filter((column) => column.words.some((word) => names.has(word)) && mayBeLabel(column));
    // "stars" is more surely the rating than "stars service"; of two with more words neither is.
    const exact = named.filter((column) => column.words.length === 1);
    if (exact.length === 1) return exact[0].name;
    if (named.length > 1) throw ambiguous(table, "rating", "label", named);
    if (named.length === 1) return named[0].name;
  }
  const like = filled.filter((column) => column.ratingLike && column.distinct >= 3);
  if (like.length === 1) return like[0].name;
  if (like.length > 1) throw ambiguous(table, "rating", "label", like);
  throw new DataError(
    "no-label-column",
    `No column of "${table.files[0].path}" looks like ratings. Name it with --label COLUMN; the columns are: ${listNames(table.columns)}.`,
  );
}

/** Numbers, or words that repeat; a small file may hold each word once. */
function mayBeLabel(column: ColumnProfile): boolean {
  return column.numericShare > 0.5 || column.distinct <= 20 || column.distinctShare < 0.5;
}

function ambiguous(table: Table, what: string, flag: string, columns: readonly ColumnProfile[]): DataError {
  const names = columns.map(({ name }) => name);
  const several = flag === "text" ? ` (repeat it to join several columns)` : "";
  return new DataError(
    "ambiguous-columns",
    `"${table.files[0].path}" has ${names.length} columns that may be the ${what}: ${listNames(names)}. Choose with --${flag} "${shorten(names[0], 60)}"${several}.`,
  );
}
