import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { mostBytes, readFile } from "./readFile.js";

const file = (content: BlobPart | readonly number[], name: string) =>
  new File([Array.isArray(content) ? Uint8Array.from(content as number[]) : (content as BlobPart)], name);

describe("readFile", () => {
  it.each([
    ["commas", "a.csv", 'text,rating\n"good, very ""good""",5\nbad,1\n'],
    ["semicolons", "a.csv", 'text;rating\n"good, very ""good""";5\nbad;1\n'],
    ["a mark and Windows line ends", "a.csv", '\ufefftext,rating\r\n"good, very ""good""",5\r\n\r\nbad,1'],
    [
      "tabs",
      "a.tsv",
      'text\trating\ngood, very "good"\t5\nbad\t1\n'.replace('good, very "good"', '"good, very ""good"""'),
    ],
    ["JSON lines", "a.jsonl", '{"text":"good, very \\"good\\"","rating":5}\n\n{"text":"bad","rating":1}\n'],
  ])("reads a table with %s", async (_, name, content) => {
    const { columns, values, rowNumbers } = await readFile(file(content, name));
    expect(columns).toEqual(["text", "rating"]);
    expect(values).toEqual([
      ['good, very "good"', "bad"],
      ["5", "1"],
    ]);
    expect(rowNumbers).toEqual([1, 2]);
  });

  it("unpacks gzip", async () => {
    const packed = gzipSync("text,rating\ngood,5\n");
    expect((await readFile(file(packed, "a.csv.gz"))).values).toEqual([["good"], ["5"]]);
    await expect(readFile(file(packed.subarray(0, 20), "a.csv.gz"))).rejects.toMatchObject({ code: "damaged" });
  });

  it.each(["brotli", "snappy", "zstd"])("reads Parquet compressed with %s, as the command line does", async (name) => {
    const bytes = readFileSync(new URL(`testdata/${name}.parquet`, import.meta.url));
    const { columns, values } = await readFile(file(bytes, `${name}.parquet`));
    expect(columns).toEqual(["text", "rating", "score", "at", "id"]);
    expect(values).toEqual([
      ['good, very "good"', null],
      ["5", "1"],
      ["4.5", "0.5"],
      ["2026-01-02T03:04:05.000Z", null],
      ["9007199254740993", "2"],
    ]);
  });

  it("leaves ragged rows out, and numbers the others as in the file", async () => {
    const { values, rowNumbers, ragged } = await readFile(file("text,rating\na,1\nb,2,3\nc,4\n", "a.csv"));
    expect(values[0]).toEqual(["a", "c"]);
    expect(rowNumbers).toEqual([1, 3]);
    expect(ragged).toEqual([{ row: 2, reason: "has 3 values for 2 columns" }]);
  });

  it("gives keys that appear later a column, empty above", async () => {
    const { columns, values } = await readFile(file('{"a":1}\n{"b":{"c":[2]}}\n', "a.jsonl"));
    expect(columns).toEqual(["a", "b"]);
    expect(values).toEqual([
      ["1", null],
      [null, '{"c":[2]}'],
    ]);
  });

  it.each([
    ["nothing", "", "empty-file"],
    ["blank lines", "\n\n\n", "empty-file"],
    ["a header alone", "text,rating\n", "too-few-rows"],
    ["data instead of a header", "lovely,5\nbad,1\n", "missing-header"],
    ["a quote that is never closed", 'text,rating\n"good,5\nbad,1\n', "malformed-csv"],
    ["Excel", [0x50, 0x4b, 0x03, 0x04, 1, 2], "wrong-format"],
    ["a PDF", "%PDF-1.7", "wrong-format"],
    ["binary data", [1, 2, 0, 3, 200], "wrong-format"],
    ["UTF-16", [0xff, 0xfe, 0x61, 0x00], "wrong-encoding"],
    ["Latin-1", [0x74, 0x2c, 0x72, 0x0a, 0xe9, 0x2c, 0x35], "wrong-encoding"],
    ["damaged Parquet", [0x50, 0x41, 0x52, 0x31, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9], "damaged"],
  ] as const)("refuses %s with the name of the file and what to do", async (_, content, code) => {
    const error: unknown = await readFile(file(content, "bad.csv")).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code, message: expect.stringContaining("bad.csv") as string });
    expect((error as Error).message.length).toBeGreaterThan(30);
  });

  it.each([
    ["a line that is not JSON", '{"text":"a"}\nnonsense', "Line 2"],
    ["a line that is no object", '{"text":"a"}\n[1]', "Line 2"],
    ["one list", '[{"text":"a"}]', "a line each"],
  ])("refuses JSON with %s", async (_, content, message) => {
    await expect(readFile(file(content, "a.jsonl"))).rejects.toThrow(message);
  });

  it("refuses what no page can hold, without reading it", async () => {
    const huge = { name: "huge.csv", size: mostBytes + 1 } as File;
    await expect(readFile(huge)).rejects.toMatchObject({
      code: "too-large",
      message: expect.stringContaining("starcast train") as string,
    });
  });
});
