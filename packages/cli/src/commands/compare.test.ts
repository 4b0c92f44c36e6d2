import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { realServices } from "../services.js";
import { fakeCore } from "../testing/fakeCore.js";
import { fakeTerminal } from "../testing/fakeTerminal.js";
import { reviewsCsv, runFake, runWith, temporaryFolder } from "../testing/harness.js";

const files = temporaryFolder();
let data = "";
beforeAll(() => {
  data = files.write("reviews.csv", reviewsCsv(50));
});
afterAll(() => files.remove());

describe("compare", () => {
  it("shows recipes and baselines in one table, best first, the article's numbers beside ours", async () => {
    const { code, out } = await runFake(["compare", data, "--recipes", "best,fixed"]);
    expect(code).toBe(0);
    const rows = out.split("\n").filter((line) => /^ {2}(best|fixed|linear|always) /.test(line));
    expect(rows.map((row) => row.trim().split(" ")[0])).toEqual(["best", "fixed", "linear", "always"]);
    expect(rows[1]).toMatch(/0\.834 +63\.3 %$/);
    expect(rows[0]).not.toContain("0.834");
    expect(out).toContain("on other data: 23,486 reviews");
  });

  it("trains every recipe with every seed on the same options, and the baselines once a seed", async () => {
    const { core, calls } = fakeCore();
    const services = { ...realServices, core: async () => core };
    const { code, out } = await runWith(
      ["compare", data, "--recipes", "best,fixed", "--seeds", "2", "--seed", "5"],
      services,
    );
    expect(code).toBe(0);
    expect(calls.map(({ options }) => [options?.recipe, options?.seed, options?.baselines])).toEqual([
      ["best", 5, true],
      ["best", 6, true],
      ["fixed", 5, false],
      ["fixed", 6, false],
    ]);
    expect(out).toContain("Means over 2 seeds");
  });

  it("shows what is finished when it is interrupted", async () => {
    const terminal = fakeTerminal();
    let epochs = 0;
    const beforeEpoch = () => {
      if (++epochs === 5) terminal.pressCtrlC();
    };
    const { code, out } = await runFake(["compare", data, "--recipes", "best,fixed"], {
      core: { beforeEpoch },
      terminal,
    });
    expect(code).toBe(130);
    expect(out).toMatch(/^ {2}best +0\.700/m);
    expect(out).not.toMatch(/^ {2}fixed +0\.700/m);
  });
});
