import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { recipes } from "../recipes/resolve.js";
import { readWordVectors } from "../text/index.js";
import { readCsv } from "../text/testing/csv.js";
import { hasSharedData, readReviews, reviewsFile, vectorsFile } from "../text/testing/sharedData.js";
import type { LabelledText } from "../training/labelledText.js";
import type { Evaluation } from "../training/score.js";
import type { TrainEvent } from "./events.js";
import { trainModel } from "./train.js";

/** The reviews with their ratings. */
function readRatedReviews(): LabelledText[] {
  const [header, ...rows] = readCsv(readFileSync(reviewsFile, "utf8"));
  const rating = header.indexOf("Rating");
  return readReviews().map((text, row) => ({ text, label: rows[row][rating] }));
}

function rmseOf(evaluation: Evaluation | undefined): number {
  if (evaluation && "rmse" in evaluation) return evaluation.rmse;
  throw new Error("no RMSE");
}

describe.skipIf(!hasSharedData)("training on the clothing reviews (skipped where they are not)", () => {
  const rows = hasSharedData ? readRatedReviews() : [];

  it("comes close to the linear baseline in two epochs of `best`, and far ahead of the constants", async () => {
    const { model, metrics } = await trainModel(rows, {
      ...recipes.fixed.heldBack,
      members: 1,
      epochs: 2,
      threads: 2,
    });
    expect(metrics.dataset).toEqual({ rows: 23_486, train: 18_789, validation: 4697, test: 0 });
    // The linear baseline has 0.653 here.
    expect(rmseOf(metrics.validation)).toBeLessThan(0.74);
    expect(rmseOf(metrics.baselines?.linear)).toBeLessThan(0.66);
    expect(rmseOf(metrics.baselines?.mean)).toBeGreaterThan(1);
    expect(model.predict("Love this dress! perfect fit, so many compliments").rating).toBeGreaterThan(4.5);
    expect(model.predict("terrible quality, fell apart, returned it").rating).toBeLessThan(3);
    model.dispose();
  });

  it("has the article's vocabulary with its recipes, and learns with `fixed`", async () => {
    const { model, metrics } = await trainModel(rows, { recipe: "fixed", epochs: 2, threads: 2, baselines: false });
    expect(metrics.vocabulary).toEqual({ distinctTokens: 14_138, keptTokens: 8263, size: 8265 });
    const [first, second] = metrics.epochs;
    expect(second.trainLoss).toBeLessThan(first.trainLoss);
    // A network that knows nothing has the loss ln 5 = 1.609.
    expect(second.trainLoss).toBeLessThan(1.35);
    model.dispose();
  });

  it("starts `glove` from the vectors of a file", async () => {
    const events: TrainEvent[] = [];
    const { model, metrics } = await trainModel(rows, {
      recipe: "glove",
      epochs: 1,
      threads: 2,
      baselines: false,
      wordVectors: (wanted) => readWordVectors(readFileSync(vectorsFile, "utf8").split("\n"), { wanted }),
      onEvent: (event) => void events.push(event),
    });
    expect(metrics.wordVectors).toMatchObject({ foundTokens: 1541, vocabularyTokens: 8263 });
    expect(metrics.wordVectors?.shareOfText).toBeCloseTo(0.76, 2);
    expect(events[0]).toMatchObject({ type: "prepared", parameterCount: 8265 * 50 + 4 * 50 * 102 + 5 * 51 });
    model.dispose();
  });
});
