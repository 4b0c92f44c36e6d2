import { DataError } from "@starcast/core";
import { delimiterName } from "./csvDialect.js";
import type { DataFile } from "./files.js";
import { openBytes } from "./openBytes.js";
import { Utf8Check } from "./utf8Check.js";

/** A record whose number of fields differs from the header's. */
export interface RaggedRow {
  /** Counted from 1 below the header, blank lines left out. */
  readonly row: number;
  readonly line: number;
  readonly fields: number;
}

export interface CsvScan {
  /** All records below the header, ragged ones included. */
  readonly rows: number;
  readonly ragged: readonly RaggedRow[];
  /** Bytes of the longest record. */
  readonly longestRecord: number;
  /** The line of the file, counted from 1, on which a row begins. */
  lineOf(row: number): number;
}

/** The longest record: what DuckDB needs twice in memory, and far more than a text. */
const longestRecordRead = 256 << 20;
/** Ragged rows are listed one by one; a file with more of them has another structure. */
const mostRaggedRows = 1_000_000;

const quote = 0x22;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const space = 0x20;

// States of the reader within a record.
const fieldStart = 0;
const plain = 1;
const quoted = 2;
const quoteInQuoted = 3;
const spacesFirst = 4;
const spacesLast = 5;

/**
 * Reads a CSV file once for its structure: every record's number of fields and line, the quotes and the encoding.
 *
 * DuckDB reads the values, but it drops all rows after a quote that is never closed, counts lines in its own
 * way and takes ragged files apart; what passes here it reads as written.
 *
 * @param columns how many fields the header has.
 * @throws {DataError} `malformed-csv` or `wrong-encoding`, with the line.
 */
export async function scanCsv(file: DataFile, delimiter: string, columns: number): Promise<CsvScan> {
  const scanner = new CsvScanner(file.path, delimiter.charCodeAt(0), columns);
  const encoding = new Utf8Check(file.path);
  let first = true;
  for await (const chunk of openBytes(file)) {
    encoding.push(chunk);
    const hasMark = first && chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf;
    scanner.push(hasMark ? chunk.subarray(3) : chunk);
    first = false;
  }
  encoding.end();
  return scanner.end();
}

class CsvScanner {
  readonly #path: string;
  readonly #delimiter: number;
  readonly #columns: number;
  readonly #ragged: RaggedRow[] = [];
  // Rows from which on the distance between row and line is another one, ascending, with that distance.
  readonly #shiftRows: number[] = [];
  readonly #shifts: number[] = [];
  #state = fieldStart;
  #afterReturn = false;
  #lineEnd: "feed" | "return" | undefined;
  #line = 1;
  #recordLine = 1;
  #quoteLine = 1;
  #fields = 1;
  #blank = true;
  #records = 0;
  #bytesBefore = 0;
  #recordStart = 0;
  #longest = 0;

  constructor(path: string, delimiter: number, columns: number) {
    this.#path = path;
    this.#delimiter = delimiter;
    this.#columns = columns;
  }

