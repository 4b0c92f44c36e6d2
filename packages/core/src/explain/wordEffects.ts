/** The words that move a model's answers most, over many texts. */
import type { Explanation } from "./explanation.js";

/** What a word did on average. */
export interface WordInfluence {
  /** The word as the model reads it. */
  readonly word: string;
  /** Mean effect of its occurrences, in the units of the answer (such as stars). */
  readonly effect: number;
  /** Occurrences. */
  readonly count: number;
  /** Texts that it occurs in. */
  readonly texts: number;
}

/** Options of `Explainer.wordEffects`. */
export interface WordEffectsOptions {
  /** Words in fewer texts than this are left out, since their mean tells little; default 5. */
  readonly minTexts?: number;
  /** As in `ExplainOptions`; default 0.05: means need less than single texts. */
  readonly tolerance?: number;
}

/** Adds up the effects of words over explanations. */
export class InfluenceSums {
  readonly #sums = new Map<string, { effect: number; count: number; texts: number }>();

  /** Counts the words of a text that the model knows. */
  add({ words }: Pick<Explanation, "words">): void {
    const seen = new Set<string>();
    for (const { token, known, effect } of words) {
      if (!known || token.trim() === "") continue;
      const sums = this.#sums.get(token) ?? { effect: 0, count: 0, texts: 0 };
      sums.effect += effect;
      sums.count++;
      if (!seen.has(token)) sums.texts++;
      seen.add(token);
      this.#sums.set(token, sums);
    }
  }

  /** The words in at least so many texts, from the one that pushes up most to the one that pushes down most. */
  influences(minTexts: number): WordInfluence[] {
    return [...this.#sums]
      .filter(([, { texts }]) => texts >= minTexts)
      .map(([word, { effect, count, texts }]) => ({ word, effect: effect / count, count, texts }))
      .sort((a, b) => b.effect - a.effect || (a.word < b.word ? -1 : 1));
  }
}
