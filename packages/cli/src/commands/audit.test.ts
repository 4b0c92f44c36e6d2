import { existsSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { realServices } from "../services.js";
import { reviewsCsv, runWith, temporaryFolder } from "../testing/harness.js";

const files = temporaryFolder();
const model = files.path("model");
const flags = ["--threads", "1", "--folds", "3"];

/** Reviews of which some rows, counted from 1, have the rating given. */
function reviewsWith(rows: number, wrong: Readonly<Record<number, number>>): string {
  const [head, ...lines] = reviewsCsv(rows).trim().split("\n");
  const mended = lines.map((line, index) => line.replace(/\d$/, (digit) => String(wrong[index + 1] ?? digit)));
  return `${[head, ...mended].join("\n")}\n`;
}

beforeAll(async () => {
  const data = files.write("sound.csv", reviewsCsv(300));
  const brief = ["--members", "1", "--threads", "1", "--no-baselines", "--no-report", "--quiet"];
  await runWith(["train", data, ...brief, "--out", model], realServices);
});
afterAll(() => files.remove());

describe("audit", () => {
  it("writes the rows whose rating contradicts their text, the worst first", async () => {
    // Row 11 is "awful", row 45 "superb".
    const data = files.write("wrong.csv", reviewsWith(300, { 11: 5, 45: 1 }));
    const out = files.path("audit.csv");
    const { code, out: printed, err } = await runWith(["audit", model, data, "--out", out, ...flags], realServices);
    expect([code, err]).toEqual([0, ""]);
    const [head, ...lines] = readFileSync(out, "utf8").trim().split("\n");
    expect(head).toBe("row,file,text,rating,predicted,severity,why");
    expect(
      lines
        .slice(0, 2)
        .map((line) => Number(line.split(",")[0]))
        .sort((a, b) => a - b),
    ).toEqual([11, 45]);
    const awful = lines.find((line) => line.startsWith("11,"));
    expect(awful).toMatch(
      /a awful thing number 10 that I bought,5,[12][.\d]*,[34][.\d]*,"?reads like [12]\.\d+: 1 is the most likely label/,
    );
    expect(printed).toMatch(/row 11 /);
  });

  it("says when the file as a whole is rated the other way round", async () => {
    const turned = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [index + 1, 5 - (index % 5)]));
    const data = files.write("turned.csv", reviewsWith(60, turned));
    const { err, out } = await runWith(
      ["audit", model, data, "--out", files.path("turned-audit.csv"), ...flags],
      realServices,
    );
    expect(out + err).toContain("the whole file seems to be on a reversed scale");
  });

  it.each([
    ["a file that is there", ["--out", "sound.csv"], "replace it with --force"],
    ["another format", ["--out", "audit.parquet"], "ends in .csv"],
    ["a column that is not", ["--group", "shop", "--out", "none.csv"], 'no column "shop"'],
  ])("refuses %s before anything is trained", async (_name, given, message) => {
    const own = given.map((word) => (/\.(csv|parquet)$/.test(word) ? files.path(word) : word));
    const { code, err } = await runWith(["audit", model, files.path("sound.csv"), ...own], realServices);
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
    expect(existsSync(files.path("none.csv"))).toBe(false);
  });
});

describe("compare --models", () => {
  it("compares saved models on the same rows, and says whether the difference is noise", async () => {
    const weak = files.path("weak");
    const data = files.write("fresh.csv", reviewsCsv(80));
    await runWith(
      ["train", data, "--threads", "1", "--no-baselines", "--epochs", "1", "--out", weak, "--quiet"],
      realServices,
    );
    const same = await runWith(["compare", data, "--models", `${model},${model}`], realServices);
    expect(same.out).toContain("The difference in RMSE is within noise");
    const { code, out } = await runWith(["compare", data, "--models", `${model},${weak}`, "--json"], realServices);
    expect(code).toBe(0);
    const { comparisons } = JSON.parse(out) as {
      comparisons: { differences: { measure: string; better?: string }[] }[];
    };
    expect(comparisons[0].differences[0]).toMatchObject({ measure: "RMSE", better: "first" });
  });

  it.each([
    [["--models", model], "--models takes two or more"],
    [["--models", `${model},${files.path("gone")}`], "no model folder"],
  ])("refuses %j", async (given, message) => {
    const { code, err } = await runWith(["compare", files.path("sound.csv"), ...given], realServices);
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
  });
});
