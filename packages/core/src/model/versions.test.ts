/** Models that earlier versions wrote (testdata/make.mjs made them) are read for good, and answer as they did. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type MemoryFolder, memoryFolder } from "../storage/index.js";
import { modelFormat } from "./config.js";
import type { Prediction } from "./prediction.js";
import { RatingModel } from "./ratingModel.js";

const testdata = new URL("testdata/", import.meta.url);
const versions = readdirSync(testdata).filter((name) => name.startsWith("starcast-"));
const models = versions.flatMap((version) =>
  readdirSync(new URL(`${version}/`, testdata)).map((name) => ({ version, name })),
);

function open(version: string, name: string): { folder: MemoryFolder; expected: Expected[] } {
  const place = new URL(`${version}/${name}/`, testdata);
  const read = (file: string) => new Uint8Array(readFileSync(new URL(file, place)));
  const files = readdirSync(place).filter((file) => file !== "expected.json");
  return {
    folder: memoryFolder(new Map(files.map((file) => [file, read(file)]))),
    expected: JSON.parse(new TextDecoder().decode(read("expected.json"))) as Expected[],
  };
}

interface Expected {
  readonly text: string;
  readonly prediction: Prediction;
}

/**
 * What an answer has to be near to. Engines with and without fused multiply-add differ in the last bits; beside weights of 8
 * bits states are rounded too, to as many bits as a version finds best.
 */
function near(prediction: Prediction, weights: "int8" | undefined): Prediction {
  const digits = weights === "int8" ? 2 : 4;
  const about = (value: number): number => expect.closeTo(value, digits) as number;
  const { rating, label, probabilities, interval } = prediction;
  return {
    ...prediction,
    label: typeof label === "number" ? about(label) : label,
    ...(rating !== undefined && { rating: about(rating) }),
    ...(interval && { interval: [about(interval[0]), about(interval[1])] }),
    ...(probabilities && { probabilities: probabilities.map((p) => ({ ...p, probability: about(p.probability) })) }),
  };
}

describe("models of every version so far", () => {
  it("are kept, those of the present version too", () => {
    expect(versions).toContain(modelFormat.replace("/", "-"));
    expect(models.length).toBeGreaterThanOrEqual(6 * versions.length);
  });

  it.each(versions)("%s has one with weights of 8 bits", async (version) => {
    const model = await RatingModel.load(open(version, "int8").folder);
    expect(model.config.weights).toBe("int8");
    model.dispose();
  });

  it.each(models)("$version/$name is read and answers as it did when it was written", async ({ version, name }) => {
    const { folder, expected } = open(version, name);
    const model = await RatingModel.load(folder);
    expect(expected.length).toBeGreaterThanOrEqual(5);
    for (const { text, prediction } of expected) {
      // A later version may say more, but nothing else.
      expect(model.predict(text)).toMatchObject(near(prediction, model.config.weights));
    }
    expect(model.metrics?.recipe).toBe(model.config.recipe);
    model.dispose();
  });

  it.each(models.filter(({ version }) => version === modelFormat.replace("/", "-")))(
    "$version/$name loses nothing when it is read and written again",
    async ({ version, name }) => {
      const { folder } = open(version, name);
      const model = await RatingModel.load(folder);
      const copy = memoryFolder();
      await model.save(copy);
      const contentOf = (file: string, bytes: Uint8Array | undefined): unknown => {
        const text = new TextDecoder().decode(bytes);
        // The order of settings is that of the recipe when it is written first.
        return file === "metrics.json" ? JSON.parse(text) : text;
      };
      for (const [file, bytes] of folder.files) {
        expect(contentOf(file, copy.files.get(file)), file).toEqual(contentOf(file, bytes));
      }
      model.dispose();
    },
  );
});
