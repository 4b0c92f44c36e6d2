/**
 * Makes a model folder of each kind in the present format, with its predictions, to be read by every later version:
 *
 *     npm run build && node packages/core/src/model/testdata/make.mjs
 *
 * Run it when the format has been given a new number, or when there is a new kind. What is there already is never
 * written again.
 */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { memoryFolder, modelFormat, recipes, trainModel } from "@starcast/core";

const place = new URL(`${modelFormat.replace("/", "-")}/`, import.meta.url);

const words = ["awful", "poor", "fine", "good", "lovely"];
const rows = Array.from({ length: 120 }, (_, index) => ({
  text: `The ${["dress", "hat", "shoe"][index % 3]} is ${words[index % 5]}, ${words[(index * 7) % 5]} don't you think? ☺️`,
  stars: 1 + (index % 5),
}));

const texts = ["A lovely dress!", "an awful, awful hat", "shoes", "grün ☺️ Don't", "The  fine\tdress is good ".repeat(9)];
const small = { embeddingSize: 5, hiddenSize: 3 };
const settings = { keepDuplicates: true, batchSize: 16, epochs: 3, learningRate: 0.05, baselines: true, maxLength: 20 };
const fixed = {
  ...recipes.fixed,
  network: { ...recipes.fixed.network, ...small },
  rounds: [{ epochs: 2, learningRate: 0.05 }],
  batchSize: 16,
  maxLength: 12,
};
const best = { ...recipes.best, network: { ...recipes.best.network, ...small } };

const models = {
  rating: [{ recipe: best, ...settings, testFraction: 0.2 }, ({ stars }) => stars],
  words: [{ recipe: best, ...settings, labels: ["bad", "so so", "good", "fine", "best"] }, wordOf],
  class: [{ recipe: best, ...settings, task: "class" }, ({ stars }) => (stars > 3 ? "yes | no" : "n/a")],
  number: [{ recipe: best, ...settings, task: "number" }, ({ stars }) => stars * 10.5],
  regression: [{ recipe: { ...fixed, name: "regression", head: "regression" } }, ({ stars }) => stars / 2],
  ensemble: [{ recipe: { ...best, members: 2 }, ...settings, testFraction: 0.2 }, ({ stars }) => stars],
  ordinal: [{ recipe: { ...best, head: "cumulative" }, ...settings }, ({ stars }) => stars],
  int8: [{ recipe: best, ...settings }, ({ stars }) => stars],
};

function wordOf({ stars }) {
  return ["bad", "so so", "good", "fine", "best"][stars - 1];
}

for (const [name, [options, labelOf]] of Object.entries(models)) {
  const target = new URL(`${name}/`, place);
  if (existsSync(target)) continue;
  const labelled = rows.map((row) => ({ text: row.text, label: labelOf(row) }));
  const { model: trained } = await trainModel(labelled, { ...options, seed: 1 });
  const model = name === "int8" ? await trained.quantize() : trained;
  const folder = memoryFolder();
  await model.save(folder);
  mkdirSync(target, { recursive: true });
  for (const [file, bytes] of folder.files) writeFileSync(new URL(file, target), bytes);
  const predictions = texts.map((text) => ({ text, prediction: model.predict(text) }));
  writeFileSync(new URL("expected.json", target), `${JSON.stringify(predictions, null, 1)}\n`);
  model.dispose();
}
