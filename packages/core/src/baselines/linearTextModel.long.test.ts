import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { splitRows } from "../training/split.js";
import { LinearTextModel } from "./linearTextModel.js";

const dataPath = fileURLToPath(new URL("../../../../../shared/data/womens-clothing-reviews.csv", import.meta.url));

/** RMSE by bench/reference/linear_baseline.py with scikit-learn 1.9.1 and its defaults, by split seed. */
const scikitLearn = [
  { seed: 1, features: 78641, classifier: 0.65331, ridge: 0.69064 },
  { seed: 2, features: 78961, classifier: 0.67417, ridge: 0.71107 },
];

describe.skipIf(!existsSync(dataPath))("LinearTextModel on the clothing reviews (skipped where they are not)", () => {
  const reviews = existsSync(dataPath) ? readReviews(readFileSync(dataPath, "utf8")) : [];

  it.each(scikitLearn)("is as good as scikit-learn on split $seed", async ({ seed, features, classifier, ridge }) => {
    expect(reviews).toHaveLength(23_486);
    const { train, validation } = splitRows(reviews.length, { validationFraction: 0.2, testFraction: 0, seed });
    const texts = Array.from(train, (row) => reviews[row].text);
    const newTexts = Array.from(validation, (row) => reviews[row].text);
    const rmse = (predictions: Float64Array): number => {
      const squares = predictions.map((prediction, index) => (prediction - reviews[validation[index]].rating) ** 2);
      return Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / squares.length);
    };

    const classes = Array.from(train, (row) => reviews[row].rating - 1);
    const softmax = await LinearTextModel.trainClassifier(texts, classes, 5);
    expect(softmax.featureCount).toBe(features);
    const probabilities = softmax.predictProbabilities(newTexts);
    const expected = Float64Array.from(newTexts, (_, row) =>
      [1, 2, 3, 4, 5].reduce((sum, rating, index) => sum + rating * probabilities[row * 5 + index], 0),
    );
    expect(Math.abs(rmse(expected) - classifier)).toBeLessThan(0.002);

    const numbers = Array.from(train, (row) => reviews[row].rating);
    const regressor = await LinearTextModel.trainRegressor(texts, numbers);
    expect(Math.abs(rmse(regressor.predictNumbers(newTexts)) - ridge)).toBeLessThan(0.0005);
  });
});

/** Title and review text joined by a space, and the rating, of each row. */
function readReviews(csv: string): { text: string; rating: number }[] {
  const [header, ...rows] = readCsv(csv);
  const title = header.indexOf("Title");
  const body = header.indexOf("Review Text");
  const rating = header.indexOf("Rating");
  return rows.map((row) => ({ text: `${row[title]} ${row[body]}`, rating: Number(row[rating]) }));
}

/** Fields of a comma-separated file with quoted fields, as much of the format as this file needs. */
function readCsv(csv: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (const [, quoted, plain, end] of csv.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    row.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === ",") continue;
    if (row.length > 1) rows.push(row);
    row = [];
  }
  return rows;
}
