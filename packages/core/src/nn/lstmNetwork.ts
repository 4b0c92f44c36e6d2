/** The network behind the `Network` interface: a program, its memory, and who runs its tasks. */
import { allocateMemory, Crew, compileKernels, engineInfo, Kernels, planStart } from "../kernels/index.js";
import { Random } from "../random.js";
import { clippingScale, type ParameterRun } from "./blocks/optimizer.js";
import { LengthOrder, orderByLength } from "./byLength.js";
import { initialiseParameters } from "./initialise.js";
import type {
  Batch,
  NamedTensor,
  NetworkConfig,
  NetworkOptions,
  TrainableNetwork,
  TrainerConfig,
  TrainerState,
} from "./network.js";
import { dropoutKeyWords, optimizerShares, Program, type ProgramSettings, tasks } from "./program.js";

/** What a network that learns must be ready for. */
export interface TrainableNetworkOptions extends NetworkOptions {
  /** Seed of the initial weights and of dropout. */
  readonly seed: number;
  /** Most rows of a training batch. */
  readonly maxBatchRows: number;
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
  const engine = await startEngine(config, trainer, { ...options, maxRows: options.maxBatchRows });
  return new TrainableLstmNetwork(config, engine, options, trainer);
}

/** Bytes that {@link createTrainableNetwork} would take with these arguments, found by planning alone: nothing is allocated. */
export function planTrainingBytes(
  config: NetworkConfig,
  trainer: TrainerConfig,
  options: TrainableNetworkOptions,
): number {
  return new Program(programSettings(config, trainer, { ...options, maxRows: options.maxBatchRows })).arena.end;
}

function programSettings(
  config: NetworkConfig,
  trainer: TrainerConfig,
  { maxRows, maxLength, threads = 1 }: NetworkOptions & { readonly maxRows: number },
): ProgramSettings {
  return { config, trainer, start: planStart(), maxRows, maxLength, threads: engineInfo().threads ? threads : 1 };
}

/** A program with its memory and the threads that run it. */
interface Engine {
  readonly program: Program;
  readonly kernels: Kernels;
  readonly crew: Crew;
}

/** Lays a network out, takes the memory, compiles the kernels and starts the threads. */
async function startEngine(
  config: NetworkConfig,
  trainer: TrainerConfig,
  options: NetworkOptions & { readonly maxRows: number },
): Promise<Engine> {
  const { fusedMultiplyAdd = true } = options;
  const settings = programSettings(config, trainer, options);
  const { threads } = settings;
  const sharedMemory = threads > 1;
  const program = new Program(settings);
  const memory = allocateMemory(program.arena.end, { sharedMemory });
  const kernels = new Kernels(compileKernels({ sharedMemory, fusedMultiplyAdd }), memory);
  program.initialise(kernels);
  const run = (kind: number, index: number) => program.runTask(kernels, 0, kind, index);
  const workerSource = threads > 1 ? (await import("./workerSource.generated.js")).workerSource : "";
  return { program, kernels, crew: await Crew.start(kernels, run, { threads, workerSource, settings }) };
}

class TrainableLstmNetwork implements TrainableNetwork {
  readonly config: NetworkConfig;
  readonly #program: Program;
  readonly #kernels: Kernels;
  readonly #crew: Crew;
  readonly #maxLength: number;
  readonly #trainer: TrainerConfig;
  readonly #dropout: Random;
  readonly #order: LengthOrder;
  #packed = false;

