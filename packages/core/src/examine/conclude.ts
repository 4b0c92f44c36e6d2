import {
  type Alarm,
  duplicatesAlarm,
  findSlices,
  ratingInTextAlarm,
  type StressReport,
  sameAnswer,
  samePrediction,
  shiftAlarms,
  stressSuite,
} from "../analysis/index.js";
import { calibration, confusionMatrix, ratingCalibration } from "../metrics/index.js";
import type { RatingModel } from "../model/ratingModel.js";
import type { TextHashes } from "../training/textHashes.js";
import type { Examination, ExaminedPart } from "./examination.js";
import { explainRows } from "./explainRows.js";
import type { HeldOutRows } from "./heldOutRows.js";
import type { PartRows } from "./partRows.js";
import { predictEach } from "./predictEach.js";
import { truthsOf } from "./truths.js";

/** All that was collected about a model and its rows. */
export interface Collected {
  readonly model: RatingModel;
  readonly part: ExaminedPart;
  readonly held: HeldOutRows;
  /** Other parts of the run, the training part first. */
  readonly others: readonly PartRows[];
  /** Of all training texts, in which equal ones are equal but for case and blanks. */
  readonly trainingHashes: TextHashes;
  readonly seed: number;
}

/** Draws the conclusions. */
export function conclude(collected: Collected): Examination {
  const { model, part, held, others, seed } = collected;
  const { scale } = model;
  const predictions = held.predictions.values;
  const { truths, unknownShares, traits, columns } = held;
  const probabilities = held.probabilities.values;
  const isClass = scale.task === "class";
  const names = scale.task === "number" ? [] : scale.labels.map(String);
  const slices = findSlices(
    { truths, predictions, traits, unknownShares, columns },
    {
      seed,
      ...(isClass && { classNames: names }),
      ...(scale.task === "rating" && {
        ratingNames: new Map(scale.values.map((value, index) => [value, names[index]])),
      }),
    },
  );
  return {
    part,
    partRows: held.rows,
    rows: truths.length,
    withoutWords: held.withoutWords,
    slices,
    stress: stressOf(model),
    alarms: alarmsOf(collected),
    ...(probabilities.length > 0 && {
      calibration: calibration({ probabilities, targets: classesOf(model, truths), classCount: names.length }),
    }),
    ...(!isClass && { ratingCalibration: ratingCalibration(predictions, truths) }),
    worst: held.worst.list(),
    explanations: explainRows(model, held.sampleTexts, held.worst.list()),
    parts: [...others, held].map((each) => each.summary(scale)),
  };
}

/** Indices of the true classes. */
function classesOf({ scale }: RatingModel, truths: Float64Array): Float64Array {
  return scale.task === "rating" ? truths.map((truth) => scale.values.indexOf(truth)) : truths;
}

function alarmsOf({ model, held, others, trainingHashes, part }: Collected): Alarm[] {
  const { scale } = model;
  const { truths, mentions, agreeing } = held;
  const predictions = held.predictions.values;
  const maskedPredictions = held.maskedPredictions.values;
  const isClass = scale.task === "class";
  const errors = truths.map((truth, row) => (isClass ? Number(predictions[row] !== truth) : predictions[row] - truth));
  const [train] = others;
  const same = isClass
    ? sameAnswer(confusionMatrix(predictions, truths, scale.labels.length), scale.labels)
    : samePrediction(predictions, truths);
  const found = [
    same,
    duplicatesAlarm({ flags: repeats(held.hashes, trainingHashes), errors }),
    ratingInTextAlarm({ truths, predictions, maskedPredictions, mentions, agreeing }),
    ...(part === "given" || train === undefined
      ? []
      : [held, ...others.slice(1)].flatMap((each) =>
          shiftAlarms(train.sample(), each.sample(), { isNumber: scale.task === "number" }),
        )),
  ];
  return found.filter((alarm) => alarm !== undefined);
}

function repeats(hashes: TextHashes, training: TextHashes): boolean[] {
  const own = hashes.values();
  const wanted = new Set(own);
  const trained = new Set(training.values().filter((hash) => wanted.has(hash)));
  return Array.from(own, (hash) => trained.has(hash));
}

function stressOf(model: RatingModel): StressReport | undefined {
  const { scale } = model;
  if (scale.task === "class") return undefined;
  const range = scale.task === "rating" ? (scale.values.at(-1) ?? 0) - scale.values[0] : 4 * scale.deviation;
  const truths = truthsOf(scale);
  return stressSuite({
    range,
    rate: (texts) => predictEach(model, texts).map((found) => (found ? truths.ofPrediction(found) : Number.NaN)),
    unknownShares: (texts) => predictEach(model, texts).map((found) => found?.unknownWords ?? 1),
  });
}
