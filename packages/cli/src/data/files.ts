import { closeSync, openSync, readdirSync, readSync, type Stats, statSync } from "node:fs";
import { basename, dirname, extname, join, resolve } from "node:path";
import { DataError } from "@starcast/core";
import { closest, distance } from "fastest-levenshtein";
import { sqlString, withConnection } from "./duckdb.js";
import { isWithin } from "./within.js";

export type FileFormat = "csv" | "json" | "parquet";

/** A file of rows that exists and whose first bytes fit its extension. */
export interface DataFile {
  /** As the user wrote it, or as the glob found it: for messages. */
  readonly path: string;
  readonly absolutePath: string;
  readonly format: FileFormat;
  /** Compressed with gzip (`.csv.gz`). */
  readonly gzip: boolean;
  readonly bytes: number;
}

const formats: Readonly<Record<string, FileFormat>> = {
  ".csv": "csv",
  ".tsv": "csv",
  ".tab": "csv",
  ".jsonl": "json",
  ".ndjson": "json",
  ".json": "json",
  ".parquet": "parquet",
  ".pq": "parquet",
};

const knownExtensions = ".csv, .tsv, .jsonl, .ndjson, .json or .parquet (also .csv.gz and the like)";

/**
 * Turns paths and globs into files, in the order given; the matches of a glob are sorted by name.
 *
 * @throws {DataError} `no-such-file`, `is-a-folder`, `not-a-file`, `unreadable-file`, `link-out-of-folder`,
 *   `unknown-extension`, `empty-file` or `not-a-table`.
 */
