import type { WorstError } from "../analysis/index.js";
import { Explainer, type Explanation } from "../explain/index.js";
import type { RatingModel } from "../model/ratingModel.js";
import type { Explanations, ListedWord, MarkedPiece } from "./examination.js";
import { predictEach } from "./predictEach.js";

/** Words that are listed for each direction. */
const listed = 15;
/** A word has to occur in so many texts to be listed: one text is no rule. */
const fewestTexts = 3;
/** Effects below this share of the largest one are not listed. */
const leastListed = 0.15;
/** A coarse sum will do for a picture: effects may miss this share of the difference. */
const precision = { tolerance: 0.1, maxPoints: 8 };

/**
 * Explains some texts and the worst errors. Words are counted once a text, by their mean effect there.
 *
 * @param texts such as the model is used on.
 */
export function explainRows(
  model: RatingModel,
  texts: readonly string[],
  worst: readonly WorstError[],
): Explanations | undefined {
  if (model.scale.task === "class") return undefined;
  const explainer = new Explainer(model);
  const sums = new Map<string, { sum: number; texts: number }>();
  // What was cut off a text may have held all of its words.
  const rateable = (all: readonly string[]): string[] => {
    const predictions = predictEach(model, all);
    return all.filter((_, index) => predictions[index] !== undefined);
  };
  const read = rateable(texts);
  for (const text of read) {
    for (const [word, effect] of effectsOf(explainer.explain(text, precision))) {
      const found = sums.get(word) ?? { sum: 0, texts: 0 };
      sums.set(word, { sum: found.sum + effect, texts: found.texts + 1 });
    }
  }
  const words = [...sums]
    .filter(([, found]) => found.texts >= fewestTexts)
    .map(([word, found]): ListedWord => ({ word, effect: found.sum / found.texts, texts: found.texts }))
    .sort((a, b) => b.effect - a.effect);
  const least = leastListed * Math.max(0, ...words.map(({ effect }) => Math.abs(effect)));
  const marked = new Set(rateable(worst.map(({ text }) => text)));
  return {
    texts: read.length,
    up: words.filter(({ effect }) => effect > least).slice(0, listed),
    down: words
      .filter(({ effect }) => effect < -least)
      .reverse()
      .slice(0, listed),
    marked: new Map(
      worst
        .filter(({ text }) => marked.has(text))
        .map(({ row, text }) => [row, piecesOf(explainer.explain(text, precision))]),
    ),
  };
}

/** Mean effect of each different word of a text that the model knows. */
function effectsOf({ words }: Explanation): Map<string, number> {
  const sums = new Map<string, number[]>();
  for (const { token, known, effect } of words) {
    if (known) sums.set(token, [...(sums.get(token) ?? []), effect]);
  }
  return new Map([...sums].map(([word, effects]) => [word, effects.reduce((a, b) => a + b, 0) / effects.length]));
}

/** The whole text in pieces: words with their effect, and what stands between them. */
function piecesOf({ text, words }: Explanation): MarkedPiece[] {
  const pieces: MarkedPiece[] = [];
  let end = 0;
  for (const word of words) {
    if (word.start > end) pieces.push({ text: text.slice(end, word.start) });
    pieces.push({ text: word.text, effect: word.effect });
    end = word.end;
  }
  return end < text.length ? [...pieces, { text: text.slice(end) }] : pieces;
}
