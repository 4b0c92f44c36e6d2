/** Where a training run stands, and how that is written down. */
import type { NamedTensor, TrainableNetwork, TrainerState } from "../nn/network.js";
import {
  badValue,
  integerIn,
  numberIn,
  type Read,
  type RecordReader,
  readNumber,
  readRecord,
} from "../storage/index.js";
import type { EpochRecord } from "./fitEvents.js";

/** All of a network that training changes. */
export interface Snapshot {
  readonly weights: readonly NamedTensor[];
  readonly trainer: TrainerState;
}

/** The epoch that did best on the validation part so far. */
export interface BestEpoch {
  readonly epoch: number;
  /** What epochs are compared by; lower is better. */
  readonly selection: number;
  readonly weights: readonly NamedTensor[];
}

/** What was summed up over the batches of the epoch in progress. */
export interface EpochProgress {
  /** Batches done. */
  readonly batch: number;
  readonly rowsDone: number;
  readonly idsDone: number;
  /** Loss times rows. */
  readonly lossSum: number;
  readonly seconds: number;
}

/** Where a run stands: with the data, the settings and the seed, all that decides how it goes on. */
export interface FitState {
  /** One for each finished epoch. */
  readonly records: readonly EpochRecord[];
  readonly best?: BestEpoch;
  /** The network as the epoch in progress found it: the last good state. */
  readonly epochStart: Snapshot;
  /** Numbers drawn for the order of rows when that epoch began; they decide its batches. */
  readonly shuffleDraws: number;
  readonly progress: EpochProgress;
  /** The network as it is within the epoch; absent at its start. */
  readonly within?: Snapshot;
  /** How often the learning rate was halved because the loss was not finite. */
  readonly halvings: number;
}

/** Progress of an epoch that has not begun. */
export const noProgress: EpochProgress = { batch: 0, rowsDone: 0, idsDone: 0, lossSum: 0, seconds: 0 };

/** Copies all that training changes. */
export function takeSnapshot(network: TrainableNetwork): Snapshot {
  return { weights: network.stateDict(), trainer: copyTrainerState(network.trainerState()) };
}

/** All that training changes as it lies in memory: the next step changes it. */
export function viewSnapshot(network: TrainableNetwork): Snapshot {
  return { weights: network.stateViews(), trainer: network.trainerState() };
}

/** A copy of a state. @param over one that is not needed any more, whose arrays the copy may take. */
export function copyTrainerState(state: TrainerState, over?: TrainerState): TrainerState {
  const copy = (tensors: readonly NamedTensor[], old: readonly NamedTensor[] = []): NamedTensor[] => {
    const room = new Map(old.map(({ name, data }) => [name, data]));
    return tensors.map((tensor) => {
      const data = room.get(tensor.name) ?? new Float32Array(tensor.data.length);
      data.set(tensor.data);
      return { ...tensor, data };
    });
  };
  return {
    ...state,
    firstMoments: copy(state.firstMoments, over?.firstMoments),
    secondMoments: copy(state.secondMoments, over?.secondMoments),
  };
}

/** Whether no value is infinite or not a number: any of these less itself is not a number. */
export function isFinite(values: Float32Array): boolean {
  let sum = 0;
  for (let index = 0; index < values.length; index++) {
    const value = values[index];
    sum += value - value;
  }
  return sum === 0;
}

/** Puts it back. @throws {FormatError} when it does not fit the network. */
export function restoreSnapshot(network: TrainableNetwork, { weights, trainer }: Snapshot): void {
  network.loadStateDict(weights);
  network.loadTrainerState(trainer);
}

/** A state as tensors with prefixed names, and the rest as plain data for JSON. */
export function encodeFitState(state: FitState): { tensors: NamedTensor[]; json: object } {
  const { records, best, epochStart, shuffleDraws, progress, within, halvings } = state;
  // The best weights are often those of the epoch's start, and need not be written twice then.
  const bestIsStart = best !== undefined && best.weights === epochStart.weights;
  const json = {
    records,
    best: best && { epoch: best.epoch, selection: best.selection, isEpochStart: bestIsStart },
    shuffleDraws,
    progress,
    halvings,
    epochStart: countersOf(epochStart),
    within: within && countersOf(within),
  };
  const tensors = [
    ...snapshotTensors("epochStart", epochStart),
    ...(within ? snapshotTensors("within", within) : []),
    ...(best && !bestIsStart ? prefixed("best/", best.weights) : []),
  ];
  return { tensors, json };
}

