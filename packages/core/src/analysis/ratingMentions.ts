/** A rating that a text states itself. */
export interface RatingMention {
  /** The passage, as it stands in the text. */
  readonly passage: string;
  readonly value: number;
  /** The best rating of its scale where the text says it: 5 in "4/5"; undefined in "4 stars". */
  readonly outOf?: number;
}

const numberWords = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
const amount = `(\\d{1,3}(?:[.,]\\d)?|${numberWords.join("|")})`;
const scale = "(5|10|100|five|ten)";
// No digit, sign or letter may stand before or after, so that dates, prices and sizes are not taken for ratings.
const before = "(?<![\\p{L}\\p{N}/.,$€£-])";
const after = "(?![\\p{L}\\p{N}/]|[.,]\\d)";
// "I usually wear a size 8/10" is about clothes.
const notASize =
  "(?<!(?:size|sz|wear|take|am|i'?m|always|usually|normally|typically|medium|med|[ (][sml]) ?\\(?(?:an? )?)";

const patterns: readonly {
  readonly pattern: RegExp;
  /** What the pattern's groups hold. */
  readonly groups: "amount" | "amount and scale" | "stars drawn";
}[] = [
  { pattern: new RegExp(`${notASize}${before}${amount} ?/ ?${scale}${after}`, "iu"), groups: "amount and scale" },
  {
    pattern: new RegExp(`${before}${amount}(?: out| stars?(?: out)?) of ${scale}${after}`, "iu"),
    groups: "amount and scale",
  },
  { pattern: new RegExp(`${before}${amount}(?: and a half)?[ -]?stars?${after}`, "iu"), groups: "amount" },
  { pattern: new RegExp(`${before}(?:rating|score|stars) ?[:=] ?${amount}${after}`, "iu"), groups: "amount" },
  { pattern: /([★⭐🌟]{1,10})[☆✩]{0,9}/u, groups: "stars drawn" },
];

// Without one of these there is no mention: spares most texts the patterns above.
const hint = /star|rating|score|[★⭐🌟]|\d ?\/ ?\d|of (?:5|10|five|ten)/iu;

/**
 * Finds the first rating that is written in a text: "5 stars", "five-star", "4/5", "10/10", "two out of five",
 * "rating: 3", "★★★☆☆". A model that may read it learns to copy it instead of to judge.
 */
export function findRatingMention(text: string): RatingMention | undefined {
  if (!hint.test(text)) return undefined;
  for (const { pattern, groups } of patterns) {
    const match = pattern.exec(text);
    if (match === null) continue;
    const mention = mentionOf(match[0], match[1], match[2], groups);
    if (mention !== undefined) return mention;
  }
  return undefined;
}

function mentionOf(
  passage: string,
  first: string,
  second: string | undefined,
  groups: (typeof patterns)[number]["groups"],
): RatingMention | undefined {
  if (groups === "stars drawn") return { passage, value: [...first].length };
  const value = toNumber(first) + (/and a half/i.test(passage) ? 0.5 : 0);
  if (groups === "amount") return value <= 10 ? { passage, value } : undefined;
  const outOf = toNumber(second ?? "");
  return value <= outOf ? { passage, value, outOf } : undefined;
}

function toNumber(text: string): number {
  const word = numberWords.indexOf(text.toLowerCase());
  return word >= 0 ? word : Number(text.replace(",", "."));
}

/**
 * A text without the ratings that it states: every passage that {@link findRatingMention} could find is taken out. What
 * a model answers to it shows whether the model judges or copies.
 */
export function maskRatingMentions(text: string): string {
  if (!hint.test(text)) return text;
  let masked = text;
  for (const { pattern, groups } of patterns) {
    masked = masked.replace(
      new RegExp(pattern.source, `${pattern.flags}g`),
      (passage: string, first: string, second?: string) =>
        mentionOf(passage, first, second, groups) === undefined ? passage : " ",
    );
  }
  return masked;
}
