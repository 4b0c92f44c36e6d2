import type { TrainingSettings } from "./settings.js";

/** Share of the steps in which the one-cycle rate rises. */
const risingShare = 0.3;
/** The one-cycle rate starts at the peak divided by this. */
const startDivisor = 25;
/** It ends at the start divided by this. */
const endDivisor = 10_000;

/**
 * The learning rate of one optimisation step.
 *
 * `oneCycle` rises along a half cosine from peak / 25 to the peak in the first 30 % of the steps and falls along
 * another one to almost nothing: Smith and Topin, "Super-convergence" (2018), with the defaults of PyTorch's
 * `OneCycleLR`.
 *
 * @param step 0-based step of the round. @param steps number of steps of the round. @param peak the round's rate.
 * @returns a rate rounded to 32 bits, so that engines whose cosine differs in the last bit still agree.
 */
export function learningRateAt(
  schedule: TrainingSettings["schedule"],
  step: number,
  steps: number,
  peak: number,
): number {
  if (schedule === "constant") return peak;
  const start = peak / startDivisor;
  const rising = Math.max(risingShare * steps - 1, 1);
  if (step <= rising) return Math.fround(halfCosine(start, peak, step / rising));
  const falling = Math.max(steps - 1 - rising, 1);
  return Math.fround(halfCosine(peak, start / endDivisor, Math.min((step - rising) / falling, 1)));
}

function halfCosine(from: number, to: number, share: number): number {
  return to + ((from - to) / 2) * (1 + Math.cos(Math.PI * share));
}
