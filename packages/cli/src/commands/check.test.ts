import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { reviewsCsv, runFake, temporaryFolder } from "../testing/harness.js";

const files = temporaryFolder();
let clean = "";
beforeAll(() => {
  clean = files.write("reviews.csv", reviewsCsv(50));
});
afterAll(() => files.remove());

describe("check", () => {
  it("shows columns, histogram and lengths, passes clean data and names the next command", async () => {
    const { code, out } = await runFake(["check", clean]);
    expect(code).toBe(0);
    expect(out).toContain("text = review (guessed");
    expect(out).toMatch(/ {2}5 {2}10 {2}20\.0 % {2}█+/);
    expect(out).toContain("8.0 words on average");
    expect(out).toContain("8 checks passed, no warnings.");
    expect(out).toContain(`starcast train ${clean}`);
  });

  it("warns of what is wrong, with counts and rows", async () => {
    const extra = '"a good thing number 3 that I bought",5\n"I give it 5 stars, a fine thing",5\n"",2\n';
    const { code, out } = await runFake(["check", files.write("odd.csv", reviewsCsv(50) + extra)]);
    expect(code).toBe(0);
    expect(out).toContain("1 row repeats the text of an earlier row");
    expect(out).toContain("1 text has different ratings");
    expect(out).toContain("row 4 (4), row 51 (5)");
    expect(out).toContain("1 text states a rating");
    expect(out).toContain("1 text without words");
    expect(out).toContain("row 53 (2): (empty)");
  });

  it("counts rows without a rating instead of refusing them, and tells the flag that trains on the rest", async () => {
    const { code, out } = await runFake(["check", files.write("gaps.csv", `${reviewsCsv(50)}"no rating here",\n`)]);
    expect(code).toBe(0);
    expect(out).toContain("1 row without a usable rating");
    expect(out).toMatch(/starcast train .*gaps\.csv --skip-bad-rows/);
  });

  it("exits with 2 and gives the reason when training would refuse the data", async () => {
    const { code, out } = await runFake(["check", files.write("few.csv", reviewsCsv(6))]);
    expect(code).toBe(2);
    expect(out).toContain("Only 6 rows");
    expect(out).not.toContain("Next");
  });

  it("prints the whole report with --json and nothing else on standard output", async () => {
    const { out } = await runFake(["check", clean, "--json"]);
    expect(JSON.parse(out)).toMatchObject({ rows: 50, duplicates: { count: 0 } });
  });
});
