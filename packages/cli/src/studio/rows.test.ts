import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { openLabelledTexts, type SplitColumns } from "../data/readTexts.js";
import { type RunDivision, recordData } from "../run/runData.js";
import { temporaryFolder } from "../testing/harness.js";
import { rowsOfRun } from "./rows.js";

const files = temporaryFolder();
afterAll(() => files.remove());

/** Rows whose `part` says where they belong: two for training, one for the test, one for validation, again and again. */
const partNames = ["train", "train", "test", "validation"];
const csvOf = (rows: number, prefix = "") =>
  `part,text,rating\n${Array.from({ length: rows }, (_, row) => `${partNames[row % 4]},${prefix}thing ${row},${(row % 5) + 1}\n`).join("")}`;
const thirds = (rows: number) =>
  Object.fromEntries(
    Object.entries({ train: ["train"], validation: ["validation"], test: ["test"] }).map(([part, [name]]) => [
      part,
      Array.from({ length: rows }, (_, row) => row).filter((row) => partNames[row % 4] === name),
    ]),
  ) as Record<"train" | "validation" | "test", number[]>;

const division: RunDivision = {
  text: ["text"],
  label: "rating",
  task: "rating",
  skipBadRows: false,
  split: { part: "part" },
  seed: 1,
  validationFraction: 0.1,
  testFraction: 0.2,
  keepDuplicates: false,
};
const run = files.path("runs/one");

/** A folder as a run leaves it, without a model that anyone could use. */
async function record(
  paths: { readonly main: readonly string[]; readonly test?: string },
  { counts, ...changes }: Partial<RunDivision> & { readonly counts: object },
): Promise<void> {
  mkdirSync(run, { recursive: true });
  const split: SplitColumns = changes.split ?? division.split;
  const main = await openLabelledTexts(paths.main, { text: ["text"], label: "rating", split, skipBadRows: true });
  const test = paths.test === undefined ? undefined : await openLabelledTexts(paths.test, { purpose: "evaluate" });
  const data = await recordData(run, { main, test }, { ...division, ...changes });
  writeFileSync(join(run, "data.json"), JSON.stringify(data));
  writeFileSync(join(run, "metrics.json"), JSON.stringify({ dataset: counts }));
  writeFileSync(join(run, "model.safetensors"), "weights");
}

beforeEach(() => rmSync(run, { recursive: true, force: true }));

describe("the rows of a run on disk", () => {
  it("are read from the recorded file, which is named without the folders above, and divided as they were", async () => {
    files.write("a.csv", csvOf(40));
    await record({ main: [files.path("a.csv")] }, { counts: { train: 20, validation: 10, test: 10 } });
    expect(readFileSync(join(run, "data.json"), "utf8")).not.toContain(files.folder);
    const rows = await rowsOfRun(run);
    expect(rows.parts).toEqual(thirds(40));
    expect(rows.columns).toEqual(["text", "rating", "part"]);
    expect(rows.values.map((column) => column[39])).toEqual(["thing 39", "5", "validation"]);
    expect(rows.rowNumbers).toEqual(Array.from({ length: 40 }, (_, row) => row + 1));
    expect(rows.files).toEqual([{ name: "a.csv", from: 0 }]);
    // printf weights | sha256sum
    expect(rows.fingerprint).toBe("9a129038d9a00aed0cf6a7ea059ca50a813449061ab87848cf1a13eafdf33b2c");
  });

  it("keep their numbers in each of several files, and bad rows are left to the page to pass over", async () => {
    files.write("a.csv", csvOf(24));
    files.write("b.csv", `${csvOf(24, "other ")}train,no rating,\n`);
    const counts = { train: 24, validation: 12, test: 12 };
    await record({ main: [files.path("a.csv"), files.path("b.csv")] }, { counts, skipBadRows: true });
    const rows = await rowsOfRun(run);
    expect(rows.files).toEqual([
      { name: "a.csv", from: 0 },
      { name: "b.csv", from: 24 },
    ]);
    expect(rows.rowNumbers.slice(23, 26)).toEqual([24, 1, 2]);
    expect(rows.values[0]).toHaveLength(49);
    expect(rows.parts).toEqual(thirds(48));
  });

  it("come with those of a test file of its own at the end", async () => {
    files.write("a.csv", csvOf(40));
    files.write("test.csv", "rating,text\n4,kept aside\n2,that too\n");
    const paths = { main: [files.path("a.csv")], test: files.path("test.csv") };
    await record(paths, { split: {}, counts: { train: 36, validation: 4, test: 2 } });
    const { parts, values } = await rowsOfRun(run);
    expect(parts.test).toEqual([40, 41]);
    expect(parts.train).toHaveLength(36);
    expect(values.map((column) => column[41])).toEqual(["that too", "2", null]);
  });

  it.each<[string, (path: string) => void]>([
    ["data-changed", (path) => appendFileSync(path, "train,one more,3\n")],
    ["data-changed", (path) => writeFileSync(path, readFileSync(path, "utf8").replace("thing 7", "thinG 7"))],
    ["data-gone", (path) => rmSync(path)],
    ["no-data-record", () => rmSync(join(run, "data.json"))],
    ["no-data-record", () => writeFileSync(join(run, "data.json"), "{}")],
    [
      "other-division",
      () => writeFileSync(join(run, "metrics.json"), '{"dataset":{"train":39,"validation":1,"test":0}}'),
    ],
  ])("are not given out where they are not sure: %s", async (code, change) => {
    const path = files.write("c.csv", csvOf(40));
    await record({ main: [path] }, { counts: { train: 20, validation: 10, test: 10 } });
    change(path);
    await expect(rowsOfRun(run)).rejects.toMatchObject({ code });
  });
});
