/** What came of a run: its model evaluated on the parts that it did not learn from, and the account of it all. */
import { type Calibration, calibration, scoreDecodings } from "../metrics/index.js";
import type { Network } from "../nn/network.js";
import { calibrate, type FittedCalibration, intervalOf } from "../training/calibration.js";
import { type Decoding, decode, type Outputs } from "../training/decode.js";
import type { EpochRecord, StopReason } from "../training/fitEvents.js";
import { type PreparedData, truthsOf } from "../training/prepare.js";
import { evaluateOutputs } from "../training/score.js";
import type { BaselineResults } from "./baselines.js";
import type { CalibrationResult, DatasetCounts, TrainMetrics, VocabularyCounts } from "./metrics.js";
import type { PreparedRun } from "./preparedRun.js";

/** The results of a network on the parts that were held back. */
export interface HeldBackResults extends Pick<TrainMetrics, "validation" | "test" | "decodings" | "calibration"> {
  /** What was fitted, as the model's config keeps it. */
  readonly fitted?: FittedCalibration;
}

/**
 * Calibrates a network on the validation part, where its settings ask for that, and evaluates it on that part and on the
 * test part.
 *
 * @param network that is handed out: the numbers are its own, not those of the networks that were trained.
 * @param options.choseEpoch whether the validation part decided which weights were kept.
 */
export function evaluateNetwork(
  network: Network,
  { data, settings }: PreparedRun,
  { choseEpoch }: { readonly choseEpoch: boolean },
): HeldBackResults {
  const { parts, scale, head } = data;
  const outputsOf = (part: Uint32Array): Float32Array => network.forward({ texts: data.texts, rows: part });
  const onValidation = outputsOf(parts.validation);
  const truths = truthsOf(data, parts.validation);
  const fitted = settings.calibrate ? calibrate(onValidation, truths, { scale, head }) : undefined;
  const decoding = { scale, head, calibration: fitted };
  const validation = evaluateOutputs(decode(onValidation, decoding), truths, scale);
  const hasTest = parts.test.length > 0;
  const onResult = hasTest ? outputsOf(parts.test) : onValidation;
  const resultTruths = hasTest ? truthsOf(data, parts.test) : truths;
  const outputs = decode(onResult, decoding);
  const { probabilities, expected, classes } = outputs;
  const scored = scale.task === "rating" && probabilities && expected && classes;
  return {
    validation: { ...validation, usedForEarlyStopping: choseEpoch },
    ...(hasTest && { test: evaluateOutputs(outputs, resultTruths, scale) }),
    ...(scored && {
      decodings: scoreDecodings({ probabilities, expected, classes }, resultTruths, {
        values: scale.values,
        cutPoints: fitted?.cutPoints,
      }),
    }),
    ...(fitted && {
      fitted,
      calibration: {
        ...fitted,
        evaluatedOn: hasTest ? "test" : "validation",
        ...calibrationErrors(onResult, resultTruths, decoding),
        ...intervalResult(outputs, resultTruths, decoding, fitted),
      },
    }),
  };
}

type Measured<Key extends keyof CalibrationResult> = Pick<CalibrationResult, Key>;

function calibrationErrors(
  logits: Float32Array,
  truths: Float64Array,
  decoding: Decoding,
): Measured<"calibrationError" | "rawCalibrationError" | "chanceCalibrationError"> {
  const calibrationWith = (fitted: Decoding["calibration"]): Calibration | undefined => {
    const { probabilities, rows } = decode(logits, { ...decoding, calibration: fitted });
    return probabilities && calibration({ probabilities, targets: truths, classCount: probabilities.length / rows });
  };
  const calibrated = calibrationWith(decoding.calibration);
  if (calibrated === undefined) return {};
  return {
    calibrationError: calibrated.expectedCalibrationError,
    rawCalibrationError: calibrationWith(undefined)?.expectedCalibrationError,
    chanceCalibrationError: calibrated.chanceCalibrationError,
  };
}

function intervalResult(
  outputs: Outputs,
  truths: Float64Array,
  { scale }: Decoding,
  { interval }: FittedCalibration,
): Measured<"coverage" | "meanWidth"> {
  if (interval === undefined || scale.task === "class") return {};
  let within = 0;
  let widths = 0;
  for (let row = 0; row < truths.length; row++) {
    const truth = scale.task === "rating" ? scale.values[truths[row]] : truths[row];
    const [low, high] = intervalOf(outputs, row, scale, interval);
    if (low <= truth && truth <= high) within++;
    widths += high - low;
  }
  return { coverage: within / truths.length, meanWidth: widths / truths.length };
}

/** How a run went, as far as its metrics tell. */
export interface RunEnd {
  readonly epochs: readonly EpochRecord[];
  readonly keptEpochs: readonly number[];
  readonly reason: StopReason;
  readonly parameterCount: number;
  /** Seconds since the run began. */
  readonly seconds: number;
  readonly baselines?: BaselineResults;
}

/** The account of the run. */
export function describeRun(prepared: PreparedRun, results: HeldBackResults, end: RunEnd): TrainMetrics {
  const { recipe, data, vectors, settings, options } = prepared;
  const { validation, test, decodings } = results;
  const { baselines, epochs, keptEpochs, reason, parameterCount, seconds } = end;
  return {
    recipe: recipe.name,
    task: data.scale.task,
    dataset: datasetCounts(data),
    vocabulary: vocabularyCounts(data),
    ...(vectors && { wordVectors: vectors.coverage }),
    scale: data.scale,
    validation,
    ...(test && { test }),
    ...(baselines && { baselines }),
    ...(decodings && { decodings }),
    ...(results.calibration && { calibration: results.calibration }),
    epochs,
    keptEpochs,
    reason,
    parameterCount,
    seed: options.seed,
    threads: options.threads,
    seconds,
    settings,
  };
}

/** Rows of each part. */
export function datasetCounts({ parts, truths, division, unlabelled }: PreparedData): DatasetCounts {
  const { train, validation, test } = parts;
  return {
    rows: truths.length,
    train: train.length,
    validation: validation.length,
    test: test.length,
    ...division,
    ...(unlabelled.length > 0 && { unlabelled: unlabelled.length }),
  };
}

/** Sizes of the vocabulary. */
export function vocabularyCounts({ vocabulary }: PreparedData): VocabularyCounts {
  const { distinctTokens, keptTokens, size } = vocabulary;
  return { distinctTokens, keptTokens, size };
}
