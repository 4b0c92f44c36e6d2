import { constantClasses, constantNumbers, LinearTextModel, repeatNumber, repeatShares } from "../baselines/index.js";
import { evaluateClasses, evaluateNumbers, evaluateRatings } from "../metrics/index.js";
import type { PreparedData } from "../training/prepare.js";
import type { CollectedRows } from "../training/rows.js";
import type { Evaluation } from "../training/score.js";

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
}

/**
 * Trains and evaluates all baselines on the split of the run.
 *
 * @throws the signal's reason when it is aborted.
 */
export async function trainBaselines(
  rows: CollectedRows,
  data: PreparedData,
  options: { readonly signal?: AbortSignal },
): Promise<BaselineResults> {
  const evaluatedOn = data.parts.test.length > 0 ? "test" : "validation";
  const train = readPart(rows, data, data.parts.train);
  const held = readPart(rows, data, data.parts[evaluatedOn]);
  return {
    evaluatedOn,
    ...constantBaselines(train, held, data),
    linear: await linearBaseline(train, held, data, options),
  };
}

interface PartRows {
  readonly texts: readonly string[];
  /** Class indices, or numbers. */
  readonly truths: Float64Array;
}

function readPart(rows: CollectedRows, data: PreparedData, part: Uint32Array): PartRows {
  return {
    texts: Array.from(part, (row) => rows.texts[row]),
    truths: Float64Array.from(part, (row) => data.truths[row]),
  };
}

async function linearBaseline(
  train: PartRows,
  held: PartRows,
  { scale }: PreparedData,
  { signal }: { readonly signal?: AbortSignal },
): Promise<Evaluation> {
  const targets = held.truths;
  if (scale.task === "number") {
    const model = await LinearTextModel.trainRegressor(train.texts, train.truths, { signal });
    return evaluateNumbers({ predictions: model.predictNumbers(held.texts), targets });
  }
  const classCount = scale.labels.length;
  const model = await LinearTextModel.trainClassifier(train.texts, train.truths, classCount, { signal });
  const probabilities = model.predictProbabilities(held.texts);
  return scale.task === "class"
    ? evaluateClasses({ probabilities, targets, classCount })
    : evaluateRatings({ probabilities, targets, values: scale.values });
}

type ConstantBaselines = Pick<BaselineResults, "mean" | "median" | "majority">;

function constantBaselines(train: PartRows, held: PartRows, { scale }: PreparedData): ConstantBaselines {
  if (scale.task === "class") {
    const classCount = scale.labels.length;
    const { shares } = constantClasses(train.truths, classCount);
    const probabilities = repeatShares(shares, held.truths.length);
    return { majority: evaluateClasses({ probabilities, targets: held.truths, classCount }) };
  }
  const values = scale.task === "rating" ? scale.values : undefined;
  const inUnits = (truths: Float64Array): Float64Array => (values ? truths.map((index) => values[index]) : truths);
  const targets = inUnits(held.truths);
  const always = (value: number): Evaluation => {
    const predictions = repeatNumber(value, targets.length);
    return values ? evaluateNumbers({ predictions, targets, values }) : evaluateNumbers({ predictions, targets });
  };
  const { mean, median } = constantNumbers(inUnits(train.truths));
  const results = { mean: always(mean), median: always(median) };
  if (!values) return results;
  return { ...results, majority: always(values[constantClasses(train.truths, values.length).majority]) };
}
