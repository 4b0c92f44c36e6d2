import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTokenizer, makeSample } from "../index.js";
import { temporaryFolder } from "../testing/harness.js";
import { pythonWith, runPython } from "../testing/python.js";
import { type RandomModelOptions, randomModel } from "../testing/randomModel.js";
import { pytorchFolder } from "./pytorch.js";

const files = temporaryFolder();
afterAll(() => files.remove());

const networks: Record<string, RandomModelOptions> = {
  "two directions, mean and maximum": {},
  "attention pooling": { network: { pooling: "meanMaxAttention", hiddenSize: 7 } },
  "one direction, last state": { network: { bidirectional: false, pooling: "last" } },
  "three layers, two directions, last states": { network: { numLayers: 3, pooling: "last" } },
  "padding that is read": {
    padToMaxLength: true,
    tokenizer: "article",
    network: { bidirectional: false, pooling: "last" },
  },
  "padding that is read, mean and maximum": { padToMaxLength: true },
  "classes without order": { scale: { task: "class", labels: ["shoe", "hat", "coat"] } },
  "half stars": { scale: { task: "rating", labels: [0.5, 1, 1.5, 2], values: [0.5, 1, 1.5, 2] } },
  "one output on a scale of ratings": {
    head: "regression",
    seed: 5,
    scale: { task: "rating", labels: [-3, 0, 3], values: [-3, 0, 3] },
  },
  "three members with a temperature": {
    network: { members: 3 },
    calibration: { temperature: 1.7, offsets: [0.3, -0.2, 0.1, 0, -0.4] },
  },
  "a linear branch beside two members": { network: { members: 2, wide: { pairs: 5 } } },
  coral: { head: "coral" },
  "corn with a temperature": { head: "corn", calibration: { temperature: 0.6 } },
  "cumulative link": { head: "cumulative", network: { members: 2 } },
  "any real number": { head: "regression", scale: { task: "number", mean: 12.5, deviation: 3.25 } },
};

const texts = [
  "good",
  "it is not bad",
  "The colour is lovely, the fit is poor! I don't know",
  "words that nobody knows",
];
/** Loads the model of every folder beside it, in one process because importing torch takes seconds. */
const rateAll = `
import json, sys

task = json.load(sys.stdin)
answers = []
for folder in task["folders"]:
    sys.path.insert(0, folder)
    for name in ("text", "model"):
        sys.modules.pop(name, None)
    import model

    answers.append(model.RatingModel.load(folder).rate(task["texts"]))
    sys.path.remove(folder)
print(json.dumps(answers))
`;

interface Answer {
  readonly rating?: number;
  readonly label?: string | number;
  readonly probabilities?: Record<string, number>;
}

const torch = pythonWith("torch", "safetensors");

describe.skipIf(torch === undefined)(
  "the folder for PyTorch (skipped where Python has no torch and safetensors)",
  () => {
    const answers: Record<string, Answer[]> = {};
    beforeAll(async () => {
      const folders: string[] = [];
      for (const [name, options] of Object.entries(networks)) {
        const model = await randomModel(options);
        const folder = files.path(name);
        mkdirSync(folder);
        for (const [file, bytes] of await pytorchFolder(model)) writeFileSync(`${folder}/${file}`, bytes);
        model.dispose();
        folders.push(folder);
      }
      const given = runPython(torch as string, rateAll, { folders, texts }, files.folder) as Answer[][];
      for (const [index, name] of Object.keys(networks).entries()) answers[name] = given[index];
    }, 120_000);

    it.each(Object.entries(networks))("answers as the model does: %s", async (name, options) => {
      const model = await randomModel(options);
      for (const [row, expected] of model.predict(texts).entries()) {
        const { rating, label, probabilities } = answers[name][row];
        if (expected.rating === undefined) expect(rating).toBeUndefined();
        else expect(rating).toBeCloseTo(expected.rating, 5);
        if (expected.probabilities === undefined) continue;
        expect(label).toBe(expected.label);
        for (const one of expected.probabilities) {
          expect(probabilities?.[String(one.label)]).toBeCloseTo(one.probability, 5);
        }
      }
      model.dispose();
    });
  },
);

const anyPython = pythonWith("re", "unicodedata");

describe.skipIf(anyPython === undefined)("text.py (skipped where there is no Python)", () => {
  const folder = fileURLToPath(new URL("../../python/", import.meta.url));
  const cut = (tokenizer: string, input: readonly string[]) =>
    runPython(
      anyPython as string,
      `import sys, json, text; print(json.dumps([text.tokenize_${tokenizer}(one) for one in json.load(sys.stdin)]))`,
      input,
      folder,
    );
  const samples = [
    ...makeSample({ rows: 500 }).map(({ review }) => review),
    "Don’t don`t 'tis dogs' ill its whore cant cannot gonna wherellve shouldntve imma notve yall",
    "4.5 stars, 10/10. 1,000 at 12:30; 5'4\" 80's 34DD 2XL 3½ or ¾",
    "soooo sooo soo so 10000 XXXL well-made.I U.S.A. a_b snake_case",
    "Wow! Wow!!! Why? ???? ?!?! ！ ‼️ ¿؟",
    "Great Été ΟΔΟΣ Привет İstanbul ﬁt Ｆｕｌｌ Spandex™ 정말 좋아요 हिन्दी जमـــيل",
    "很好。ガール ดี",
    "love❤️it5️⃣ ❤️❤❤️😂❤ 👍🏿 🇩🇪🇫🇷 👩🏽‍👩‍👧",
    "  two  spaces\t\ttabs\n\nlines \u000b\u001c ",
    "",
  ];

  it.each(["words", "article"] as const)("cuts texts as the tokenizer %s does", (name) => {
    expect(cut(name, samples)).toEqual(samples.map(createTokenizer(name).tokenize));
  });
});
