import { anchors, type StressCase, type StressKind, stressCases } from "./stressCases.js";
import { percent } from "./wording.js";

/** What the stress suite asks of a model. */
export interface StressedModel {
  /** Expected ratings of texts, on any scale on which more is better liked. */
  rate(texts: readonly string[]): ArrayLike<number>;
  /** Share, 0 to 1, of the words of each text that the model does not know; without it every text counts as known. */
  unknownShares?(texts: readonly string[]): ArrayLike<number>;
  /** Width of the scale: 4 for 1 to 5 stars. */
  readonly range: number;
}

/** A promise that was broken. */
export interface StressFailure {
  readonly texts: readonly [string, string];
  readonly ratings: readonly [number, number];
  /** `lower`: the first had to be rated lower than the second; `same`: both about the same. */
  readonly expected: "lower" | "same";
}

/** How many promises of one kind the model keeps. */
export interface StressScore {
  readonly kind: StressKind;
  readonly passed: number;
  readonly count: number;
  /** Why the kind says nothing about this model; then nothing of it is counted. */
  readonly notApplicable?: string;
  readonly failures: readonly StressFailure[];
}

/** The suite's result. */
export interface StressReport {
  /** Why the suite says nothing about this model: then there are no scores. */
  readonly notApplicable?: string;
  readonly scores: readonly StressScore[];
  /** The widths that were asked for, as shares of the scale's range. */
  readonly rules: typeof stressRules;
}

/** How much makes a difference, as shares of the scale's range. */
export const stressRules = {
  /** The lower text has to be rated lower by at least this much. */
  leastDifference: 0.01,
  /** The same text written otherwise may be rated otherwise by less than this. */
  mostDrift: 0.15,
} as const;

/** More unknown words than this, and the texts are in another language for the model. */
const mostUnknown = 0.3;
/** Plain opinions have to lie apart by this share of the range, on average. */
const leastAnchorDifference = 0.1;

/**
 * Rates a fixed set of short English texts in pairs, and counts how often the answers are in the order, or as close
 * together, as any scale of liking asks for. Texts like these are rare in any training data: a low score names a
 * weakness, a high one promises little beyond these texts.
 *
 * A model that does not know the words, or does not tell plain praise from plain blame, gets no scores but the reason.
 */
export function stressSuite(model: StressedModel): StressReport {
  const texts = [...new Set([...stressCases, ...anchors].flatMap(textsOf))];
  const ratings = byText(texts, model.rate(texts));
  const unknown = byText(texts, model.unknownShares?.(texts) ?? new Float64Array(texts.length));
  const notApplicable = whyNotApplicable(texts, ratings, unknown, model.range);
  if (notApplicable !== undefined) return { notApplicable, scores: [], rules: stressRules };
  const kinds = [...new Set(stressCases.map(({ kind }) => kind))];
  const signs = emojiOf(texts);
  const unknownSigns = Array.from(model.unknownShares?.(signs) ?? []).filter((share) => share === 1).length;
  const scores = kinds.map((kind) => {
    const cases = stressCases.filter((each) => each.kind === kind);
    if (kind === "emoji" && unknownSigns === signs.length) {
      const why = "the model knows none of the emoji; the texts that it learned from hardly hold any";
      return { kind, passed: 0, count: 0, notApplicable: why, failures: [] };
    }
    const failures = cases.flatMap((each) => failureOf(each, ratings, model.range) ?? []);
    return { kind, passed: cases.length - failures.length, count: cases.length, failures };
  });
  return { scores, rules: stressRules };
}

type Numbers = ReadonlyMap<string, number>;

function byText(texts: readonly string[], values: ArrayLike<number>): Numbers {
  return new Map(texts.map((text, index) => [text, values[index]]));
}

function textsOf(each: StressCase | (typeof anchors)[number]): [string, string] {
  return "lower" in each ? [each.lower, each.higher] : [each.text, each.variant];
}

function emojiOf(texts: readonly string[]): string[] {
  return [...new Set(texts.flatMap((text) => text.match(/\p{Extended_Pictographic}/gu) ?? []))];
}

function numberOf(text: string, numbers: Numbers): number {
  return numbers.get(text) ?? Number.NaN;
}

function whyNotApplicable(
  texts: readonly string[],
  ratings: Numbers,
  unknown: Numbers,
  range: number,
): string | undefined {
  const share = texts.reduce((sum, text) => sum + numberOf(text, unknown), 0) / texts.length;
  if (share > mostUnknown) {
    return `The model does not know ${percent(share)} of the words of the suite, which is in English: it learned from texts of another language or kind.`;
  }
  const gaps = anchors.map(({ lower, higher }) => (numberOf(higher, ratings) - numberOf(lower, ratings)) / range);
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  if (mean >= leastAnchorDifference) return undefined;
  return `The model does not rate plain praise clearly above plain blame (by ${percent(Math.max(0, mean))} of the scale on average): its ratings are not about liking, or it has not learned enough.`;
}

function failureOf(each: StressCase, ratings: Numbers, range: number): StressFailure | undefined {
  const texts = textsOf(each);
  const [first, second] = texts.map((text) => numberOf(text, ratings));
  const expected = "lower" in each ? "lower" : "same";
  const holds =
    expected === "lower"
      ? second - first >= stressRules.leastDifference * range
      : Math.abs(second - first) < stressRules.mostDrift * range;
  return holds ? undefined : { texts, ratings: [first, second], expected };
}
