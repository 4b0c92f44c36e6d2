/** Data files, broken in every way: what is read is what stands in the file, or the file is refused. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join as joinPath } from "node:path";
import { linesOf, readWordVectors, Vocabulary } from "@starcast/core";
import { readDialect } from "../../packages/cli/src/data/csvDialect.js";
import { scanCsv } from "../../packages/cli/src/data/csvScan.js";
import { findFiles } from "../../packages/cli/src/data/files.js";
import { checkJsonStructure } from "../../packages/cli/src/data/jsonScan.js";
import { readTable, type Table } from "../../packages/cli/src/data/readTable.js";
import { readLabelledTexts } from "../../packages/cli/src/data/readTexts.js";
import { parseCsv } from "./csvReference.js";
import { hostileTexts, Mutator } from "./mutate.js";
import { outcomeOf, promise } from "./outcome.js";

const tables = [
  "rating,text\n5,Lovely dress\n1,It fell apart\n3,So so\n4,\n",
  'id,Rating,Title,Review Text\r\n1,5,"Great, really","It ""fits"" well"\r\n2,1,,"two\nlines, and\r\nthree"\r\n3,2,Meh," "\r\n',
  "text;stars\nschön;5\n\"a;b\";4,5\n\n'x';3\n",
  'label\tbody\nyes\ta "quoted" word\nno\t\nyes\tlast line without an end',
  '\ufeffreview\nonly one column\n\nwith a blank line\n"and, a comma"\n',
  "a,b,a,,A\n1,2,3,4,5\n6,7,8,9,10\n",
  `score|comment\n${Array.from({ length: 60 }, (_, row) => `${row % 5}|comment number ${row}`).join("\n")}\n`,
].map(encode);

const lines = [
  '{"text":"Lovely dress","rating":5}\n{"rating":1,"text":"It fell apart"}\n{"text":null,"rating":3}\n',
  '{"a":{"b":[1,2]},"text":"\\u00e4\\ud83d\\ude00 \\"x\\"","stars":4.5}\r\n\r\n{"text":"","stars":1,"late":true}\n',
  `${Array.from({ length: 40 }, (_, row) => `{"id":${row},"body":"text ${row}","label":"${row % 3}"}`).join("\n")}`,
].map(encode);

const vectors = [
  "the 0.1 -0.2 3e-1\ngood 1 2 3\n. . . 4 5 6\n",
  "3 2\nthe 0.5 .25\ngood -1 1e2\n<unk> 0 0\n",
  `${Array.from({ length: 30 }, (_, row) => `w${row} ${row} -${row}.5 1e-${row} 0`).join("\n")}\r\n`,
].map(encode);

const vocabulary = Vocabulary.fromTokens(["the", "good", ". . .", "w7", "w29", "absent"]);

/** A folder for the files, to be removed in the end. */
export function makeFolder(): string {
  return mkdtempSync(joinPath(tmpdir(), "starcast-fuzz-"));
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

/**
 * Of ten cases five are CSV, three JSON lines, two word vectors. DuckDB, which takes its time, reads one in four of the
 * files that pass our own checks, and all of them with `everyStep`.
 */
export async function dataCase(
  folder: string,
  seed: number,
  number: number,
  { everyStep = false } = {},
): Promise<string> {
  const mutator = new Mutator(seed, `data ${number}`);
  const kind = number % 10;
  const sources = kind < 5 ? tables : kind < 8 ? lines : vectors;
  let bytes = mutator.pick(sources);
  for (let rounds = mutator.rounds(); rounds > 0; rounds--) bytes = breakLines(mutator, bytes, mutator.pick(sources));
  const name = kind < 5 ? ["case.tsv", "case.csv"] : ["case.json", "case.jsonl"];
  const path = joinPath(folder, kind < 8 && mutator.oneIn(8) ? name[0] : name[1]);
  const goesOn = (): boolean => everyStep || mutator.oneIn(4);
  if (kind < 5) return csvCase(path, bytes, goesOn);
  if (kind < 8) return jsonCase(path, bytes, goesOn);
  return vectorCase(bytes);
}

/** Every second change is one that keeps the lines, and puts something into a field or between two. */
function breakLines(mutator: Mutator, source: Uint8Array, donor: Uint8Array): Uint8Array {
  if (mutator.oneIn(2)) return mutator.bytes(source, donor);
  const text = decode(source);
  if (text.startsWith("{") && mutator.oneIn(2)) return encode(mutator.json(text));
  const ends = [...text.matchAll(/[,;|\t\n ]/g)];
  if (ends.length === 0) return mutator.bytes(source, donor);
  const { index } = mutator.pick(ends);
  const marks = [
    "\r",
    "\n",
    "\r\n",
    "\n\n",
    ",",
    ";",
    "\t",
    "|",
    '"',
    '""',
    ' "',
    '" ',
    " ",
    "\0",
    "\ufeff",
    "\u2028",
    "#",
  ];
  const inserted = mutator.oneIn(4) ? mutator.pick(hostileTexts) : mutator.pick(marks);
  const at = index + mutator.below(2);
  const cut = mutator.oneIn(3) ? 1 : 0;
  return encode(text.slice(0, at) + inserted + text.slice(at + cut));
}

async function csvCase(path: string, bytes: Uint8Array, goesOn: () => boolean): Promise<string> {
  writeFileSync(path, bytes);
  return outcomeOf(async () => {
    const [file] = await findFiles([path]);
    const { delimiter, columns } = await readDialect(file);
    const scan = await scanCsv(file, delimiter, columns.length);
    const expected = parseCsv(decode(bytes), delimiter, columns.length);
    promise(scan.rows === expected.length, `${scan.rows} rows are counted of ${expected.length}`);
    const ragged = expected.filter((row) => row.length !== columns.length).length;
    promise(scan.ragged.length === ragged, `${scan.ragged.length} rows are called ragged of ${ragged}`);
    if (!goesOn()) return ragged > 0 ? "ragged" : "scanned";
    const table = await readTable(path);
    promise(JSON.stringify(table.columns) === JSON.stringify(columns), "the columns are not those of the header");
    checkRows(await readRows(table), expected, decode(bytes));
    if (goesOn()) await readLabelledTexts(path, { purpose: "check", skipBadRows: true });
    return "read";
  });
}

function checkRows(found: readonly string[][], expected: readonly string[][], text: string): void {
  promise(found.length === expected.length, `${found.length} rows are read of ${expected.length}`);
  for (const [row, values] of found.entries()) {
    const [read, written] = [JSON.stringify(values), JSON.stringify(expected[row].map(withoutMark))];
    promise(
      read === written,
      `row ${row + 1} is ${read.slice(0, 500)} and not ${written.slice(0, 500)} in ${JSON.stringify(text).slice(0, 1000)}`,
    );
  }
}

/** DuckDB's binding takes a byte order mark at the beginning of a value for one of the file. */
function withoutMark(value: string): string {
  return value.startsWith("\ufeff") ? value.slice(1) : value;
}

async function readRows(table: Table): Promise<string[][]> {
  const rows: string[][] = [];
  for await (const { row, values } of table.rows()) {
    rows.push(values.map((value) => value ?? ""));
    promise(row === rows.length, `row ${rows.length} has the number ${row}`);
  }
  return rows;
}

async function jsonCase(path: string, bytes: Uint8Array, goesOn: () => boolean): Promise<string> {
  writeFileSync(path, bytes);
  return outcomeOf(async () => {
    const [file] = await findFiles([path]);
    await checkJsonStructure(file, { byLine: path.endsWith(".jsonl") });
    if (!goesOn()) return "scanned";
    const table = await readTable(path);
    const rows: (readonly (string | null)[])[] = [];
    for await (const { values } of table.rows()) rows.push(values);
    const objects = path.endsWith(".json") ? undefined : parseJsonLines(decode(bytes));
    if (objects !== undefined) checkJsonRows(table.columns, rows, objects);
    return "read";
  });
}

/** The objects of JSON lines as JavaScript reads them; undefined when it cannot. */
function parseJsonLines(text: string): (Record<string, unknown> | null)[] | undefined {
  const filled = text
    .replace(/^\ufeff/, "")
    .split("\n")
    .filter((line) => line.trim() !== "");
  try {
    return filled.map((line) => JSON.parse(line) as Record<string, unknown> | null);
  } catch {
    return undefined;
  }
}

/** As many rows as objects, and every text as it stands. */
function checkJsonRows(
  columns: readonly string[],
  rows: readonly (readonly (string | null)[])[],
  objects: readonly (Record<string, unknown> | null)[],
): void {
  promise(rows.length === objects.length, `${rows.length} rows of ${objects.length} objects`);
  for (const [row, object] of objects.entries()) {
    // A line of null is a row without values.
    for (const [key, value] of Object.entries(object ?? {})) {
      const column = columns.indexOf(key);
      if (typeof value !== "string" || column < 0 || value.includes("\0")) continue;
      promise(
        rows[row][column] === withoutMark(value),
        `row ${row + 1} has ${JSON.stringify(rows[row][column])} and not ${JSON.stringify(value)}`,
      );
    }
  }
}

function vectorCase(bytes: Uint8Array): Promise<string> {
  return outcomeOf(async () => {
    const { size, rows } = await readWordVectors(linesOf([bytes]), { wanted: vocabulary });
    promise(Number.isSafeInteger(size) && size > 0, `the size is ${size}`);
    for (const [id, vector] of rows) {
      promise(id > 1 && id < vocabulary.size, `there is a vector of id ${id}`);
      promise(vector.length === size && vector.every(Number.isFinite), `the vector of ${id} is ${vector.join(" ")}`);
    }
    return "read";
  });
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
