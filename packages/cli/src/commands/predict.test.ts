import { mkdirSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runFake, temporaryFolder } from "../testing/harness.js";

/** One line of `--json`. */
interface Answer {
  readonly text: string;
  readonly error?: string;
  readonly probabilities: readonly unknown[];
}

const files = temporaryFolder();
const model = files.path("model");
beforeAll(() => {
  mkdirSync(model);
  files.write("model/config.json", "{}");
});
afterAll(() => files.remove());

describe("predict", () => {
  it("shows the expected rating, the most likely one and a bar for each label", async () => {
    const { code, out } = await runFake(["predict", model, "a text of thirty-one characters"]);
    expect(code).toBe(0);
    expect(out).toContain("4.10 stars");
    expect(out).toMatch(/4 {3}80 % {2}█+/);
    expect(out.split("\n").filter((line) => /^ {2}\d/.test(line))).toHaveLength(5);
  });

  it("prints one JSON object a text with --json", async () => {
    const { out } = await runFake(["predict", model, "first", "second", "--json"]);
    const lines = out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Answer);
    expect(lines.map(({ text }) => text)).toEqual(["first", "second"]);
    expect(lines[0].probabilities).toHaveLength(5);
  });

  it("warns when it knows none of the words", async () => {
    expect((await runFake(["predict", model, "zzz"])).out).toContain("knows none of these words");
  });

  it.each([[[""]], [["  "]], [["fine", ""]]])("refuses an empty text %j with exit code 2", async (texts) => {
    const { code, out, err } = await runFake(["predict", model, ...texts]);
    expect(code).toBe(2);
    expect(err).toContain("empty");
    expect(out).toBe("");
  });

  it("answers every line of standard input, in step, and names the blank ones", async () => {
    const { code, out, err } = await runFake(["predict", model, "-", "--json"], { stdin: "one\n\nthree\n" });
    const lines = out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Answer);
    expect(lines.map(({ text, error }) => error ?? text)).toEqual(["one", "Line 2 has no words to rate.", "three"]);
    expect(err).toContain("Line 2");
    expect(code).toBe(2);
  });

  it("gives a piped line the answer that the same text gets on the command line, whatever ends the line", async () => {
    const given = (await runFake(["predict", model, "the same text", "--json"])).out;
    for (const stdin of ["the same text", "the same text\n", "the same text\r\n"]) {
      expect((await runFake(["predict", model, "--json"], { stdin })).out).toBe(given);
    }
  });

  it("adds ratings to the rows of a file and leaves rows without a text unrated", async () => {
    const input = files.write(
      "new.csv",
      "id,review\n1,a lovely long review of a kettle\n2,\n3,another long review of a lamp\n",
    );
    const rated = files.path("rated.csv");
    const { code, out } = await runFake(["predict", model, "--in", input, "--out", rated]);
    expect(out).toContain("1 row without a text");
    expect(code).toBe(0);
    const lines = readFileSync(rated, "utf8").trim().split("\n");
    expect(lines[0]).toContain("id,review,predicted_rating,predicted_label");
    expect(lines[1]).toMatch(/^1,.*,4\.\d*,4,/);
    expect(lines[2]).toMatch(/^2,.*,,/);
    expect(lines).toHaveLength(4);
  });

  it("says how to make a model when there is none", async () => {
    const { code, err } = await runFake(["predict", files.path("nowhere"), "text"]);
    expect(code).toBe(2);
    expect(err).toContain("starcast train DATA --out");
  });
});
