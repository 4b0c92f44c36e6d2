import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readTable, type Table } from "./readTable.js";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "starcast-source-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A table of texts of so many words each. */
function tableOf(words: number, rows: number): Promise<Table> {
  const path = join(folder, `${words}.csv`);
  writeFileSync(path, `text,rating\n${`"${"word ".repeat(words)}",4\n`.repeat(rows)}`);
  return readTable(path);
}

describe("reading CSV", () => {
  it("takes bounded memory, of which longer texts get more", async () => {
    const [short, long, giant] = [await tableOf(60, 20), await tableOf(10_000, 20), await tableOf(200_000, 2)];
    const [least, more, none] = [short, long, giant].map(({ sources }) => sources[0].memoryLimit);
    expect(least).toBeLessThan(2 ** 28);
    expect(more).toBeGreaterThan(Number(least));
    expect(none).toBeUndefined();
    for (const [table, rows] of [[short, 20] as const, [long, 20] as const, [giant, 2] as const]) {
      let count = 0;
      for await (const { values } of table.batches(["rating"]))
        count += values[0].filter((label) => label === "4").length;
      expect(count).toBe(rows);
    }
  });
});
