import { existsSync, readFileSync } from "node:fs";
import { divideRows } from "@starcast/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readLabelledTexts } from "../data/readTexts.js";
import { type Core, realServices } from "../services.js";
import { fakeTerminal } from "../testing/fakeTerminal.js";
import { reviewsCsv, runWith, temporaryFolder } from "../testing/harness.js";

const files = temporaryFolder();
let data = "";
beforeAll(() => {
  data = files.write("reviews.csv", reviewsCsv(60));
});
afterAll(() => files.remove());

interface Line {
  readonly trial: number;
  readonly value: number;
  readonly recipe: string;
  readonly command: string;
}

const linesOf = (folder: string): Line[] =>
  readFileSync(`${folder}/trials.jsonl`, "utf8")
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => JSON.parse(line) as Line);

describe("tune", () => {
  it("finishes one training however short the time, and goes on from there", async () => {
    const out = files.path("short");
    const first = await runWith(["tune", data, "--budget", "0.001s", "--threads", "1", "--out", out], realServices);
    expect([first.code, first.err]).toEqual([0, ""]);
    expect(linesOf(out)).toHaveLength(1);
    expect(existsSync(`${out}/best.json`)).toBe(true);
    expect(first.out).toContain("12 test rows are left out");
    const second = await runWith(["tune", data, "--budget", "4s", "--threads", "1", "--out", out], realServices);
    expect(second.out).toContain("going on with the search");
    expect(linesOf(out).length).toBeGreaterThan(1);
    const other = await runWith(["tune", data, "--seed", "2", "--out", out], realServices);
    expect([other.code, other.err]).toEqual([2, expect.stringContaining("holds a search on other data")]);
  });

  it("prints commands that train the same again", async () => {
    const out = files.path("replayed");
    await runWith(["tune", data, "--budget", "0.001s", "--threads", "1", "--out", out], realServices);
    const [{ command, value }] = linesOf(out);
    const words = command.split(" ").slice(1);
    expect(words.slice(0, 2)).toEqual(["train", data]);
    const { out: printed } = await runWith(
      [...words, "--threads", "1", "--out", files.path("again"), "--json"],
      realServices,
    );
    expect((JSON.parse(printed) as { validation: { rmse: number } }).validation.rmse).toBe(value);
  });

  it("prints commands that cross-validate the same again", async () => {
    const out = files.path("folds");
    const started = ["tune", data, "--cv", "3", "--seed", "5", "--test-fraction", "0.25"];
    await runWith([...started, "--budget", "0.001s", "--threads", "1", "--out", out], realServices);
    const [{ command, value, recipe }] = linesOf(out);
    const again = await runWith([...command.split(" ").slice(1), "--threads", "1"], realServices);
    expect([again.code, again.err]).toEqual([0, ""]);
    expect(linesOf(recipe.replace(".json", "-again")).map((line) => line.value)).toEqual([value]);
  });

  it("never hands a row of the test part to a training", async () => {
    const seen = new Set<string>();
    const core: Core = await realServices.core();
    const watching: Core = {
      ...core,
      async *train(rows, options) {
        const kept: Parameters<Core["train"]>[0] extends infer Rows ? Rows : never = rows;
        for await (const { text } of kept) seen.add(text);
        yield* core.train(rows, options);
      },
    };
    const services = { ...realServices, core: async () => watching };
    await runWith(["tune", data, "--budget", "0.001s", "--threads", "1", "--out", files.path("watched")], services);
    const { rows } = await readLabelledTexts(data);
    const { train, validation, test } = await divideRows(rows, { seed: 1 });
    const textsOf = (part: Uint32Array): string[] => Array.from(part, (row) => rows[row].text);
    expect(seen).toEqual(new Set([...textsOf(train), ...textsOf(validation)]));
    expect(textsOf(test).filter((text) => seen.has(text))).toEqual([]);
  });

  it("keeps the best when Ctrl-C is pressed", async () => {
    const out = files.path("stopped");
    const terminal = fakeTerminal();
    const { stdout } = terminal;
    const stopping = {
      ...terminal,
      stdout: {
        ...stdout,
        write(text: string) {
          if (text.includes("best so far")) terminal.pressCtrlC();
          return stdout.write(text);
        },
      },
    };
    const { code } = await runWith(["tune", data, "--threads", "1", "--out", out], realServices, stopping);
    expect(code).toBe(130);
    expect(terminal.out()).toContain(`--recipe ${out}/best.json`);
    expect(existsSync(`${out}/best.json`)).toBe(true);
  });

  it.each([
    [["--budget", "10"], "--budget takes a time such as 30s, 10m or 1h"],
    [["--recipe", "none.json"], "none.json, which cannot be read"],
    [["--recipe", "bets"], "did you mean best?"],
  ])("refuses %j", async (flags, message) => {
    const { code, err } = await runWith(["tune", data, ...flags, "--out", files.path("none")], realServices);
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
  });
});
