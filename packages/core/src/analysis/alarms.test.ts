import { describe, expect, it } from "vitest";
import { Random } from "../random.js";
import { duplicatesAlarm, ratingInTextAlarm } from "./leakAlarms.js";
import { sameAnswer, samePrediction, worseThanBaseline } from "./modelAlarms.js";
import { type PartSample, shiftAlarms } from "./shiftAlarms.js";

const around = (value: number, half = 0.02) => ({
  value,
  interval: [value - half, value + half] as [number, number],
});

describe("worse than a baseline", () => {
  const compare = (model: number, baseline: number, lowerIsBetter = true) =>
    worseThanBaseline({ model: around(model), baseline: around(baseline), name: "the linear model", lowerIsBetter });

  it("rings, with how much, whichever direction is the better one", () => {
    expect(compare(0.9, 0.7)?.finding).toBe("WORSE than the linear model (0.700) by 0.200.");
    expect(compare(0.6, 0.7, false)?.numbers).toEqual({ model: 0.6, baseline: 0.7 });
    expect(compare(0.9, 0.7)?.advice).not.toContain("chance");
    expect(compare(Number.NaN, 0.7)?.kind).toBe("worseThanBaseline");
    expect(compare(0.71, 0.7)?.advice).toContain("may be chance");
  });

  it("does not ring for a model that is better or as good", () => {
    expect(compare(0.6, 0.7)).toBeUndefined();
    expect(compare(0.7, 0.7)).toBeUndefined();
    expect(compare(0.8, 0.7, false)).toBeUndefined();
  });
});

describe("the same answer for every row", () => {
  it("rings when nearly all rows get one label and should not", () => {
    const alarm = sameAnswer(
      [
        [0, 50],
        [1, 49],
      ],
      [1, 5],
    );
    expect(alarm?.finding).toMatch(/^99 % of the rows get the label 5, which is right for 50 %/);
  });

  it("does not ring when labels are told apart, or when nearly all truths are one label", () => {
    expect(
      sameAnswer(
        [
          [40, 10],
          [10, 40],
        ],
        [1, 5],
      ),
    ).toBeUndefined();
    expect(
      sameAnswer(
        [
          [0, 1],
          [0, 99],
        ],
        [1, 5],
      ),
    ).toBeUndefined();
  });

  it("rings for predictions that hardly spread, and only for those", () => {
    const truths = [1, 2, 3, 4, 5];
    expect(samePrediction([3, 3.01, 3, 3.02, 3], truths)?.kind).toBe("sameAnswer");
    expect(samePrediction([2, 2.5, 3, 3.5, 4], truths)).toBeUndefined();
    expect(samePrediction([3, 3], [4, 4])).toBeUndefined();
  });
});

describe("duplicates between training and held-out rows", () => {
  const rows = Array.from({ length: 400 }, (_, row) => row);
  const errors = rows.map((row) => (row < 40 ? 0 : 1));

  it("ring with their number and with the result without them", () => {
    const alarm = duplicatesAlarm({ flags: rows.map((row) => row < 40), errors });
    expect(alarm?.finding).toBe(
      "40 of 400 held-out rows (10 %) have a text that the model was trained on. On the other rows the error (root mean square) is 1.000 instead of 0.949.",
    );
  });

  it("do not ring when there are none or hardly any", () => {
    expect(duplicatesAlarm({ flags: rows.map(() => false), errors })).toBeUndefined();
    expect(duplicatesAlarm({ flags: rows.map((row) => row < 2), errors })).toBeUndefined();
    expect(duplicatesAlarm({ flags: [], errors: [] })).toBeUndefined();
  });

  it("ring also when every row is one", () => {
    expect(duplicatesAlarm({ flags: rows.map(() => true), errors })?.numbers.repeated).toBe(400);
  });
});

