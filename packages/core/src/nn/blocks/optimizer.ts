/** Adam and AdamW over a run of parameters in the engine's memory. */
import { type Arena, adamStep, type Kernels } from "../../kernels/index.js";
import type { OptimizerConfig } from "../network.js";
import { roundUp } from "../notation.js";
import type { TokenGroups } from "./tokenGroups.js";

/** Pointers to runs of the same layout. */
export interface ParameterRun {
  readonly values: number;
  readonly gradients: number;
  readonly firstMoments: number;
  readonly secondMoments: number;
  /** Elements, a multiple of 4. */
  readonly count: number;
}

export class Optimizer {
  readonly #config: OptimizerConfig;
  readonly #records: readonly number[];
  /** The step of the embedding's rows. */
  readonly #rowRecord: number;
  readonly #fields = adamStep.fields();
  /** Steps since the moments were zero: what the bias corrections depend on. */
  steps = 0;

  /** @param options.shares into how many tasks a step is cut. */
  constructor(arena: Arena, config: OptimizerConfig, options: { readonly shares: number }) {
    this.#config = config;
    this.#records = Array.from({ length: options.shares }, () => arena.words(adamStep.bytes / 4));
    this.#rowRecord = arena.words(adamStep.bytes / 4);
  }

  /**
   * Describes the next step, which `runShare` and `runRows` then do, share by share (Kingma and Ba 2015, algorithm 1; Loshchilov and Hutter 2019, algorithm 2).
   *
   * @param options.gradientScale what the gradients are multiplied by first.
   * @param options.rows the embedding where its rows are updated one by one; absent when it is part of the run.
   */
  prepare(
    kernels: Kernels,
    run: ParameterRun,
    options: { readonly learningRate: number; readonly gradientScale: number; readonly rows?: ParameterRun },
  ): void {
    const { kind, betas, epsilon, weightDecay } = this.#config;
    const [beta1, beta2] = betas;
    const { learningRate, gradientScale, rows } = options;
    this.steps++;
    const fields = this.#fields;
    fields.beta1 = beta1;
    fields.beta2 = beta2;
    fields.epsilon = epsilon;
    fields.stepSize = learningRate / (1 - beta1 ** this.steps);
    fields.secondMomentScale = 1 / Math.sqrt(1 - beta2 ** this.steps);
    fields.gradientScale = gradientScale;
    fields.couplingDecay = kind === "adam" ? weightDecay : 0;
    fields.parameterScale = kind === "adamw" ? 1 - learningRate * weightDecay : 1;
    const size = roundUp(Math.ceil(run.count / this.#records.length), 4);
    for (let share = 0; share < this.#records.length; share++) {
      const first = Math.min(run.count, share * size);
      this.#writeRecord(kernels, this.#records[share], run, first, Math.min(size, run.count - first));
    }
    if (rows) this.#writeRecord(kernels, this.#rowRecord, rows, 0, rows.count);
  }

  #writeRecord(kernels: Kernels, record: number, run: ParameterRun, first: number, count: number): void {
    const fields = this.#fields;
    fields.parameters = run.values + 4 * first;
    fields.gradients = run.gradients + 4 * first;
    fields.firstMoments = run.firstMoments + 4 * first;
    fields.secondMoments = run.secondMoments + 4 * first;
    fields.count = count;
    adamStep.write(kernels, record, fields);
  }

  /** Does the prepared step for one share of the rows of the batch's words. */
  runRows(kernels: Kernels, groups: TokenGroups, size: number, share: number): void {
    const { first, end } = groups.share(kernels, share, this.#records.length);
    kernels.run.adamRows(this.#rowRecord, groups.tokens, first, end, size);
  }

  /** Does one share of the prepared step and sets its gradients to zero. */
  runShare(kernels: Kernels, share: number): void {
    kernels.run.adam(this.#records[share]);
  }

  /** Forgets moments and step count. */
  reset(kernels: Kernels, run: ParameterRun): void {
    this.steps = 0;
    kernels.run.clear(run.firstMoments, 4 * run.count);
    kernels.run.clear(run.secondMoments, 4 * run.count);
  }
}

/** What gradients are to be multiplied by so that their joint L2 norm stays within the limit; as `clip_grad_norm_` in PyTorch. */
export function clippingScale(sumOfSquares: number, maxNorm: number): number {
  return Math.min(1, maxNorm / (Math.sqrt(sumOfSquares) + 1e-6));
}
