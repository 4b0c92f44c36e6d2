import { LinearTextModel } from "../baselines/linearTextModel.js";
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
    const shares = sharesOf(train.truths, scale.labels.length);
    const probabilities = Float64Array.from(
      { length: held.truths.length * shares.length },
      (_, i) => shares[i % shares.length],
    );
    return { majority: evaluateClasses({ probabilities, targets: held.truths, classCount: shares.length }) };
  }
  const values = scale.task === "rating" ? scale.values : undefined;
  const inUnits = (truths: Float64Array): Float64Array => (values ? truths.map((index) => values[index]) : truths);
  const known = inUnits(train.truths);
  const targets = inUnits(held.truths);
  const always = (value: number): Evaluation => {
    const predictions = new Float64Array(targets.length).fill(value);
    return values ? evaluateNumbers({ predictions, targets, values }) : evaluateNumbers({ predictions, targets });
  };
  const results = { mean: always(meanOf(known)), median: always(medianOf(known)) };
  if (!values) return results;
  const shares = sharesOf(train.truths, values.length);
  return { ...results, majority: always(values[shares.indexOf(Math.max(...shares))]) };
}

/** Share of each class among the rows. */
function sharesOf(classes: Float64Array, classCount: number): number[] {
  const counts = new Array<number>(classCount).fill(0);
  for (const index of classes) counts[index]++;
  return counts.map((count) => count / classes.length);
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The middle value; the mean of the two in the middle of an even number of values. */
function medianOf(values: Float64Array): number {
  const sorted = values.slice().sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
