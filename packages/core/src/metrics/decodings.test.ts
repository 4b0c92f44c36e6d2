import { expect, it } from "vitest";
import { cutClass, medianClass, scoreDecodings } from "./decodings.js";

const values = [1, 2, 3];
const probabilities = [0.5, 0.2, 0.3, 0.1, 0.3, 0.6, 0.4, 0.35, 0.25];
const expected = [1.8, 2.5, 1.85];

it("the median is the class at which half of the probability is reached", () => {
  expect([0, 1, 2].map((row) => medianClass(probabilities, row, 3))).toEqual([0, 2, 1]);
});

it("a rating falls between the cut points, on a point into the class below it", () => {
  expect([0, 1.5, 1.6, 9].map((rating) => cutClass(rating, [1.5, 2.5]))).toEqual([0, 0, 1, 2]);
});

it("scores each answer by every measure", () => {
  const scores = scoreDecodings({ probabilities, classes: [0, 2, 0], expected }, [1, 2, 1], {
    values,
    cutPoints: [1.7, 2.2],
  });
  expect(scores.mean.rmse).toBeCloseTo(Math.sqrt((0.2 ** 2 + 0.5 ** 2 + 0.15 ** 2) / 3), 12);
  expect(scores.mode).toMatchObject({ mae: 2 / 3, accuracy: 1 / 3 });
  expect(scores.median.accuracy).toBe(2 / 3);
  expect(scores.cut).toMatchObject({ rmse: 0, accuracy: 1, qwk: 1 });
  expect(scoreDecodings({ probabilities, classes: [0, 2, 0], expected }, [1, 2, 1], { values }).cut).toBeUndefined();
});
