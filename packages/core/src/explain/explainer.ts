import type { ModelConfig } from "../model/config.js";
import type { RatingModel } from "../model/ratingModel.js";
import { GradientNetwork, membersOf, WideBranch, wideTensorsOf } from "../nn/index.js";
import { encodeTokens, type TokenSpan, tokenSpans } from "../text/index.js";
import { type AnswerFunction, answerFunction, answerOf, type ExplainedAnswer, valueOf } from "./answer.js";
import type { Explanation } from "./explanation.js";
import { type Integral, integrate, type Slopes } from "./integrate.js";
import { type Reading, readingsOf } from "./readings.js";
import { type ChangeOptions, findSmallestChange, type SmallestChange } from "./smallestChange.js";
import { type StrongWords, strongWords } from "./strongWords.js";
import { InfluenceSums, type WordEffectsOptions, type WordInfluence } from "./wordEffects.js";

/** Options of `Explainer.explain`. */
export interface ExplainOptions {
  /** Share of the difference between answer and baseline that the effects may miss; default 0.005. */
  readonly tolerance?: number;
  /** Most points at which the networks are evaluated; default 1024. */
  readonly maxPoints?: number;
}

/** Changes of the answer below this share of its range count as this: a thousandth of the scale is no change. */
const noChange = 0.001;

/**
 * Says why a model answers as it does. It holds copies of the model's weights, computes beside the model, and needs it to be
 * kept until the last explanation.
 */
export class Explainer {
  readonly #model: RatingModel;
  /** One for each member of the model. */
  readonly #networks: readonly GradientNetwork[];
  readonly #wide: WideBranch | undefined;
  readonly #strongWords = new Map<string, StrongWords>();

  /** Takes the model as it is now. */
  constructor(model: RatingModel) {
    this.#model = model;
    const { network } = model.config;
    const tensors = model.weights();
    this.#networks = membersOf(network, tensors).map((weights) => new GradientNetwork(network, weights));
    this.#wide = network.wide && new WideBranch(wideTensorsOf(tensors));
  }

  /**
   * The effect of each word, by integrated gradients (Sundararajan, Taly and Yan, "Axiomatic attribution for deep
   * networks", 2017): the gradient of the answer by the words' embeddings, summed up on the straight way from the
   * baseline, where every word is the vocabulary's average one, to the text. Padding that the model reads is the same at
   * both ends. The effects add up to the difference between the two answers.
   *
   * @throws {DataError} `empty-text` or `text-too-long`, as `RatingModel.predict` does.
   * @throws {EngineError} when the engine lacks memory for a text so long.
   */
  explain(text: string, options: ExplainOptions = {}): Explanation {
    const { config, vocabulary } = this.#model;
    const prediction = this.#model.predict(text);
    const spans = tokenSpans(config.tokenizer, text).slice(0, config.maxLength);
    const answer = answerOf(config, prediction);
    const integral = this.#integrate(spans, answer, options);
    const value = valueOf(answer, prediction);
    const words = spans.map(({ token, start, end }, index) => ({
      text: text.slice(start, end),
      start,
      end,
      token,
      known: vocabulary.has(token),
      effect: integral.contributions[index],
    }));
    const sum = words.reduce((total, { effect }) => total + effect, 0);
    const difference = value - integral.start;
    const error = sum - difference;
    const { tolerance = defaults.tolerance } = options;
    return {
      text,
      prediction,
      answer,
      value,
      baseline: integral.start,
      words,
      readUpTo: spans[spans.length - 1].end,
      completeness: {
        error,
        share: error === 0 ? 0 : Math.abs(error / difference),
        reached: Math.abs(error) <= tolerance * Math.max(Math.abs(difference), noChange * rangeOf(config)),
        points: integral.points,
      },
    };
  }

