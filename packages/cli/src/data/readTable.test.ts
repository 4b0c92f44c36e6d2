import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { withConnection } from "./duckdb.js";
import { readTable, type Table } from "./readTable.js";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "starcast-table-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

async function valuesOf(table: Table, columns?: readonly string[]): Promise<(string | null)[][]> {
  const rows: (string | null)[][] = [];
  for await (const row of table.rows(columns)) rows.push([...row.values]);
  return rows;
}

async function read(name: string, content: string | Buffer): Promise<(string | null)[][]> {
  return valuesOf(await readTable(file(name, content)));
}

/** Objects of one key each, all different. */
function manyKeys(count: number, separator: string): string {
  return Array.from({ length: count }, (_, index) => `{"key ${index}":1}`).join(separator);
}

async function failure(work: Promise<unknown>): Promise<{ code: string; message: string }> {
  try {
    await work;
  } catch (error) {
    expect((error as Error).name).toBe("DataError");
    return error as { code: string; message: string } & Error;
  }
  throw new Error("expected a DataError");
}

describe("CSV", () => {
  it("gives values as they stand, never re-typed", async () => {
    const rows = await read("typed.csv", "id,when,rating\n007,2020-01-02,4.0\n1e3,NULL,true\n");
    expect(rows).toEqual([
      ["007", "2020-01-02", "4.0"],
      ["1e3", "NULL", "true"],
    ]);
  });

  it("keeps quoted delimiters, quotes and line breaks, with any line end and a byte order mark", async () => {
    const expected = [
      ["a, b", 'say "x"'],
      ["two\nlines", "y"],
    ];
    expect(await read("lf.csv", 'p,q\n"a, b","say ""x"""\n"two\nlines",y\n')).toEqual(expected);
    expect(await read("crlf.csv", '\ufeff"p",q\r\n"a, b","say ""x"""\r\n"two\nlines",y')).toEqual(expected);
    expect(await read("mixed.csv", 'p,q\r\n"a, b","say ""x"""\n"two\nlines",y\r\n')).toEqual(expected);
    expect(await read("cr.csv", 'p,q\r"a, b","say ""x"""\r"two\nlines",y\r')).toEqual(expected);
  });

  it.each([
    ["semi.csv", ";"],
    ["bar.csv", "|"],
    ["tab.csv", "\t"],
    ["tab.tsv", "\t"],
    ["comma.tsv", ","],
  ])("finds the delimiter of %s", async (name, delimiter) => {
    const lines = ["text,rating", "so-so,3", "fine,4"].map((line) => line.replaceAll(",", delimiter));
    expect(await read(name, lines.join("\n"))).toEqual([
      ["so-so", "3"],
      ["fine", "4"],
    ]);
  });

  it("does not take commas in the texts of a TSV file for delimiters", async () => {
    expect(await read("commas.tsv", "text\trating\ngood, but small\t3\ncheap, nasty\t1\n")).toEqual([
      ["good, but small", "3"],
      ["cheap, nasty", "1"],
    ]);
  });

  it("gives back any rows that were written by RFC 4180", async () => {
    const value = fc.string({
      unit: fc.constantFrom("a", "é", "😀", ",", ";", '"', "\n", "\r", "\r\n", " ", "\t", "'", "\\", "#", "|", "0"),
    });
    const table = fc
      .integer({ min: 1, max: 4 })
      .chain((width) =>
        fc.array(fc.array(value, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 8 }),
      );
    await fc.assert(
      fc.asyncProperty(table, fc.constantFrom("\n", "\r\n"), fc.boolean(), async (rows, newline, end) => {
        const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
        const header = rows[0].map((_, index) => `name${index}`);
        const text = [header, ...rows].map((row) => row.map(quote).join(",")).join(newline) + (end ? newline : "");
        const got = await read("any.csv", text);
        expect(got.map((row) => row.map((entry) => entry ?? ""))).toEqual(rows);
      }),
      { numRuns: 150 },
    );
  });

  it("reads a field of 10 MB", async () => {
    const long = "long text, ".repeat(1_000_000);
    const rows = await read("long.csv", `text,rating\n"${long}",5\nshort,1\n`);
    expect(rows[0][0]?.length).toBe(long.length);
    expect(rows[1]).toEqual(["short", "1"]);
  });

  it("numbers rows and knows their lines", async () => {
    const table = await readTable(
      file("lines.csv", 'text,rating\n"one\n\ntwo",1\n\nthree,3\nfour,4\n"5\n",5\nsix,6\n'),
    );
    const numbers: number[] = [];
    for await (const row of table.rows()) numbers.push(row.row);
    expect(numbers).toEqual([1, 2, 3, 4, 5]);
    expect(numbers.map((row) => table.lineOf(0, row))).toEqual([2, 6, 7, 8, 10]);
    expect(table.place(0, 2)).toMatch(/lines\.csv, row 2 \(line 6\)$/);
  });

  it("tells the line of a ragged row instead of reading one column", async () => {
    const error = await failure(read("ragged.csv", 'text,rating\nfine,4\n"a\nb",3\noh, no,1\nx,2\ny\n'));
    expect(error.code).toBe("ragged-csv");
    expect(error.message).toContain('Line 5 of "');
    expect(error.message).toContain("has 3 fields, but the header has 2 (and 1 more such rows)");
  });

  it("leaves ragged rows out on request and keeps the numbers of the others", async () => {
    const path = file("skip.csv", "text,rating\nfine,4\noh, no,1\nshort\nx,2\ntoo,many,1,2\n\nlast,5\nend\n");
    const table = await readTable(path, { skipRaggedRows: true });
    const rows: unknown[] = [];
    for await (const { row, values } of table.rows()) rows.push([row, ...values]);
    expect(rows).toEqual([
      [1, "fine", "4"],
      [4, "x", "2"],
      [6, "last", "5"],
    ]);
    expect(table.raggedRows().map(({ row, line, reason }) => [row, line, reason])).toEqual([
      [2, 3, "has 3 fields instead of 2"],
      [3, 4, "has 1 field instead of 2"],
      [5, 6, "has 4 fields instead of 2"],
      [7, 9, "has 1 field instead of 2"],
    ]);
  });

  it.each([
    [
      "unclosed.csv",
      'text,rating\nfine,4\n"never closed,3\nlost,2\n',
      "malformed-csv",
      'Line 3 of ".*" opens a quote .* never closed',
    ],
    ["inner.csv", 'text,rating\n"5" wide",4\n', "malformed-csv", 'Line 2 of ".*" has text after a closing quote'],
    ["reopened.csv", 'text\n"a," "\nb, c"\n', "malformed-csv", "Line 2 .* has text after a closing quote"],
    ["space.csv", 'text,rating\n4, "x, y"\n', "malformed-csv", "Line 2 .* a space before an opening quote"],
    ["openheader.csv", '"text,rating\nfine,4\n', "malformed-csv", "never closed"],
    ["noheader.csv", "5,I love it\n1,I hate it\n", "missing-header", 'looks like data.* holds "5"'],
    ["sentence.csv", `${"so very long ".repeat(20)},label\nfine,4\n`, "missing-header", "looks like data"],
    ["blankfirst.csv", "\n\ntext,rating\nfine,4\n", "no-header", "first line .* is blank"],
    ["empty.csv", "", "empty-file", "is empty"],
    [
      "mixed.csv",
      "a,b\r\n1,2\r\n\r3,4\r\n",
      "malformed-csv",
      "Line 3 of .* ends in a carriage return alone, and .* a line feed",
    ],
    [
      "doubled.csv",
      "a,b\r\r\n1,2\r\r\n",
      "malformed-csv",
      "Line 2 of .* ends in a line feed, and .* a carriage return",
    ],
    ["wide.csv", `${"a,".repeat(5000)}a\n`, "too-many-columns", "has 5001 columns, and at most 4096"],
    ["zip.csv", Buffer.from("PK\u0003\u0004zzzz"), "not-a-table", "zip archive or an Excel workbook"],
    ["binary.csv", Buffer.from([1, 2, 3, 0, 0, 7, 200, 3, 9, 9, 9, 9, 9, 9]), "not-a-table", "is a binary file"],
    ["parquet.csv", Buffer.from("PAR1...."), "not-a-table", "Rename it to end in .parquet"],
    ["fake.csv.gz", "text,rating\n", "not-a-table", "not compressed with gzip"],
    ["broken.csv.gz", gzipSync("text,rating\nfine,4\n").subarray(0, 20), "unreadable-file", "is damaged"],
    ["sheet.xlsx", "x", "unknown-extension", "Export the spreadsheet as CSV UTF-8"],
    ["reviews.doc", "x", "unknown-extension", 'has the extension ".doc"'],
    ["reviews", "x", "unknown-extension", "has no extension"],
  ])("refuses %s with a reason", async (name, content, code, message) => {
    const error = await failure(read(name, content));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(new RegExp(message));
    expect(error.message).not.toContain("\n");
  });

  it("names the line and the cure of a file that is not UTF-8", async () => {
    const latin = await failure(read("latin.csv", Buffer.from("text,rating\nfine,4\ncafé,3\n", "latin1")));
    expect(latin.code).toBe("wrong-encoding");
    expect(latin.message).toMatch(/line 3 holds the byte 0xE9.*iconv -f WINDOWS-1252 -t UTF-8/);
    const marked = await failure(read("utf16.csv", Buffer.from("\ufefftext,rating\nfine,4\n", "utf16le")));
    expect(marked.message).toMatch(/encoded as UTF-16.*iconv -f UTF-16/);
    const unmarked = await failure(read("utf16b.csv", Buffer.from("text,rating\nfine,4\n", "utf16le")));
    expect(unmarked.code).toBe("wrong-encoding");
  });

  it("finds a wrong byte beyond the first chunk", async () => {
    const lines = `text,rating\n${"fîne words,4\n".repeat(200_000)}`;
    const error = await failure(read("late.csv", Buffer.concat([Buffer.from(lines), Buffer.from([0xe9, 44, 52, 10])])));
    expect(error.message).toContain("line 200002 holds the byte 0xE9");
  });

  it("reads numbered names, nameless and repeated ones", async () => {
    expect((await readTable(file("pandas.csv", ",0,1\n0,fine,4\n"))).columns).toEqual(["column0", "0", "1"]);
    expect((await readTable(file("same.csv", "text,Text,text\na,b,c\n"))).columns).toEqual([
      "text",
      "Text_1",
      "text_2",
    ]);
  });

  it("reads a header of thousands of equal names at once", async () => {
    const { columns } = await readTable(file("equal.csv", `${"a,".repeat(4000)}a\n`));
    expect(new Set(columns).size).toBe(4001);
    expect(columns.slice(-2)).toEqual(["a_3999", "a_4000"]);
  });

  it("refuses a file of ragged rows before they fill the memory", async () => {
    const rows = Buffer.alloc(4_400_000, "a,b\n");
    const path = file("allragged.csv", Buffer.concat([Buffer.from("a\n"), rows]));
    expect((await failure(readTable(path, { skipRaggedRows: true }))).message).toContain("1000000 more such rows");
  });

  it("reads gzip", async () => {
    expect(await read("packed.csv.gz", gzipSync("text,rating\nfine,4\n"))).toEqual([["fine", "4"]]);
  });

  it("keeps the order of many rows", async () => {
    const count = 50_000;
    const text = Array.from({ length: count }, (_, row) => `${row},"text ${row}\nnext"`).join("\n");
    const table = await readTable(file("many.csv", `n,text\n${text}\n`));
    let row = 0;
    for await (const batch of table.batches(["n"])) {
      expect(batch.values).toHaveLength(1);
      for (const [index, value] of batch.values[0].entries()) {
        if (value !== String(row) || batch.rowNumbers[index] !== row + 1) throw new Error(`row ${row} is ${value}`);
        row++;
      }
    }
    expect(row).toBe(count);
  });
});

