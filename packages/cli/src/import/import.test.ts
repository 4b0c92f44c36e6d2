import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pytorchFolder } from "../export/pytorch.js";
import { pythonWith } from "../testing/python.js";
import { randomModel } from "../testing/randomModel.js";
import { importPytorch } from "./index.js";

const recorded = fileURLToPath(new URL("testdata/", import.meta.url));
const program = fileURLToPath(new URL("../../../../bench/reference/import_fixture.py", import.meta.url));
const stars = { task: "rating", labels: [1, 2, 3, 4, 5], values: [1, 2, 3, 4, 5] } as const;

/** What bench/reference/import_fixture.py writes beside the weights. */
interface Recorded {
  readonly tokens: readonly string[];
  readonly padding: number;
  readonly unknown: number;
  readonly maxLength: number;
  readonly texts: readonly string[];
  readonly ratings: readonly number[];
  readonly probabilities?: readonly (readonly number[])[];
}

/** Largest difference between what PyTorch answered and what the imported model answers. */
async function largestDifference(folder: string, name: string): Promise<number> {
  const facts = JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8")) as Recorded;
  const { model, reachableTokens } = await importPytorch(
    { name: "model.safetensors", content: readFileSync(join(folder, `${name}.safetensors`)) },
    { name: "tokens.json", content: JSON.stringify(facts.tokens) },
    {
      scale: stars,
      tokenizer: name === "other" ? "words" : "article",
      maxLength: facts.maxLength,
      padToMaxLength: name === "fixed" || name === "regression",
      special: { padding: facts.padding, unknown: facts.unknown },
    },
  );
  expect(reachableTokens).toBe(1);
  let most = 0;
  for (const [row, { rating = Number.NaN, probabilities = [] }] of model.predict(facts.texts).entries()) {
    most = Math.max(most, Math.abs(rating - facts.ratings[row]));
    for (const [index, { probability }] of probabilities.entries()) {
      most = Math.max(most, Math.abs(probability - (facts.probabilities?.[row][index] ?? Number.NaN)));
    }
  }
  expect(new Set(facts.ratings).size).toBeGreaterThan(20);
  model.dispose();
  return most;
}

const names = ["fixed", "variable", "regression", "other"];

describe("a network that PyTorch trained", () => {
  it.each(names)("predicts here what it predicts there, as recorded: %s", async (name) => {
    expect(await largestDifference(recorded, name)).toBeLessThan(1e-5);
  });
});

describe("a model that was exported for PyTorch", () => {
  it.each([{}, { network: { numLayers: 2, pooling: "last" as const } }])(
    "comes back with the same answers: %j",
    async (options) => {
      const model = await randomModel(options);
      const files = await pytorchFolder(model);
      const { model: again } = await importPytorch(
        { name: "model.safetensors", content: files.get("model.safetensors") as Uint8Array },
        { name: "vocabulary.json", content: new TextDecoder().decode(files.get("vocabulary.json")) },
        { scale: stars, tokenizer: "words", maxLength: 9, padToMaxLength: false, special: { padding: 0, unknown: 1 } },
      );
      const texts = ["the colour is lovely", "not good!"];
      expect(again.predict(texts)).toEqual(model.predict(texts));
      again.dispose();
      model.dispose();
    },
  );
});

const torch = pythonWith("torch", "safetensors", "numpy");

describe.skipIf(torch === undefined)("trained on the spot (skipped where Python has no torch and safetensors)", () => {
  const folder = mkdtempSync(join(tmpdir(), "starcast-import-"));
  beforeAll(() => void execFileSync(torch as string, [program, "--out", folder]), 300_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(names)("predicts here what it predicts there: %s", async (name) => {
    expect(await largestDifference(folder, name)).toBeLessThan(1e-5);
  });
});
