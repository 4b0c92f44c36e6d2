import { mkdirSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { reviewsCsv, runFake, temporaryFolder } from "../testing/harness.js";

const files = temporaryFolder();
const model = files.path("model");
let data = "";
beforeAll(() => {
  mkdirSync(model);
  files.write("model/config.json", "{}");
  data = files.write("reviews.csv", reviewsCsv(12));
});
afterAll(() => files.remove());

describe("evaluate", () => {
  it("prints the measures with intervals and the confusion matrix", async () => {
    const { code, out } = await runFake(["evaluate", model, data]);
    expect(code).toBe(0);
    expect(out).toMatch(/RMSE of the expected rating, in stars +0\.700 +95 % interval 0\.680 to 0\.720/);
    expect(out).toMatch(/^ {2}5 +0 +0 +0 +0 +4 +100 % right$/m);
  });

  it("prints only JSON on standard output with --json", async () => {
    const { out } = await runFake(["evaluate", model, data, "--json"]);
    expect(JSON.parse(out)).toMatchObject({ rows: 12, rmse: 0.7 });
  });

  it("writes a report of the rows with --report", async () => {
    const page = files.path("page.html");
    const { code, out } = await runFake(["evaluate", model, data, "--report", page]);
    expect(code).toBe(0);
    expect(out).toContain(`Report in ${page}`);
    expect(readFileSync(page, "utf8")).toContain("A report");
    const nowhere = await runFake(["evaluate", model, data, "--report", `${data}/page.html`]);
    expect(nowhere.err).toContain("cannot be written");
  });

  it("names the row whose rating the model does not know", async () => {
    const odd = files.write("odd.csv", "review,rating\na fine thing,3\na bad thing,9\n");
    const { code, err } = await runFake(["evaluate", model, odd]);
    expect(code).toBe(2);
    expect(err).toMatch(/odd\.csv, row 2 .*"9"/);
    const skipped = await runFake(["evaluate", model, odd, "--skip-bad-rows"]);
    expect(skipped.code).toBe(0);
    expect(skipped.out).toContain("1 row left out");
  });
});