describe("ratings written in the texts", () => {
  const random = new Random(1, "mentions");
  const truths = Array.from({ length: 500 }, () => 1 + random.integer(5));
  const predictions = truths.map((truth) => truth + random.uniform() - 0.5);
  const stated = truths.map((_, row) => row % 10 === 0);

  it("ring when the model does worse without them, with both results", () => {
    const maskedPredictions = predictions.map((prediction, row) => (stated[row] ? 3 : prediction));
    const alarm = ratingInTextAlarm({ truths, predictions, maskedPredictions, mentions: stated, agreeing: stated });
    expect(alarm?.finding).toMatch(/^50 of 500 held-out texts \(10 %\) state a rating, 50 of them their own\./);
    expect(alarm?.finding).toContain("so it does read them");
    expect(alarm?.numbers.maskedRmse).toBeGreaterThan(alarm?.numbers.rmse ?? Number.NaN);
  });

  it("ring for many of them even if masking changes nothing, and say so", () => {
    const input = { truths, predictions, maskedPredictions: predictions, mentions: stated, agreeing: stated };
    expect(ratingInTextAlarm(input)?.finding).toContain("which may be chance");
  });

  it("do not ring for a few that change nothing, nor without any", () => {
    const few = truths.map((_, row) => row < 3);
    const hardly = predictions.map((prediction, row) => prediction + (few[row] ? 1e-6 : 0));
    const none = truths.map(() => false);
    const input = { truths, predictions, maskedPredictions: predictions };
    expect(ratingInTextAlarm({ ...input, mentions: few, agreeing: few })).toBeUndefined();
    const certain = { truths, predictions, maskedPredictions: hardly, mentions: few, agreeing: few };
    expect(ratingInTextAlarm(certain)).toBeUndefined();
    expect(ratingInTextAlarm({ ...input, mentions: none, agreeing: none })).toBeUndefined();
  });
});

describe("shift between parts", () => {
  const sample = (
    name: string,
    seed: number,
    count: number,
    change: Partial<Record<keyof PartSample, number>> = {},
  ) => {
    const random = new Random(seed, name);
    const draw = <T>(make: () => T): T[] => Array.from({ length: count }, make);
    return {
      name,
      truths: draw(() => 1 + random.integer(5 - (change.truths ?? 0))),
      lengths: draw(() => 5 + random.integer(50) + (change.lengths ?? 0)),
      unknownShares: draw(() => random.uniform() / 10 + (change.unknownShares ?? 0)),
    };
  };
  const train = sample("training", 1, 2000);

  it("rings for ratings that are distributed otherwise", () => {
    const [alarm, ...others] = shiftAlarms(train, sample("test", 2, 400, { truths: 1 }));
    expect(others).toEqual([]);
    expect(alarm.finding).toMatch(/^The ratings of the test part are distributed otherwise .*: (18|19|20|21)\.\d % of/);
  });

  it("rings for lengths, and for unknown words", () => {
    const [lengths] = shiftAlarms(train, sample("test", 3, 400, { lengths: 20 }));
    expect(lengths.finding).toContain("The lengths of the test part differ");
    const [unknown] = shiftAlarms(train, sample("test", 4, 400, { unknownShares: 0.2 }));
    expect(unknown.finding).toMatch(/does not know 2[45]\.?\d? %/);
  });

  it("compares real numbers by their distribution", () => {
    const part = sample("test", 5, 400);
    const moved = { ...part, truths: part.truths.map((value) => value + 2.5) };
    expect(shiftAlarms(train, moved, { isNumber: true })[0].finding).toContain("numbers of the test part");
    expect(shiftAlarms(train, part, { isNumber: true })).toEqual([]);
  });

  it("does not ring for 300 parts that differ by chance alone, small ones too", () => {
    let alarms = 0;
    for (let seed = 0; seed < 150; seed++) {
      for (const count of [25, 400]) alarms += shiftAlarms(train, sample("test", 100 + seed, count)).length;
    }
    expect(alarms).toBeLessThan(5);
  });

  it("does not ring for parts without rows", () => {
    expect(shiftAlarms(train, sample("test", 6, 0))).toEqual([]);
  });
});
