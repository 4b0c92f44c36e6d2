import { DataError } from "@starcast/core";
import { mostColumns } from "./csvDialect.js";
import type { DataFile } from "./files.js";
import { openBytes } from "./openBytes.js";

/** Deepest nesting of lists and objects that is read; DuckDB ends the whole process at some ten thousand. */
const deepest = 200;

const [quotationMark, backslash, lineFeed, colon] = [0x22, 0x5c, 0x0a, 0x3a];
const [openList, closeList, openObject, closeObject] = [0x5b, 0x5d, 0x7b, 0x7d];

/**
 * Reads a JSON file once for its structure: how deep it nests, and how many different keys its rows have. DuckDB follows
 * the first without a limit, and takes the square of the second in time.
 *
 * @param options.byLine each line is a row; otherwise the file may also be one list of rows.
 * @throws {DataError} `too-deep` or `too-many-columns`, with the line, or `unreadable-file`.
 */
export async function checkJsonStructure(file: DataFile, options: { readonly byLine: boolean }): Promise<void> {
  const scanner = new JsonScanner(file.path, options.byLine);
  for await (const chunk of openBytes(file)) scanner.push(chunk);
}

class JsonScanner {
  readonly #path: string;
  readonly #byLine: boolean;
  /** Hashes of the rows' keys: two keys of one hash count as one, which a limit of thousands can bear. */
  readonly #keys = new Set<number>();
  #line = 1;
  #depth = 0;
  /** Depth of the rows' keys: 1, or 2 inside of a list of rows. */
  #rowDepth = 1;
  #inText = false;
  #escaped = false;
  #hash = 0;

  constructor(path: string, byLine: boolean) {
    this.#path = path;
    this.#byLine = byLine;
  }

  push(chunk: Buffer): void {
    for (const byte of chunk) {
      if (byte === lineFeed) this.#endLine();
      else if (this.#inText) this.#readText(byte);
      else if (byte === quotationMark) {
        this.#inText = true;
        this.#hash = 0x811c9dc5;
      } else if (byte === openList || byte === openObject) this.#open(byte);
      else if (byte === closeList || byte === closeObject) this.#depth = Math.max(0, this.#depth - 1);
      else if (byte === colon && this.#depth === this.#rowDepth) this.#addKey();
    }
  }

  /** A text cannot hold a line feed, so that a quote that is never closed hides nothing behind its line. */
  #endLine(): void {
    this.#line++;
    this.#inText = false;
    this.#escaped = false;
    if (this.#byLine) this.#depth = 0;
  }

  #readText(byte: number): void {
    // Fowler, Noll and Vo's hash of the bytes, as they are spelt.
    this.#hash = Math.imul(this.#hash ^ byte, 0x01000193);
    if (this.#escaped) this.#escaped = false;
    else if (byte === backslash) this.#escaped = true;
    else if (byte === quotationMark) this.#inText = false;
  }

  #open(byte: number): void {
    if (this.#depth === 0 && !this.#byLine) this.#rowDepth = byte === openList ? 2 : 1;
    if (++this.#depth <= deepest) return;
    throw new DataError(
      "too-deep",
      `Line ${this.#line} of "${this.#path}" is nested deeper than ${deepest} levels. A row is one object with a text and a rating.`,
    );
  }

  #addKey(): void {
    this.#keys.add(this.#hash);
    if (this.#keys.size <= mostColumns) return;
    throw new DataError(
      "too-many-columns",
      `The rows of "${this.#path}" have more than ${mostColumns} different keys by line ${this.#line}. A row is one object with a text and a rating.`,
    );
  }
}
