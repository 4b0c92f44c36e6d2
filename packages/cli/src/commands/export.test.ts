import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import * as ort from "onnxruntime-web";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { saveModel } from "../index.js";
import { realServices } from "../services.js";
import { runWith, temporaryFolder } from "../testing/harness.js";
import { randomModel } from "../testing/randomModel.js";

const files = temporaryFolder();
const model = files.path("model");
const run = (...args: string[]) => runWith(["export", ...args], realServices);

beforeAll(async () => {
  const saved = await randomModel();
  await saveModel(saved, model);
  saved.dispose();
});
afterAll(() => files.remove());

describe("export", () => {
  it("writes an ONNX file that ONNX Runtime opens, and tells its size", async () => {
    const out = files.path("made.onnx");
    const { code, out: printed } = await run(model, "--format", "onnx", "--out", out, "--json");
    expect(code).toBe(0);
    const bytes = readFileSync(out);
    expect(JSON.parse(printed)).toEqual({ model, format: "onnx", out, bytes: bytes.length });
    const session = await ort.InferenceSession.create(bytes);
    expect(session.inputNames).toEqual(["ids", "lengths"]);
  });

  it("writes a folder for PyTorch, and replaces nothing but an earlier one", async () => {
    const out = files.path("made-pytorch");
    const { code, out: printed } = await run(model, "--format", "pytorch", "--out", out, "--json");
    expect(code).toBe(0);
    expect(readdirSync(out).sort()).toEqual([
      "config.json",
      "model.py",
      "model.safetensors",
      "text.py",
      "vocabulary.json",
    ]);
    expect((JSON.parse(printed) as { files: string[] }).files.sort()).toEqual(readdirSync(out).sort());
    expect((await run(model, "--format", "pytorch", "--out", out)).err).toContain("already an export");
    expect((await run(model, "--format", "pytorch", "--out", out, "--force")).code).toBe(0);
    expect((await run(model, "--format", "pytorch", "--out", model, "--force")).err).toContain("not an earlier export");
    expect(await run(model, "--format", "pytorch", "--out", files.write("a-file", ""))).toMatchObject({ code: 2 });
  });

  it("writes a page of the model's three files, whose policy allows its own program and style alone", async () => {
    const out = files.path("made.html");
    expect((await run(model, "--format", "html", "--out", out)).code).toBe(0);
    const page = readFileSync(out, "utf8");
    const hashOf = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
    const [, program] = /<script>(.*?)<\/script>/s.exec(page) ?? [];
    const [, style] = /<style>(.*?)<\/style>/s.exec(page) ?? [];
    const [, policy] = /content-security-policy" content="([^"]*)"/.exec(page) ?? [];
    expect(policy).toBe(
      `default-src 'none'; script-src ${hashOf(program)} 'wasm-unsafe-eval'; style-src ${hashOf(style)}; base-uri 'none'; form-action 'none'`,
    );
    expect([...page.matchAll(/data-file="([^"]*)"/g)].map(([, name]) => name)).toEqual([
      "config.json",
      "vocabulary.txt",
      "model.safetensors",
    ]);
  });

  it("replaces a file only with --force", async () => {
    const out = files.write("taken.onnx", "mine");
    const refused = await run(model, "--out", out);
    expect(refused.code).toBe(2);
    expect(refused.err).toContain("There is already a file");
    expect(readFileSync(out, "utf8")).toBe("mine");
    expect((await run(model, "--out", out, "--force")).code).toBe(0);
    expect(readFileSync(out).length).toBeGreaterThan(1000);
  });

  it.each([
    [["nowhere"], "There is no model folder"],
    [[model, "--format", "pickle"], "--format takes"],
    [[model, "--out", "model.txt"], "--out names a file that ends in .onnx, not model.txt"],
    [[model, "more"], "too many words"],
    [[], "MODEL"],
  ])("refuses %j in one sentence", async (args, sentence) => {
    const { code, out, err } = await run(...args);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain(sentence);
    expect(err.trim().split("\n")).toHaveLength(1);
  });

  it("refuses a folder in the place of a file", async () => {
    mkdirSync(files.path("folder.onnx"));
    expect((await run(model, "--out", files.path("folder.onnx"), "--force")).err).toContain("is a folder");
  });

  it("refuses a quantized model where its ratings would change, and writes a page of it", async () => {
    const whole = await randomModel();
    const quantized = await whole.quantize();
    await saveModel(quantized, files.path("small"));
    for (const one of [whole, quantized]) one.dispose();
    for (const format of ["onnx", "pytorch"]) {
      const out = files.path(format === "onnx" ? "small.onnx" : "small-pytorch");
      const { code, err } = await run(files.path("small"), "--format", format, "--out", out);
      expect(code).toBe(2);
      expect(err).toContain("export the model that it was made from");
      expect(existsSync(out)).toBe(false);
    }
    const page = await run(files.path("small"), "--format", "html", "--out", files.path("small.html"));
    expect(page.code).toBe(0);
  });

  it("leaves nothing behind when the model is damaged", async () => {
    const damaged = files.path("damaged");
    mkdirSync(damaged);
    for (const name of readdirSync(model)) files.write(`damaged/${name}`, readFileSync(`${model}/${name}`));
    files.write("damaged/vocabulary.txt", "<pad>\n<unk>\ngood\n");
    const { code, err } = await run(damaged, "--out", files.path("damaged.onnx"));
    expect(code).toBe(2);
    expect(err).toContain("vocabulary.txt has 3 entries");
    expect(existsSync(files.path("damaged.onnx"))).toBe(false);
  });
});
