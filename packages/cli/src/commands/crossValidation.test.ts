import { existsSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { realServices } from "../services.js";
import { fakeTerminal } from "../testing/fakeTerminal.js";
import { reviewsCsv, runWith, temporaryFolder } from "../testing/harness.js";

const files = temporaryFolder();
let data = "";
beforeAll(() => {
  data = files.write("reviews.csv", reviewsCsv(60));
});
afterAll(() => files.remove());

const quick = ["--epochs", "1", "--threads", "1", "--no-baselines"];

describe("train --cv", () => {
  it("tells the result of every fold and of all, and saves a model that learned from all rows", async () => {
    const out = files.path("cv-model");
    const {
      code,
      out: printed,
      err,
    } = await runWith(["train", data, "--cv", "2", ...quick, "--out", out], realServices);
    expect([code, err]).toEqual([0, ""]);
    expect(printed).toMatch(/fold 1: RMSE \d\.\d+ on 30 rows/);
    expect(printed).toMatch(/fold 2: RMSE \d\.\d+ on 30 rows/);
    expect(printed).toMatch(/Result on all rows, each held back once \(60 rows/);
    expect(printed).toMatch(/Mean RMSE of the 2 folds: \d\.\d+ stars, 95 % interval/);
    expect(printed).toMatch(/The model learned from 54 rows, with 6 to choose its epoch/);
    expect(printed).not.toContain("flattering");
    expect(existsSync(`${out}/config.json`)).toBe(true);
  });

  it("gives the folds' results with --json", async () => {
    const words = ["train", data, "--cv", "2", ...quick, "--out", files.path("cv-json"), "--json"];
    const { out } = await runWith(words, realServices);
    const { crossValidation } = JSON.parse(out) as { crossValidation: { folds: { rows: number }[]; spread: object } };
    expect(crossValidation.folds.map(({ rows }) => rows)).toEqual([30, 30]);
    expect(crossValidation.spread).toHaveProperty("mean");
  });

  it("writes nothing when it is stopped among the folds", async () => {
    const out = files.path("stopped");
    const terminal = fakeTerminal();
    const stdout = { ...terminal.stdout };
    const stopping = {
      ...terminal,
      stdout: {
        ...stdout,
        write(text: string) {
          if (text.includes("fold 1:")) terminal.pressCtrlC();
          return stdout.write(text);
        },
      },
    };
    const { code } = await runWith(["train", data, "--cv", "2", ...quick, "--out", out], realServices, stopping);
    expect(code).toBe(130);
    expect(existsSync(out)).toBe(false);
  });

  it.each([
    [["--cv", "2", "--test-fraction", "0.1"], "--cv tests on every row in turn, and --test-fraction on some"],
    [["--cv", "2", "--time", "day"], "--cv tests on every row in turn, and --time"],
    [["--cv", "2", "--seeds", "3"], "leave one out"],
    [["--cv", "1"], "--cv takes a whole number at least 2"],
  ])("refuses %j", async (flags, message) => {
    const { code, err } = await runWith(["train", data, ...flags, "--out", files.path("none")], realServices);
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
  });
});

describe("train --seeds", () => {
  it("tells the spread on the same division of the rows, and saves the first seed's model", async () => {
    const words = ["train", data, "--seeds", "2", ...quick, "--json"];
    const both = await runWith([...words, "--out", files.path("seeds")], realServices);
    const alone = await runWith(
      [...words.filter((word) => word !== "--seeds" && word !== "2"), "--out", files.path("one")],
      realServices,
    );
    interface Account {
      readonly seed: number;
      readonly test: { readonly rmse: number; readonly rows: number };
    }
    const { seeds, ...first } = JSON.parse(both.out) as Account & { seeds: Account[] };
    expect(both.err).toMatch(/seed 2: RMSE \d\.\d+/);
    expect(both.err + both.out).toContain("Mean RMSE of 2 seeds");
    expect(seeds.map(({ seed }) => seed)).toEqual([1, 2]);
    expect(seeds[1].test.rmse).not.toBe(seeds[0].test.rmse);
    expect(first.test.rmse).toBe((JSON.parse(alone.out) as Account).test.rmse);
  });
});
