import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Random } from "../random.js";
import { normalQuantile } from "./normal.js";
import { findSlices, type RowsToSlice, type Slice, type SliceReport } from "./slices.js";
import { textTraits } from "./textTraits.js";

/** A number of mean 0 and deviation 1. */
function noise(random: Random): number {
  return Array.from({ length: 12 }, () => random.uniform()).reduce((sum, value) => sum + value, -6);
}

/** Rows whose error has the deviation and bias that the row's slices ask for. */
function madeUp(
  count: number,
  seed: number,
  errorOf: (row: { negated: boolean; store: string }) => { deviation: number; bias: number },
): RowsToSlice {
  const random = new Random(seed, "slices");
  const truths: number[] = [];
  const predictions: number[] = [];
  const traits: RowsToSlice["traits"][number][] = [];
  const stores: string[] = [];
  for (let row = 0; row < count; row++) {
    const negated = random.uniform() < 0.3;
    const store = ["north", "south", "east"][random.integer(3)];
    const text = `word ${"more ".repeat(random.integer(20))}${negated ? "not" : "so"}${row % 5 === 0 ? "?" : ""}`;
    const { deviation, bias } = errorOf({ negated, store });
    truths.push(1 + random.integer(5));
    predictions.push(truths[row] + bias + deviation * noise(random));
    traits.push(textTraits(text));
    stores.push(store);
  }
  const id = truths.map((_, row) => `review-${row}`);
  const columns = new Map<string, readonly string[]>([
    ["store", stores],
    ["id", id],
  ]);
  return { truths, predictions, traits, unknownShares: truths.map((_, row) => (row % 4) / 20), columns };
}

const alike = (): { deviation: number; bias: number } => ({ deviation: 0.7, bias: 0 });
const named = (report: SliceReport, name: string): Slice => {
  const slice = report.slices.find((each) => each.name === name);
  if (!slice) throw new Error(`no slice ${name} in ${report.slices.map((each) => each.name).join(", ")}`);
  return slice;
};

