import { describe, expect, it } from "vitest";
import { OptionError } from "../errors.js";
import { totalEpochs } from "../training/settings.js";
import { adaptEpochs, findRecipe, fitRounds, recipes, resolveSettings } from "./resolve.js";

const { fixed, variable, glove, regression, best } = recipes;

describe("the article's recipes", () => {
  it("have the settings of the article's table", () => {
    for (const recipe of [fixed, variable, glove, regression]) {
      expect(recipe.network).toEqual({
        embeddingSize: 50,
        hiddenSize: 50,
        numLayers: 1,
        bidirectional: false,
        pooling: "last",
      });
      expect([recipe.maxLength, recipe.batchSize, recipe.vocabulary.minCount]).toEqual([70, 5000, 2]);
      expect(recipe.vocabulary.builtFrom).toBe("all");
      expect(recipe.earlyStopping).toBeUndefined();
    }
    const table = [fixed, variable, glove, regression].map((recipe) => [
      recipe.padToMaxLength,
      recipe.head,
      recipe.embeddingDropout,
      recipe.rounds.map(({ epochs, learningRate }) => `${epochs} at ${learningRate}`).join(", "),
    ]);
    expect(table).toEqual([
      [true, "softmax", 0.2, "30 at 0.01, 30 at 0.01, 30 at 0.01"],
      [false, "softmax", 0.3, "30 at 0.1, 30 at 0.05, 30 at 0.05"],
      [true, "softmax", 0.2, "30 at 0.1, 30 at 0.05, 30 at 0.05"],
      [true, "regression", 0.2, "30 at 0.05, 30 at 0.05"],
    ]);
    expect([glove.wordVectors, glove.freezeEmbedding]).toEqual(["required", true]);
  });

  it("run as written whatever the size of the data", () => {
    expect(totalEpochs(resolveSettings(fixed, {}, 100))).toBe(90);
    expect(totalEpochs(resolveSettings(regression, {}, 1_000_000))).toBe(60);
  });
});

describe("the default recipe", () => {
  it("does not look at the validation part when it makes its vocabulary", () => {
    expect(best.vocabulary.builtFrom).toBe("training");
  });

  it("gives small data more epochs, large data fewer, and the article's data what is written", () => {
    const epochs = [400, 4000, 18_789, 1_000_000].map((rows) => totalEpochs(resolveSettings(best, {}, rows)));
    expect(epochs[2]).toBe(totalEpochs(best));
    expect(epochs[0]).toBeGreaterThan(epochs[1]);
    expect(epochs[1]).toBeGreaterThan(epochs[2]);
    expect(epochs[2]).toBeGreaterThan(epochs[3]);
  });
});

describe("the passes of learning words", () => {
  const passesOf = (rows: number, unlabelled?: number) =>
    resolveSettings(best, {}, rows, unlabelled).pretraining?.passes;

  it("are as written up to 200,000 texts, then fewer, and one at least", () => {
    expect([100, 18_789, 200_000].map((rows) => passesOf(rows))).toEqual([5, 5, 5]);
    expect([250_000, 700_000, 5_000_000].map((rows) => passesOf(rows))).toEqual([4, 1, 1]);
  });

  it("count texts without a rating too, and follow nothing where a recipe does not ask for it", () => {
    expect(passesOf(100_000, 300_000)).toBe(2);
    const { passRange: _, ...asWritten } = best;
    expect(resolveSettings(asWritten, {}, 700_000).pretraining?.passes).toBe(5);
    expect(resolveSettings(fixed, {}, 700_000).pretraining).toBeUndefined();
  });
});

describe("adaptEpochs", () => {
  const range = { minSteps: 100, maxSteps: 1000, fewestEpochs: 2, mostEpochs: 20 };
  it("stays between the fewest and the most", () => {
    expect(adaptEpochs(5, 1, range)).toBe(20);
    expect(adaptEpochs(5, 10, range)).toBe(10);
    expect(adaptEpochs(5, 100, range)).toBe(5);
    expect(adaptEpochs(5, 300, range)).toBe(3);
    expect(adaptEpochs(5, 5000, range)).toBe(2);
  });
});

describe("fitRounds", () => {
  it("keeps the first epochs as written and lengthens the last round", () => {
    const epochs = (count: number) => fitRounds(variable.rounds, count).map((round) => round.epochs);
    expect([5, 30, 45, 90, 100].map(epochs)).toEqual([[5], [30], [30, 15], [30, 30, 30], [30, 30, 40]]);
  });
});

describe("resolveSettings", () => {
  it("lets the caller's values win", () => {
    const settings = resolveSettings(best, { epochs: 3, batchSize: 8, learningRate: 0.5, maxLength: 12 }, 100);
    expect([settings.batchSize, settings.maxLength]).toEqual([8, 12]);
    expect(settings.rounds).toEqual([{ epochs: 3, learningRate: 0.5 }]);
    expect(resolveSettings(best, { vocabularySize: 700 }, 100).vocabulary).toEqual({
      ...best.vocabulary,
      maxSize: 700,
    });
  });

  it("scales the later rounds' rates with the first", () => {
    const rates = resolveSettings(variable, { learningRate: 0.02 }, 100).rounds.map((round) => round.learningRate);
    expect(rates[0]).toBe(0.02);
    expect(rates[1]).toBeCloseTo(0.01, 12);
  });

  it.each([
    [{ epochs: 0 }, "epochs must be a whole number of at least 1, but it is 0."],
    [{ epochs: 1.5 }, "epochs must be"],
    [{ batchSize: -1 }, "batchSize must be"],
    [{ learningRate: 0 }, "learningRate must be a number above 0"],
    [{ learningRate: Number.NaN }, "learningRate must be"],
    [{ maxLength: 0 }, "maxLength must be"],
  ])("refuses %j", (overrides, message) => {
    expect(() => resolveSettings(best, overrides, 100)).toThrow(OptionError);
    expect(() => resolveSettings(best, overrides, 100)).toThrow(message);
  });
});

describe("findRecipe", () => {
  it("finds recipes by name and checks a recipe of the caller's own", () => {
    expect(findRecipe("fixed")).toBe(fixed);
    expect(findRecipe({ ...best, name: "mine" }).name).toBe("mine");
    expect(() => findRecipe({ ...best, embeddingDropout: 1 })).toThrow(
      "embeddingDropout must be at least 0 and below 1",
    );
    expect(() => findRecipe({ ...best, rounds: [] })).toThrow("at least one round");
  });

  it("names the recipes when there is none of that name", () => {
    expect(() => findRecipe("fxied")).toThrow("choose one of fixed, variable, glove, regression, best");
    expect(() => findRecipe("toString")).toThrow(OptionError);
  });
});
