import type { DuckDBConnection } from "@duckdb/node-api";
import { DataError } from "@starcast/core";
import { readDialect, shorten } from "./csvDialect.js";
import { type CsvScan, type RaggedRow, raggedError, scanCsv } from "./csvScan.js";
import { sqlName, sqlPath, sqlString, withConnection } from "./duckdb.js";
import type { DataFile } from "./files.js";
import { checkJsonStructure } from "./jsonScan.js";
import { openBytes } from "./openBytes.js";
import { Utf8Check } from "./utf8Check.js";

/** One file of a table: its columns and how DuckDB reads it. */
export interface Source {
  readonly file: DataFile;
  readonly columns: readonly string[];
  /** A table function of DuckDB that gives the columns as text. */
  readonly textSql: string;
  /** The same with the types that the file itself declares (Parquet, JSON), for writing them out again. */
  readonly typedSql: string;
  /** Bytes of memory that reading may take, where it would take as much as the file has otherwise. */
  readonly memoryLimit?: number;
  /** Rows to be expected, where a scan has counted them. */
  readonly rows?: number;
  /** Rows that are left out because their fields do not fit the header, ascending. */
  readonly ragged: readonly RaggedRow[];
  /** Line of the file on which a row begins, where that is known. */
  lineOf(row: number): number | undefined;
  /** Finds the cause in the file itself when DuckDB could not read it. */
  explain(cause: unknown): Promise<DataError>;
}

/**
 * Looks into a file and prepares reading it.
 *
 * @throws {DataError} when its structure is damaged; `ragged-csv` unless ragged rows are to be left out.
 */
export async function openSource(file: DataFile, options: { skipRaggedRows: boolean }): Promise<Source> {
  if (file.format === "csv") return openCsv(file, options.skipRaggedRows);
  if (file.format === "parquet") return openParquet(file);
  return openJson(file);
}

async function openCsv(file: DataFile, skipRaggedRows: boolean): Promise<Source> {
  const { delimiter, columns } = await readDialect(file);
  const scan = await scanCsv(file, delimiter, columns.length);
  if (scan.ragged.length > 0 && !skipRaggedRows) throw raggedError(file.path, delimiter, columns.length, scan.ragged);
  const sql = csvSql(file, delimiter, columns, scan);
  return {
    file,
    columns,
    textSql: sql,
    typedSql: sql,
    memoryLimit: csvMemory(scan),
    rows: scan.rows,
    ragged: scan.ragged,
    lineOf: (row) => scan.lineOf(row),
    explain: async (cause) =>
      new DataError("malformed-csv", `"${file.path}" cannot be read as CSV: ${firstSentence(cause)}`, { cause }),
  };
}

/** Rows that DuckDB reads together. */
const rowsTogether = 2048;
/** Buffers that reading needs at once, with room to spare; without a limit DuckDB keeps all of them, the whole file. */
const buffersKept = 6;

function csvMemory(scan: CsvScan): number | undefined {
  const needed = buffersKept * csvBufferSize(scan) + 3 * rowsTogether * scan.longestRecord;
  // In steps, because each limit has a database of its own.
  return needed < 2 ** 30 ? Math.ceil(needed / 2 ** 27) * 2 ** 27 : undefined;
}

/** Bytes that are read together: several of the longest records. */
function csvBufferSize(scan: CsvScan): number {
  return Math.max(16 << 20, 2 * longestLine(scan));
}

function longestLine(scan: CsvScan): number {
  return Math.max(2 << 20, scan.longestRecord + 1024);
}

/** Nothing is left to DuckDB's sniffer. Not strict, because that refuses files of mixed line ends; the scan was strict. */
function csvSql(file: DataFile, delimiter: string, columns: readonly string[], scan: CsvScan): string {
  const settings = [
    "auto_detect = false",
    `delim = ${sqlString(delimiter)}`,
    "quote = '\"'",
    "escape = '\"'",
    "header = true",
    "strict_mode = false",
    "parallel = false",
    `ignore_errors = ${scan.ragged.length > 0}`,
    `compression = '${file.gzip ? "gzip" : "uncompressed"}'`,
    `max_line_size = ${longestLine(scan)}`,
    `buffer_size = ${csvBufferSize(scan)}`,
    `columns = ${columnTypes(columns.map((name) => [name, "VARCHAR"]))}`,
  ];
  return `read_csv(${sqlPath(file.absolutePath)}, ${settings.join(", ")})`;
}

function columnTypes(columns: readonly (readonly [name: string, type: string])[]): string {
  return `{${columns.map(([name, type]) => `${sqlString(name)}: ${sqlString(type)}`).join(", ")}}`;
}

