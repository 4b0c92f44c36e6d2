/** Alarms about the data that make a result look better than the model is. */
import { bootstrapInterval, type RowStatistic } from "../metrics/index.js";
import type { Alarm } from "./alarm.js";
import { count, percent, score } from "./wording.js";

/** Held-out rows with their squared errors, or with 1 for a wrong answer. */
export interface HeldErrors {
  /** Which rows the alarm is about; one flag a row. */
  readonly flags: ArrayLike<boolean>;
  /** Prediction less truth; for classes without order 1 for a wrong answer, else 0. */
  readonly errors: ArrayLike<number>;
}

/** From this share of the rows on, repeated texts are worth an alarm. */
const fewestDuplicates = 0.01;

/** Rings when texts of the training part come again among the rows that judge the model. */
export function duplicatesAlarm({ flags, errors }: HeldErrors): Alarm | undefined {
  const rows = errors.length;
  const repeated = positions(flags).length;
  if (rows === 0 || repeated < fewestDuplicates * rows) return undefined;
  const others = positions(flags, false);
  const all = rootMeanSquare(errors, positions(flags).concat(others));
  const without = rootMeanSquare(errors, others);
  const result =
    others.length === 0
      ? ""
      : ` On the other rows the error (root mean square) is ${score(without)} instead of ${score(all)}.`;
  return {
    kind: "duplicates",
    finding: `${count(repeated)} of ${count(rows)} held-out rows (${percent(repeated / rows)}) have a text that the model was trained on.${result}`,
    advice: "Remove repeated texts from the data, or keep all rows of a text in the same part.",
    numbers: { rows, repeated, all, without },
  };
}

/** Held-out rows whose text states a rating, rated as they are and with the rating blanked out. */
export interface MaskedRatings {
  readonly truths: ArrayLike<number>;
  readonly predictions: ArrayLike<number>;
  /** Predictions of the same rows with `maskRatingMentions` applied; equal to `predictions` where nothing was masked. */
  readonly maskedPredictions: ArrayLike<number>;
  /** Whether a text states a rating. */
  readonly mentions: ArrayLike<boolean>;
  /** Whether the rating that it states is the true one. */
  readonly agreeing: ArrayLike<boolean>;
}

/** From this share of rows whose text states its own rating on, the alarm rings. */
const fewestMentions = 0.01;
/** A gain that is certain but a smaller share of the RMSE than this is nothing to worry about. */
const smallestGain = 0.01;

/**
 * Rings when many texts state the rating that they were given, or when the model is clearly better for reading it: the
 * 95 % interval (paired bootstrap) of the RMSE with ratings masked less that without masking is above 0, and the
 * difference at least 1 % of the RMSE.
 */
export function ratingInTextAlarm(rows: MaskedRatings): Alarm | undefined {
  const { truths, predictions, maskedPredictions } = rows;
  const total = truths.length;
  const [mentions, agreeing] = [rows.mentions, rows.agreeing].map((flags) => positions(flags).length);
  if (total === 0 || mentions === 0) return undefined;
  const errors = Float64Array.from({ length: total }, (_, row) => predictions[row] - truths[row]);
  const masked = Float64Array.from({ length: total }, (_, row) => maskedPredictions[row] - truths[row]);
  const everywhere = Array.from({ length: total }, (_, row) => row);
  const [plain, hidden] = [rootMeanSquare(errors, everywhere), rootMeanSquare(masked, everywhere)];
  const gain: RowStatistic = (draws) => rootMeanSquare(masked, draws) - rootMeanSquare(errors, draws);
  const [low, high] = bootstrapInterval(total, gain, { resamples: 200 });
  const isRelied = low > 0 && hidden - plain >= smallestGain * plain;
  if (agreeing < fewestMentions * total && !isRelied) return undefined;
  const clearly = low > 0 ? "so it does read them" : high < 0 ? "so they rather mislead it" : "which may be chance";
  return {
    kind: "ratingInText",
    finding: `${count(mentions)} of ${count(total)} held-out texts (${percent(mentions / total)}) state a rating, ${count(agreeing)} of them their own. With these passages blanked out the RMSE is ${score(hidden)} instead of ${score(plain)}, ${clearly}.`,
    advice:
      "If the texts that you want to rate will not state a rating, blank such passages out before training (`starcast check` lists some).",
    numbers: { rows: total, mentions, agreeing, rmse: plain, maskedRmse: hidden, gainLow: low, gainHigh: high },
  };
}

/** Positions of the rows with this flag. */
function positions(flags: ArrayLike<boolean>, wanted = true): number[] {
  return Array.from({ length: flags.length }, (_, row) => row).filter((row) => flags[row] === wanted);
}

function rootMeanSquare(errors: ArrayLike<number>, rows: ArrayLike<number>): number {
  let sum = 0;
  for (let index = 0; index < rows.length; index++) sum += errors[rows[index]] ** 2;
  return Math.sqrt(sum / rows.length);
}
