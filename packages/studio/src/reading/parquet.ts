/** Parquet files; loaded only when there is one, since its decompressors are large. */
import { parquetReadObjects } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { Problem } from "../problem.js";
import type { Table } from "./table.js";

/** Reads all rows of a Parquet file. @throws {Problem} when it is damaged, or holds no rows. */
export async function readParquet(file: File): Promise<Table> {
  let rows: Record<string, unknown>[];
  try {
    rows = await parquetReadObjects({
      file: {
        byteLength: file.size,
        slice: (start, end) => file.slice(start, end).arrayBuffer(),
      },
      compressors,
    });
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw new Problem("damaged", `“${file.name}” could not be read as Parquet (${cause}). Copy or write it once more.`);
  }
  if (rows.length === 0) throw new Problem("too-few-rows", `“${file.name}” holds no rows.`);
  const columns = Object.keys(rows[0]);
  return {
    name: file.name,
    columns,
    values: columns.map((column) => rows.map((row) => textOf(row[column]))),
    rowNumbers: rows.map((_, index) => index + 1),
    ragged: [],
  };
}

function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "bigint" || typeof value === "boolean") return String(value);
  if (value instanceof Date) return value.toISOString();
  return JSON.stringify(value, (_, inner: unknown) => (typeof inner === "bigint" ? String(inner) : inner));
}
