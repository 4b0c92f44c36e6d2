import { constantClasses, constantNumbers, LinearTextModel, repeatNumber, repeatShares } from "../baselines/index.js";
import { evaluateClasses, evaluateNumbers, evaluateRatings } from "../metrics/index.js";
import { type PreparedData, spreadRows, truthsOf } from "../training/prepare.js";
import type { Evaluation } from "../training/score.js";
import type { TokenStore } from "../training/tokens.js";

/** What can be had without a network, trained on the same training part. */
export interface BaselineResults {
  /** The part that all of them are evaluated on: the test part where there is one. */
  readonly evaluatedOn: "validation" | "test";
  /** Always the mean rating or number of the training part; absent for classes. */
  readonly mean?: Evaluation;
  /** Always the median; absent for classes. */
  readonly median?: Evaluation;
  /** Always the most frequent label; absent for numbers. */
  readonly majority?: Evaluation;
  /** A linear model on TF-IDF of words and pairs of words: softmax regression, for numbers ridge regression. */
  readonly linear: Evaluation;
  /** Rows that the linear model was trained on, spread evenly over the training part; absent when it had all of them. */
  readonly linearRows?: number;
}

/** More training rows than this would cost gigabytes and minutes, and hardly change what the linear model can do. */
const mostLinearRows = 100_000;
/** Held-back rows that are rated together. */
const rowsAtOnce = 20_000;

/**
 * Trains and evaluates all baselines on the split of the run.
 *
 * @param words of every row's text; let go of once the linear model is done with them.
 * @param options.mostLinearRows rows that the linear model learns from at most; 100,000 when absent.
 * @throws the signal's reason when it is aborted.
 */
export async function trainBaselines(
  words: TokenStore,
  data: PreparedData,
  options: { readonly signal?: AbortSignal; readonly mostLinearRows?: number },
): Promise<BaselineResults> {
  const evaluatedOn = data.parts.test.length > 0 ? "test" : "validation";
  const { train, [evaluatedOn]: held } = data.parts;
  const constant = constantBaselines(truthsOf(data, train), truthsOf(data, held), data);
  const learnt = spreadRows(train, options.mostLinearRows ?? mostLinearRows);
  const linear = await linearBaseline(words, learnt, held, data, options);
  words.clear();
  return { evaluatedOn, ...constant, linear, ...(learnt.length < train.length && { linearRows: learnt.length }) };
}

async function linearBaseline(
  words: TokenStore,
  learnt: Uint32Array,
  held: Uint32Array,
  data: PreparedData,
  { signal }: { readonly signal?: AbortSignal },
): Promise<Evaluation> {
  const { scale } = data;
  // The linear model finds the same words in them as in the texts.
  const textsOf = (rows: Uint32Array): string[] => Array.from(rows, (row) => words.tokensOf(row).join(" "));
  const truths = truthsOf(data, learnt);
  const targets = truthsOf(data, held);
  if (scale.task === "number") {
    const model = await LinearTextModel.trainRegressor(textsOf(learnt), truths, { signal });
    const predictions = inPieces(held, 1, (rows) => model.predictNumbers(textsOf(rows)));
    return evaluateNumbers({ predictions, targets });
  }
  const classCount = scale.labels.length;
  const model = await LinearTextModel.trainClassifier(textsOf(learnt), truths, classCount, { signal });
  const probabilities = inPieces(held, classCount, (rows) => model.predictProbabilities(textsOf(rows)));
  return scale.task === "class"
    ? evaluateClasses({ probabilities, targets, classCount })
    : evaluateRatings({ probabilities, targets, values: scale.values });
}

/** Answers about many rows, `width` numbers each, found for some rows at a time. */
function inPieces(rows: Uint32Array, width: number, answer: (rows: Uint32Array) => ArrayLike<number>): Float64Array {
  const answers = new Float64Array(rows.length * width);
  for (let start = 0; start < rows.length; start += rowsAtOnce) {
    answers.set(answer(rows.subarray(start, start + rowsAtOnce)), start * width);
  }
  return answers;
}

type ConstantBaselines = Pick<BaselineResults, "mean" | "median" | "majority">;

function constantBaselines(train: Float64Array, held: Float64Array, { scale }: PreparedData): ConstantBaselines {
  if (scale.task === "class") {
    const classCount = scale.labels.length;
    const { shares } = constantClasses(train, classCount);
    const probabilities = repeatShares(shares, held.length);
    return { majority: evaluateClasses({ probabilities, targets: held, classCount }) };
  }
  const values = scale.task === "rating" ? scale.values : undefined;
  const inUnits = (truths: Float64Array): Float64Array => (values ? truths.map((index) => values[index]) : truths);
  const targets = inUnits(held);
  const always = (value: number): Evaluation => {
    const predictions = repeatNumber(value, targets.length);
    return values ? evaluateNumbers({ predictions, targets, values }) : evaluateNumbers({ predictions, targets });
  };
  const { mean, median } = constantNumbers(inUnits(train));
  const results = { mean: always(mean), median: always(median) };
  if (!values) return results;
  return { ...results, majority: always(values[constantClasses(train, values.length).majority]) };
}
