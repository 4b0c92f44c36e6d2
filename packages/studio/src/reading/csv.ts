/** Comma-separated values, with any usual delimiter. */
import Papa from "papaparse";
import { Problem } from "../problem.js";
import type { SkippedRow } from "../protocol.js";
import { shown, type Table, uniqueNames } from "./table.js";

/**
 * Reads a CSV or TSV file with a header. Ragged rows are left out and told.
 *
 * @throws {Problem} for a quote that is never closed, and for a file without header, columns or rows.
 */
export function readCsv(text: string, name: string, options: { readonly preferTab: boolean }): Table {
  const { data, errors } = Papa.parse<string[]>(text, {
    skipEmptyLines: true,
    ...(options.preferTab && { delimiter: "\t" }),
    delimitersToGuess: [",", "\t", ";", "|"],
  });
  const quote = errors.find(({ type }) => type === "Quotes");
  if (quote !== undefined) throw quoteProblem(name, quote.row ?? 0);
  const header = data[0];
  if (header === undefined) throw new Problem("empty-file", `“${name}” holds nothing but blank lines.`);
  refuseDataAsHeader(header, name);
  const columns = uniqueNames(header);
  const values: string[][] = columns.map(() => []);
  const rowNumbers: number[] = [];
  const ragged: SkippedRow[] = [];
  for (let row = 1; row < data.length; row++) {
    const record = data[row];
    if (record.length !== columns.length) {
      ragged.push({ row, reason: `has ${record.length} values for ${columns.length} columns` });
      continue;
    }
    rowNumbers.push(row);
    for (let column = 0; column < columns.length; column++) values[column].push(record[column]);
  }
  if (rowNumbers.length === 0) throw noRows(name, columns, ragged);
  return { name, columns, values, rowNumbers, ragged };
}

function quoteProblem(name: string, row: number): Problem {
  const where = row === 0 ? "the header" : `row ${row}`;
  return new Problem(
    "malformed-csv",
    `A quote (") in ${where} of “${name}” is never closed, or text follows where it closes. Inside a quoted value a quote is written twice ("").`,
  );
}

function noRows(name: string, columns: readonly string[], ragged: readonly SkippedRow[]): Problem {
  if (ragged.length > 0) {
    return new Problem(
      "malformed-csv",
      `No row of “${name}” has as many values as its header (${columns.length}): row 1 ${ragged[0].reason}. Is it a table?`,
    );
  }
  return new Problem("too-few-rows", `“${name}” has a header but no rows.`);
}

/** A header of numbers or of sentences is the first row of a file that has no header. */
function refuseDataAsHeader(header: readonly string[], name: string): void {
  const isNumber = (value: string) => /^\s*[-+]?\d+([.,]\d+)?\s*$/.test(value);
  const named = header.filter((value) => value.trim() !== "");
  // A table that was written without names is numbered, 0, 1, 2 or 1, 2, 3.
  const isNumbered =
    named.length > 1 && named.every((value, index) => isNumber(value) && Number(value) === Number(named[0]) + index);
  const suspicious = header.find(
    (value) => (isNumber(value) && !isNumbered) || value.length > 200 || value.split(/\s+/).length > 25,
  );
  if (suspicious === undefined) return;
  throw new Problem(
    "missing-header",
    `The first line of “${name}” looks like data, not like names of columns: it holds “${shown(suspicious)}”. Put a line with the names above it, such as ${header.length === 2 ? "rating,text" : "rating,title,text"}.`,
  );
}
