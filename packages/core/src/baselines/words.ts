import { GrowingIntegers } from "./growing.js";

/**
 * Runs of at least two letters, digits or underscores, as scikit-learn's default pattern `\b\w\w+\b` finds them:
 * Python's `\w` is Unicode letters and numbers and the underscore, without combining marks.
 */
const wordPattern = /[\p{L}\p{N}_]{2,}/gu;

/** The lower-case words of a text; single letters and punctuation disappear. */
export function splitWords(text: string): readonly string[] {
  return text.toLowerCase().match(wordPattern) ?? [];
}

/** Texts as word numbers, one after the other. */
export interface NumberedTexts {
  /** Numbers of the words of all texts; -1 for a word that has none. */
  readonly words: Int32Array;
  /** Where each text starts in `words`, and at the end the length: texts + 1 positions. */
  readonly starts: Int32Array;
}

/**
 * Replaces words by their numbers.
 *
 * @param learn whether words without a number get the next one, or -1.
 */
export function numberWords(texts: readonly string[], numbers: Map<string, number>, learn: boolean): NumberedTexts {
  const words = new GrowingIntegers();
  const starts = new Int32Array(texts.length + 1);
  for (let text = 0; text < texts.length; text++) {
    for (const word of splitWords(texts[text])) {
      let number = numbers.get(word);
      if (number === undefined && learn) {
        number = numbers.size;
        numbers.set(word, number);
      }
      words.push(number ?? -1);
    }
    starts[text + 1] = words.length;
  }
  return { words: words.toArray(), starts };
}