async function openParquet(file: DataFile): Promise<Source> {
  const sql = `read_parquet(${sqlPath(file.absolutePath)}, binary_as_string = true)`;
  const explain = async (cause: unknown) =>
    new DataError("damaged-parquet", `"${file.path}" cannot be read as Parquet: ${firstSentence(cause)}`, { cause });
  const columns = (await describeColumns(sql, explain)).map(([name]) => name);
  const asText = columns.map((name) => `CAST(${sqlName(name)} AS VARCHAR) AS ${sqlName(name)}`);
  return {
    file,
    columns,
    textSql: `(SELECT ${asText.join(", ")} FROM ${sql})`,
    typedSql: sql,
    ragged: [],
    lineOf: () => undefined,
    explain,
  };
}

async function openJson(file: DataFile): Promise<Source> {
  const format = /\.json(\.gz)?$/i.test(file.path) ? "auto" : "newline_delimited";
  await checkJsonStructure(file, { byLine: format === "newline_delimited" });
  const shared = `format = '${format}', compression = '${file.gzip ? "gzip" : "uncompressed"}', maximum_object_size = ${largestObject}`;
  const path = sqlPath(file.absolutePath);
  const explain = (cause: unknown) => explainJson(file, cause);
  // All rows are sampled, because a key may appear late; one level deep, because what lies below stays JSON; and rows
  // of many keys are rows still, and no maps.
  const sampled = `read_json(${path}, ${shared}, records = true, sample_size = -1, maximum_depth = 1, map_inference_threshold = -1)`;
  const found = await describeColumns(sampled, explain);
  const read = (columns: typeof found) =>
    `read_json(${path}, ${shared}, records = true, columns = ${columnTypes(columns)})`;
  return {
    file,
    columns: found.map(([name]) => name),
    textSql: read(found.map(([name]) => [name, "VARCHAR"])),
    typedSql: read(found.map(([name, type]) => [name, /^(BIGINT|DOUBLE|BOOLEAN|JSON)$/.test(type) ? type : "VARCHAR"])),
    ragged: [],
    lineOf: () => undefined,
    explain,
  };
}

async function describeColumns(
  sql: string,
  explain: (cause: unknown) => Promise<DataError>,
): Promise<[name: string, type: string][]> {
  return withConnection(async (connection: DuckDBConnection) => {
    try {
      const reader = await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${sql}`);
      return reader.getRows().map((row) => [String(row[0]), String(row[1])]);
    } catch (cause) {
      throw await explain(cause);
    }
  });
}

/** DuckDB's line numbers are unreliable for JSON lines, so the faulty line is looked for here. */
async function explainJson(file: DataFile, cause: unknown): Promise<DataError> {
  try {
    await findFaultyJson(file);
  } catch (error) {
    if (error instanceof DataError) return error;
    throw error;
  }
  return new DataError("malformed-json", `"${file.path}" cannot be read as JSON lines: ${firstSentence(cause)}`, {
    cause,
  });
}

async function findFaultyJson(file: DataFile): Promise<void> {
  const encoding = new Utf8Check(file.path);
  const decoder = new TextDecoder();
  // Pieces of the line that the chunks so far did not end: joined once, so that long lines take linear time.
  let pieces: string[] = [];
  let length = 0;
  let line = 0;
  const examine = (end: string) => {
    line++;
    const text = pieces.join("") + end;
    pieces = [];
    length = 0;
    if (text.trim() !== "") examineJsonLine(file.path, line, text);
  };
  for await (const chunk of openBytes(file)) {
    encoding.push(chunk);
    const lines = decoder.decode(chunk, { stream: true }).split("\n");
    const rest = lines.pop() ?? "";
    for (const text of lines) examine(text);
    pieces.push(rest);
    length += rest.length;
    if (length > largestObject)
      refuseJsonLine(file.path, line + 1, `has more than ${largestObject} characters`, pieces[0]);
  }
  encoding.end();
  if (length > 0) examine("");
}

/** Largest object that is read, in bytes. */
const largestObject = 256 << 20;

function refuseJsonLine(path: string, line: number, what: string, text: string): never {
  throw new DataError(
    "malformed-json",
    `Line ${line} of "${path}" ${what}: ${shorten(text.slice(0, 1000), 60)} Every line must be one object, such as {"text": "Lovely", "rating": 5}.`,
  );
}

function examineJsonLine(path: string, line: number, text: string): void {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    refuseJsonLine(path, line, "is not valid JSON", text);
  }
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    refuseJsonLine(path, line, "is not a JSON object", text);
  }
}

/** The gist of a message of DuckDB, without its advice on SQL options. */
function firstSentence(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  const line = message.split("\n")[0].replace(/^[A-Z][A-Za-z ]*Error: /, "");
  return line.endsWith(".") ? line : `${line}.`;
}
