/** The dropout layer over tensors. */
import { OptionError } from "../../errors.js";
import { Random } from "../../random.js";
import { DropoutMask, noDropout } from "../blocks/dropout.js";
import { roundUp } from "../notation.js";
import { BenchKeeper, type Layer, type Parameter } from "./layer.js";
import { checkShape, type Tensor } from "./tensor.js";

/** Options of {@link Dropout}. */
export interface DropoutOptions {
  /** Share of the elements set to zero while training, 0 <= p < 1. */
  readonly probability: number;
  /** Seed of the masks; 1 by default. */
  readonly seed?: number;
}

/**
 * Sets elements to zero at random and scales the others by 1 / (1 - p) (Srivastava et al. 2014, inverted), while
 * `training` is true; a new mask at every forward pass.
 */
export class Dropout implements Layer<Tensor, Tensor, Tensor, Tensor> {
  readonly parameters: readonly Parameter[] = [];
  /** False to pass everything through, for predictions. */
  training = true;
  readonly #probability: number;
  readonly #random: Random;
  readonly #keeper = new BenchKeeper<number>();
  #mask: DropoutMask = noDropout;
  #shape: readonly number[] | undefined;

  /** @throws {OptionError} `bad-probability` */
  constructor(options: DropoutOptions) {
    const { probability, seed = 1 } = options;
    if (!(probability >= 0 && probability < 1)) {
      throw new OptionError("bad-probability", `probability must be at least 0 and below 1, but it is ${probability}.`);
    }
    this.#probability = probability;
    this.#random = new Random(seed, "dropout layer");
  }

  /** Draws a new mask while `training`; otherwise the input passes unchanged. */
  forward(input: Tensor): Tensor {
    const [key0, key1] = [this.#random.uint32(), this.#random.uint32()];
    this.#mask = noDropout;
    if (this.training) {
      this.#mask = new DropoutMask(this.#probability);
      this.#mask.setKey(key0, key1);
    }
    this.#shape = input.shape;
    return this.#apply(input);
  }

  /** @throws {OptionError} `no-forward` before the first forward pass. */
  backward(outputGradient: Tensor): Tensor {
    if (!this.#shape) throw new OptionError("no-forward", "backward needs a forward pass before it.");
    checkShape("The gradient of a dropout layer", outputGradient.shape, this.#shape);
    return this.#apply(outputGradient);
  }

  #apply(values: Tensor): Tensor {
    const { dropThreshold, keepScale, key0, key1 } = this.#mask;
    if (dropThreshold === 0) return { shape: values.shape, data: values.data.slice() };
    const lanes = roundUp(values.data.length, 4);
    const { kernels, plan } = this.#keeper.get(String(lanes), (arena) => arena.words(lanes));
    const view = kernels.floats(plan, values.data.length);
    view.set(values.data);
    kernels.run.dropoutFeatures(plan, 1, lanes, 4 * lanes, 0, dropThreshold, keepScale, key0, key1);
    return { shape: values.shape, data: view.slice() };
  }
}
