import { dot } from "./sparse.js";
import type { Turns } from "./turns.js";

/** A smooth convex function: returns its value at `point` and writes its gradient there. */
export type Objective = (point: Float64Array, gradient: Float64Array) => number;

export interface MinimiseOptions {
  /** Positive, one a coordinate: roughly the second derivatives, which even out coordinates of different weight. */
  readonly curvatures: Float64Array;
  /** Done when a step is expected to lower the value by less than this. */
  readonly tolerance: number;
  readonly maxIterations: number;
  readonly turns: Turns;
}

/** Pairs of step and gradient change that are remembered: at most this many, and this many bytes. */
const longestMemory = 6;
const largestMemoryBytes = 1 << 29;

/**
 * Finds the minimum of a smooth, strictly convex function by L-BFGS (Nocedal, "Updating quasi-Newton matrices with
 * limited storage", 1980) with a diagonal start and a backtracking line search; strict convexity makes every
 * curvature condition hold by itself.
 *
 * @param point where to start; the minimum on return.
 * @throws the abort signal's reason, when it is aborted.
 */
export async function minimise(objective: Objective, point: Float64Array, options: MinimiseOptions): Promise<void> {
  const { curvatures, tolerance, maxIterations, turns } = options;
  const memory = new StepMemory(point.length, curvatures);
  let gradient = new Float64Array(point.length);
  let nextGradient = new Float64Array(point.length);
  const next = new Float64Array(point.length);
  let value = objective(point, gradient);
  for (let iteration = 0; iteration < maxIterations; iteration++) {
    await turns.next(iteration, maxIterations);
    const direction = memory.direction(gradient);
    const slope = dot(gradient, direction);
    if (-slope / 2 < tolerance) return;
    let length = 1;
    let nextValue = 0;
    for (;;) {
      for (let index = 0; index < point.length; index++) next[index] = point[index] + length * direction[index];
      nextValue = objective(next, nextGradient);
      if (nextValue <= value + 1e-4 * length * slope) break;
      length *= shorten(value, slope * length, nextValue);
      // Shorter steps than this are rounding: the minimum is as near as 64-bit numbers can tell.
      if (length < 1e-9) return;
    }
    memory.add(point, next, gradient, nextGradient);
    point.set(next);
    [gradient, nextGradient] = [nextGradient, gradient];
    value = nextValue;
  }
}

/** Share of the step at which the parabola through value, slope and the end's value is lowest, within 0.1 to 0.5. */
function shorten(value: number, slope: number, endValue: number): number {
  const share = -slope / (2 * (endValue - value - slope));
  return Number.isFinite(share) ? Math.min(0.5, Math.max(0.1, share)) : 0.1;
}

/** The last steps and changes of the gradient: all that L-BFGS knows of the second derivatives. */
class StepMemory {
  readonly #curvatures: Float64Array;
  readonly #steps: Float64Array[] = [];
  readonly #changes: Float64Array[] = [];
  readonly #products: number[] = [];
  readonly #capacity: number;
  readonly #direction: Float64Array;
  #scale = 1;

  constructor(size: number, curvatures: Float64Array) {
    this.#curvatures = curvatures;
    this.#capacity = Math.max(2, Math.min(longestMemory, Math.floor(largestMemoryBytes / (16 * size))));
    this.#direction = new Float64Array(size);
  }

  /** Remembers a step, in place of the oldest when full. */
  add(from: Float64Array, to: Float64Array, fromGradient: Float64Array, toGradient: Float64Array): void {
    const full = this.#steps.length === this.#capacity;
    const step = (full && this.#steps.shift()) || new Float64Array(from.length);
    const change = (full && this.#changes.shift()) || new Float64Array(from.length);
    if (full) this.#products.shift();
    let product = 0;
    let scaledChange = 0;
    for (let index = 0; index < from.length; index++) {
      step[index] = to[index] - from[index];
      change[index] = toGradient[index] - fromGradient[index];
      product += step[index] * change[index];
      scaledChange += change[index] ** 2 / this.#curvatures[index];
    }
    if (!(product > 0)) return;
    this.#steps.push(step);
    this.#changes.push(change);
    this.#products.push(product);
    this.#scale = product / scaledChange;
  }

  /** The two-loop recursion: minus the estimated inverse of the second derivatives times the gradient. */
  direction(gradient: Float64Array): Float64Array {
    const direction = this.#direction;
    for (let index = 0; index < gradient.length; index++) direction[index] = -gradient[index];
    const shares = new Array<number>(this.#steps.length);
    for (let pair = this.#steps.length - 1; pair >= 0; pair--) {
      shares[pair] = dot(this.#steps[pair], direction) / this.#products[pair];
      addScaled(direction, -shares[pair], this.#changes[pair]);
    }
    for (let index = 0; index < direction.length; index++) direction[index] *= this.#scale / this.#curvatures[index];
    for (let pair = 0; pair < this.#steps.length; pair++) {
      const share = dot(this.#changes[pair], direction) / this.#products[pair];
      addScaled(direction, shares[pair] - share, this.#steps[pair]);
    }
    return direction;
  }
}

function addScaled(target: Float64Array, factor: number, addend: Float64Array): void {
  for (let index = 0; index < target.length; index++) target[index] += factor * addend[index];
}