describe("JSON lines and Parquet", () => {
  it("reads JSON lines as text, with keys that come late and values that nest", async () => {
    const lines = '{"text":"a","rating":5.0}\n\n{"text":"2020-01-01","rating":"4"}\n{"text":null,"extra":{"x":[1]}}\n';
    const table = await readTable(file("a.jsonl", lines));
    expect(table.columns).toEqual(["text", "rating", "extra"]);
    expect(await valuesOf(table)).toEqual([
      ["a", "5.0", null],
      ["2020-01-01", "4", null],
      [null, null, '{"x":[1]}'],
    ]);
    expect(await read("array.json", '[{"text":"a"},\n{"text":"b"}]')).toEqual([["a"], ["b"]]);
  });

  it.each([
    ["bad.jsonl", '{"text":"a"}\n\n{"text":nope}\n', "malformed-json", "Line 3 .* not valid JSON"],
    [
      "lists.jsonl",
      `{"text":"a"}\n{"text":${"[".repeat(100_000)}\n`,
      "too-deep",
      "Line 2 .* nested deeper than 200 levels",
    ],
    ["objects.json", `[\n${'{"a":'.repeat(100_000)}`, "too-deep", "Line 2 .* nested deeper than 200 levels"],
    ["keys.jsonl", manyKeys(5000, "\n"), "too-many-columns", "more than 4096 different keys by line 4097"],
    ["keys.json", `[${manyKeys(5000, ",")}]`, "too-many-columns", "more than 4096 different keys"],
    ["list.jsonl", '{"text":"a"}\n[1,2]\n', "malformed-json", "Line 2 .* not a JSON object"],
    ["latin.jsonl", Buffer.from('{"text":"café"}\n', "latin1"), "wrong-encoding", "line 1 holds the byte 0xE9"],
    ["damaged.parquet", "PAR1 but no more than that", "damaged-parquet", "cannot be read as Parquet"],
    ["text.parquet", "text,rating\n", "not-a-table", "no Parquet file"],
  ])("refuses %s with a reason", async (name, content, code, message) => {
    const error = await failure(read(name, content));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(new RegExp(message));
  });

  it("counts no bracket inside a text, nor those of the lines before", async () => {
    const brackets = "[{".repeat(1000);
    const lines =
      `{"text":"${brackets}\\"${brackets}","rating":1}\n`.repeat(3) + '{"text":[[1]],"rating":2}\n'.repeat(300);
    expect(await valuesOf(await readTable(file("brackets.jsonl", lines)))).toHaveLength(303);
  });

  it("reads rows of many keys, and of few keys in many rows", async () => {
    const rows = Array.from({ length: 500 }, (_, index) => `{"text":"a","key ${index}":{"x":${index}}}`);
    const table = await readTable(file("somekeys.jsonl", rows.join("\n")));
    expect(table.columns).toHaveLength(501);
    expect(await valuesOf(table, ["text", "key 499"])).toHaveLength(500);
    const nested = Array.from({ length: 5000 }, (_, index) => `{"text":"a","more":{"key ${index}":1}}`);
    expect((await readTable(file("nested.jsonl", nested.join("\n")))).columns).toEqual(["text", "more"]);
  });

  it("reads a line of 10 MB, and names a broken one at once", async () => {
    const long = "long text ".repeat(1_000_000);
    const rows = await read("long.jsonl", `{"text":"${long}","rating":5}\n{"text":"short","rating":1}\n`);
    expect(rows.map(([text]) => text?.length)).toEqual([long.length, 5]);
    const error = await failure(read("longbad.jsonl", `{"text":"a"}\n{"text":"${long}${long}${long},"rating":5}\n`));
    expect(error.message).toMatch(/Line 2 of .* is not valid JSON/);
  });

  it("reads Parquet compressed with brotli, numbers as text", async () => {
    const path = join(folder, "brotli.parquet");
    await withConnection(async (connection) => {
      await connection.run(
        `COPY (SELECT range AS "Clothing ID", CASE WHEN range % 3 = 0 THEN NULL ELSE 'title ' || range END AS "Title", range % 5 + 1 AS "Rating", 4.5::DOUBLE AS half FROM range(5000)) TO '${path}' (FORMAT parquet, COMPRESSION brotli)`,
      );
      const codec = await connection.runAndReadAll(`SELECT DISTINCT compression FROM parquet_metadata('${path}')`);
      expect(codec.getRows()).toEqual([["BROTLI"]]);
    });
    const table = await readTable(path);
    expect(table.columns).toEqual(["Clothing ID", "Title", "Rating", "half"]);
    const rows = await valuesOf(table);
    expect(rows).toHaveLength(5000);
    expect(rows[4999]).toEqual(["4999", "title 4999", "5", "4.5"]);
    expect(rows[3]).toEqual(["3", null, "4", "4.5"]);
  });
});

