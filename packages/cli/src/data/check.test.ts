import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkData } from "./check.js";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "starcast-check-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const plain = (count: number): [string, number][] =>
  Array.from({ length: count }, (_, index) => [`this is text number ${index}`, (index % 5) + 1]);

describe("checkData", () => {
  it("counts bad rows instead of refusing them", async () => {
    const path = join(folder, "bad.csv");
    writeFileSync(
      path,
      `text,rating\n${plain(30)
        .map((row) => row.join(","))
        .join("\n")}\nfine,n/a\ntoo,many,4\n`,
    );
    const report = await checkData(path);
    expect(report.rows).toBe(30);
    expect(report.skipped.count).toBe(2);
    expect(report.skipped.examples[0]).toMatchObject({ file: path, row: 31, line: 32, reason: 'has the rating "n/a"' });
  });

  it.each([
    ["too-few-rows", plain(10)],
    ["one-class", plain(40).map(([text]): [string, number] => [text, 3])],
  ])("says with %s why training would refuse the data", async (code, rows) => {
    const path = join(folder, "refused.csv");
    writeFileSync(path, `text,rating\n${rows.map((row) => row.join(",")).join("\n")}\n`);
    expect((await checkData(path)).blocked?.code).toBe(code);
  });
});

const realData = fileURLToPath(new URL("../../../../../shared/data/womens-clothing-reviews.csv", import.meta.url));

describe.skipIf(!existsSync(realData))("check of the 23,486 clothing reviews (needs ../shared/data)", () => {
  it("counts classes, empty texts and leaks", async () => {
    const report = await checkData(realData);
    expect(report.rows).toBe(23_486);
    expect(report.histogram.map(({ count }) => count)).toEqual([842, 1565, 2871, 5077, 13131]);
    expect(report.withoutWords.count).toBe(844);
    expect(report.leak.count).toBeLessThan(50);
    expect(report.ratingInText.count).toBeGreaterThan(10);
    expect(report.blocked).toBeUndefined();
  });
});