export async function findFiles(paths: readonly string[]): Promise<DataFile[]> {
  if (paths.length === 0)
    throw new DataError("no-such-file", "No data file is named. Give a file, such as reviews.csv.");
  const files: DataFile[] = [];
  for (const path of paths) {
    const isGlob = /[*?[]/.test(path) && !exists(path);
    const matches = isGlob ? await expandGlob(path) : [path];
    for (const match of matches) files.push(describeFile(match));
  }
  return files;
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

async function expandGlob(pattern: string): Promise<string[]> {
  const matches = await withConnection(async (connection) => {
    const reader = await connection.runAndReadAll(`SELECT file FROM glob(${sqlString(pattern)}) ORDER BY file`);
    return reader.getRows().map(([file]) => String(file));
  });
  if (matches.length === 0) {
    throw new DataError("no-such-file", `No file matches "${pattern}". Check the folder and the pattern.`);
  }
  for (const match of matches) await refuseLinkOut(match);
  return matches;
}

/** A file that is named may be a link to anywhere; one that was only found must not lead out of its folder. */
async function refuseLinkOut(path: string): Promise<void> {
  // A link to nothing is told as a missing file later on.
  if (await isWithin(path, dirname(path)).catch(() => true)) return;
  throw new DataError(
    "link-out-of-folder",
    `"${path}" is a link to a place outside of its folder. Name it itself if you trust it.`,
  );
}

function describeFile(path: string): DataFile {
  const stats = readStats(path);
  if (stats.isDirectory()) {
    throw new DataError("is-a-folder", `"${path}" is a folder. Name its files, for instance "${join(path, "*.csv")}".`);
  }
  const { format, gzip } = formatOf(path);
  if (!stats.isFile()) {
    throw new DataError("not-a-file", `"${path}" is a pipe or a device. Write its bytes into a file, and name that.`);
  }
  if (stats.size === 0) {
    throw new DataError("empty-file", `"${path}" is empty: it has neither a header nor rows.`);
  }
  const file = { path, absolutePath: resolve(path), format, gzip, bytes: stats.size };
  refuseForeignBytes(file);
  return file;
}

function readStats(path: string): Stats {
  let stats: Stats | undefined;
  try {
    stats = statSync(path, { throwIfNoEntry: false });
  } catch (cause) {
    throw new DataError("unreadable-file", `"${path}" cannot be read (${reason(cause)}).`, { cause });
  }
  if (stats === undefined) throw new DataError("no-such-file", noSuchFile(path));
  return stats;
}

/** Names the file in the same folder whose name is nearest, when one is near enough to be meant. */
function noSuchFile(path: string): string {
  const folder = dirname(path);
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return `There is no file "${path}", and no folder "${folder}" either.`;
  }
  const wanted = basename(path);
  const candidates = names.filter((name) => extensionsOf(name).format !== undefined);
  if (candidates.length > 0) {
    const nearest = closest(
      wanted.toLowerCase(),
      candidates.map((name) => name.toLowerCase()),
    );
    const found = candidates.find((name) => name.toLowerCase() === nearest) ?? nearest;
    if (distance(wanted.toLowerCase(), nearest) <= Math.max(2, wanted.length / 3)) {
      return `There is no file "${path}". Did you mean "${join(folder, found)}"?`;
    }
  }
  return `There is no file "${path}". Check the name and the folder.`;
}

function extensionsOf(path: string): { format: FileFormat | undefined; gzip: boolean } {
  const gzip = extname(path).toLowerCase() === ".gz";
  const name = gzip ? path.slice(0, -3) : path;
  return { format: formats[extname(name).toLowerCase()], gzip };
}

/** The format that a file's name stands for: for input and for output. */
export function formatOf(path: string): { format: FileFormat; gzip: boolean } {
  const { format, gzip } = extensionsOf(path);
  if (format === undefined) {
    const found = extname(path);
    const hint = /^\.(xlsx?|ods|numbers)$/i.test(found) ? " Export the spreadsheet as CSV UTF-8." : "";
    const what = found === "" ? "has no extension" : `has the extension "${found}"`;
    throw new DataError(
      "unknown-extension",
      `"${path}" ${what}, so its format is unknown; use ${knownExtensions}.${hint}`,
    );
  }
  if (gzip && format === "parquet") {
    throw new DataError("unknown-extension", `"${path}": Parquet files are compressed inside; unpack it first.`);
  }
  return { format, gzip };
}

/** Recognises by their first bytes the files that are commonly given a wrong name. */
function refuseForeignBytes(file: DataFile): void {
  const head = firstBytes(file, 4096);
  const magic = head.subarray(0, 4).toString("latin1");
  const refuse = (what: string, mend: string): never => {
    throw new DataError("not-a-table", `"${file.path}" is ${what}, not what its extension says. ${mend}`);
  };
  if (file.format === "parquet") {
    if (magic !== "PAR1") refuse("no Parquet file", "Give it the extension of its real format, such as .csv.");
    return;
  }
  if (file.gzip) {
    if (!(head[0] === 0x1f && head[1] === 0x8b)) refuse("not compressed with gzip", "Take off the .gz.");
    return;
  }
  if (magic === "PAR1") refuse("a Parquet file", "Rename it to end in .parquet.");
  if (head[0] === 0x1f && head[1] === 0x8b) refuse("compressed with gzip", "Add .gz to its name.");
  if (magic.startsWith("PK\u0003\u0004"))
    refuse("a zip archive or an Excel workbook", "Unpack it, or export it as CSV UTF-8.");
  refuseUtf16(file.path, head);
  if (head.includes(0)) refuse("a binary file", "Give a text file in UTF-8, or Parquet.");
}

function refuseUtf16(path: string, head: Buffer): void {
  const zerosAt = (parity: number) => head.filter((byte, index) => byte === 0 && index % 2 === parity).length;
  const marked = (head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff);
  const mostlyZeros = head.length > 8 && Math.max(zerosAt(0), zerosAt(1)) > head.length / 4;
  if (!marked && !mostlyZeros) return;
  throw new DataError(
    "wrong-encoding",
    `"${path}" is encoded as UTF-16, but UTF-8 is needed. ${conversionHint(path, "UTF-16")}`,
  );
}

/** How to convert a file to UTF-8, as the last sentence of a message. */
export function conversionHint(path: string, encoding: string): string {
  const target = `${basename(path, extname(path))}-utf8${extname(path)}`;
  return `Save it again as UTF-8 (in Excel: "CSV UTF-8"), or run: iconv -f ${encoding} -t UTF-8 "${path}" > "${target}"`;
}

function firstBytes(file: DataFile, count: number): Buffer {
  const buffer = Buffer.alloc(count);
  try {
    const handle = openSync(file.absolutePath, "r");
    try {
      return buffer.subarray(0, readSync(handle, buffer, 0, count, 0));
    } finally {
      closeSync(handle);
    }
  } catch (cause) {
    throw new DataError("unreadable-file", `"${file.path}" cannot be read (${reason(cause)}).`, { cause });
  }
}

/** The short reason of a system error: its code, or else its message. */
export function reason(cause: unknown): string {
  if (cause instanceof Error) return (cause as NodeJS.ErrnoException).code ?? cause.message;
  return String(cause);
}
