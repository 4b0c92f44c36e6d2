/** Words of the vocabulary that by themselves make a model's answer high or low: what a word may be replaced by. */
import type { RatingModel } from "../model/ratingModel.js";
import type { ExplainedAnswer } from "./answer.js";
import { answersTo } from "./readings.js";

/** Words at the two ends, the strongest first. */
export interface StrongWords {
  readonly low: readonly string[];
  readonly high: readonly string[];
}

/** A vocabulary is in the order of first appearance: what is common stands among its first words. */
const commonWords = 1500;

/** Words that each one is tried beside, the first of the vocabulary. */
const companions = 4;

/** Words that are kept of each end. */
const kept = 16;

/**
 * Rates every common word, alone and beside a few very common ones, before and after them: what a word says wherever it
 * stands outweighs the chance of one phrase.
 */
export function strongWords(model: RatingModel, answer: ExplainedAnswer): StrongWords {
  const { vocabulary } = model;
  const words: string[] = [];
  for (let id = 2; id < Math.min(vocabulary.size, commonWords + 2); id++) {
    const word = vocabulary.tokenOf(id);
    if (/^\p{L}{3,}$/u.test(word)) words.push(word);
  }
  const sums = new Float64Array(words.length);
  const beside = ["", ...words.slice(0, companions)];
  for (const other of beside) {
    for (const phrase of [(word: string) => `${other} ${word}`, (word: string) => `${word} ${other}`]) {
      answersTo(model, answer, words.map(phrase)).forEach((value, index) => {
        sums[index] += value;
      });
    }
  }
  const order = [...words.keys()].sort((a, b) => sums[a] - sums[b] || a - b).map((index) => words[index]);
  return { low: order.slice(0, kept), high: order.slice(-kept).reverse() };
}
