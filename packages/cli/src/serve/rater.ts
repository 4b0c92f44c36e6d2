/** A model at work: texts in, JSON out. Runs in a thread of its own. */
import { DataError, Explainer, type Explanation, type Prediction, type RatingModel } from "@starcast/core";
import { type BatchAnswer, type BatchMessage, figure, type ModelFacts, type TextProblem } from "./protocol.js";

/** Words of the text that the documentation of a service shows. */
const exampleWords = 12;

/** Rates batches with one model. */
export class Rater {
  readonly #model: RatingModel;
  readonly #labelIndices: ReadonlyMap<unknown, number>;
  #explainer: Explainer | undefined;

  /** @param model belongs to the rater from now on. */
  constructor(model: RatingModel) {
    this.#model = model;
    const { scale } = model;
    this.#labelIndices = new Map(scale.task === "number" ? [] : scale.labels.map((label, index) => [label, index]));
  }

  /** What the model says of itself, and its first answer: the warm-up. @throws {FormatError} where it has none. */
  facts(): ModelFacts {
    const { config, metrics, vocabulary } = this.#model;
    const count = Math.min(exampleWords, vocabulary.keptTokens);
    const words = Array.from({ length: count }, (_, index) =>
      vocabulary.tokenOf(vocabulary.size - vocabulary.keptTokens + index),
    );
    const exampleText = words.join(" ").trim() || "a text";
    const exampleAnswer = JSON.stringify(this.#model.predict(exampleText));
    return { config, metrics, exampleText, exampleAnswer };
  }

  /** Rates a batch. Never throws: what goes wrong is told text by text. */
  run({ id, texts, explain }: BatchMessage): BatchAnswer {
    const started = performance.now();
    const results = explain ? texts.map((text) => this.#explain(text)) : this.#predict(texts);
    const figures = new Float64Array(texts.length * figure.count);
    const answers = results.map((result, index) => {
      const at = index * figure.count;
      figures[at + figure.label] = -1;
      if ("code" in result) return result;
      const { label, rating, wordsRead, unknownWords } = result;
      figures[at + figure.label] = this.#labelIndices.get(label) ?? 0;
      figures[at + figure.rating] = rating ?? Number.NaN;
      figures[at + figure.words] = wordsRead;
      figures[at + figure.unknownWords] = Math.round(unknownWords * wordsRead);
      return JSON.stringify(result);
    });
    return { id, answers, figures, milliseconds: performance.now() - started };
  }

  /** Gives the model's memory back. */
  dispose(): void {
    this.#model.dispose();
  }

  #predict(texts: readonly string[]): (Prediction | TextProblem)[] {
    try {
      return this.#model.tryPredict(texts).map((result) => (result instanceof DataError ? problemOf(result) : result));
    } catch (error) {
      return texts.map(() => problemOf(error));
    }
  }

  #explain(text: string): (Prediction & { readonly explanation: ShownExplanation }) | TextProblem {
    try {
      this.#explainer ??= new Explainer(this.#model);
      const explanation = this.#explainer.explain(text);
      return { ...explanation.prediction, explanation: shown(explanation) };
    } catch (error) {
      return problemOf(error);
    }
  }
}

/** The part of an explanation that an answer carries. */
interface ShownExplanation extends Pick<Explanation, "value" | "baseline"> {
  readonly words: readonly Pick<Explanation["words"][number], "text" | "start" | "end" | "known" | "effect">[];
}

function shown({ value, baseline, words }: Explanation): ShownExplanation {
  return {
    value,
    baseline,
    words: words.map(({ text, start, end, known, effect }) => ({ text, start, end, known, effect })),
  };
}

function problemOf(error: unknown): TextProblem {
  const { code = "internal", message = String(error) } = error as { code?: string; message?: string };
  return error instanceof DataError ? { code, message } : { code, message, isFault: true };
}
