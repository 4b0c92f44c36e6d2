import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { quadraticWeightedKappa } from "../metrics/index.js";
import { Random } from "../random.js";
import { calibrate, intervalOf } from "./calibration.js";
import { type Decoding, decode } from "./decode.js";
import type { OrderedScale, RatingScale } from "./scale.js";

const scale: OrderedScale = { task: "rating", labels: [1, 2, 3, 4, 5], values: [1, 2, 3, 4, 5] };

/** Logits whose softmax at `temperature` is the very distribution that the classes are drawn from. */
function drawn(rows: number, temperature: number, seed: number): { logits: Float32Array; truths: Float64Array } {
  const random = new Random(seed, "calibration");
  const logits = Float32Array.from({ length: rows * 5 }, () => 4 * (random.uniform() - 0.5));
  const { probabilities = new Float64Array() } = decode(logits, { scale, head: "softmax" });
  const truths = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    let left = random.uniform();
    while (truths[row] < 4 && left >= probabilities[row * 5 + truths[row]])
      left -= probabilities[row * 5 + truths[row]++];
  }
  return { logits: logits.map((logit) => logit * temperature), truths };
}

const decoding: Decoding = { scale, head: "softmax" };

describe("calibration", () => {
  it("stays near a temperature of 1 where few rows say little", () => {
    const found = Array.from({ length: 20 }, (_, seed) => {
      const { logits, truths } = drawn(30, 1, seed);
      return Math.abs(Math.log(calibrate(logits, truths, decoding).temperature));
    });
    expect(found.reduce((sum, each) => sum + each, 0) / found.length).toBeLessThan(0.1);
  });

  it("finds from 300 rows that a network is far too sure", () => {
    const { logits, truths } = drawn(300, 2.5, 3);
    expect(Math.abs(Math.log(calibrate(logits, truths, decoding).temperature / 2.5))).toBeLessThan(0.15);
  });

  it.each([0.5, 1, 2.5])("finds the temperature %d that the outputs were made with", (temperature) => {
    const { logits, truths } = drawn(6000, temperature, 1);
    expect(calibrate(logits, truths, decoding).temperature / temperature).toBeCloseTo(1, 1);
  });

  it("finds by how much each output was shifted, apart from what all of them share", () => {
    const shifts = [0.3, -0.2, 0.1, -0.4, 0.2];
    const { logits, truths } = drawn(6000, 1, 7);
    const shifted = logits.map((logit, index) => logit - shifts[index % 5]);
    const { offsets = [] } = calibrate(shifted, truths, decoding);
    for (let index = 1; index < 5; index++) {
      expect(Math.abs(offsets[index] - offsets[0] - (shifts[index] - shifts[0]))).toBeLessThan(0.12);
    }
  });

  it("makes the mean probability of each class its share of the rows, where they are many", () => {
    const { logits, truths } = drawn(6000, 2, 8);
    const shifted = logits.map((logit, index) => logit + (index % 5 === 4 ? 1 : 0));
    const { probabilities = [] } = decode(shifted, { ...decoding, calibration: calibrate(shifted, truths, decoding) });
    for (let label = 0; label < 5; label++) {
      const share = truths.filter((truth) => truth === label).length / truths.length;
      const mean = truths.reduce((sum, _, row) => sum + probabilities[5 * row + label], 0) / truths.length;
      expect(Math.abs(mean - share)).toBeLessThan(0.01);
    }
  });

  it("hardly shifts the outputs where rows are few", () => {
    const { logits, truths } = drawn(12, 1, 9);
    const { offsets = [] } = calibrate(logits, truths, decoding);
    expect(offsets).toHaveLength(5);
    for (const offset of offsets) expect(Math.abs(offset)).toBeLessThan(0.4);
  });

  it("gives intervals that hold the wanted share of rows that it has not seen", () => {
    for (const coverage of [0.8, 0.9, 0.95]) {
      const { logits, truths } = drawn(4000, 1, 2);
      const { interval } = calibrate(logits, truths, decoding, coverage);
      const fresh = drawn(8000, 1, 3);
      const outputs = decode(fresh.logits, decoding);
      let held = 0;
      for (let row = 0; row < 8000; row++) {
        if (interval === undefined) throw new Error("no interval");
        const [low, high] = intervalOf(outputs, row, scale, interval);
        expect(low).toBeGreaterThanOrEqual(1);
        expect(high).toBeLessThanOrEqual(5);
        if (low <= 1 + fresh.truths[row] && 1 + fresh.truths[row] <= high) held++;
      }
      expect(Math.abs(held / 8000 - coverage)).toBeLessThan(0.02);
    }
  });

  it("gives no interval where there are too few rows to promise one", () => {
    const { logits, truths } = drawn(8, 1, 4);
    expect(calibrate(logits, truths, decoding).interval).toBeUndefined();
    const enough = drawn(9, 1, 4);
    expect(calibrate(enough.logits, enough.truths, decoding).interval).toBeDefined();
  });

  it("tunes cut points that ascend and agree with the truth at least as well as the middles", () => {
    const { logits, truths } = drawn(2000, 1, 5);
    const calibration = calibrate(logits, truths, decoding);
    const { cutPoints = [] } = calibration;
    expect(cutPoints).toHaveLength(4);
    expect([...cutPoints].sort((a, b) => a - b)).toEqual(cutPoints);
    const { expected = new Float64Array() } = decode(logits, { ...decoding, calibration });
    const kappaOf = (cuts: readonly number[]): number =>
      quadraticWeightedKappa(
        Array.from(expected, (rating) => cuts.filter((cut) => rating > cut).length),
        truths,
        5,
      );
    expect(kappaOf(cutPoints)).toBeGreaterThan(kappaOf([1.5, 2.5, 3.5, 4.5]));
  });

  it("tunes cut points that a model file can hold, however the ratings lie and whatever the outputs are", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 0, max: 60 }), { minLength: 2, maxLength: 6 }),
        fc.constantFrom(0.001, 0.1, 1, 1e6),
        fc.constantFrom(0, -3, 1e5),
        fc.integer({ min: 1, max: 1000 }),
        (places, unit, start, seed) => {
          const values = places.sort((a, b) => a - b).map((place) => start + place * unit);
          const random = new Random(seed, "cut points");
          const outputs = Float32Array.from({ length: 30 * values.length }, () => 6 * (random.uniform() - 0.5));
          const truths = Float64Array.from({ length: 30 }, () => random.integer(values.length));
          const own: OrderedScale = { task: "rating", labels: values, values };
          const { cutPoints = [] } = calibrate(outputs, truths, { scale: own, head: "softmax" });
          expect(cutPoints).toHaveLength(values.length - 1);
          cutPoints.forEach((cut, index) => expect(cut).toBeGreaterThan(cutPoints[index - 1] ?? -Infinity));
        },
      ),
    );
  });

  it("of a regression fits intervals of one width, in the user's units", () => {
    const random = new Random(6, "numbers");
    const numbers: RatingScale = { task: "number", mean: 100, deviation: 10 };
    const truths = Float64Array.from({ length: 3000 }, () => 100 + 10 * random.uniform());
    const { temperature, cutPoints, interval } = calibrate(new Float32Array(3000), truths, {
      scale: numbers,
      head: "regression",
    });
    expect([temperature, cutPoints]).toEqual([1, undefined]);
    expect(interval?.factor).toBeGreaterThan(8.5);
    expect(interval?.factor).toBeLessThan(9.5);
  });
});
