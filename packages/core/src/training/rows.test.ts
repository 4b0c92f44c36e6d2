import { describe, expect, it } from "vitest";
import { DataError, OptionError } from "../errors.js";
import type { PartOptions } from "./division.js";
import type { LabelledText } from "./labelledText.js";
import { type CollectedRows, collectRows } from "./rows.js";

function collect(rows: readonly LabelledText[], options: Partial<PartOptions> = {}): Promise<CollectedRows> {
  return collectRows(rows, { seed: 1, ...options, onText: () => {} });
}

const unlike = (count: number): LabelledText[] =>
  Array.from({ length: count }, (_, row) => ({ text: `text number ${row}`, label: row % 5 }));

describe("collectRows", () => {
  it("gives three parts, a tenth for validation and a fifth for the test, unless told otherwise", async () => {
    const { parts, division } = await collect(unlike(100));
    expect([parts.train.length, parts.validation.length, parts.test.length]).toEqual([70, 10, 20]);
    expect(division).toEqual({ removedDuplicates: { validation: 0, test: 0 } });
    expect((await collect(unlike(100), { testFraction: 0 })).parts.test).toHaveLength(0);
  });

  it("works with twenty rows", async () => {
    const { parts } = await collect(unlike(20));
    expect([parts.train.length, parts.validation.length, parts.test.length]).toEqual([14, 2, 4]);
  });

  it("leaves out held-back rows whose text is in another part, but for case and white space", async () => {
    const texts = ["Lovely  dress", " lovely dress", "LOVELY\tDRESS\n", "Lovely dress!"];
    const rows = unlike(400).map((row, index) => (index % 10 === 0 ? { ...row, text: texts[(index / 10) % 4] } : row));
    const { parts, division } = await collect(rows);
    const kept = await collect(rows, { keepDuplicates: true });
    const isLovely = (row: number): boolean => row % 10 === 0;
    const lovely = (part: Uint32Array): number => part.filter(isLovely).length;
    expect(lovely(kept.parts.test)).toBeGreaterThan(2);
    expect([lovely(parts.validation), lovely(parts.test)]).toEqual([0, 0]);
    expect(division.removedDuplicates).toEqual({
      validation: lovely(kept.parts.validation),
      test: lovely(kept.parts.test),
    });
    expect(parts.train).toEqual(kept.parts.train);
    expect(kept.division.removedDuplicates).toBeUndefined();
  });

  it("compares no texts that are blank", async () => {
    const rows = unlike(100).map((row) => ({ ...row, text: row.label === 0 ? "  " : row.text }));
    expect((await collect(rows)).division.removedDuplicates).toEqual({ validation: 0, test: 0 });
  });

  it("leaves duplicates out of the caller's own parts as well", async () => {
    const test = [...unlike(3), { text: "something new", label: 1 }];
    const { parts, division } = await collect(unlike(50), { test });
    expect([...parts.test]).toEqual([53]);
    expect(division.removedDuplicates?.test).toBe(3);
  });

  it("says so when a part consists of duplicates", async () => {
    const rows = Array.from({ length: 60 }, (_, row) => ({ text: `text ${row % 3}`, label: row % 3 }));
    await expect(collect(rows)).rejects.toThrow(/^The texts of all 6 rows of the validation part are in other parts/);
  });

  it("keeps groups together, and takes a row without one for a group of its own", async () => {
    const rows = unlike(200).map((row, index) => ({ ...row, group: index < 150 ? `product ${index % 30}` : null }));
    const { parts, division } = await collect(rows, { splitBy: "group" });
    expect(division).toMatchObject({ splitBy: "group", groups: 80 });
    const of = (part: Uint32Array): string[] =>
      Array.from(part).flatMap((row) => (row < 150 ? [`product ${row % 30}`] : []));
    const [train, test] = [new Set(of(parts.train)), new Set(of(parts.test))];
    expect([...test].filter((name) => train.has(name))).toEqual([]);
    expect(test.size).toBeGreaterThan(0);
  });

  it("follows the parts and the times of the rows", async () => {
    const named = unlike(60).map((row, index) => ({ ...row, part: ["train", "Train", "TEST", "dev"][index % 4] }));
    const { parts } = await collect(named, { splitBy: "part" });
    expect([parts.train.length, parts.validation.length, parts.test.length]).toEqual([30, 15, 15]);
    const dated = unlike(100).map((row, index) => ({ ...row, time: new Date(2020, 0, 100 - index) }));
    const byTime = await collect(dated, { splitBy: "time" });
    expect([...byTime.parts.test]).toEqual([...new Array(20).keys()]);
  });

  it.each<[string, readonly LabelledText[], Partial<PartOptions>, new (...args: never[]) => Error, RegExp]>([
    ["an unknown way", unlike(30), { splitBy: "date" as "time" }, OptionError, /"group", "part" or "time", not "date"/],
    ["named parts beside own ones", unlike(30), { splitBy: "part", test: unlike(3) }, OptionError, /test rows beside/],
    ["no group at all", unlike(30), { splitBy: "group" }, DataError, /No row has a group/],
    ["no part", unlike(30), { splitBy: "part" }, DataError, /^Row 1 names no part/],
    ["no time", unlike(30), { splitBy: "time" }, DataError, /^Row 1 has no time/],
    ["too few rows", unlike(19), {}, DataError, /There are 19 rows, and at least 20/],
    ["no validation", unlike(30), { validationFraction: 0 }, OptionError, /must be above 0/],
  ])("refuses %s", async (_name, rows, options, type, message) => {
    const failure = await collect(rows, options).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(type);
    expect((failure as Error).message).toMatch(message);
  });
});

describe("unlabelled texts", () => {
  const collectWith = (unlabelled: Iterable<string> | AsyncIterable<string>, onUnlabelled?: (text: string) => void) =>
    collectRows(unlike(40), { seed: 1, unlabelled, onUnlabelled, onText: () => {} });

  it("are numbered after all rows, and told in order", async () => {
    const told: string[] = [];
    const { unlabelled, labels } = await collectWith(["one more", "and another"], (text) => told.push(text));
    expect([...unlabelled]).toEqual([labels.length, labels.length + 1]);
    expect(told).toEqual(["one more", "and another"]);
  });

  it("are left out where a row has the same text, in whatever part, but for case and white space", async () => {
    const { unlabelled } = await collectWith([
      ...unlike(40).map(({ text }) => ` ${text.toUpperCase()}\n`),
      "text number 40",
    ]);
    expect([...unlabelled]).toEqual([80]);
  });

  it("must be texts", async () => {
    await expect(collectWith(["fine", 3 as unknown as string])).rejects.toThrow(
      new DataError("missing-text", "Unlabelled text 2 is not a text; the unlabelled texts are strings."),
    );
  });
});
