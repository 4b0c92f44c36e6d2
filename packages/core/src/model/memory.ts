import { EngineError, OptionError } from "../errors.js";
import type { NetworkConfig, TrainerConfig } from "../nn/network.js";
import type { Engine, TrainableNetworkOptions } from "../training/engine.js";

/** What WebAssembly can address with 32-bit pointers. */
const engineLimit = 2 ** 32;

/** How much memory there is for a run, in bytes. */
export interface MemoryOptions {
  /** Free at this moment: a run that needs more is told of in `prepared`, and goes on. */
  readonly available?: number;
  /** All that there is: a run that needs more is refused. */
  readonly limit?: number;
}

/** What a run will need, and what would fit if that is too much. */
export interface MemoryPlan {
  /** Most bytes that training will hold: the encoded data, the engine's memory, copies of the weights. */
  readonly bytes: number;
  /** Those of them that the encoded data takes, which it has already. */
  readonly dataBytes: number;
  /** Set when the rest exceeds the memory available: changes of which each alone would make the run fit. */
  readonly fitting?: FittingChanges;
}

/** The largest values that fit, the others being as they are; absent where no value would do. */
export interface FittingChanges {
  readonly batchSize?: number;
  readonly maxLength?: number;
  readonly vocabularySize?: number;
}

/** A network that is to be trained, as far as its memory goes. */
export interface PlannedNetwork {
  readonly config: NetworkConfig;
  readonly trainer: TrainerConfig;
  readonly options: TrainableNetworkOptions;
  /** Networks that are trained one after another; 1 when absent. */
  readonly members?: number;
  /** Whether the embedding starts from vectors that are learned from the texts. */
  readonly pretrained?: boolean;
  /** Bytes of the encoded data. */
  readonly dataBytes: number;
}

/**
 * Plans a run's memory before any of it is taken.
 *
 * @throws {EngineError} `out-of-memory` when WebAssembly or the machine cannot hold it at all, with what would fit.
 */
export function planMemory(engine: Engine, planned: PlannedNetwork, memory: MemoryOptions = {}): MemoryPlan {
  const { available = Number.POSITIVE_INFINITY, limit = Number.POSITIVE_INFINITY } = memory;
  for (const [name, value] of Object.entries({ available, limit })) {
    if (!(value > 0)) throw new OptionError("bad-memory", `memory.${name} must be above 0 bytes, but it is ${value}.`);
  }
  const needed = bytesOf(engine, planned);
  const { dataBytes } = planned;
  const bytes = needed.all + dataBytes;
  if (needed.engine > engineLimit || bytes > limit) {
    const bound = needed.engine > engineLimit ? "that WebAssembly can address" : "that this machine has";
    const least = Math.min(limit, engineLimit);
    const fitting = describeFitting(findFitting(engine, planned, { limit: limit - dataBytes }));
    throw new EngineError(
      "out-of-memory",
      `The run would need ${megabytes(needed.engine > engineLimit ? needed.engine : bytes)} of memory, more than the ${megabytes(least)} ${bound}. ${fitting}`,
    );
  }
  if (needed.all <= available) return { bytes, dataBytes };
  return { bytes, dataBytes, fitting: findFitting(engine, planned, { limit: available }) };
}

/** What would fit, as a sentence. */
export function describeFitting({ batchSize, maxLength, vocabularySize }: FittingChanges): string {
  const ways = [
    ...(batchSize === undefined ? [] : [`a batch size of ${batchSize}`]),
    ...(maxLength === undefined ? [] : [`texts of at most ${maxLength} words`]),
    ...(vocabularySize === undefined ? [] : [`a vocabulary of ${vocabularySize} words`]),
  ];
  if (ways.length === 0) return "No batch size, length or vocabulary alone makes it fit; make the network smaller.";
  return `What would fit: ${ways.join(", or ")}.`;
}

/** Beside the data. */
interface NeededBytes {
  readonly engine: number;
  readonly all: number;
}

function bytesOf(engine: Engine, network: PlannedNetwork): NeededBytes {
  const { config, trainer, options, members = 1, pretrained = false } = network;
  const planned = engine.planTrainingBytes(config, trainer, options);
  const parameters = 4 * parameterCount(config);
  // The last good weights and their two moments, the best weights, and those that take the place of one of them. A
  // checkpoint is written from these, piece by piece.
  const copies = 5 + (members - 1);
  // The vectors that are kept for the next member, and the engine's two of each word, which are let go when they are learned.
  const vectors = pretrained ? 3 * 4 * config.vocabularySize * config.embeddingSize : 0;
  return { engine: planned, all: planned + copies * parameters + vectors };
}

/** The embedding and the LSTM; the linear layer is nothing beside them. */
function parameterCount({
  vocabularySize,
  embeddingSize,
  hiddenSize,
  numLayers,
  bidirectional,
}: NetworkConfig): number {
  const directions = bidirectional ? 2 : 1;
  const inner = numLayers > 1 ? (numLayers - 1) * directions * hiddenSize : 0;
  const rows = embeddingSize + inner + numLayers * (hiddenSize + 2);
  return vocabularySize * embeddingSize + directions * 4 * hiddenSize * rows;
}

/** A vocabulary smaller than this is no vocabulary. */
const smallestVocabulary = 100;

function findFitting(engine: Engine, planned: PlannedNetwork, { limit }: { readonly limit: number }): FittingChanges {
  const fits = (changed: PlannedNetwork): boolean => {
    const needed = bytesOf(engine, changed);
    return needed.engine <= engineLimit && needed.all <= limit;
  };
  const { config, options } = planned;
  const withOptions = (more: Partial<TrainableNetworkOptions>) => ({ ...planned, options: { ...options, ...more } });
  return {
    batchSize: largest(1, options.maxBatchRows, (maxBatchRows) => fits(withOptions({ maxBatchRows }))),
    maxLength: largest(1, options.maxLength, (maxLength) => fits(withOptions({ maxLength }))),
    vocabularySize: largest(smallestVocabulary, config.vocabularySize, (vocabularySize) =>
      fits({ ...planned, config: { ...config, vocabularySize } }),
    ),
  };
}

/** About the largest whole number from `least` to below `most` that fits; more always needs more. */
function largest(least: number, most: number, fits: (value: number) => boolean): number | undefined {
  if (least >= most || !fits(least)) return undefined;
  let low = least;
  let high = most;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle;
  }
  // Two digits are enough for a proposal.
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(low)) - 1);
  return Math.floor(low / unit) * unit;
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1e6)} MB`;
}
