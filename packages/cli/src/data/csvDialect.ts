import { DataError } from "@starcast/core";
import { type DataFile } from "./files.js";
import { readHead } from "./openBytes.js";
import { Utf8Check } from "./utf8Check.js";

export interface CsvDialect {
  readonly delimiter: string;
  /** Names of the columns as the header gives them, unique and never empty. */
  readonly columns: string[];
}

const headBytes = 1 << 20;
/** Most columns that are read: DuckDB plans each, and beyond some thousands that takes longer than reading. */
export const mostColumns = 4096;
const sampleRecords = 200;
const delimiterNames: Readonly<Record<string, string>> = { ",": "comma", "\t": "tab", ";": "semicolon", "|": "bar" };

/** How a message calls a delimiter. */
export function delimiterName(delimiter: string): string {
  return delimiterNames[delimiter] ?? `"${delimiter}"`;
}

/**
 * Finds the delimiter and the column names of a CSV file from its first megabyte.
 *
 * The header decides: a delimiter counts only when it divides the first record, and the one under which
 * most of the following records have as many fields wins. DuckDB's own sniffer is not asked, because it
 * turns a file with ragged rows into a single column without a word.
 *
 * @throws {DataError} `no-header`, `missing-header`, `too-many-columns`, `malformed-csv` or `wrong-encoding`.
 */
export async function readDialect(file: DataFile): Promise<CsvDialect> {
  const head = await readHead(file, headBytes);
  const check = new Utf8Check(file.path);
  check.push(head);
  const complete = head.length < headBytes;
  const text = head.toString("utf8").replace(/^\ufeff/, "");
  if (/^[ \t]*(\r|\n)/.test(text)) {
    throw new DataError(
      "no-header",
      `The first line of "${file.path}" is blank, but the column names belong there. Remove the blank line.`,
    );
  }
  if (text.length === 0)
    throw new DataError("empty-file", `"${file.path}" is empty: it has neither a header nor rows.`);
  const delimiter = sniffDelimiter(text, { complete, preferTab: /\.(tsv|tab)(\.gz)?$/i.test(file.path) });
  const header = splitRecords(text, delimiter, { limit: 1, complete })[0];
  if (header === undefined) {
    throw new DataError(
      "malformed-csv",
      `The header of "${file.path}" opens a quote (") in its first line that is never closed. Close it or remove it.`,
    );
  }
  if (header.length > mostColumns) {
    throw new DataError(
      "too-many-columns",
      `The header of "${file.path}" has ${header.length} columns, and at most ${mostColumns} are read; is it a table of texts?`,
    );
  }
  refuseDataAsHeader(file.path, header);
  return { delimiter, columns: uniqueNames(header) };
}

function sniffDelimiter(text: string, options: { complete: boolean; preferTab: boolean }): string {
  const { complete, preferTab } = options;
  let best = ",";
  let bestScore = 0;
  for (const delimiter of preferTab ? ["\t", ",", ";", "|"] : [",", "\t", ";", "|"]) {
    const [header, ...rows] = splitRecords(text, delimiter, { limit: sampleRecords, complete });
    if (header === undefined || header.length < 2) continue;
    const fitting = rows.filter((row) => row.length === header.length).length;
    const share = rows.length === 0 ? 1 : fitting / rows.length;
    // One file in a thousand is divided evenly by a character of its texts; more columns break the tie.
    const score = (preferTab && delimiter === "\t" ? 2 : 0) + share + Math.min(header.length, 100) / 10_000;
    if (score > bestScore) {
      best = delimiter;
      bestScore = score;
    }
  }
  return best;
}

/**
 * Divides text into records and fields by RFC 4180 (and lone carriage returns), without blank records.
 * A record that the end of the text may have cut off is left out.
 *
 * @param options.complete whether the text ends where the file ends.
 */
export function splitRecords(
  text: string,
  delimiter: string,
  options: { limit: number; complete: boolean },
): string[][] {
  const { limit, complete } = options;
  const records: string[][] = [];
  const pattern = fieldPattern(delimiter);
  let record: string[] = [];
  pattern.lastIndex = 0;
  while (records.length < limit && pattern.lastIndex < text.length) {
    const match = pattern.exec(text);
    if (match === null) break;
    const [, quoted, plain, end] = match;
    const atEnd = pattern.lastIndex >= text.length;
    if (atEnd && end === "" && !complete) break;
    record.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === delimiter && !atEnd) continue;
    if (end === delimiter) record.push("");
    if (record.length > 1 || record[0] !== "") records.push(record);
    record = [];
  }
  return records;
}

/** One field with what ends it. Sticky: where it does not match, a quote is never closed or closed in mid-field. */
function fieldPattern(delimiter: string): RegExp {
  const escaped = delimiter === "|" ? "\\|" : delimiter;
  return new RegExp(
    `(?:"([^"]*(?:""[^"]*)*)"[ ]*|([^"${escaped}\\r\\n][^${escaped}\\r\\n]*|))(${escaped}|\\r\\n|\\r|\\n|$)`,
    "y",
  );
}

/** A header of numbers or of sentences is the first row of a file that has no header. */
function refuseDataAsHeader(path: string, header: readonly string[]): void {
  const isNumber = (name: string) => /^\s*[-+]?\d+([.,]\d+)?\s*$/.test(name);
  // A table written without names is numbered, 0, 1, 2 or 1, 2, 3, perhaps after a nameless index; those are names.
  const named = header.filter((name) => name.trim() !== "");
  const numbered = named.every((name, index) => isNumber(name) && Number(name) === Number(named[0]) + index);
  const suspicious = header.find(
    (name) => (isNumber(name) && !numbered) || name.length > 200 || name.split(/\s+/).length > 25,
  );
  if (suspicious === undefined && !(numbered && named.length === 1)) return;
  const shown = suspicious ?? named[0];
  throw new DataError(
    "missing-header",
    `The first line of "${path}" looks like data, not like column names: it holds "${shorten(shown, 60)}". Put a line with the names of the ${header.length} ${header.length === 1 ? "column" : "columns"} above it, such as ${exampleHeader(header.length)}.`,
  );
}

function exampleHeader(count: number): string {
  return count === 1 ? "text" : count === 2 ? "rating,text" : "rating,title,text";
}

/** Text for a message: on one line and at most `length` characters long. */
export function shorten(text: string, length = 80): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length <= length ? line : `${line.slice(0, length - 1)}…`;
}

/** Gives nameless columns a name and distinguishes equal ones, as DuckDB does: without regard to case. */
export function uniqueNames(header: readonly string[]): string[] {
  const taken = new Set<string>();
  // The suffix to try next, by name: a header of equal names would take quadratic time without.
  const suffixes = new Map<string, number>();
  return header.map((given, index) => {
    const base = given.trim() === "" ? `column${index}` : given;
    const key = base.toLowerCase();
    let name = base;
    let suffix = suffixes.get(key) ?? 1;
    for (; taken.has(name.toLowerCase()); suffix++) name = `${base}_${suffix}`;
    suffixes.set(key, suffix);
    taken.add(name.toLowerCase());
    return name;
  });
}
