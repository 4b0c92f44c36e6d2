import { Random } from "../random.js";
import { chance, pick, sentence } from "./samplePhrases.js";
import { fillers, products } from "./sampleWords.js";

/** A synthetic review. */
export interface SampleReview {
  readonly review: string;
  /** 1 to 5 stars, with the noise that real ratings have. */
  readonly rating: number;
  /** The stars that the text means, before the noise; not written to the file. */
  readonly meant: number;
}

/** Reviews of the sample when no other number is asked for. */
export const sampleSize = 5000;

/** Share of each rating from 1 to 5, before the noise: skewed to praise as real shops are, but not far. */
const starShares = [0.1, 0.13, 0.2, 0.26, 0.31];
/** How likely a clause is favourable in a review that is to mean 1, 2, 3, 4 or 5 stars. */
const goodShares = [0.05, 0.25, 0.5, 0.75, 0.95];
/** One rating in ten is a star off, one in a hundred is any star. */
const slipShare = 0.1;
const randomShare = 0.01;

/**
 * Makes short product reviews with 1 to 5 stars: synthetic, the same ones for the same seed, on every machine.
 *
 * Negations reach over several words ("I would not say that the fit is in any way good"), contrasts weigh the
 * clause that carries the sentence ("lovely, but ..." against "lovely, even though ..."), adverbs strengthen or
 * weaken, and some sentences say nothing, so that counting words and pairs of words is not enough.
 * One review in eight has typing errors. The rating is noisy: against the stars that the text means, it has an
 * RMSE of about 0.38, which no model can beat; a linear model on words and pairs of words stays near 0.97.
 */
export function makeSample(options: { readonly rows?: number; readonly seed?: number } = {}): SampleReview[] {
  const { rows = sampleSize, seed = 1 } = options;
  const random = new Random(seed, "sample");
  return Array.from({ length: rows }, () => makeReview(random));
}

function makeReview(random: Random): SampleReview {
  const wanted = drawStars(random);
  let draft = draftReview(random, wanted);
  while (draft.stars !== wanted) draft = draftReview(random, wanted);
  const rating = addNoise(random, wanted);
  const relaxed = chance(random, 0.25) ? draft.text.toLowerCase() : draft.text;
  return { review: chance(random, 0.125) ? mistype(random, relaxed) : relaxed, rating, meant: wanted };
}

function drawStars(random: Random): number {
  let rest = random.uniform();
  for (let star = 1; star < 5; star++) {
    rest -= starShares[star - 1];
    if (rest < 0) return star;
  }
  return 5;
}

function addNoise(random: Random, stars: number): number {
  if (chance(random, randomShare)) return 1 + random.integer(5);
  if (!chance(random, slipShare)) return stars;
  if (stars === 1) return 2;
  if (stars === 5) return 4;
  return chance(random, 0.5) ? stars - 1 : stars + 1;
}

/** A text that probably means so many stars, and how many it does mean: 3 and the mean value of its sentences. */
function draftReview(random: Random, stars: number): { text: string; stars: number } {
  const product = pick(random, products);
  const count = pick(random, [1, 1, 1, 2, 2]);
  const sentences: string[] = [];
  let sum = 0;
  for (let index = 0; index < count; index++) {
    const { text, value } = sentence(random, product, goodShares[stars - 1]);
    sentences.push(text);
    sum += value;
  }
  for (let fillerCount = pick(random, [0, 0, 0, 1, 1, 2]); fillerCount > 0; fillerCount--) {
    const filler = pick(random, fillers).replace("PRODUCT", product.name);
    if (!sentences.includes(filler)) sentences.splice(random.integer(sentences.length + 1), 0, filler);
  }
  const meant = Math.min(5, Math.max(1, Math.round(3 + (1.25 * sum) / count)));
  return { text: sentences.map((text) => finish(random, text)).join(" "), stars: meant };
}

function finish(random: Random, text: string): string {
  const end = chance(random, 0.12) ? "!" : ".";
  return text[0].toUpperCase() + text.slice(1) + end;
}

/** Swaps, drops or doubles a letter inside one or two of the longer words. */
function mistype(random: Random, text: string): string {
  const words = text.split(" ");
  const long = words.flatMap((word, index) => (/^[A-Za-z]{5,}/.test(word) ? [index] : []));
  for (let errors = 1 + random.integer(2); errors > 0 && long.length > 0; errors--) {
    const index = pick(random, long);
    words[index] = mistypeWord(random, words[index]);
  }
  return words.join(" ");
}

function mistypeWord(random: Random, word: string): string {
  const at = 1 + random.integer(3);
  const [before, letter, next, after] = [word.slice(0, at), word[at], word[at + 1], word.slice(at + 2)];
  return before + pick(random, [next + letter, letter, letter + letter + next]) + after;
}
