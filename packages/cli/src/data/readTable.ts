import { DataError } from "@starcast/core";
import { openConnection, sqlName } from "./duckdb.js";
import { type DataFile, findFiles } from "./files.js";
import { openSource, type Source } from "./source.js";
import { unknownColumn } from "./unknownColumn.js";

export interface ReadTableOptions {
  /** Leave out the rows of a CSV file that have more or fewer fields than its header. Default false: they are an error. */
  readonly skipRaggedRows?: boolean;
}

/** Rows of one file, column by column. Values are text as it stands in the file; null and "" both mean missing. */
export interface RowBatch {
  /** Position of the file in `Table.files`. */
  readonly fileIndex: number;
  readonly file: string;
  /** For each row its number in the file, counted from 1 below the header. */
  readonly rowNumbers: Uint32Array;
  /** One array a column, in the order asked for. */
  readonly values: readonly (readonly (string | null)[])[];
}

export interface TableRow {
  readonly file: string;
  /** Counted from 1 below the header. */
  readonly row: number;
  readonly values: readonly (string | null)[];
}

/** A row that was left out, and why. */
export interface SkippedRow {
  readonly file: string;
  readonly row: number;
  readonly line?: number;
  readonly reason: string;
}

/** The rows of one or more files that have the same columns. */
export class Table {
  readonly files: readonly DataFile[];
  /** Names of the columns of the first file. */
  readonly columns: readonly string[];
  readonly sources: readonly Source[];

  constructor(sources: readonly Source[]) {
    this.sources = sources;
    this.files = sources.map((source) => source.file);
    this.columns = sources[0].columns;
  }

  /**
   * Reads the rows of all files in their order, some 2,000 at a time, so that memory stays small.
   *
   * @param columns which columns to read; all by default.
   * @throws {DataError} `unknown-column` when a file lacks one of them, or when a file is damaged.
   */
  async *batches(columns: readonly string[] = this.columns): AsyncGenerator<RowBatch> {
    for (const [fileIndex, source] of this.sources.entries()) {
      const names = columns.map((column) => matchColumn(source, column));
      yield* readSource(source, fileIndex, names);
    }
  }

  /** As {@link batches}, row by row. */
  async *rows(columns: readonly string[] = this.columns): AsyncGenerator<TableRow> {
    for await (const { file, rowNumbers, values } of this.batches(columns)) {
      for (let index = 0; index < rowNumbers.length; index++) {
        yield { file, row: rowNumbers[index], values: values.map((column) => column[index]) };
      }
    }
  }

  /** The rows of CSV files that `skipRaggedRows` leaves out. */
  raggedRows(): SkippedRow[] {
    return this.sources.flatMap(({ file, columns, ragged }) =>
      ragged.map(({ row, line, fields }) => ({
        file: file.path,
        row,
        line,
        reason: `has ${fields} ${fields === 1 ? "field" : "fields"} instead of ${columns.length}`,
      })),
    );
  }

  /** The line of a file on which a row begins; undefined for Parquet and JSON. */
  lineOf(fileIndex: number, row: number): number | undefined {
    return this.sources[fileIndex].lineOf(row);
  }

  /** Where a row is, for a message: `reviews.csv, row 17 (line 19)`. */
  place(fileIndex: number, row: number): string {
    const line = this.lineOf(fileIndex, row);
    const inLines = line === undefined ? "" : ` (line ${line})`;
    return `${this.files[fileIndex].path}, row ${row}${inLines}`;
  }
}

/**
 * Opens CSV, TSV, JSON lines or Parquet files, or globs of them, as one table of text values.
 *
 * A CSV file is checked as a whole before its first row is given out: encoding, quotes, and that each row
 * has as many fields as the header. Values are never re-typed: "007" and "4.0" stay as they are.
 *
 * @throws {DataError} for a missing, empty, foreign or damaged file, with the line and how to mend it.
 */
export async function readTable(paths: string | readonly string[], options: ReadTableOptions = {}): Promise<Table> {
  const { skipRaggedRows = false } = options;
  const files = await findFiles(typeof paths === "string" ? [paths] : paths);
  const sources: Source[] = [];
  for (const file of files) sources.push(await openSource(file, { skipRaggedRows }));
  return new Table(sources);
}

function matchColumn(source: Source, wanted: string): string {
  if (source.columns.includes(wanted)) return wanted;
  const found = source.columns.find((name) => name.toLowerCase() === wanted.toLowerCase());
  if (found === undefined) throw unknownColumn(wanted, source.columns, source.file.path);
  return found;
}

async function* readSource(source: Source, fileIndex: number, names: readonly string[]): AsyncGenerator<RowBatch> {
  const connection = await openConnection(source.memoryLimit);
  const numbering = new RowNumbering(source);
  try {
    const selected = names.length === 0 ? "NULL" : names.map(sqlName).join(", ");
    const result = await connection
      .stream(`SELECT ${selected} FROM ${source.textSql}`)
      .catch(async (cause: unknown) => {
        throw await source.explain(cause);
      });
    for (;;) {
      const chunk = await result.fetchChunk().catch(async (cause: unknown) => {
        throw await source.explain(cause);
      });
      if (chunk === null || chunk.rowCount === 0) break;
      const columns = names.map((_, index) => chunk.getColumnValues(index) as (string | null)[]);
      yield numbering.number(columns, chunk.rowCount, fileIndex);
    }
  } finally {
    connection.closeSync();
  }
  numbering.end();
}

/** Gives the rows that DuckDB returns their numbers in the file, of which it has left out the ragged ones. */
class RowNumbering {
  readonly #source: Source;
  #nextRow = 1;
  #nextRagged = 0;

  constructor(source: Source) {
    this.#source = source;
  }

  number(columns: (string | null)[][], count: number, fileIndex: number): RowBatch {
    const file = this.#source.file.path;
    const { ragged } = this.#source;
    if (this.#nextRagged >= ragged.length) {
      const rowNumbers = new Uint32Array(count);
      for (let index = 0; index < count; index++) rowNumbers[index] = this.#nextRow++;
      return { fileIndex, file, rowNumbers, values: columns };
    }
    const rowNumbers: number[] = [];
    const kept: number[] = [];
    for (let index = 0; index < count; index++) {
      if (this.#skipRagged()) continue;
      kept.push(index);
      rowNumbers.push(this.#nextRow++);
    }
    const values = columns.map((column) => kept.map((index) => column[index]));
    return { fileIndex, file, rowNumbers: Uint32Array.from(rowNumbers), values };
  }

  /** Steps over ragged rows; true when the row at hand is one: DuckDB drops too short rows but only cuts too long ones. */
  #skipRagged(): boolean {
    const { ragged, columns } = this.#source;
    while (this.#nextRagged < ragged.length && ragged[this.#nextRagged].row === this.#nextRow) {
      const { fields } = ragged[this.#nextRagged++];
      this.#nextRow++;
      if (fields > columns.length) return true;
    }
    return false;
  }

  /** Holds DuckDB to the number of rows that the scan has counted, so that no row is ever lost in silence. */
  end(): void {
    const { rows, file } = this.#source;
    while (this.#skipRagged());
    if (rows === undefined || rows === this.#nextRow - 1) return;
    throw new DataError(
      "malformed-csv",
      `"${file.path}" has ${rows} rows, but only ${this.#nextRow - 1} could be read. Check its quotes and line ends.`,
    );
  }
}
