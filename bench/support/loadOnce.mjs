/**
 * One start, measured inside a process of its own: prints the milliseconds of import, load and first prediction.
 *
 * node loadOnce.mjs starcast PREFIX | onnx FILE MODULE
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const [, , kind, path, modulePath] = process.argv;
const steps = 40;

async function startStarcast() {
  const begun = performance.now();
  const { RatingModel, memoryFolder } = await import("@starcast/core");
  const imported = performance.now();
  const names = ["config.json", "vocabulary.txt", "model.safetensors"];
  const folder = memoryFolder(new Map(names.map((name) => [name, readFileSync(`${path}${name}`)])));
  const model = await RatingModel.load(folder);
  const loaded = performance.now();
  model.predict(Array.from({ length: steps }, (_, index) => `word${index}`).join(" "));
  return { import: imported - begun, load: loaded - imported, predict: performance.now() - loaded };
}

async function startOnnx() {
  const begun = performance.now();
  const { InferenceSession, Tensor } = createRequire(modulePath)(modulePath);
  const imported = performance.now();
  const session = await InferenceSession.create(path, { intraOpNumThreads: 1, logSeverityLevel: 3 });
  const loaded = performance.now();
  const ids = BigInt64Array.from({ length: steps }, (_, index) => BigInt(index + 2));
  await session.run({
    ids: new Tensor("int64", ids, [1, steps]),
    lengths: new Tensor("int64", BigInt64Array.of(BigInt(steps)), [1]),
  });
  return { import: imported - begun, load: loaded - imported, predict: performance.now() - loaded };
}

const parts = await (kind === "starcast" ? startStarcast() : startOnnx());
const { user, system } = process.cpuUsage();
console.log(JSON.stringify({ ...parts, cpuSeconds: (user + system) / 1e6 }));