  constructor(config: NetworkConfig, engine: Engine, options: TrainableNetworkOptions, trainer: TrainerConfig) {
    this.config = config;
    this.#program = engine.program;
    this.#kernels = engine.kernels;
    this.#crew = engine.crew;
    this.#maxLength = options.maxLength;
    this.#trainer = trainer;
    this.#dropout = new Random(options.seed, "dropout");
    this.#order = new LengthOrder(options.maxBatchRows, options.maxLength);
    const { seed } = options;
    const { embeddingDeviation } = trainer;
    initialiseParameters(this.#kernels, this.#program.parameters, config, { seed, embeddingDeviation });
  }

  /** Bytes that the network and its batches occupy. */
  get memoryBytes(): number {
    return this.#program.arena.end;
  }

  forward(batch: Batch): Float32Array {
    this.#packWeights();
    const { outputSize } = this.config;
    const { maxRows } = this.#program.batch;
    const kernels = this.#kernels;
    const program = this.#program;
    const result = new Float32Array(batch.rows.length * outputSize);
    const order = orderByLength(batch, this.#maxLength);
    for (let first = 0; first < order.length; first += maxRows) {
      const chunk = order.subarray(first, first + maxRows);
      program.batch.write(kernels, batch, chunk);
      const tokenBlocks = program.groupTokens(kernels, { training: false });
      if (tokenBlocks > 0) this.#crew.runTasks(tasks.projectTokens, tokenBlocks);
      this.#crew.runTasks(tasks.forwardBlock, program.batch.blockCount(kernels));
      const outputs = program.batch.outputs(kernels, chunk.length);
      for (let row = 0; row < chunk.length; row++) {
        result.set(outputs.subarray(row * outputSize, (row + 1) * outputSize), chunk[row] * outputSize);
      }
    }
    return result;
  }

  stateDict(): NamedTensor[] {
    return this.#program.parameters.stateDict(this.#kernels);
  }

  stateViews(): NamedTensor[] {
    return this.#program.parameters.views(this.#kernels);
  }

  loadStateDict(tensors: readonly NamedTensor[]): void {
    this.#program.parameters.loadStateDict(this.#kernels, tensors);
    this.#packed = false;
  }

  dispose(): void {
    this.#crew.dismiss();
  }

  #packWeights(): void {
    if (this.#packed) return;
    this.#crew.runTasks(tasks.pack, this.#program.packCount);
    this.#packed = true;
  }

  trainStep(batch: Batch, targets: Float32Array, learningRate: number): number {
    const kernels = this.#kernels;
    const program = this.#program;
    this.#packWeights();
    const order = this.#order.of(batch);
    program.batch.write(kernels, batch, order);
    program.batch.writeTargets(kernels, order, targets, program.lossScale(targets));
    for (let word = 0; word < dropoutKeyWords; word++) {
      program.batch.writeDropoutKey(kernels, word, this.#dropout.uint32());
    }
    const tokenBlocks = program.groupTokens(kernels, { training: true });
    if (tokenBlocks > 0) this.#crew.runTasks(tasks.projectTokensInTraining, tokenBlocks);
    const lanes = program.lanesInUse(kernels);
    this.#crew.runTasks(tasks.trainLane, lanes);
    const shares = program.tokenShares(kernels);
    if (shares > 0) this.#crew.runTasks(tasks.tokenGradients, shares);
    this.#crew.runTasks(tasks.reduce, program.reduceCount);
    this.#update(learningRate);
    return program.batch.loss(kernels, lanes);
  }

  resetOptimizer(): void {
    this.#program.optimizer.reset(this.#kernels, this.#parametersFrom(this.#firstLearning));
  }

  trainerState(): TrainerState {
    const kernels = this.#kernels;
    const { parameters, optimizer } = this.#program;
    const first = this.#firstLearning;
    return {
      optimizerSteps: optimizer.steps,
      dropoutDraws: this.#dropout.drawn,
      firstMoments: parameters.views(kernels, parameters.firstMoments, first),
      secondMoments: parameters.views(kernels, parameters.secondMoments, first),
    };
  }

  loadTrainerState(state: TrainerState): void {
    const kernels = this.#kernels;
    const { parameters, optimizer } = this.#program;
    const first = this.#firstLearning;
    parameters.loadStateDict(kernels, state.firstMoments, parameters.firstMoments, first);
    parameters.loadStateDict(kernels, state.secondMoments, parameters.secondMoments, first);
    optimizer.steps = state.optimizerSteps;
    this.#dropout.moveTo(state.dropoutDraws);
  }

  #update(learningRate: number): void {
    const run = this.#learning;
    const { optimizer } = this.#program;
    const gradientScale = this.#gradientScale(run);
    optimizer.prepare(this.#kernels, run, { learningRate, gradientScale, rows: this.#embeddingRows });
    this.#crew.runTasks(tasks.optimise, optimizerShares);
    this.#packed = false;
  }

  #gradientScale(run: ParameterRun): number {
    const { maxGradientNorm } = this.#trainer;
    if (maxGradientNorm === undefined) return 1;
    const { run: call } = this.#kernels;
    const rows = this.#embeddingRows;
    const groups = this.#program.tokenGroups;
    let sum = call.sumOfSquares(run.gradients, run.count);
    if (rows && groups) {
      const { embeddingSize } = this.config;
      sum += call.sumOfSquaresOfRows(rows.gradients, groups.tokens, 0, groups.count(this.#kernels), embeddingSize);
    }
    return clippingScale(sum, maxGradientNorm);
  }

  /** The embedding, where its rows are updated one by one. */
  get #embeddingRows(): ParameterRun | undefined {
    if (!this.#trainer.sparseEmbedding || this.#trainer.freezeEmbedding) return undefined;
    const { values, gradients, firstMoments, secondMoments, slots } = this.#program.parameters;
    return { values, gradients, firstMoments, secondMoments, count: slots[0].count };
  }

  /** The first slot that is trained: the embedding comes first, and may be frozen. */
  get #firstLearning(): number {
    return this.#trainer.freezeEmbedding ? 1 : 0;
  }

  /** The parameters that are updated as a whole: all, or all after the embedding. */
  get #learning(): ParameterRun {
    return this.#parametersFrom(this.#trainer.sparseEmbedding ? 1 : this.#firstLearning);
  }

  #parametersFrom(slot: number): ParameterRun {
    const { values, gradients, firstMoments, secondMoments, count, slots } = this.#program.parameters;
    const skipped = slots[slot].offset;
    return {
      values: values + 4 * skipped,
      gradients: gradients + 4 * skipped,
      firstMoments: firstMoments + 4 * skipped,
      secondMoments: secondMoments + 4 * skipped,
      count: count - skipped,
    };
  }
}