describe("files", () => {
  it("joins several files and the matches of a glob, in order", async () => {
    mkdirSync(join(folder, "many"), { recursive: true });
    file("many/b.csv", "text,rating\nsecond,2\n");
    file("many/a.csv", "rating,text\n1,first\n");
    const rows = await valuesOf(await readTable([join(folder, "many", "*.csv")]), ["text", "rating"]);
    expect(rows).toEqual([
      ["first", "1"],
      ["second", "2"],
    ]);
    const error = await failure(
      valuesOf(await readTable([join(folder, "many", "a.csv"), file("other.csv", "txt,rating\nthird,3\n")])),
    );
    expect(error.code).toBe("unknown-column");
    expect(error.message).toContain('other.csv" has no column "text". Did you mean "txt"?');
  });

  it("reads paths with quotes, brackets and spaces literally", async () => {
    expect(await read("it's [1] a*b; --.csv", "text,rating\nfine,4\n")).toEqual([["fine", "4"]]);
    expect(await read("names.csv", "it's \"q\",a;b],{c: 'd'}\nx,y,z\n")).toEqual([["x", "y", "z"]]);
  });

  it.skipIf(process.platform === "win32")(
    "reads a link that is named, and none out of a folder that is searched",
    async () => {
      mkdirSync(join(folder, "found"));
      file("found/a.csv", "text,rating\nfine,4\n");
      symlinkSync("a.csv", join(folder, "found", "b.csv"));
      expect(await valuesOf(await readTable(join(folder, "found", "*.csv")))).toHaveLength(2);
      symlinkSync(file("secret.csv", "text,rating\nsecret,1\n"), join(folder, "found", "c.csv"));
      expect(await valuesOf(await readTable(join(folder, "found", "c.csv")))).toEqual([["secret", "1"]]);
      const error = await failure(readTable(join(folder, "found", "*.csv")));
      expect(error.code).toBe("link-out-of-folder");
      expect(error.message).toContain(join(folder, "found", "c.csv"));
    },
  );

  it.skipIf(process.platform === "win32")("waits for no pipe", async () => {
    execFileSync("mkfifo", [join(folder, "pipe.csv")]);
    expect((await failure(readTable(join(folder, "pipe.csv")))).code).toBe("not-a-file");
  });

  it("reads the file of that name, and not those that the name would match as a pattern", async () => {
    file("a[1].csv", "text,rating\nliteral,1\n");
    file("a1.csv", "text,rating\npattern,2\n");
    file("b*.csv", "text,rating\nliteral,3\n");
    file("bc.csv", "text,rating\npattern,4\n");
    expect(await valuesOf(await readTable(join(folder, "a[1].csv")))).toEqual([["literal", "1"]]);
    expect(await valuesOf(await readTable(join(folder, "b*.csv")))).toEqual([["literal", "3"]]);
  });

  it("names the nearest file when there is none, and refuses a folder", async () => {
    file("reviews.csv", "text,rating\nfine,4\n");
    const missing = await failure(readTable(join(folder, "reveiws.csv")));
    expect(missing.code).toBe("no-such-file");
    expect(missing.message).toContain(`Did you mean "${join(folder, "reviews.csv")}"?`);
    expect((await failure(readTable(join(folder, "nowhere", "x.csv")))).message).toContain("no folder");
    expect((await failure(readTable(join(folder, "*.tsv.gz")))).message).toContain("No file matches");
    const isFolder = await failure(readTable(folder));
    expect(isFolder.code).toBe("is-a-folder");
    expect(isFolder.message).toContain("*.csv");
  });
});
