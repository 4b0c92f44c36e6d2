import {
  DOUBLE,
  type DuckDBConnection,
  DuckDBDataChunk,
  type DuckDBType,
  type DuckDBValue,
  INTEGER,
  VARCHAR,
} from "@duckdb/node-api";
import { DataError, OptionError } from "@starcast/core";
import { writeAtomically } from "./atomicWrite.js";
import { sqlName, sqlString, withConnection } from "./duckdb.js";
import { formatOf, reason } from "./files.js";
import type { Table } from "./readTable.js";

/** One row's prediction, as the library gives it. */
export interface RowPrediction {
  /** Expected rating; absent for unordered classes. */
  readonly rating?: number;
  /** Most likely label; absent for numbers. */
  readonly label?: string | number;
  readonly probabilities?: readonly { readonly label: string | number; readonly probability: number }[];
}

/**
 * Writes all original columns with the predictions behind them: `predicted_rating`, `predicted_label` and
 * `probability_LABEL` for each label, those that the predictions have. The extension of `outFile` decides the
 * format: CSV, TSV, JSON lines or Parquet. Original columns with one of these names are replaced, so that
 * rating the result again works. The file appears complete or not at all.
 *
 * @param predictions one for each row of `table`, in its order.
 * @throws {DataError} `unknown-extension`, or `rows-changed` when the data no longer has as many rows.
 * @throws {StarcastError} `cannot-write`.
 */
export async function writePredictions(
  table: Table,
  outFile: string,
  predictions: readonly RowPrediction[],
): Promise<void> {
  const options = copyOptions(outFile);
  const columns = predictionColumns(predictions);
  await withConnection(async (connection) => {
    await storePredictions(connection, predictions, columns);
    try {
      const rows = await countRows(connection, table);
      if (rows !== predictions.length) {
        throw new DataError(
          "rows-changed",
          `The data now has ${rows} rows, but ${predictions.length} were rated. Do not change the file while it is being read.`,
        );
      }
      const query = joinedQuery(table, columns);
      await writeAtomically(outFile, async (temporary) => {
        await copy(connection, query, temporary, outFile, options);
      });
    } finally {
      await connection.run("DROP TABLE predictions");
    }
  });
}

function copyOptions(outFile: string): string {
  const { format, gzip } = formatOf(outFile);
  if (format === "parquet") return "FORMAT parquet, COMPRESSION zstd";
  const compression = gzip ? "gzip" : "uncompressed";
  if (format === "json") {
    return `FORMAT json, ARRAY ${/\.json(\.gz)?$/i.test(outFile)}, COMPRESSION ${compression}`;
  }
  const tabs = /\.(tsv|tab)(\.gz)?$/i.test(outFile);
  return `FORMAT csv, HEADER true, DELIMITER ${tabs ? "'\t'" : "','"}, COMPRESSION ${compression}`;
}

interface PredictionColumn {
  readonly name: string;
  readonly type: DuckDBType;
  readonly value: (prediction: RowPrediction) => DuckDBValue;
}

function predictionColumns(predictions: readonly RowPrediction[]): PredictionColumn[] {
  // A row without a text has no prediction, and may be the first.
  const first = predictions.find(({ label, rating }) => label !== undefined || rating !== undefined) ?? {};
  const columns: PredictionColumn[] = [];
  if (first.rating !== undefined) {
    columns.push({ name: "predicted_rating", type: DOUBLE, value: ({ rating }) => rating ?? null });
  }
  if (first.label !== undefined) {
    const whole = predictions.every(({ label }) => label === undefined || Number.isInteger(label));
    const type = whole ? INTEGER : typeof first.label === "number" ? DOUBLE : VARCHAR;
    columns.push({ name: "predicted_label", type, value: ({ label }) => label ?? null });
  }
  for (const [index, { label }] of (first.probabilities ?? []).entries()) {
    const value = ({ probabilities }: RowPrediction) => probabilities?.[index]?.probability ?? null;
    columns.push({ name: probabilityColumn(label), type: DOUBLE, value });
  }
  if (columns.length === 0) {
    throw new OptionError("no-predictions", "There are no predictions to write.");
  }
  return columns;
}

/** SQL ends at a NUL, so a column's name cannot have one; the labels themselves keep it. */
function probabilityColumn(label: string | number): string {
  return `probability_${label}`.replaceAll("\0", "\ufffd");
}

/** DuckDB's data chunks hold at most so many rows. */
const chunkRows = 2048;

async function storePredictions(
  connection: DuckDBConnection,
  predictions: readonly RowPrediction[],
  columns: readonly PredictionColumn[],
): Promise<void> {
  const definitions = columns.map(({ type }, index) => `p${index} ${type.toString()}`);
  await connection.run(`CREATE TEMP TABLE predictions (${definitions.join(", ")})`);
  const appender = await connection.createAppender("predictions");
  for (let start = 0; start < predictions.length; start += chunkRows) {
    const part = predictions.slice(start, start + chunkRows);
    const chunk = DuckDBDataChunk.create(columns.map(({ type }) => type));
    chunk.setColumns(columns.map(({ value }) => part.map(value)));
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
}

async function countRows(connection: DuckDBConnection, table: Table): Promise<number> {
  let rows = 0;
  for (const source of table.sources) {
    const reader = await connection.runAndReadAll(`SELECT count(*) FROM ${source.typedSql}`);
    rows += Number(reader.getRows()[0][0]);
  }
  return rows;
}

function joinedQuery(table: Table, columns: readonly PredictionColumn[]): string {
  const added = new Set(columns.map(({ name }) => name.toLowerCase()));
  const inputs = table.sources.map((source) => {
    const kept = source.columns.filter((name) => !added.has(name.toLowerCase())).map(sqlName);
    return `SELECT ${kept.length > 0 ? kept.join(", ") : "NULL AS empty"} FROM ${source.typedSql}`;
  });
  const named = columns.map(({ name }, index) => `predictions.p${index} AS ${sqlName(name)}`);
  const original = inputs.map((input) => `(${input})`).join(" UNION ALL BY NAME ");
  return `SELECT original.*, ${named.join(", ")} FROM (${original}) AS original POSITIONAL JOIN predictions`;
}

async function copy(
  connection: DuckDBConnection,
  query: string,
  temporary: string,
  outFile: string,
  options: string,
): Promise<void> {
  try {
    await connection.run(`COPY (${query}) TO ${sqlString(temporary)} (${options})`);
  } catch (cause) {
    throw Object.assign(new Error(`"${outFile}": ${reason(cause)}`, { cause }), { code: duckdbCode(cause) });
  }
}

/** DuckDB puts the system's reason into words; a full disk is the one that needs another answer. */
function duckdbCode(cause: unknown): string {
  return /no space left|disk full|ENOSPC/i.test(reason(cause)) ? "ENOSPC" : "EIO";
}
