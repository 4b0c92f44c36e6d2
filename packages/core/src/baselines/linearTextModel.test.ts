import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { OptionError } from "../errors.js";
import { LinearTextModel } from "./linearTextModel.js";
import { TfidfFeatures } from "./tfidf.js";
import type { SolverProgress } from "./turns.js";

/** Written by bench/reference/linear_fixture.py. */
const reference = JSON.parse(readFileSync(new URL("testdata/scikit-learn.json", import.meta.url), "utf8")) as {
  readonly texts: string[];
  readonly labels: number[];
  readonly newTexts: string[];
  readonly newFeatures: Record<string, number>[];
  readonly features: number;
  readonly probabilities: number[][];
  readonly numbers: number[];
};

function largestDifference(ours: ArrayLike<number>, wanted: readonly number[]): number {
  expect(ours.length).toBe(wanted.length);
  return wanted.reduce((largest, value, index) => Math.max(largest, Math.abs(value - ours[index])), 0);
}

describe("against scikit-learn on 60 texts", () => {
  it("weighs the same words and pairs the same", () => {
    const { features } = TfidfFeatures.learn(reference.texts, 200_000);
    expect(features.size).toBe(reference.features);
    const { starts, columnIndices, values } = features.transform(reference.newTexts);
    const names = features.names();
    for (const [row, wanted] of reference.newFeatures.entries()) {
      const ours: Record<string, number> = {};
      for (let index = starts[row]; index < starts[row + 1]; index++) ours[names[columnIndices[index]]] = values[index];
      expect(Object.keys(ours).sort()).toEqual(Object.keys(wanted).sort());
      for (const [name, value] of Object.entries(wanted)) expect(ours[name], name).toBeCloseTo(value, 12);
    }
  });

  it("finds the same minimum of the softmax regression when asked to go on to the end", async () => {
    const model = await LinearTextModel.trainClassifier(reference.texts, reference.labels, 3, { tolerance: 1e-13 });
    const probabilities = model.predictProbabilities(reference.newTexts);
    expect(largestDifference(probabilities, reference.probabilities.flat())).toBeLessThan(1e-6);
  });

  it("is near that minimum with the default tolerance", async () => {
    const model = await LinearTextModel.trainClassifier(reference.texts, reference.labels, 3);
    const probabilities = model.predictProbabilities(reference.newTexts);
    expect(largestDifference(probabilities, reference.probabilities.flat())).toBeLessThan(0.01);
  });

  it("finds the same ridge regression", async () => {
    const exact = await LinearTextModel.trainRegressor(reference.texts, reference.labels, { tolerance: 1e-12 });
    expect(largestDifference(exact.predictNumbers(reference.newTexts), reference.numbers)).toBeLessThan(1e-8);
    const usual = await LinearTextModel.trainRegressor(reference.texts, reference.labels);
    expect(largestDifference(usual.predictNumbers(reference.newTexts), reference.numbers)).toBeLessThan(1e-3);
  });
});

describe("LinearTextModel", () => {
  const texts = ["good good", "good bad", "bad bad", "bad good"];

  it("gives a class without training rows the probability 0, and one class alone the probability 1", async () => {
    const model = await LinearTextModel.trainClassifier(texts, [1, 1, 3, 3], 5);
    const probabilities = model.predictProbabilities(["good"]);
    expect([probabilities[0], probabilities[2], probabilities[4]]).toEqual([0, 0, 0]);
    expect(probabilities[1] + probabilities[3]).toBeCloseTo(1, 6);
    const alone = await LinearTextModel.trainClassifier(texts, [1, 1, 1, 1], 2);
    expect(alone.predictProbabilities(["good", "never seen"])).toEqual(Float32Array.of(0, 1, 0, 1));
  });

  it("falls back to the training shares and mean when no word occurs twice", async () => {
    const different = ["one", "two", "three", "four"];
    const classifier = await LinearTextModel.trainClassifier(different, [0, 0, 0, 1], 2);
    expect(classifier.featureCount).toBe(0);
    expect(classifier.predictProbabilities(["one"])).toEqual(Float32Array.of(0.75, 0.25));
    const regressor = await LinearTextModel.trainRegressor(different, [1, 2, 3, 6]);
    expect(regressor.predictNumbers(["one"])[0]).toBeCloseTo(3, 12);
  });

  it("keeps the features of the most texts when capped", async () => {
    const { features } = TfidfFeatures.learn(["a1 b2 c3", "a1 b2 d4", "a1 c3 e5", "a1 b2"], 3);
    expect(features.names()).toEqual(["a1", "b2", "a1 b2"]);
    const model = await LinearTextModel.trainRegressor(texts, [1, 2, 3, 4], { maxFeatures: 1 });
    expect(model.featureCount).toBe(1);
  });

  it("gives the same model on every run", async () => {
    const train = () => LinearTextModel.trainClassifier(reference.texts, reference.labels, 3);
    const [first, second] = [await train(), await train()];
    expect(first.predictProbabilities(reference.newTexts)).toEqual(second.predictProbabilities(reference.newTexts));
  });

  it("reports progress and ends when aborted", async () => {
    const seen: SolverProgress[] = [];
    const controller = new AbortController();
    const training = LinearTextModel.trainClassifier(reference.texts, reference.labels, 3, {
      signal: controller.signal,
      onProgress: (progress) => {
        seen.push(progress);
        if (progress.iteration === 2) controller.abort(new Error("enough"));
      },
    });
    await expect(training).rejects.toThrow("enough");
    expect(seen.map(({ iteration }) => iteration)).toEqual([0, 1, 2]);
  });

  it("lets timers run while it trains", async () => {
    let ran = false;
    setTimeout(() => {
      ran = true;
    }, 0);
    await LinearTextModel.trainRegressor(reference.texts, reference.labels);
    expect(ran).toBe(true);
  });

  it("refuses what it cannot learn from", async () => {
    await expect(LinearTextModel.trainClassifier([], [], 2)).rejects.toThrow(OptionError);
    await expect(LinearTextModel.trainClassifier(texts, [0, 1, 2, 3], 3)).rejects.toThrow(/classIndices\[3\] is 3/);
    await expect(LinearTextModel.trainClassifier(texts, [0, 1], 2)).rejects.toThrow(/2 labels for 4 texts/);
    await expect(LinearTextModel.trainRegressor(texts, [0, 1, Number.NaN, 3])).rejects.toThrow(/numbers\[2\] is NaN/);
    await expect(LinearTextModel.trainRegressor(texts, [0, 1, 2, 3], { regularisation: 0 })).rejects.toThrow(
      /regularisation must be a number above 0/,
    );
  });

  it("refuses to predict the other kind", async () => {
    const regressor = await LinearTextModel.trainRegressor(texts, [1, 2, 3, 4]);
    expect(() => regressor.predictProbabilities(["good"])).toThrow(OptionError);
    const classifier = await LinearTextModel.trainClassifier(texts, [0, 0, 1, 1], 2);
    expect(() => classifier.predictNumbers(["good"])).toThrow(OptionError);
  });
});
