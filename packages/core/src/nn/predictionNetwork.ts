/** Networks that only predict: input products kept by token, no padding computed, no thread woken for a single text. */
import {
  allocateMemory,
  Crew,
  compileByteKernels,
  compilePredictionKernels,
  engineInfo,
  Kernels,
  type PredictionFunctions,
  predictionPlanStart,
} from "../kernels/index.js";
import { orderByLength } from "./byLength.js";
import type { Batch, NamedTensor, Network, NetworkConfig, NetworkOptions } from "./network.js";
import type { PredictionKernels } from "./prediction/kernels.js";
import { PredictionProgram, predictionTasks } from "./prediction/program.js";
import type { TokenSlots } from "./prediction/vocabularyTable.js";
import { roundToInt8 } from "./quantize.js";

/**
 * A network for predictions; its weights are zero until `loadStateDict`.
 *
 * @throws {EngineError} when the engine lacks SIMD or memory.
 */
export async function createNetwork(config: NetworkConfig, options: NetworkOptions): Promise<Network> {
  const { maxLength } = options;
  const int8 = options.weights === "int8";
  const fusedMultiplyAdd = !int8 && (options.fusedMultiplyAdd ?? true);
  const threads = engineInfo().threads ? (options.threads ?? 1) : 1;
  const sharedMemory = threads > 1;
  const byteKernels = int8 && (options.dotOfBytes ?? true) ? await compileByteKernels({ sharedMemory }) : undefined;
  const dotOfBytes = byteKernels !== undefined;
  const settings = { config, start: predictionPlanStart(), maxLength, threads, int8, dotOfBytes };
  const program = new PredictionProgram(settings);
  const memory = allocateMemory(program.bytes, { sharedMemory });
  const module = byteKernels ?? compilePredictionKernels({ sharedMemory, fusedMultiplyAdd });
  const kernels = new Kernels<PredictionFunctions>(module, memory);
  program.initialise(kernels);
  const run = (kind: number, index: number) => program.runTask(kernels, 0, kind, index);
  const workerSource = threads > 1 ? (await import("./prediction/workerSource.generated.js")).workerSource : "";
  const crew = await Crew.start(kernels, run, { threads, workerSource, settings });
  return new PredictionNetwork(config, { program, kernels, crew }, { maxLength, int8 });
}

class PredictionNetwork implements Network {
  readonly config: NetworkConfig;
  readonly #program: PredictionProgram;
  readonly #kernels: PredictionKernels;
  readonly #crew: Crew;
  readonly #maxLength: number;
  readonly #int8: boolean;
  readonly #slots: TokenSlots;

  constructor(
    config: NetworkConfig,
    engine: { readonly program: PredictionProgram; readonly kernels: PredictionKernels; readonly crew: Crew },
    { maxLength, int8 }: { readonly maxLength: number; readonly int8: boolean },
  ) {
    this.config = config;
    this.#program = engine.program;
    this.#kernels = engine.kernels;
    this.#crew = engine.crew;
    this.#maxLength = maxLength;
    this.#int8 = int8;
    this.#slots = engine.program.vocabulary.slots();
  }

  get memoryBytes(): number {
    return this.#program.bytes;
  }

  forward(batch: Batch): Float32Array {
    const { outputSize } = this.config;
    const result = new Float32Array(batch.rows.length * outputSize);
    const order = orderByLength(batch, this.#maxLength);
    const layout = this.#program.batch;
    for (let first = 0; first < order.length; ) {
      const chunk = order.subarray(first, first + layout.fitting(batch, order, first));
      this.#write(batch, chunk);
      const blocks = layout.blockCount(this.#kernels);
      this.#runTasks(predictionTasks.projectTokens, this.#program.projectionTasks(this.#kernels), blocks);
      this.#runTasks(predictionTasks.predictBlock, blocks, blocks);
      for (let row = 0; row < chunk.length; row++) {
        result.set(layout.outputs(this.#kernels, row, outputSize), chunk[row] * outputSize);
      }
      first += chunk.length;
    }
    return result;
  }

  stateDict(): NamedTensor[] {
    return this.#program.parameters.stateDict(this.#kernels);
  }

  loadStateDict(tensors: readonly NamedTensor[]): void {
    this.#program.parameters.loadStateDict(this.#kernels, this.#int8 ? roundToInt8(tensors) : tensors);
    this.#program.pack(this.#kernels);
    this.#slots.clear();
  }

  dispose(): void {
    this.#crew.dismiss();
  }

  /** Waking threads takes longer than the little work of a single block. */
  #runTasks(kind: number, count: number, blocks: number): void {
    if (blocks > 1) this.#crew.runTasks(kind, count);
    else for (let index = 0; index < count; index++) this.#program.runTask(this.#kernels, 0, kind, index);
  }

  /** @param order positions in `batch.rows` that fit into one batch. */
  #write(batch: Batch, order: Uint32Array): void {
    const layout = this.#program.batch;
    const slots = this.#slots;
    if (!slots.hasRoomFor(layout.tokensOf(batch, order))) slots.clear();
    layout.write(this.#kernels, batch, order, (ids, position) => {
      slots.write(this.#kernels, ids, layout.tokens + 4 * position);
    });
    layout.writeNewTokens(this.#kernels, slots.takeNew());
  }
}