describe("findSlices", () => {
  it("puts the slice that is truly worse first, says so, and tells by how much", () => {
    const rows = madeUp(1500, 1, ({ negated }) => ({ deviation: negated ? 1 : 0.6, bias: negated ? 0.5 : 0 }));
    const report = findSlices(rows, { resamples: 200 });
    const [first] = report.slices;
    expect(first).toMatchObject({ attribute: "negation", name: "with a negation", verdict: "worse" });
    expect(first.error).toBeCloseTo(Math.sqrt(1 + 0.25), 0);
    expect(first.bias).toBeCloseTo(0.5, 1);
    expect(first.differenceInterval[0]).toBeGreaterThan(0);
    expect(named(report, "without a negation")).toMatchObject({ verdict: "better" });
    expect(report.slices.at(-1)?.verdict).toBe("better");
  });

  it("finds columns with few values and leaves identifiers alone", () => {
    const rows = madeUp(1500, 2, ({ store }) => ({ deviation: store === "east" ? 1 : 0.6, bias: 0 }));
    const report = findSlices(rows, { resamples: 200 });
    expect(report.slices[0]).toMatchObject({ attribute: "column", column: "store", name: "east", verdict: "worse" });
    expect(report.slices.some(({ column }) => column === "id")).toBe(false);
  });

  it("calls hardly any of 40 data sets' slices worse when only chance makes them differ", () => {
    let falseAlarms = 0;
    for (let seed = 0; seed < 40; seed++) {
      const report = findSlices(madeUp(300, 100 + seed, alike), { resamples: 100 });
      if (report.slices.some(({ verdict }) => verdict === "worse")) falseAlarms++;
    }
    // 5 % of the data sets are expected to have one; with a false rate of 5 %, 7 or more of 40 have probability 0.003.
    expect(falseAlarms).toBeLessThan(7);
  });

  it("gives intervals that hold the true RMSE about as often as they promise", () => {
    let held = 0;
    let all = 0;
    for (let seed = 0; seed < 30; seed++) {
      for (const slice of findSlices(madeUp(300, 500 + seed, alike), { resamples: 100 }).slices) {
        all++;
        if (slice.errorInterval[0] <= 0.7 && 0.7 <= slice.errorInterval[1]) held++;
      }
    }
    expect(held / all).toBeGreaterThan(0.87);
    expect(held / all).toBeLessThan(0.99);
  });

  it("shows wrong answers of classes without order, and no bias", () => {
    const truths = Array.from({ length: 200 }, (_, row) => row % 2);
    const predictions = truths.map((truth, row) => (row % 10 === 0 ? 1 - truth : truth));
    const traits = truths.map(() => textTraits("some words"));
    const report = findSlices({ truths, predictions, traits }, { classNames: ["ham", "spam"] });
    expect(report).toMatchObject({ measure: "wrong", error: 0.1 });
    expect(report).not.toHaveProperty("bias");
    expect(named(report, "ham")).toMatchObject({ error: 0.2, verdict: "worse" });
    expect(named(report, "spam")).toMatchObject({ error: 0, verdict: "better" });
  });

  it("leaves out slices of few rows and counts them", () => {
    const rows = madeUp(1500, 3, alike);
    const rare = Array.from(rows.truths, (_, row) => (row < 10 ? "rare" : "usual"));
    const report = findSlices({ ...rows, columns: new Map([["kind", rare]]) }, { resamples: 50 });
    expect(report.slices.map(({ name }) => name)).not.toContain("rare");
    expect(report.tooSmall).toBe(1);
  });

  it("cuts numbers of many values into ranges, and names words by their place on the scale", () => {
    const rows = madeUp(1000, 4, alike);
    const prices = Array.from(rows.truths, (_, row) => String(row % 100));
    const ratingNames = new Map(
      [1, 2, 3, 4, 5].map((value, index) => [value, ["awful", "bad", "so-so", "good", "great"][index]]),
    );
    const report = findSlices({ ...rows, columns: new Map([["price", prices]]) }, { ratingNames, resamples: 50 });
    expect(named(report, "0 to 24")).toMatchObject({ column: "price", rows: 250 });
    expect(named(report, "awful")).toMatchObject({ attribute: "truth" });
  });

  it("gives the same report for the same seed", () => {
    const rows = madeUp(300, 5, alike);
    expect(findSlices(rows, { seed: 3 })).toEqual(findSlices(rows, { seed: 3 }));
  });

  it("refuses no rows, and lists of different lengths by name", () => {
    expect(() => findSlices({ truths: [], predictions: [], traits: [] })).toThrow(/no rows/);
    const rows = madeUp(50, 6, alike);
    expect(() => findSlices({ ...rows, columns: new Map([["store", ["a"]]]) })).toThrow(/1 store for 50 rows/);
  });

  it("never fails, and holds the rows of each attribute at most once, whatever the numbers", () => {
    const number = fc.integer({ min: -3, max: 3 });
    fc.assert(
      fc.property(fc.array(fc.tuple(number, number, fc.string()), { minLength: 1, maxLength: 60 }), (raw) => {
        const report = findSlices(
          {
            truths: raw.map(([truth]) => truth),
            predictions: raw.map(([, prediction]) => prediction),
            traits: raw.map(([, , text]) => textTraits(text)),
            columns: new Map([["text", raw.map(([, , text]) => text)]]),
          },
          { resamples: 20, fewestRows: 1 },
        );
        for (const attribute of ["words", "truth", "negation", "question"]) {
          const members = report.slices.filter((slice) => slice.attribute === attribute);
          expect(members.reduce((sum, { rows }) => sum + rows, 0)).toBeLessThanOrEqual(raw.length);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe("textTraits", () => {
  it.each(["It is not good", "I DIDN'T like it", "I didn’t like it", "dont buy", "nicht gut", "Never again"])(
    "finds the negation in %j",
    (text) => expect(textTraits(text).hasNegation).toBe(true),
  );
  it.each(["It is good", "notable knots", "a note", ""])("finds none in %j", (text) =>
    expect(textTraits(text).hasNegation).toBe(false),
  );
  it("counts words, not signs, and sees questions", () => {
    expect(textTraits("Really?! I love it!! 😀")).toEqual({ words: 5, hasNegation: false, hasQuestion: true });
  });
});

describe("normalQuantile", () => {
  it.each([
    [0.5, 0],
    [0.975, 1.959964],
    [0.0005, -3.290527],
    [0.99999999, 5.612001],
    [1e-12, -7.034484],
  ])("of %d is %d", (share, expected) => expect(normalQuantile(share)).toBeCloseTo(expected, 5));
});
