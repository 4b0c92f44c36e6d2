/** Reads a file that somebody dropped, whatever it is: a table, or a sentence about why it is none. */
import { Problem } from "../problem.js";
import { readCsv } from "./csv.js";
import { readJsonLines } from "./jsonLines.js";
import type { Table } from "./table.js";

/** Larger files would not fit a page's memory together with their rows. */
export const mostBytes = 256 * 2 ** 20;

/** The first bytes of files that are mistaken for tables, and what to do with them. */
const otherFormats: readonly (readonly [name: string, bytes: readonly number[], advice: string])[] = [
  ["a zip archive or an Excel workbook", [0x50, 0x4b, 0x03, 0x04], "Unpack it, or save the sheet as CSV"],
  ["an old Excel workbook", [0xd0, 0xcf, 0x11, 0xe0], "Save the sheet as CSV"],
  ["a PDF document", [0x25, 0x50, 0x44, 0x46], "Export its table as CSV"],
  ["a picture", [0x89, 0x50, 0x4e, 0x47], "Give a table of texts and ratings"],
  ["a picture", [0xff, 0xd8, 0xff], "Give a table of texts and ratings"],
];

/**
 * Reads CSV, TSV, JSON lines or Parquet, plain or gzipped.
 *
 * @throws {Problem} when it cannot be read, with what to do about it.
 */
export async function readFile(file: File): Promise<Table> {
  refuseTooLarge(file.name, file.size);
  if (file.size === 0) throw new Problem("empty-file", `“${file.name}” is empty. Choose another file.`);
  const head = new Uint8Array(await file.slice(0, 4).arrayBuffer());
  if (startsWith(head, [0x50, 0x41, 0x52, 0x31])) {
    const { readParquet } = await import("./parquet.js");
    return readParquet(file);
  }
  for (const [what, bytes, advice] of otherFormats) {
    if (startsWith(head, bytes)) {
      throw new Problem(
        "wrong-format",
        `“${file.name}” is ${what}. ${advice}; CSV, TSV, JSON lines and Parquet are read.`,
      );
    }
  }
  const isGzip = startsWith(head, [0x1f, 0x8b]);
  const bytes = isGzip ? await unpack(file) : new Uint8Array(await file.arrayBuffer());
  const name = isGzip ? file.name.replace(/\.gz$/i, "") : file.name;
  const text = decode(bytes, file.name);
  const isJson = /\.(jsonl|ndjson|json)$/i.test(name) || (text.startsWith("{") && !/\.(csv|tsv|tab)$/i.test(name));
  return isJson ? readJsonLines(text, file.name) : readCsv(text, file.name, { preferTab: /\.(tsv|tab)$/i.test(name) });
}

function refuseTooLarge(name: string, bytes: number): void {
  if (bytes <= mostBytes) return;
  const megabytes = Math.round(bytes / 2 ** 20);
  throw new Problem(
    "too-large",
    `“${name}” has ${megabytes} MB, and a page can hold at most ${mostBytes / 2 ** 20} MB. Train on it with the command line, which reads files of any size (starcast train), or choose a part of it.`,
  );
}

async function unpack(file: File): Promise<Uint8Array> {
  const reader = file.stream().pipeThrough(new DecompressionStream("gzip")).getReader();
  const pieces: Uint8Array[] = [];
  let length = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      length += value.length;
      refuseTooLarge(`${file.name}, unpacked,`, length);
      pieces.push(value);
    }
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem("damaged", `“${file.name}” is a gzip file that is cut off or damaged. Copy it once more.`);
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

function decode(bytes: Uint8Array, name: string): string {
  if (bytes.subarray(0, 4096).includes(0)) {
    const isUtf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
    throw isUtf16
      ? new Problem("wrong-encoding", `“${name}” is UTF-16. Save it again as UTF-8, in Excel as “CSV UTF-8”.`)
      : new Problem(
          "wrong-format",
          `“${name}” holds binary data, no text. CSV, TSV, JSON lines and Parquet are read; is it the right file?`,
        );
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new Problem(
      "wrong-encoding",
      `“${name}” is not UTF-8. Save it again as UTF-8, in Excel as “CSV UTF-8”, in an editor under “Encoding”.`,
    );
  }
}

function startsWith(bytes: Uint8Array, wanted: readonly number[]): boolean {
  return wanted.every((byte, index) => bytes[index] === byte);
}
