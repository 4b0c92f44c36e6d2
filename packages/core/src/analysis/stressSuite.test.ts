import { describe, expect, it } from "vitest";
import { anchors, stressCases } from "./stressCases.js";
import { stressRules, stressSuite } from "./stressSuite.js";

const good = [
  "love",
  "excellent",
  "happy",
  "great",
  "wonderful",
  "best",
  "buy",
  "recommend",
  "perfect",
  "pleased",
  "good",
];
const bad = ["hate", "terrible", "disappointed", "awful", "worst", "waste", "returned", "horrible", "unhappy", "bad"];

/** Counts good and bad words and understands nothing else: neither negation nor contrast. */
function countingWords(text: string): number {
  const words = text.toLowerCase().match(/\p{L}+/gu) ?? [];
  const sum = words.reduce((total, word) => total + Number(good.includes(word)) - Number(bad.includes(word)), 0);
  return 3 + 2 * Math.tanh(sum);
}

/** Passes every case: it knows the suite by heart. */
function knowingAll(text: string): number {
  if ([...stressCases, ...anchors].some((each) => "lower" in each && each.lower === text)) return 2;
  return [...stressCases, ...anchors].some((each) => "lower" in each && each.higher === text) ? 4 : 3;
}

const rateWith = (rate: (text: string) => number, range = 4) =>
  stressSuite({ rate: (texts) => texts.map(rate), range });

describe("the stress suite", () => {
  it("has cases of every kind, and no text that is both the better and the worse one", () => {
    const kinds = new Set(stressCases.map(({ kind }) => kind));
    expect([...kinds]).toEqual([
      "negation",
      "contrast",
      "intensity",
      "emoji",
      "very short",
      "very long",
      "typing errors",
      "capitals",
    ]);
    const lower = stressCases.flatMap((each) => ("lower" in each ? [each.lower] : []));
    const higher = stressCases.flatMap((each) => ("lower" in each ? [each.higher] : []));
    expect(lower.filter((text) => higher.includes(text))).toEqual([]);
  });

  it("can be passed whole", () => {
    const { scores, notApplicable } = rateWith(knowingAll);
    expect(notApplicable).toBeUndefined();
    for (const { passed, count, failures } of scores) expect([passed, failures.length]).toEqual([count, 0]);
  });

  it("shows a model that only counts words to be deaf to negation", () => {
    const { scores } = rateWith(countingWords);
    const of = (kind: string) => scores.find((score) => score.kind === kind);
    expect(of("negation")?.passed).toBeLessThan(5);
    expect(of("capitals")).toMatchObject({ passed: 6, count: 6 });
    const failure = of("negation")?.failures.find(({ texts }) => texts[0] === "This is not good.");
    expect(failure).toMatchObject({ texts: ["This is not good.", "This is good."], expected: "lower" });
    expect(failure?.ratings[0]).toBe(failure?.ratings[1]);
  });

  it("gives the same scores on any scale", () => {
    const stars = rateWith(countingWords);
    const percent = rateWith((text) => (countingWords(text) - 1) * 25, 100);
    expect(percent.scores.map(({ passed }) => passed)).toEqual(stars.scores.map(({ passed }) => passed));
  });

  it("asks for more than a hair's breadth, and forgives less than its drift", () => {
    const texts = new Set(stressCases.flatMap((each) => ("variant" in each ? [each.variant] : [])));
    const drifting = (drift: number) => rateWith((text) => knowingAll(text) + (texts.has(text) ? drift : 0));
    const passed = (drift: number) =>
      drifting(drift)
        .scores.filter(({ kind }) => ["typing errors", "capitals"].includes(kind))
        .map((score) => score.passed);
    expect(passed(4 * stressRules.mostDrift - 0.01)).toEqual([8, 6]);
    expect(passed(4 * stressRules.mostDrift + 0.01)).toEqual([0, 0]);
    const timid = rateWith(
      (text) => 3 + (knowingAll(text) - 3) * (anchors.some((each) => Object.values(each).includes(text)) ? 1 : 0.01),
    );
    expect(timid.scores.find(({ kind }) => kind === "negation")?.passed).toBe(0);
  });

  it("does not apply to a model of another language, and says why", () => {
    const report = stressSuite({
      rate: (texts) => texts.map(knowingAll),
      unknownShares: (texts) => texts.map(() => 0.6),
      range: 4,
    });
    expect(report.scores).toEqual([]);
    expect(report.notApplicable).toMatch(/does not know 60 % of the words/);
  });

  it("does not apply where more is not better liked, or nothing was learned", () => {
    for (const rate of [() => 3, (text: string) => 6 - knowingAll(text)]) {
      expect(rateWith(rate).notApplicable).toMatch(/plain praise/);
    }
  });

  it("leaves the emoji out where the model knows none of them", () => {
    const unknownShares = (texts: readonly string[]) =>
      texts.map((text) => (/^\p{Extended_Pictographic}/u.test(text) ? 1 : 0));
    const { scores } = stressSuite({ rate: (texts) => texts.map(knowingAll), unknownShares, range: 4 });
    expect(scores.find(({ kind }) => kind === "emoji")).toMatchObject({ count: 0, passed: 0 });
    expect(scores.find(({ kind }) => kind === "emoji")?.notApplicable).toContain("none of the emoji");
  });
});
