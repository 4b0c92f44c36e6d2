import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readLabelledTexts } from "starcast";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeManyReviews } from "./manyReviews.mjs";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "starcast-many-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("writeManyReviews", () => {
  it("writes as many different reviews as asked for, the same ones each time", async () => {
    const [first, second] = [join(folder, "a.csv"), join(folder, "b.csv")];
    await writeManyReviews(first, 2500);
    await writeManyReviews(second, 2500);
    expect(readFileSync(second)).toEqual(readFileSync(first));
    const { rows } = await readLabelledTexts(first);
    expect(rows).toHaveLength(2500);
    expect(new Set(rows.map(({ text }) => text)).size).toBeGreaterThan(2400);
    expect(new Set(rows.map(({ label }) => label))).toEqual(new Set([1, 2, 3, 4, 5]));
  });
});
