/** Optimizers over the parameters of layers. */

import { Optimizer } from "../blocks/optimizer.js";
import type { Parameters } from "../blocks/parameters.js";
import type { OptimizerConfig } from "../network.js";
import { type Bench, makeBench, type Parameter, planParameters } from "./layer.js";

/** Options of {@link Adam} and {@link AdamW}, with the defaults of PyTorch. */
export interface AdamOptions {
  /** 0.001 by default. */
  readonly learningRate?: number;
  /** Decay of the moments; [0.9, 0.999] by default. */
  readonly betas?: readonly [number, number];
  /** 1e-8 by default. */
  readonly epsilon?: number;
  /** 0 by default for `Adam` (added to the gradient), 0.01 for `AdamW` (taken off the parameter). */
  readonly weightDecay?: number;
}

/** Adam (Kingma and Ba 2015), with PyTorch's defaults. */
export class Adam {
  /** May be changed between steps, by a schedule. */
  learningRate: number;
  readonly #parameters: readonly Parameter[];
  readonly #bench: Bench<{ readonly planned: Parameters; readonly optimizer: Optimizer }>;

  constructor(parameters: readonly Parameter[], options: AdamOptions = {}, kind: OptimizerConfig["kind"] = "adam") {
    const {
      learningRate = 0.001,
      betas = [0.9, 0.999],
      epsilon = 1e-8,
      weightDecay = kind === "adamw" ? 0.01 : 0,
    } = options;
    this.learningRate = learningRate;
    this.#parameters = parameters;
    this.#bench = makeBench((arena) => ({
      planned: planParameters(arena, parameters),
      optimizer: new Optimizer(arena, { kind, betas, epsilon, weightDecay }, { shares: 1 }),
    }));
  }

  /** Moves every parameter against its gradient. */
  step(): void {
    const { kernels, plan } = this.#bench;
    const { planned, optimizer } = plan;
    for (const { name, value, gradient } of this.#parameters) {
      kernels.floats(planned.value(name), value.data.length).set(value.data);
      kernels.floats(planned.gradient(name), value.data.length).set(gradient.data);
    }
    optimizer.prepare(kernels, planned, { learningRate: this.learningRate, gradientScale: 1 });
    optimizer.runShare(kernels, 0);
    for (const { name, value } of this.#parameters) {
      value.data.set(kernels.floats(planned.value(name), value.data.length));
    }
  }
}

/** AdamW (Loshchilov and Hutter 2019): weight decay apart from the gradient. */
export class AdamW extends Adam {
  constructor(parameters: readonly Parameter[], options: AdamOptions = {}) {
    super(parameters, options, "adamw");
  }
}

/**
 * Scales all gradients down so that their joint L2 norm is at most `maxNorm`, as PyTorch's `clip_grad_norm_`.
 *
 * @returns the norm before.
 */
export function clipGradientNorm(parameters: readonly Parameter[], maxNorm: number): number {
  let sum = 0;
  for (const { gradient } of parameters) for (const value of gradient.data) sum += value * value;
  const norm = Math.sqrt(sum);
  const scale = Math.min(1, maxNorm / (norm + 1e-6));
  if (scale < 1) {
    for (const { gradient } of parameters)
      for (let index = 0; index < gradient.data.length; index++) gradient.data[index] *= scale;
  }
  return norm;
}
