/**
 * A small network in plain TypeScript for tests of the loop and the model: the mean of a text's word embeddings and
 * a linear layer, trained by Adam. It keeps the promises of the engine's networks, and counts what is done to it.
 */

import { createEnsemble, ensembleShapes, type WordLearner } from "../../nn/index.js";
import type {
  Batch,
  EncodedTexts,
  NamedTensor,
  NetworkConfig,
  TrainableNetwork,
  TrainerConfig,
  TrainerState,
} from "../../nn/network.js";
import { Random } from "../../random.js";
import type { Engine } from "../engine.js";

type FakeTrainer = Pick<TrainerConfig, "loss"> & Partial<TrainerConfig>;

export class FakeNetwork implements TrainableNetwork {
  readonly config: NetworkConfig;
  readonly learningRates: number[] = [];
  readonly batches: number[][] = [];
  readonly memoryBytes = 1000;
  resets = 0;
  disposed = false;
  /** Replaces the loss of a step, counted from 1, to see what the loop does about it. */
  lossOfStep: ((step: number) => number) | undefined;
  readonly #trainer: FakeTrainer;
  readonly #parameters: { name: string; shape: number[]; data: Float32Array }[];
  #moments: Float32Array[] = [];
  #squares: Float32Array[] = [];
  #steps = 0;

  constructor(config: NetworkConfig, trainer: FakeTrainer, seed: number) {
    this.config = config;
    this.#trainer = trainer;
    const random = new Random(seed, "initial");
    const draw = (size: number): Float32Array => Float32Array.from({ length: size }, () => random.uniform() - 0.5);
    this.#parameters = shapesOf(config).map(({ name, shape }) => ({
      name,
      shape,
      data: draw(shape.reduce((product, size) => product * size, 1)),
    }));
    this.resetOptimizer();
    this.resets = 0;
  }

  resetOptimizer(): void {
    this.resets++;
    this.#steps = 0;
    this.#moments = this.#parameters.map(({ data }) => new Float32Array(data.length));
    this.#squares = this.#parameters.map(({ data }) => new Float32Array(data.length));
  }

  forward(batch: Batch): Float32Array {
    const { outputSize } = this.config;
    const logits = new Float32Array(batch.rows.length * outputSize);
    for (const [index, row] of batch.rows.entries())
      logits.set(this.#answer(this.#pool(batch, row)), index * outputSize);
    return logits;
  }

  trainStep(batch: Batch, targets: Float32Array, learningRate: number): number {
    this.learningRates.push(learningRate);
    this.batches.push(Array.from(batch.rows));
    const gradients = this.#parameters.map(({ data }) => new Float32Array(data.length));
    let loss = 0;
    for (const [index, row] of batch.rows.entries()) {
      const pooled = this.#pool(batch, row);
      const [rowLoss, dLogits] = this.#lossOf(this.#answer(pooled), targets[index]);
      loss += rowLoss / batch.rows.length;
      this.#backward(batch, row, pooled, dLogits, gradients);
    }
    this.#update(gradients, learningRate);
    return this.lossOfStep?.(this.learningRates.length) ?? loss;
  }

  stateDict(): NamedTensor[] {
    return this.#parameters.map(({ name, shape, data }) => ({ name, shape: [...shape], data: data.slice() }));
  }

  stateViews(): NamedTensor[] {
    return [...this.#parameters];
  }

  loadStateDict(tensors: readonly NamedTensor[]): void {
    for (const parameter of this.#parameters) {
      const tensor = tensors.find(({ name }) => name === parameter.name);
      if (tensor?.data.length !== parameter.data.length) throw new Error(`The tensor ${parameter.name} does not fit.`);
      parameter.data.set(tensor.data);
    }
  }

  trainerState(): TrainerState {
    const named = (arrays: readonly Float32Array[]): NamedTensor[] =>
      this.#parameters.map(({ name, shape }, index) => ({ name, shape, data: arrays[index] }));
    return {
      optimizerSteps: this.#steps,
      dropoutDraws: 0,
      firstMoments: named(this.#moments),
      secondMoments: named(this.#squares),
    };
  }

  loadTrainerState(state: TrainerState): void {
    const ordered = (tensors: readonly NamedTensor[]): Float32Array[] =>
      this.#parameters.map(({ name }) => {
        const tensor = tensors.find((candidate) => candidate.name === name);
        if (!tensor) throw new Error(`There are no moments of ${name}.`);
        return tensor.data.slice();
      });
    this.#steps = state.optimizerSteps;
    this.#moments = ordered(state.firstMoments);
    this.#squares = ordered(state.secondMoments);
  }

  dispose(): void {
    this.disposed = true;
  }

  #pool({ texts }: Batch, row: number): Float32Array {
    const { embeddingSize } = this.config;
    const pooled = new Float32Array(embeddingSize);
    const ids = texts.ids.subarray(texts.offsets[row], texts.offsets[row + 1]);
    for (const id of ids) {
      for (let e = 0; e < embeddingSize; e++)
        pooled[e] += this.#parameters[0].data[id * embeddingSize + e] / ids.length;
    }
    return pooled;
  }

  #answer(pooled: Float32Array): Float32Array {
    const [, weight, bias] = this.#parameters;
    return Float32Array.from(bias.data, (start, output) =>
      pooled.reduce((sum, value, e) => sum + value * weight.data[output * pooled.length + e], start),
    );
  }

  #lossOf(logits: Float32Array, target: number): [number, Float32Array] {
    if (this.#trainer.loss === "meanSquaredError") {
      const error = logits[0] - target;
      return [error ** 2, Float32Array.of(2 * error)];
    }
    const weights = logits.map((logit) => Math.exp(logit - Math.max(...logits)));
    const sum = weights.reduce((total, weight) => total + weight, 0);
    const gradient = weights.map((weight, index) => weight / sum - (index === target ? 1 : 0));
    return [-Math.log(weights[target] / sum), gradient];
  }

  #backward(
    { texts, rows }: Batch,
    row: number,
    pooled: Float32Array,
    dLogits: Float32Array,
    into: Float32Array[],
  ): void {
    const { embeddingSize } = this.config;
    const ids = texts.ids.subarray(texts.offsets[row], texts.offsets[row + 1]);
    for (const [output, d] of dLogits.entries()) {
      const scaled = d / rows.length;
      into[2][output] += scaled;
      for (let e = 0; e < embeddingSize; e++) {
        into[1][output * embeddingSize + e] += scaled * pooled[e];
        const dWord = (scaled * this.#parameters[1].data[output * embeddingSize + e]) / ids.length;
        for (const id of ids) into[0][id * embeddingSize + e] += dWord;
      }
    }
  }

  #update(gradients: readonly Float32Array[], learningRate: number): void {
    this.#steps++;
    for (const [index, { data }] of this.#parameters.entries()) {
      if (index === 0 && this.#trainer.freezeEmbedding) continue;
      for (let i = 0; i < data.length; i++) {
        const gradient = gradients[index][i];
        this.#moments[index][i] = 0.9 * this.#moments[index][i] + 0.1 * gradient;
        this.#squares[index][i] = 0.999 * this.#squares[index][i] + 0.001 * gradient ** 2;
        const mean = this.#moments[index][i] / (1 - 0.9 ** this.#steps);
        const square = this.#squares[index][i] / (1 - 0.999 ** this.#steps);
        data[i] -= (learningRate * mean) / (Math.sqrt(square) + 1e-8);
      }
    }
  }
}

