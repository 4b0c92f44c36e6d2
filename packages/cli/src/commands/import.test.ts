import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { encodeSafetensors } from "@starcast/core";
import { afterAll, describe, expect, it } from "vitest";
import { loadModel } from "../index.js";
import { realServices } from "../services.js";
import { runWith, temporaryFolder } from "../testing/harness.js";

const files = temporaryFolder();
afterAll(() => files.remove());

const recorded = (name: string) => fileURLToPath(new URL(`../import/testdata/${name}`, import.meta.url));
const { tokens, texts, ratings } = JSON.parse(readFileSync(recorded("fixed.json"), "utf8")) as {
  tokens: string[];
  texts: string[];
  ratings: number[];
};
const weights = recorded("fixed.safetensors");
const vocabulary = files.write("tokens.json", JSON.stringify(tokens));
const article = ["--tokenizer", "article", "--max-length", "12", "--pad-to-max-length"];
const stars = ["--labels", "1,2,3,4,5"];
const run = (...args: string[]) => runWith(["import", ...args], realServices);

describe("import", () => {
  it("makes a model of a PyTorch network that predicts the same, and a card that does not claim its training", async () => {
    const out = files.path("model");
    const args = ["--pytorch", weights, "--vocabulary", vocabulary, ...article, ...stars, "--out", out];
    const { code, out: printed, err } = await run(...args);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(printed).toContain("one direction; its last states go on");
    const model = await loadModel(out);
    for (const [row, { rating }] of model.predict(texts).entries()) expect(rating).toBeCloseTo(ratings[row], 5);
    model.dispose();
    const card = readFileSync(`${out}/README.md`, "utf8");
    expect(card).not.toMatch(/trained with|labelled texts|Epochs|Seed/);
    expect((await run(...args)).err).toContain("already a model");
    expect((await run(...args, "--force")).code).toBe(0);
  });

  it("warns when the vocabulary was not made by the tokenizer", async () => {
    const other = files.write("other.json", JSON.stringify(tokens.map((token) => token.toUpperCase())));
    const args = ["--pytorch", weights, "--vocabulary", other, ...article, ...stars, "--out", files.path("upper")];
    expect((await run(...args)).out).toContain("Only 0 % of the vocabulary's tokens can come out of the tokenizer");
  });

  it("tells what it found as JSON", async () => {
    const regression = ["--pytorch", recorded("regression.safetensors"), "--vocabulary", vocabulary];
    const { out } = await run(...regression, ...article, "--task", "number", "--out", files.path("number"), "--json");
    expect(JSON.parse(out)).toMatchObject({
      network: { hiddenSize: 50, pooling: "last", outputSize: 1 },
      scale: { task: "number", mean: 0, deviation: 1 },
      names: { lstm: "lstm" },
      reachableTokens: 1,
    });
  });

  const both = ["--pytorch", weights, "--vocabulary", vocabulary];
  it.each<[string, string[], string]>([
    ["no weights", ["--vocabulary", vocabulary, ...article, ...stars], "--pytorch model.safetensors"],
    ["no vocabulary", ["--pytorch", weights, ...article, ...stars], "--vocabulary vocabulary.json"],
    ["no length", [...both, ...stars], "--max-length 70"],
    ["no labels", [...both, ...article], "--labels 1,2,3,4,5"],
    ["one label", [...both, ...article, "--labels", "1"], "--labels 1,2,3,4,5"],
    ["a label twice", [...both, ...article, "--labels", "a,b,a"], "names a label twice"],
    ["ratings that fall", [...both, ...article, "--labels", "5,4,3,2,1"], "from the lowest to the highest"],
    ["labels of a number", [...both, ...article, ...stars, "--task", "number"], "has no labels"],
    ["too few labels", [...both, ...article, "--labels", "1,2,3"], "has 5 outputs, but 3 labels are expected"],
    ["a task of one output", [...both, ...article, "--task", "number"], "has 5 outputs, but 1 is expected"],
    [
      "no such file",
      ["--pytorch", "none.safetensors", "--vocabulary", vocabulary, ...article, ...stars],
      "no file none",
    ],
    ["a folder", ["--pytorch", files.folder, "--vocabulary", vocabulary, ...article, ...stars], "is a folder"],
    [
      "weights in the vocabulary's place",
      ["--pytorch", weights, "--vocabulary", weights, ...article, ...stars],
      "not UTF-8",
    ],
    [
      "a text in the weights' place",
      ["--pytorch", vocabulary, "--vocabulary", vocabulary, ...article, ...stars],
      "safetensors",
    ],
  ])("refuses %s in one sentence and writes nothing", async (name, args, sentence) => {
    const target = files.path(`refused ${name}`);
    const { code, out, err } = await run(...args, "--out", target);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain(sentence);
    expect(err.trim().split("\n")).toHaveLength(1);
    expect(existsSync(target)).toBe(false);
  });

  it.each([
    ["a zip archive", [0x50, 0x4b, 3, 4, 0, 0, 8, 8, 0, 0]],
    ["a pickle", [0x80, 2, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20]],
  ])("refuses what torch.save writes, %s, with the lines that convert it", async (_name, bytes) => {
    const file = files.write("model.pt", Uint8Array.from(bytes));
    const { code, err } = await run("--pytorch", file, "--vocabulary", vocabulary, ...article, ...stars);
    expect(code).toBe(2);
    expect(err).toContain("from safetensors.torch import save_file");
  });

  it("takes no safetensors file for a pickle, however long its header", async () => {
    const padding = { name: "x".repeat(0x280 - 58), shape: [0], data: new Float32Array(0) };
    const bytes = encodeSafetensors([padding]);
    expect([bytes[0], bytes[1]]).toEqual([0x80, 2]);
    const { err } = await run(
      "--pytorch",
      files.write("long.safetensors", bytes),
      "--vocabulary",
      vocabulary,
      ...article,
      ...stars,
    );
    expect(err).toContain("no nn.LSTM");
  });
});