  /**
   * The answers had the text ended after each of its words. For texts of many words, after `most` of them, evenly spread.
   *
   * @param options.most readings at most; default 200.
   */
  readings(explanation: Explanation, { most = 200 }: { readonly most?: number } = {}): Reading[] {
    return readingsOf(this.#model, explanation, most);
  }

  /**
   * The fewest words that have to be taken out of the text, or replaced by other common words, for the answer to move by a
   * step; for classes, to become another one. Found by beam search over real predictions, so there may be a shorter one.
   *
   * @returns undefined when none was found within `maxChanges`, or the scale ends before the step.
   */
  smallestChange(explanation: Explanation, options: ChangeOptions): SmallestChange | undefined {
    const { answer } = explanation;
    const key = answer.kind === "probability" ? `label ${String(answer.label)}` : "";
    let strong = this.#strongWords.get(key);
    if (strong === undefined) {
      strong = strongWords(this.#model, answer);
      this.#strongWords.set(key, strong);
    }
    const words = options.direction === "up" ? strong.high : strong.low;
    return findSmallestChange(this.#model, explanation, options, words);
  }

  /**
   * The words that move the answers to some texts most, from the one that pushes up most to the one that pushes down most.
   * For classes, what is moved is the probability of each text's most likely one.
   *
   * @throws {DataError} as `explain` does, for the first text that cannot be rated.
   */
  wordEffects(texts: Iterable<string>, options: WordEffectsOptions = {}): WordInfluence[] {
    const { minTexts = 5, tolerance = 0.05 } = options;
    const sums = new InfluenceSums();
    for (const text of texts) sums.add(this.explain(text, { tolerance, maxPoints: 64 }));
    return sums.influences(minTexts);
  }

  #integrate(spans: readonly TokenSpan[], answer: ExplainedAnswer, options: ExplainOptions): Integral {
    const { config, vocabulary } = this.#model;
    const ids = encodeTokens(
      spans.map(({ token }) => token),
      vocabulary,
      config,
    );
    for (const network of this.#networks) network.read(ids, spans.length);
    const read = answerFunction(config, answer);
    const wide = this.#wide && { branch: this.#wide, parts: this.#wide.contributions(ids) };
    const mixture: Mixture = { networks: this.#networks, wide };
    return integrate((points) => evaluate(mixture, read, points), {
      ...defaults,
      ...options,
      smallestChange: noChange * rangeOf(config),
    });
  }
}

const defaults = { tolerance: 0.005, maxPoints: 1024 } as const;

/** What answers to the text under way: networks, and what each of its tokens adds to the outputs of the linear branch. */
interface Mixture {
  readonly networks: readonly GradientNetwork[];
  readonly wide?: { readonly branch: WideBranch; readonly parts: Float64Array };
}

/**
 * The answer and its slopes by the words at points of the way. The outputs are the means of the networks', so each network
 * has its share of the gradient; those of the linear branch grow on the way from its bias alone to all that the words
 * add to it.
 */
function evaluate({ networks, wide }: Mixture, answer: AnswerFunction, points: readonly number[]): Slopes[] {
  const { outputSize } = networks[0].config;
  const deepShare = 1 - (wide?.branch.share ?? 0);
  const results: Slopes[] = [];
  for (let first = 0; first < points.length; first += GradientNetwork.maxPoints) {
    const chunk = points.slice(first, first + GradientNetwork.maxPoints);
    const outputs = meanOf(networks.map((network) => network.forward(chunk))).map((output) => deepShare * output);
    if (wide) addWide(outputs, wide, chunk);
    const answers = chunk.map((_, row) => answer(outputs.subarray(row * outputSize, (row + 1) * outputSize)));
    const factor = deepShare / networks.length;
    const gradient = answers.flatMap((at) => Array.from(at.gradient, (slope) => slope * factor));
    for (const network of networks) network.backward(gradient);
    answers.forEach(({ value, gradient: byOutput }, row) => {
      const slopes = sumOf(networks.map((network) => network.slopes(row)));
      if (wide) addWideSlopes(slopes, wide, byOutput);
      results.push({ value, slopes });
    });
  }
  return results;
}

/** Adds the linear branch's part to the outputs at some points, [points][outputs]. */
function addWide(
  outputs: Float64Array,
  { branch, parts }: NonNullable<Mixture["wide"]>,
  points: readonly number[],
): void {
  const { bias, share } = branch;
  const sums = new Float64Array(bias.length);
  for (let index = 0; index < parts.length; index++) sums[index % bias.length] += parts[index];
  for (const [row, point] of points.entries()) {
    for (let output = 0; output < bias.length; output++) {
      outputs[row * bias.length + output] += share * (bias[output] + point * sums[output]);
    }
  }
}

/** Adds what each word moves through the linear branch. */
function addWideSlopes(
  slopes: Float64Array,
  { branch, parts }: NonNullable<Mixture["wide"]>,
  gradient: Float64Array,
): void {
  const outputs = gradient.length;
  for (let word = 0; word < slopes.length; word++) {
    let slope = 0;
    for (let output = 0; output < outputs; output++) slope += gradient[output] * parts[word * outputs + output];
    slopes[word] += branch.share * slope;
  }
}

function meanOf(arrays: readonly ArrayLike<number>[]): Float64Array {
  return sumOf(arrays).map((sum) => sum / arrays.length);
}

function sumOf(arrays: readonly ArrayLike<number>[]): Float64Array {
  return Float64Array.from(arrays[0], (_, index) => arrays.reduce((sum, array) => sum + array[index], 0));
}

/** How far answers lie apart at most, or for numbers, usually. */
function rangeOf({ scale }: ModelConfig): number {
  if (scale.task === "number") return 4 * scale.deviation;
  return scale.task === "class" ? 1 : scale.values[scale.values.length - 1] - scale.values[0];
}
