import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openLabelledTexts, type ReadLabelledOptions, readLabelledTexts, readTexts } from "./readTexts.js";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "starcast-texts-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const good = Array.from({ length: 30 }, (_, row) => `this is review ${row},${(row % 5) + 1}`);

function reviews(name: string, ...extra: string[]): string {
  return file(name, ["review,rating", ...good, ...extra, ""].join("\n"));
}

async function failure(
  path: string,
  options?: ReadLabelledOptions,
): Promise<{ name: string; code: string; message: string }> {
  return readLabelledTexts(path, options).then(
    () => ({ name: "nothing", code: "", message: "" }),
    (error: Error & { code: string }) => error,
  );
}

describe("openLabelledTexts", () => {
  it("reads the same rows each time they are gone through, and counts them without the bad ones", async () => {
    const path = reviews("again.csv", "no stars at all,none", "last,4");
    const { rows, skipped } = await openLabelledTexts(path, { skipBadRows: true });
    const read = async () => {
      const found = [];
      for await (const row of rows) found.push(row);
      return found;
    };
    const first = await read();
    expect(rows.length).toBe(31);
    expect(first).toHaveLength(31);
    expect(first[30]).toEqual({ text: "last", label: 4, file: path, row: 32 });
    expect(await read()).toEqual(first);
    expect(skipped).toHaveLength(1);
  });
});

describe("readLabelledTexts", () => {
  it("gives texts, ratings and their places", async () => {
    const { rows, columns, skipped, sources } = await readLabelledTexts([reviews("a.csv"), reviews("b.csv")]);
    expect(rows).toHaveLength(60);
    expect(rows[31]).toEqual({ text: "this is review 1", label: 2, file: join(folder, "b.csv"), row: 2 });
    expect(columns).toMatchObject({ text: ["review"], label: "rating", textGiven: false, labelGiven: false });
    expect([skipped, sources.length]).toEqual([[], 2]);
  });

  it("joins text columns by one space, with missing ones empty", async () => {
    const path = file(
      "title.csv",
      `title,body,rating\n${good.map((line, row) => (row === 0 ? `,${line}` : row === 1 ? `only a title,,4` : `my title ${row},${line}`)).join("\n")}\n`,
    );
    const { rows, columns } = await readLabelledTexts(path);
    expect(columns.text).toEqual(["title", "body"]);
    expect(rows.slice(0, 3).map(({ text }) => text)).toEqual([
      " this is review 0",
      "only a title ",
      "my title 2 this is review 2",
    ]);
  });

  it("names file, row, line and value of a rating that is none", async () => {
    const error = await failure(reviews("bad.csv", '"two\nlines",4', "fine,five", "fine,"));
    expect(error.name).toBe("DataError");
    expect(error.code).toBe("bad-rating");
    expect(error.message).toMatch(
      /bad\.csv, row 32 \(line 34\) has the rating "five"\. It must be a number.* 1 other row has no usable one either.*--skip-bad-rows/,
    );
    expect((await failure(reviews("missing.csv", "fine,"))).message).toMatch(/row 31 \(line 32\) has no rating/);
  });

  it("leaves bad and ragged rows out on request, and lists them in order", async () => {
    const path = reviews("skip.csv", "fine,five", "too,many,4", "fine,", "last one,3");
    const { rows, skipped } = await readLabelledTexts(path, { skipBadRows: true });
    expect(rows).toHaveLength(31);
    expect(rows[30]).toMatchObject({ text: "last one", row: 34 });
    expect(skipped.map(({ row, line, reason }) => [row, line, reason])).toEqual([
      [31, 32, 'has the rating "five"'],
      [32, 33, "has 3 fields instead of 2"],
      [33, 34, "has no rating"],
    ]);
  });

  it("tells words apart from a few bad ratings", async () => {
    const path = file(
      "words.csv",
      `text,priority\n${good.map((line, row) => line.replace(/\d$/, ["low", "medium", "high"][row % 3])).join("\n")}\n`,
    );
    const error = await failure(path);
    expect(error.code).toBe("words-without-order");
    expect((await failure(path, { skipBadRows: true })).code).toBe("words-without-order");
    const ordered = await readLabelledTexts(path, { labels: ["low", "medium", "high"] });
    expect(ordered.rows.slice(0, 2).map(({ label }) => label)).toEqual(["low", "medium"]);
    expect((await readLabelledTexts(path, { task: "class" })).rows).toHaveLength(30);
    expect((await failure(path, { labels: ["low", "high"] })).message).toMatch(
      /row 2 .* "medium"\. It must be one of "low", "high"/,
    );
  });

  it("asks for enough rows to train, but not to evaluate or to check", async () => {
    const path = file("few.csv", "text,rating\nfine words,4\ngood words,4\n");
    expect((await failure(path)).code).toBe("too-few-rows");
    expect((await readLabelledTexts(path, { purpose: "evaluate" })).rows).toHaveLength(2);
    const empty = file("header.csv", "text,rating\n");
    expect((await failure(empty, { purpose: "evaluate", text: ["text"], label: "rating" })).code).toBe("too-few-rows");
    expect((await failure(empty)).message).toContain("has a header but no rows");
    expect((await readLabelledTexts(empty, { purpose: "check", text: ["text"], label: "rating" })).rows).toEqual([]);
  });
});

describe("readTexts", () => {
  it("reads texts without ratings", async () => {
    const { texts, columns } = await readTexts(file("plain.csv", "id,comment\n1,so so it is\n2,\n"));
    expect([texts, columns.text]).toEqual([["so so it is", ""], ["comment"]]);
    await expect(readTexts(file("nothing.csv", "comment\n"), { text: ["comment"] })).rejects.toMatchObject({
      code: "too-few-rows",
    });
  });
});

const realData = fileURLToPath(new URL("../../../../../shared/data/womens-clothing-reviews.csv", import.meta.url));

describe.skipIf(!existsSync(realData))("the 23,486 clothing reviews (needs ../shared/data)", () => {
  it("are read whole, with the article's columns and class counts", async () => {
    const { rows, columns } = await readLabelledTexts(realData);
    expect(columns).toMatchObject({ text: ["Title", "Review Text"], label: "Rating" });
    expect(rows).toHaveLength(23_486);
    const counts = new Map<string | number, number>();
    for (const { label } of rows) counts.set(label, (counts.get(label) ?? 0) + 1);
    expect([1, 2, 3, 4, 5].map((star) => counts.get(star))).toEqual([842, 1565, 2871, 5077, 13131]);
    expect(rows[0].text).toBe(" Absolutely wonderful - silky and sexy and comfortable");
  });
});
