/** The network behind the `Network` interface: a program, its memory, and who runs its tasks. */
import { OptionError } from "../errors.js";
import { allocateMemory, Kernels } from "../kernels/index.js";
import { Random } from "../random.js";
import { clippingScale, type ParameterRun } from "./blocks/optimizer.js";
import { initialiseParameters } from "./initialise.js";
import type { Batch, EncodedTexts, NamedTensor, Network, NetworkConfig, TrainableNetwork, TrainerConfig } from "./network.js";
import { Program } from "./program.js";

export interface NetworkOptions {
  /** Longest text in tokens that `forward` will see. */
  readonly maxLength: number;
}

export interface TrainableNetworkOptions extends NetworkOptions {
  /** Seed of the initial weights and of dropout. */
  readonly seed: number;
  /** Most rows of a training batch. */
  readonly maxBatchRows: number;
}

/** Rows that a network which only predicts works on at once. */
const predictionRows = 256;

/**
 * A network for predictions; its weights are zero until `loadStateDict`.
 *
 * @throws {EngineError} when the engine lacks SIMD or memory.
 */
export async function createNetwork(config: NetworkConfig, options: NetworkOptions): Promise<Network> {
  return new LstmNetwork(config, { maxRows: predictionRows, maxLength: options.maxLength });
}

/**
 * A network with fresh weights (PyTorch's defaults, from the seed) that can be trained.
 *
 * @throws {EngineError} when the engine lacks SIMD or memory.
 */
export async function createTrainableNetwork(
  config: NetworkConfig,
  trainer: TrainerConfig,
  options: TrainableNetworkOptions,
): Promise<TrainableNetwork> {
  return new TrainableLstmNetwork(config, trainer, options);
}

class LstmNetwork implements Network {
  readonly config: NetworkConfig;
  protected readonly program: Program;
  protected readonly kernels: Kernels;
  readonly #maxLength: number;
  #packed = false;

  constructor(
    config: NetworkConfig,
    sizes: { readonly maxRows: number; readonly maxLength: number },
    trainer?: TrainerConfig,
  ) {
    this.config = config;
    this.#maxLength = sizes.maxLength;
    this.program = new Program(config, trainer, { ...sizes, threads: 1 });
    const memory = allocateMemory(this.program.arena.end, { sharedMemory: false });
    this.kernels = new Kernels(memory, { sharedMemory: false });
    this.program.initialise(this.kernels);
  }

  /** Bytes that the network and its batches occupy. */
  get memoryBytes(): number {
    return this.program.arena.end;
  }

  forward(batch: Batch): Float32Array {
    this.packWeights();
    const { outputSize } = this.config;
    const { maxRows } = this.program.batch;
    const { kernels, program } = this;
    const result = new Float32Array(batch.rows.length * outputSize);
    const order = this.orderByLength(batch);
    for (let first = 0; first < order.length; first += maxRows) {
      const chunk = order.subarray(first, first + maxRows);
      program.batch.write(kernels, batch, chunk.map((position) => batch.rows[position]));
      for (let block = 0; block < program.batch.blockCount(kernels); block++) program.forwardBlock(kernels, 0, block);
      const outputs = program.batch.outputs(kernels, chunk.length);
      for (let row = 0; row < chunk.length; row++) {
        result.set(outputs.subarray(row * outputSize, (row + 1) * outputSize), chunk[row] * outputSize);
      }
    }
    return result;
  }

  stateDict(): NamedTensor[] {
    return this.program.parameters.stateDict(this.kernels);
  }

  loadStateDict(tensors: readonly NamedTensor[]): void {
    this.program.parameters.loadStateDict(this.kernels, tensors);
    this.#packed = false;
  }

  dispose(): void {}

  protected packWeights(): void {
    if (this.#packed) return;
    this.program.pack(this.kernels);
    this.#packed = true;
  }

  protected weightsChanged(): void {
    this.#packed = false;
  }

  /** Positions within `batch.rows`, longest text first, equals in their order (counting sort). */
  protected orderByLength(batch: Batch): Uint32Array {
    const { texts, rows } = batch;
    const starts = new Uint32Array(this.#maxLength + 2);
    const lengths = Uint32Array.from(rows, (row) => this.#checkedLength(texts, row));
    for (const length of lengths) starts[this.#maxLength - length + 1]++;
    for (let index = 1; index < starts.length; index++) starts[index] += starts[index - 1];
    const order = new Uint32Array(rows.length);
    lengths.forEach((length, position) => {
      order[starts[this.#maxLength - length]++] = position;
    });
    return order;
  }

  #checkedLength(texts: EncodedTexts, row: number): number {
    const length = texts.offsets[row + 1] - texts.offsets[row];
    if (length >= 1 && length <= this.#maxLength) return length;
    throw new OptionError(
      "bad-text-length",
      `Text ${row} has ${length} tokens, but this network takes 1 to ${this.#maxLength}; encode it with maxLength ${this.#maxLength}.`,
    );
  }
}

class TrainableLstmNetwork extends LstmNetwork implements TrainableNetwork {
  readonly #trainer: TrainerConfig;
  readonly #dropout: Random;

  constructor(config: NetworkConfig, trainer: TrainerConfig, options: TrainableNetworkOptions) {
    super(config, { maxRows: options.maxBatchRows, maxLength: options.maxLength }, trainer);
    this.#trainer = trainer;
    this.#dropout = new Random(options.seed, "dropout");
    initialiseParameters(this.kernels, this.program.parameters, config, options.seed);
  }

  trainStep(batch: Batch, targets: Float32Array, learningRate: number): number {
    const { kernels, program } = this;
    this.packWeights();
    const order = this.orderByLength(batch);
    program.batch.write(kernels, batch, order.map((position) => batch.rows[position]));
    program.batch.writeStep(kernels, {
      targets: Float32Array.from(order, (position) => targets[position]),
      lossScale: program.lossScale(targets),
      dropoutKeys: Array.from({ length: 4 }, () => this.#dropout.uint32()),
    });
    const lanes = program.lanesInUse(kernels);
    for (let lane = 0; lane < lanes; lane++) program.trainLane(kernels, 0, lane);
    kernels.run.clear(program.parameters.gradients, 4 * program.parameters.count);
    program.reduceGradients(kernels);
    if (!this.#trainer.freezeEmbedding) {
      program.batch.groupTokens(kernels);
      program.sumTokens(kernels, 0, 1);
    }
    this.#update(learningRate);
    return program.batch.losses(kernels).subarray(0, lanes).reduce((sum, loss) => sum + loss, 0);
  }

  resetOptimizer(): void {
    this.program.optimizer.reset(this.kernels, this.#learning);
  }

  #update(learningRate: number): void {
    const run = this.#learning;
    const gradientScale = clippingScale(this.kernels, run.gradients, run.count, this.#trainer.maxGradientNorm);
    this.program.optimizer.step(this.kernels, run, { learningRate, gradientScale });
    this.weightsChanged();
  }

  /** The parameters that are trained: all, or all after the embedding, which comes first. */
  get #learning(): ParameterRun {
    const { values, gradients, firstMoments, secondMoments, count, slots } = this.program.parameters;
    const skipped = this.#trainer.freezeEmbedding ? slots[1].offset : 0;
    return {
      values: values + 4 * skipped,
      gradients: gradients + 4 * skipped,
      firstMoments: firstMoments + 4 * skipped,
      secondMoments: secondMoments + 4 * skipped,
      count: count - skipped,
    };
  }
}
