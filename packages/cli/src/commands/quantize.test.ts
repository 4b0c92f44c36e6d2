import { existsSync, readFileSync, statSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadModel, saveModel } from "../index.js";
import { realServices } from "../services.js";
import { reviewsCsv, runWith, temporaryFolder } from "../testing/harness.js";
import { randomModel } from "../testing/randomModel.js";

const files = temporaryFolder();
const model = files.path("model");
const run = (...args: string[]) => runWith(["quantize", ...args], realServices);
let data = "";

beforeAll(async () => {
  const tokens = ["awful", "poor", "fair", "good", "superb", "a", "thing", "number", "that", "i", "bought"];
  const saved = await randomModel({ tokens, network: { embeddingSize: 64, hiddenSize: 64 } });
  await saveModel(saved, model);
  saved.dispose();
  data = files.write("reviews.csv", reviewsCsv(30));
});
afterAll(() => files.remove());

describe("quantize", () => {
  it("writes a model of a third of the size at most that loads and predicts nearly the same", async () => {
    const out = files.path("small");
    const { code, out: printed } = await run(model, "--out", out, "--json");
    expect(code).toBe(0);
    const size = (folder: string) => statSync(`${folder}/model.safetensors`).size;
    expect(size(out)).toBeLessThan(size(model) / 3);
    expect(JSON.parse(printed)).toEqual({ model, out, bytes: { before: size(model), after: size(out) } });
    const [before, after] = await Promise.all([loadModel(model), loadModel(out)]);
    const [was, is] = [before, after].map((loaded) => loaded.predict("a good thing").rating as number);
    expect(is).not.toBe(was);
    expect(Math.abs(is - was)).toBeLessThan(0.1);
  });

  it("prints what it costs on labelled texts, and how far predictions move", async () => {
    const { out, code } = await run(model, "--out", files.path("measured"), "--data", data);
    expect(code).toBe(0);
    expect(out).toMatch(/RMSE \d\.\d{4} before, \d\.\d{4} after \([+-]0\.0\d{3}\)/);
    expect(out).toMatch(/Prediction moves by 0\.0\d{3} on average, 0\.\d{4} at most, over 30 texts/);
  });

  it("tells how far predictions move on texts without labels", async () => {
    const texts = files.write("texts.csv", "review\na good thing\nan awful thing\n");
    const { out } = await run(model, "--out", files.path("moved"), "--texts", texts, "--json");
    expect(JSON.parse(out)).toMatchObject({ difference: { texts: 2 } });
  });

  it("refuses what cannot be meant, in one sentence, and writes nothing", async () => {
    const out = files.path("none");
    const taken = files.path("small");
    const before = readFileSync(`${taken}/model.safetensors`);
    for (const [args, sentence] of [
      [[model, "--out", out, "--data", data, "--texts", data], "Give either"],
      [[files.path("small"), "--out", out], "have 8 bits already"],
      [[model, "--out", taken], "There is already a model"],
      [["nowhere", "--out", out], "There is no model folder"],
    ] as const) {
      const { code, err } = await run(...args);
      expect(code).toBe(2);
      expect(err).toContain(sentence);
    }
    expect(existsSync(out)).toBe(false);
    expect(readFileSync(`${taken}/model.safetensors`)).toEqual(before);
  });
});
