import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Random } from "../random.js";
import { calibration, ratingCalibration } from "./calibration.js";

/** Two classes: the probability of class 0, and the truth. */
function twoClasses(rows: readonly (readonly [probability: number, target: number])[]) {
  return {
    probabilities: rows.flatMap(([probability]) => [probability, 1 - probability]),
    targets: rows.map(([, target]) => target),
    classCount: 2,
  };
}

describe("calibration", () => {
  it("is the mean distance of confidence and accuracy, weighted by the rows of the bins", () => {
    const rows = [
      ...Array.from({ length: 8 }, (_, index) => [0.9, index < 6 ? 0 : 1] as const),
      [0.65, 0] as const,
      [0.65, 0] as const,
    ];
    const { bins, expectedCalibrationError } = calibration({ ...twoClasses(rows), binCount: 10 });
    expect(bins[8]).toMatchObject({ rows: 8, accuracy: 0.75 });
    expect(bins[8].confidence).toBeCloseTo(0.9, 12);
    expect(bins[6]).toMatchObject({ rows: 2, accuracy: 1 });
    expect(expectedCalibrationError).toBeCloseTo(0.8 * 0.15 + 0.2 * 0.35, 12);
  });

  it("is near 0 when each answer is right as often as it says, and far from it when all are too sure", () => {
    const random = new Random(1, "calibration");
    const draw = (sureness: (truth: number) => number) =>
      twoClasses(
        Array.from({ length: 20_000 }, () => {
          const honest = 0.5 + random.uniform() / 2;
          return [sureness(honest), random.uniform() < honest ? 0 : 1] as const;
        }),
      );
    expect(calibration(draw((honest) => honest)).expectedCalibrationError).toBeLessThan(0.02);
    expect(calibration(draw((honest) => 0.5 + honest / 2)).expectedCalibrationError).toBeGreaterThan(0.1);
  });

  it.each([100, 1000])("tells what chance alone makes of %d rows with perfect probabilities", (rows) => {
    const random = new Random(1, "chance");
    const runs = Array.from({ length: 400 }, () => {
      const honest = Array.from({ length: rows }, () => {
        const truth = 0.5 + random.uniform() / 2;
        return [truth, random.uniform() < truth ? 0 : 1] as const;
      });
      return calibration(twoClasses(honest));
    });
    const mean = (numbers: readonly number[]) => numbers.reduce((sum, each) => sum + each, 0) / numbers.length;
    const seen = mean(runs.map(({ expectedCalibrationError }) => expectedCalibrationError));
    expect(mean(runs.map(({ chanceCalibrationError }) => chanceCalibrationError)) / seen).toBeCloseTo(1, 1);
    expect(seen).toBeGreaterThan(0.5 / Math.sqrt(rows));
  });

  it("counts every row in exactly one bin, certainties too, and stays within 0 and 1", () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(share, fc.nat(1)), { minLength: 1 }),
        fc.integer({ min: 1, max: 30 }),
        (rows, n) => {
          const { bins, expectedCalibrationError } = calibration({ ...twoClasses(rows), binCount: n });
          expect(bins.reduce((sum, bin) => sum + bin.rows, 0)).toBe(rows.length);
          for (const bin of bins.filter((each) => each.rows > 0)) {
            expect(bin.confidence).toBeGreaterThanOrEqual(bin.low - 1e-9);
            expect(bin.confidence).toBeLessThanOrEqual(bin.high + 1e-9);
          }
          expect(expectedCalibrationError).toBeGreaterThanOrEqual(0);
          expect(expectedCalibrationError).toBeLessThanOrEqual(1);
        },
      ),
    );
  });

  it("refuses no rows and a bad number of bins", () => {
    expect(() => calibration({ probabilities: [], targets: [], classCount: 2 })).toThrow(/no rows/);
    expect(() => calibration({ ...twoClasses([[0.5, 0]]), binCount: 0 })).toThrow(/bins/);
  });
});

describe("ratingCalibration", () => {
  it("tells the mean truth of rows with about the same prediction", () => {
    const bins = ratingCalibration([1, 1, 3, 3], [1, 2, 4, 5], { binCount: 2 });
    expect(bins).toEqual([
      { rows: 2, predicted: 1, actual: 1.5, standardError: 0.5 },
      { rows: 2, predicted: 3, actual: 4.5, standardError: 0.5 },
    ]);
  });

  it("holds every row once, in ascending bins, and never parts equal predictions", () => {
    const rating = fc.integer({ min: 1, max: 5 });
    fc.assert(
      fc.property(fc.array(fc.tuple(rating, rating), { minLength: 1 }), (pairs) => {
        const bins = ratingCalibration(
          pairs.map(([prediction]) => prediction),
          pairs.map(([, target]) => target),
        );
        expect(bins.reduce((sum, { rows }) => sum + rows, 0)).toBe(pairs.length);
        for (const [index, bin] of bins.entries()) {
          if (index > 0) expect(bin.predicted).toBeGreaterThan(bins[index - 1].predicted);
        }
      }),
    );
  });
});
