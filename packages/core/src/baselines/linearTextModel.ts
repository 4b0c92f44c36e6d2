import { OptionError } from "../errors.js";
import { checkClassIndices } from "./constantBaselines.js";
import { fitRidge } from "./ridge.js";
import { fitSoftmax, type LinearWeights, linearOutputs, softmaxInPlace } from "./softmaxRegression.js";
import { TfidfFeatures } from "./tfidf.js";
import { type SolverProgress, Turns } from "./turns.js";

/** Options of the linear baseline; the defaults suit reviews. */
export interface LinearTrainOptions {
  /**
   * Weight of the penalty on squared weights, above 0: for the classifier half of it beside the summed log loss
   * (scikit-learn's 1 / C), for the regressor beside the summed squared errors (scikit-learn's alpha). Default 0.25 for
   * the classifier, 1 for the regressor.
   */
  readonly regularisation?: number;
  /**
   * When the solver is done: for the classifier, the fall of the mean loss expected of a further step, default 3e-5;
   * for the regressor, the share of its first size to which the gradient has shrunk, default 1e-4.
   */
  readonly tolerance?: number;
  /** Solver iterations at most. Default 300. */
  readonly maxIterations?: number;
  /** Words and word pairs that count as features, at most: those in the most texts. Default 200,000. */
  readonly maxFeatures?: number;
  /** Aborting it rejects the training with the signal's reason. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: SolverProgress) => void;
}

/**
 * A linear model on the words and word pairs of a text, weighted by TF-IDF: the baseline that a network has to beat.
 * Training is deterministic and needs no random numbers.
 */
export class LinearTextModel {
  readonly #features: TfidfFeatures;
  readonly #model: LinearWeights;
  /** Classes that the training rows had, in order; absent for a regressor. */
  readonly #knownClasses?: readonly number[];
  readonly #classCount: number;

  private constructor(
    features: TfidfFeatures,
    model: LinearWeights,
    classes?: { readonly known: readonly number[]; readonly count: number },
  ) {
    this.#features = features;
    this.#model = model;
    this.#knownClasses = classes?.known;
    this.#classCount = classes?.count ?? 0;
  }

  /** Number of words and word pairs that the model weighs. */
  get featureCount(): number {
    return this.#features.size;
  }

  /**
   * Trains softmax regression. A class without training rows has the probability 0 ever after.
   *
   * @param classIndices whole numbers from 0 to `classCount` - 1, one a text.
   * @throws {OptionError} for no texts, different lengths, a class out of range, or an option out of range.
   * @throws the signal's reason when it is aborted.
   */
  static async trainClassifier(
    texts: readonly string[],
    classIndices: ArrayLike<number>,
    classCount: number,
    options: LinearTrainOptions = {},
  ): Promise<LinearTextModel> {
    const settings = settle(options, { regularisation: 0.25, tolerance: 3e-5 });
    checkRows(texts, classIndices);
    checkClassIndices(classIndices, classCount);
    const known = Array.from(new Set(Array.from(classIndices))).sort((a, b) => a - b);
    const positions = new Map(known.map((index, position) => [index, position]));
    const classes = Int32Array.from(classIndices, (index) => positions.get(index) ?? 0);
    const { features, rows } = TfidfFeatures.learn(texts, settings.maxFeatures);
    const model = await fitSoftmax(rows, classes, known.length, settings);
    return new LinearTextModel(features, model, { known, count: classCount });
  }

  /**
   * Trains ridge regression.
   *
   * @param numbers what to predict, one a text, finite.
   * @throws {OptionError} for no texts, different lengths, a number that is not finite, or an option out of range.
   * @throws the signal's reason when it is aborted.
   */
  static async trainRegressor(
    texts: readonly string[],
    numbers: ArrayLike<number>,
    options: LinearTrainOptions = {},
  ): Promise<LinearTextModel> {
    const settings = settle(options, { regularisation: 1, tolerance: 1e-4 });
    checkRows(texts, numbers);
    const targets = Float64Array.from(numbers);
    const bad = targets.findIndex((number) => !Number.isFinite(number));
    if (bad >= 0) throw new OptionError("not-finite", `numbers[${bad}] is ${targets[bad]}; every one must be finite.`);
    const { features, rows } = TfidfFeatures.learn(texts, settings.maxFeatures);
    return new LinearTextModel(features, await fitRidge(rows, targets, settings));
  }

  /**
   * Probabilities of the classes, `texts.length x classCount`, row-major, each row summing to 1.
   *
   * @throws {OptionError} when the model is a regressor.
   */
  predictProbabilities(texts: readonly string[]): Float32Array {
    const known = this.#knownClasses;
    if (known === undefined) {
      throw new OptionError("not-a-classifier", "A regressor has no probabilities; call predictNumbers.");
    }
    const scores = linearOutputs(this.#features.transform(texts), this.#model);
    const probabilities = new Float32Array(texts.length * this.#classCount);
    for (let row = 0; row < texts.length; row++) {
      const rowScores = scores.subarray(row * known.length, (row + 1) * known.length);
      softmaxInPlace(rowScores);
      for (const [position, index] of known.entries()) {
        probabilities[row * this.#classCount + index] = rowScores[position];
      }
    }
    return probabilities;
  }

  /**
   * Predicted numbers, one a text, in the units of the training numbers and not clamped to their range.
   *
   * @throws {OptionError} when the model is a classifier.
   */
  predictNumbers(texts: readonly string[]): Float64Array {
    if (this.#knownClasses !== undefined) {
      throw new OptionError("not-a-regressor", "A classifier predicts no numbers; call predictProbabilities.");
    }
    return linearOutputs(this.#features.transform(texts), this.#model);
  }
}

function settle(
  options: LinearTrainOptions,
  defaults: { readonly regularisation: number; readonly tolerance: number },
) {
  const { regularisation = defaults.regularisation, tolerance = defaults.tolerance } = options;
  const { maxIterations = 300, maxFeatures = 200_000 } = options;
  for (const [name, value] of Object.entries({ regularisation, tolerance })) {
    if (!(value > 0 && Number.isFinite(value))) {
      throw new OptionError(`bad-${name}`, `${name} must be a number above 0, not ${value}.`);
    }
  }
  for (const [name, value] of Object.entries({ maxIterations, maxFeatures })) {
    if (!(Number.isInteger(value) && value >= 1)) {
      throw new OptionError("bad-limit", `${name} must be a whole number above 0, not ${value}.`);
    }
  }
  return { regularisation, tolerance, maxIterations, maxFeatures, turns: new Turns(options) };
}

function checkRows(texts: readonly string[], labels: ArrayLike<number>): void {
  if (texts.length === 0) throw new OptionError("no-rows", "There are no texts to learn from; give at least one.");
  if (texts.length !== labels.length) {
    throw new OptionError("length-mismatch", `There are ${labels.length} labels for ${texts.length} texts.`);
  }
}
