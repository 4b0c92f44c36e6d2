import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeSample } from "@starcast/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readLabelledTexts } from "./readTexts.js";
import { writeSample } from "./sample.js";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "starcast-sample-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the sample", () => {
  it("is written as a CSV file that reads back whole", async () => {
    const path = join(folder, "sample.csv");
    await writeSample(path);
    const { rows, columns } = await readLabelledTexts(path);
    expect(columns).toMatchObject({ text: ["review"], label: "rating" });
    const sample = makeSample();
    expect(rows.map(({ text, label }) => [text, label])).toEqual(sample.map(({ review, rating }) => [review, rating]));
    const before = readFileSync(path, "utf8");
    await writeSample(path);
    expect(readFileSync(path, "utf8")).toBe(before);
  });
});
