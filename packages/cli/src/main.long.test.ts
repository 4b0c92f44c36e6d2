import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { TrainMetrics } from "@starcast/core";
import { afterAll, describe, expect, it } from "vitest";
import { realServices } from "./services.js";
import { fakeTerminal } from "./testing/fakeTerminal.js";
import { runWith, temporaryFolder } from "./testing/harness.js";

const bin = fileURLToPath(new URL("../bin/starcast.js", import.meta.url));
const isBuilt = existsSync(fileURLToPath(new URL("../dist/main.js", import.meta.url)));
const files = temporaryFolder();
afterAll(() => files.remove());

const run = (...args: string[]) => runWith(args, realServices, fakeTerminal());

describe("the whole job with the real engine", () => {
  it("goes from the sample over a model to ratings", async () => {
    const [sample, model, rated] = ["sample.csv", "model", "rated.csv"].map((name) => files.path(name));
    expect((await run("sample", "--out", sample, "--rows", "1500")).code).toBe(0);
    expect((await run("check", sample)).code).toBe(0);

    const trained = await run("train", sample, "--out", model, "--members", "1", "--epochs", "3", "--json");
    expect(trained.code).toBe(0);
    const metrics = JSON.parse(trained.out) as TrainMetrics;
    // Held-back rows whose text is learned from are left out.
    expect(metrics.dataset).toMatchObject({ rows: 1500, train: 1050 });
    expect(metrics.epochs).toHaveLength(3);
    expect(readdirSync(model).sort()).toEqual([
      "README.md",
      "config.json",
      "data.json",
      "events.jsonl",
      "metrics.json",
      "model.safetensors",
      "report.html",
      "vocabulary.txt",
    ]);

    const evaluated = await run("evaluate", model, sample, "--json");
    expect(evaluated.code).toBe(0);
    expect((JSON.parse(evaluated.out) as { rows: number }).rows).toBe(1500);

    expect((await run("predict", model, "the zip is not bad at all")).code).toBe(0);
    expect((await run("predict", model, "--in", sample, "--out", rated)).code).toBe(0);
    expect(existsSync(rated)).toBe(true);
  });

  it("trains classes without order and plain numbers", async () => {
    const words = ["apple", "bread", "cloud"];
    const rows = Array.from(
      { length: 90 },
      (_, row) => `"about ${words[row % 3]} and more",${words[row % 3]},${(row % 3) * 1.7}`,
    );
    const data = files.write("kinds.csv", `text,kind,amount\n${rows.join("\n")}\n`);
    const kinds = await run(
      "train",
      data,
      "--task",
      "class",
      "--label",
      "kind",
      "--keep-duplicates",
      "--epochs",
      "8",
      "--out",
      files.path("kinds"),
    );
    expect(kinds.err).toBe("");
    expect(kinds.out).toContain("macro F1");
    const amounts = await run(
      "train",
      data,
      "--task",
      "number",
      "--label",
      "amount",
      "--text",
      "text",
      "--keep-duplicates",
      "--epochs",
      "2",
      "--out",
      files.path("amounts"),
    );
    expect(amounts.err).toBe("");
    expect(amounts.out).toContain("RMSE of the prediction, in points");
    expect((await run("predict", files.path("kinds"), "more about bread")).out).toContain("bread");
  });

  it("finds this machine fit to train", async () => {
    const { code, out } = await run("doctor");
    expect(out).toContain("All good.");
    expect(code).toBe(0);
  });
});

describe.skipIf(!isBuilt)("Ctrl-C in a real process (skipped where packages/cli is not built)", () => {
  it("keeps the best model so far and exits with 130", async () => {
    const sample = files.path("interrupted.csv");
    await run("sample", "--out", sample, "--rows", "2000");
    const model = files.path("interrupted");
    const child = spawn(process.execPath, [
      bin,
      "train",
      sample,
      "--out",
      model,
      "--members",
      "1",
      "--epochs",
      "200",
      "--no-baselines",
    ]);
    let out = "";
    let pressed = false;
    child.stdout.on("data", (chunk: Buffer) => {
      out += chunk.toString();
      if (pressed || !/epoch +1\/200/.test(out)) return;
      pressed = true;
      child.kill("SIGINT");
    });
    const code = await new Promise((resolve) => child.on("close", resolve));
    expect(out).toContain("keeping the best so far");
    expect(code).toBe(130);
    expect(existsSync(`${model}/model.safetensors`)).toBe(true);
  });
});