/**
 * Reads what {@link encodeFitState} wrote. Whether the tensors fit a network shows when they are put into it.
 *
 * @throws {FormatError} with the key that is wrong.
 */
export function decodeFitState(tensors: readonly NamedTensor[], json: RecordReader): FitState {
  const readSnapshot = (prefix: string): Read<Snapshot> => {
    return (value, place) => {
      const record = readRecord(value, place);
      return {
        weights: unprefixed(`${prefix}/weights/`, tensors),
        trainer: {
          optimizerSteps: record.integer("optimizerSteps", count),
          dropoutDraws: record.integer("dropoutDraws", count),
          firstMoments: unprefixed(`${prefix}/firstMoments/`, tensors),
          secondMoments: unprefixed(`${prefix}/secondMoments/`, tensors),
        },
      };
    };
  };
  const epochStart = json.required("epochStart", readSnapshot("epochStart"));
  const progress = json.required("progress", readProgress);
  const within = json.optional("within", readSnapshot("within"));
  if (progress.batch > 0 !== (within !== undefined))
    throw badValue(json.place, "must tell the network within an epoch, and only then", progress.batch);
  return {
    records: json.list("records", readEpochRecord, { maxLength: 1_000_000 }),
    best: json.optional("best", (value, place) => {
      const record = readRecord(value, place);
      return {
        epoch: record.integer("epoch", count),
        selection: record.number("selection"),
        weights: record.boolean("isEpochStart") ? epochStart.weights : unprefixed("best/", tensors),
      };
    }),
    epochStart,
    shuffleDraws: json.integer("shuffleDraws", count),
    progress,
    within,
    halvings: json.integer("halvings", { min: 0, max: 1000 }),
  };
}

const count = { min: 0, max: Number.MAX_SAFE_INTEGER };
const seconds = { min: 0, max: Number.MAX_VALUE };

const readProgress: Read<EpochProgress> = (value, place) => {
  const record = readRecord(value, place);
  return {
    batch: record.integer("batch", count),
    rowsDone: record.integer("rowsDone", count),
    idsDone: record.integer("idsDone", count),
    lossSum: record.number("lossSum"),
    seconds: record.number("seconds", seconds),
  };
};

/** Reads one line of a history. */
export const readEpochRecord: Read<EpochRecord> = (value, place) => {
  const record = readRecord(value, place);
  const measure = (key: "member" | "rmse" | "accuracy" | "macroF1"): object => {
    const found = record.optional(key, key === "member" ? integerIn(count) : readNumber);
    return found === undefined ? {} : { [key]: found };
  };
  return {
    epoch: record.required("epoch", integerIn(count)),
    ...measure("member"),
    trainLoss: record.number("trainLoss"),
    validationLoss: record.number("validationLoss"),
    ...measure("rmse"),
    ...measure("accuracy"),
    ...measure("macroF1"),
    seconds: record.required("seconds", numberIn(seconds)),
  };
};

function countersOf({ trainer }: Snapshot): object {
  return { optimizerSteps: trainer.optimizerSteps, dropoutDraws: trainer.dropoutDraws };
}

function snapshotTensors(prefix: string, { weights, trainer }: Snapshot): NamedTensor[] {
  return [
    ...prefixed(`${prefix}/weights/`, weights),
    ...prefixed(`${prefix}/firstMoments/`, trainer.firstMoments),
    ...prefixed(`${prefix}/secondMoments/`, trainer.secondMoments),
  ];
}

/** Tensors under names that tell what they belong to. */
export function prefixed(prefix: string, tensors: readonly NamedTensor[]): NamedTensor[] {
  return tensors.map((tensor) => ({ ...tensor, name: prefix + tensor.name }));
}

/** Those of the tensors whose names begin so, without that beginning. */
export function unprefixed(prefix: string, tensors: readonly NamedTensor[]): NamedTensor[] {
  return tensors.flatMap((tensor) =>
    tensor.name.startsWith(prefix) ? [{ ...tensor, name: tensor.name.slice(prefix.length) }] : [],
  );
}
