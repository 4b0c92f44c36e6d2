import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { encodeSafetensors, FormatError, type NamedTensor } from "@starcast/core";
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

describe("a state dict from a stranger", () => {
  const start = async (tensors: NamedTensor[]) =>
    importPytorch(
      { name: "model.safetensors", content: encodeSafetensors(tensors) },
      { name: "tokens.json", content: JSON.stringify({ a: 0, b: 1, c: 2 }) },
      { scale: stars, tokenizer: "words", maxLength: 9, padToMaxLength: false, special: { padding: 0, unknown: 1 } },
    );

  it("is refused when it claims a million million words of no numbers, before memory is taken for them", async () => {
    const of = (name: string, shape: number[]) => ({
      name,
      shape,
      data: new Float32Array(shape.reduce((product, size) => product * size, 1)),
    });
    const tensors = [
      of("lstm.weight_ih_l0", [4, 0]),
      of("lstm.weight_hh_l0", [4, 1]),
      of("linear.weight", [5, 1]),
      of("linear.bias", [5]),
      { name: "embeddings.weight", shape: [2 ** 40, 0], data: new Float32Array() },
    ];
    await expect(start(tensors)).rejects.toThrow(FormatError);
    await expect(start(tensors)).rejects.toThrow("vocabularySize must be a whole number");
  });

  it("is refused when it holds what is no number, which a saved model may not", async () => {
    const model = await randomModel({});
    const tensors = model.weights();
    tensors[2].data[1] = Number.NaN;
    await expect(start(tensors)).rejects.toThrow("holds NaN at position 1");
    model.dispose();
  });
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