  push(chunk: Buffer): void {
    const delimiter = this.#delimiter;
    let state = this.#state;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at];
      if (this.#afterReturn) {
        this.#afterReturn = false;
        if (state !== quoted) this.#noteLineEnd(byte === lineFeed ? "feed" : "return", this.#line - 1);
        if (byte === lineFeed) continue;
      }
      this.#afterReturn = byte === carriageReturn;
      const newline = byte === lineFeed || byte === carriageReturn;
      if (newline) this.#line++;
      if (state === quoted) {
        if (byte === quote) state = quoteInQuoted;
      } else if (newline) {
        if (byte === lineFeed) this.#noteLineEnd("feed", this.#line - 1);
        this.#endRecord(this.#bytesBefore + at);
        state = fieldStart;
      } else if (byte === delimiter) {
        this.#fields++;
        this.#blank = false;
        state = fieldStart;
      } else if (state !== plain) {
        state = this.#nextState(state, byte);
      }
    }
    this.#state = state;
    this.#bytesBefore += chunk.length;
    this.#checkRecordLength(this.#bytesBefore);
  }

  #checkRecordLength(end: number): void {
    if (end - this.#recordStart <= longestRecordRead) return;
    const what = `begins a record of more than ${longestRecordRead} bytes`;
    this.#refuse(this.#recordLine, what, "Is a quote opened there and never closed, or is it no table?");
  }

  /** The rarer steps, at the edges of a field. */
  #nextState(state: number, byte: number): number {
    this.#blank = false;
    if (state === quoteInQuoted || state === spacesLast) {
      if (byte === quote && state === quoteInQuoted) return quoted;
      if (byte === space) return spacesLast;
      this.#refuse(
        this.#line,
        "has text after a closing quote",
        'A quote inside a quoted field must be written twice ("").',
      );
    }
    if (byte === quote) {
      if (state === spacesFirst) {
        this.#refuse(this.#line, "has a space before an opening quote", "Remove the space.");
      }
      this.#quoteLine = this.#line;
      return quoted;
    }
    return byte === space ? spacesFirst : plain;
  }

  /** DuckDB loses characters where lines end now in a carriage return alone and now in a line feed. */
  #noteLineEnd(kind: "feed" | "return", line: number): void {
    this.#lineEnd ??= kind;
    if (this.#lineEnd === kind) return;
    const [one, other] = ["in a carriage return alone", "in a line feed"];
    this.#refuse(
      line,
      `ends ${kind === "feed" ? other : one}, and the lines before it ${kind === "feed" ? one : other}`,
      "Save the file again with one kind of line end.",
    );
  }

  #endRecord(end: number): void {
    this.#longest = Math.max(this.#longest, end - this.#recordStart);
    this.#checkRecordLength(end);
    this.#recordStart = end;
    // A blank line means nothing, unless the table has one column: then it is an empty value.
    if (!this.#blank || (this.#columns === 1 && this.#records > 0)) {
      const row = this.#records++;
      if (row > 0) this.#note(row);
    }
    this.#recordLine = this.#line;
    this.#fields = 1;
    this.#blank = true;
  }

  #note(row: number): void {
    const shift = this.#recordLine - row;
    if (shift !== (this.#shifts.at(-1) ?? 1)) {
      this.#shiftRows.push(row);
      this.#shifts.push(shift);
    }
    if (this.#fields !== this.#columns) {
      this.#ragged.push({ row, line: this.#recordLine, fields: this.#fields });
      if (this.#ragged.length > mostRaggedRows) {
        throw raggedError(this.#path, String.fromCharCode(this.#delimiter), this.#columns, this.#ragged);
      }
    }
  }

  end(): CsvScan {
    if (this.#state === quoted) {
      this.#refuse(this.#quoteLine, 'opens a quote (") that is never closed', "Close it or remove it.");
    }
    if (!this.#blank) this.#endRecord(this.#bytesBefore);
    const shiftRows = this.#shiftRows;
    const shifts = this.#shifts;
    return {
      rows: Math.max(0, this.#records - 1),
      ragged: this.#ragged,
      longestRecord: this.#longest,
      lineOf(row) {
        let low = 0;
        let high = shiftRows.length;
        while (low < high) {
          const middle = (low + high) >> 1;
          if (shiftRows[middle] <= row) low = middle + 1;
          else high = middle;
        }
        return row + (low === 0 ? 1 : shifts[low - 1]);
      },
    };
  }

  #refuse(line: number, what: string, mend: string): never {
    throw new DataError("malformed-csv", `Line ${line} of "${this.#path}" ${what}. ${mend}`);
  }
}

/** The error for rows whose number of fields is not the header's. */
export function raggedError(path: string, delimiter: string, columns: number, ragged: readonly RaggedRow[]): DataError {
  const { line, fields } = ragged[0];
  const others = ragged.length > 1 ? ` (and ${ragged.length - 1} more such rows)` : "";
  return new DataError(
    "ragged-csv",
    `Line ${line} of "${path}" has ${fields} ${fields === 1 ? "field" : "fields"}, but the header has ${columns}${others}. Texts that contain the delimiter (${delimiterName(delimiter)}), a quote or a line break must stand in double quotes.`,
  );
}
