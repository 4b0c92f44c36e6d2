import { DivergedError } from "../errors.js";
import type { DivergedEvent } from "./fitEvents.js";

/** Half the rate once, twice, three times: what still leaves the finite numbers at an eighth will not be mended by less. */
export const mostHalvings = 3;

/** Where and how the loss left the finite numbers. */
export interface Divergence {
  readonly epoch: number;
  /** Counted from 1 within the epoch; absent for the validation part. */
  readonly batch?: number;
  /** Counted from 1 over the whole run. */
  readonly step: number;
  readonly loss: number;
  /** Positions of the batch's rows; absent for the validation part. */
  readonly rows?: Uint32Array;
  readonly learningRate: number;
}

/** @param rateScale what the planned rates are multiplied by from now on. */
export function divergedEvent(divergence: Divergence, rateScale: number): DivergedEvent {
  const { rows = [], loss, ...place } = divergence;
  return { type: "diverged", ...place, loss: String(loss), rows: Array.from(rows, (row) => row + 1), rateScale };
}

/** The error of a run that cannot be helped. */
export function divergedError({ epoch, batch, step, loss, rows, learningRate }: Divergence): DivergedError {
  const place =
    batch === undefined
      ? `the validation part after epoch ${epoch}`
      : `batch ${batch} of epoch ${epoch} (step ${step}, ${describeRows(rows ?? new Uint32Array())})`;
  return new DivergedError(
    "diverged",
    `The loss became ${loss} in ${place} at learning rate ${Number(learningRate.toPrecision(3))}, after the rate had been halved ${mostHalvings} times: training left the finite numbers. Try a much lower learning rate.`,
  );
}

function describeRows(rows: Uint32Array): string {
  const shown = Array.from(rows.subarray(0, 3), (row) => row + 1).join(", ");
  const others = rows.length - 3;
  return `rows ${shown}${others > 0 ? ` and ${others} other${others === 1 ? "" : "s"}` : ""}`;
}
