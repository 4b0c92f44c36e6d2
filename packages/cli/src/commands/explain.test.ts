import { mkdirSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { saveModel } from "../index.js";
import { realServices } from "../services.js";
import { type FakeTerminalOptions, fakeTerminal } from "../testing/fakeTerminal.js";
import { runWith, temporaryFolder } from "../testing/harness.js";
import { type RandomModelOptions, randomModel } from "../testing/randomModel.js";

/** What `--json` prints, as far as it is looked at. */
interface Told {
  readonly value: number;
  readonly baseline: number;
  readonly words: readonly { readonly text: string; readonly effect: number }[];
  readonly completeness: { readonly error: number; readonly share: number };
  readonly readings: readonly { readonly end: number; readonly value: number }[];
  readonly changes?: readonly { readonly direction: string; readonly value: number; readonly text: string }[];
}

const files = temporaryFolder();
const model = files.path("model");
const run = (args: readonly string[], terminal: FakeTerminalOptions = {}) =>
  runWith(["explain", ...args], realServices, fakeTerminal(terminal));

async function saved(name: string, options: RandomModelOptions = {}): Promise<string> {
  const made = await randomModel(options);
  await saveModel(made, files.path(name));
  made.dispose();
  return files.path(name);
}

beforeAll(() => saved("model"));
afterAll(() => files.remove());

describe("explain", () => {
  it("shows effects with sign and bar, their sum, the rating word by word, and the smallest changes", async () => {
    const { code, out } = await run([model, "The fit is NOT good, zzz"]);
    expect(code).toBe(0);
    expect(out).toMatch(/^\d\.\d\d stars\n/);
    expect(out).toMatch(/\[[+-]\w+\]/);
    const rows = out.split("\n").filter((line) => /^ {2}(The|fit|is|NOT|good|zzz) /.test(line));
    expect(rows).toHaveLength(6);
    for (const row of rows) expect(row).toMatch(/ ([+-]| )\d\.\d\d .*\|.* \d\.\d\d/);
    expect(rows[5]).toContain("not in the vocabulary");
    const negative = rows.find((row) => / -\d\.\d[1-9] /.test(row));
    expect(negative).toMatch(/[█▏]\|/);
    expect(out).toMatch(/of 6 average words gets \d\.\d\d, this one \d\.\d\d; its words add up to [+-]\d\.\d\d\./);
    expect(out).toMatch(/miss the difference by 0\.\d{4} \(0\.\d\d %\)/);
    expect(out).toContain("Smallest change of words for 1 more or less");
    expect(out).not.toContain("\u001b[");
  });

  it("colours on a terminal, unless NO_COLOR says otherwise", async () => {
    const env = { LANG: "C.UTF-8" };
    expect((await run([model, "not good"], { isTTY: true, env })).out).toContain("\u001b[3");
    expect((await run([model, "not good"], { isTTY: true, env: { ...env, NO_COLOR: "1" } })).out).not.toContain(
      "\u001b[",
    );
  });

  it("prints with --json what adds up, and changes that are predictions", async () => {
    const { out, code } = await run([model, "The fit is NOT good", "--json", "--step", "0.3"]);
    const told = JSON.parse(out) as Told;
    expect(code).toBe(0);
    expect(told.words.map(({ text }) => text)).toEqual(["The", "fit", "is", "NOT", "good"]);
    const sum = told.words.reduce((total, { effect }) => total + effect, 0);
    expect(sum - told.completeness.error).toBeCloseTo(told.value - told.baseline, 12);
    expect(told.completeness.share).toBeLessThan(0.01);
    expect(told.readings).toHaveLength(5);
    expect(told.readings[4]).toEqual({ end: 19, value: told.value });
    expect(told.changes?.length).toBeGreaterThan(0);
    for (const { direction, value } of told.changes ?? []) {
      expect(direction === "up" ? value - told.value : told.value - value).toBeGreaterThanOrEqual(0.3);
    }
    const none = await run([model, "The fit is NOT good", "--json", "--max-changes", "0"]);
    expect(JSON.parse(none.out)).not.toHaveProperty("changes");
  });

  it("tells classes by the probability of the most likely one, and numbers in their own units", async () => {
    const classes = await saved("classes", { scale: { task: "class", labels: ["praise", "blame"] } });
    const { out } = await run([classes, "not good"]);
    expect(out).toMatch(/in probability of (praise|blame)/);
    expect(out).toContain("for another label");
    const numbers = await saved("numbers", { head: "regression", scale: { task: "number", mean: 100, deviation: 20 } });
    expect((await run([numbers, "not good"])).out).toContain("in the number predicted");
  });

  it("writes a page without program or network, in which the text is text, and what was not read is said", async () => {
    const html = files.path("why.html");
    const text = "The <b>fit</b> is not good & the colour is poor it is not lovely";
    const { code, out } = await run([model, text, "--html", html]);
    expect(code).toBe(0);
    expect(out).toContain("why.html");
    expect(out).toContain("(not read:");
    const page = readFileSync(html, "utf8");
    expect(page).not.toMatch(/<script|https?:|<b>|style="/);
    expect(page).toContain("default-src 'none'; style-src 'sha256-");
    expect(page).toContain("&lt;");
    expect(page).toMatch(/<span class="unread"[^>]*>[^<]*lovely<\/span>/);
    expect(page).toMatch(/<polyline class="line" points="[\d., ]+"/);
    expect((await run([model, text, "--html", html])).err).toContain("already a file");
    expect((await run([model, text, "--html", html, "--force"])).code).toBe(0);
  });

  it("reads one text from standard input", async () => {
    const told = async (args: readonly string[], terminal: FakeTerminalOptions) =>
      (JSON.parse((await run([...args, "--json"], terminal)).out) as Told).words.map(({ text }) => text);
    expect(await told([model, "-"], { stdin: "the fit\nis good\n" })).toEqual(["the", "fit", "is", "good"]);
    expect(await told([model], { stdin: ["the f", "it"] })).toEqual(["the", "fit"]);
  });

  it("lists only the strongest words of a long text", async () => {
    const long = await saved("long", { maxLength: 100 });
    const { out } = await run([long, "the fit is not good ".repeat(12), "--max-changes", "0"]);
    expect(out).toContain("The 25 words with the largest effects, of 60 words read");
    expect(out.split("\n").filter((line) => /^ {2}\w+ .*\|/.test(line))).toHaveLength(25);
  });

  it("refuses what cannot be meant, in one sentence", async () => {
    mkdirSync(files.path("folder.html"));
    for (const [args, sentence, terminal] of [
      [[model, " "], "The text is empty", {}],
      [[model, "…"], "has no words", {}],
      [[model, "-"], "Standard input is empty", { stdin: "\n" }],
      [[model], "Give a text to explain", { isTTY: true }],
      [[model, "good", "--html", "why.txt"], "ends in .html", {}],
      [[model, "good", "--html", files.path("folder.html")], "is a folder", {}],
      [[model, "good", "--step", "0"], "--step takes a number above 0", {}],
      [[files.path("nowhere"), "good"], "There is no model folder", {}],
    ] as const) {
      const { code, err } = await run(args, terminal);
      expect(code).toBe(2);
      expect(err).toContain(sentence);
    }
  });
});
