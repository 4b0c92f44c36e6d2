/** Models to serve: trained here on the built-in sample in some seconds, or given. */
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { repository } from "../setup.mjs";

/** The built library. */
export function loadLibrary() {
  return import(new URL("packages/cli/dist/index.js", `file://${repository}`).href);
}

/** Trains a small model with a seed and saves it. */
export async function trainSmallModel(path, seed) {
  const { makeSample, saveModel, trainModel } = await loadLibrary();
  const rows = Array.from(makeSample({ rows: 400, seed }), ({ review, rating }) => ({ text: review, label: rating }));
  const { model } = await trainModel(rows, { epochs: 1, members: 1, seed, baselines: false });
  await saveModel(model, path);
  model.dispose();
  return path;
}

/** Folders of versions of one model: those given, or small ones that are trained here. */
export async function versions(folder, given, count) {
  if (given.length > 0) return given;
  const paths = [];
  for (let seed = 1; seed <= count; seed++) paths.push(await trainSmallModel(join(folder, `version-${seed}`), seed));
  return paths;
}

/** Puts a version in the place of another, as `starcast train --force` does. */
export async function replaceModel(path, version) {
  const { loadModel, saveModel } = await loadLibrary();
  const model = await loadModel(version);
  await saveModel(model, path);
  model.dispose();
}

export const copyModel = (from, to) => cp(from, to, { recursive: true });

/** Texts of the sample, the same for the same seed. */
export async function sampleTexts(count, seed = 7) {
  const { makeSample } = await loadLibrary();
  return Array.from(makeSample({ rows: count, seed }), ({ review }) => review);
}

/** JSON of what the library says to texts. */
export async function answersOf(path, texts) {
  const { loadModel } = await loadLibrary();
  const model = await loadModel(path);
  const answers = model.predict(texts).map((prediction) => JSON.stringify(prediction));
  model.dispose();
  return answers;
}