function shapesOf({ vocabularySize, embeddingSize, outputSize }: NetworkConfig): { name: string; shape: number[] }[] {
  return [
    { name: "embeddings.weight", shape: [vocabularySize, embeddingSize] },
    { name: "linear.weight", shape: [outputSize, embeddingSize] },
    { name: "linear.bias", shape: [outputSize] },
  ];
}

/** Gives each word a vector of how often it was read, alternating in sign. */
class FakeWordLearner implements WordLearner {
  readonly #reads: Float64Array;
  readonly #vectorSize: number;

  constructor(words: number, vectorSize: number) {
    this.#reads = new Float64Array(words);
    this.#vectorSize = vectorSize;
  }

  beginPass(): void {}

  learn({ ids, offsets }: EncodedTexts, row: number): void {
    for (const id of ids.subarray(offsets[row], offsets[row + 1])) this.#reads[id]++;
  }

  vectors(): Float32Array {
    const size = this.#vectorSize;
    return Float32Array.from({ length: this.#reads.length * size }, (_, index) => {
      return (index % 2 === 0 ? 1 : -1) * this.#reads[Math.floor(index / size)];
    });
  }
}

/** An engine of fake networks, and all the networks that it made. */
export function fakeEngine(prepare?: (network: FakeNetwork) => void): Engine & { readonly made: FakeNetwork[] } {
  const made: FakeNetwork[] = [];
  const make = (config: NetworkConfig, trainer: FakeTrainer, seed: number): Promise<FakeNetwork> => {
    const network = new FakeNetwork(config, trainer, seed);
    prepare?.(network);
    made.push(network);
    return Promise.resolve(network);
  };
  return {
    made,
    parameterShapes: (config) => ensembleShapes(config, shapesOf(config)),
    createNetwork: (config) =>
      createEnsemble(config, {
        memberShapes: shapesOf(config),
        createMember: () => make(config, { loss: "crossEntropy" }, 0),
      }),
    createTrainableNetwork: (config, trainer, options) => make(config, trainer, options.seed),
    createSkipGram: ({ counts, vectorSize }) => new FakeWordLearner(counts.length, vectorSize),
    planTrainingBytes: ({ vocabularySize }, _trainer, { maxBatchRows, maxLength }) =>
      16 * vocabularySize + maxBatchRows * maxLength,
  };
}
