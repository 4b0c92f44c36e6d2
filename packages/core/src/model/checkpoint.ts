import { FormatError, OptionError } from "../errors.js";
import type { NamedTensor } from "../nn/network.js";
import {
  decodeSealedTensors,
  joinPieces,
  parseJson,
  type Read,
  type RecordReader,
  readRecord,
  type SealedFile,
  sealTensors,
  stringUpTo,
} from "../storage/index.js";
import type { EpochRecord } from "../training/fitEvents.js";
import {
  decodeFitState,
  encodeFitState,
  type FitState,
  prefixed,
  readEpochRecord,
  unprefixed,
} from "../training/fitState.js";
import type { BaselineResults } from "./baselines.js";
import { mostMembers } from "./config.js";
import type { RunIdentity } from "./runIdentity.js";

/** Version of the checkpoint format that this build writes and reads. */
const checkpointFormat = "starcast-checkpoint/2";

/** Options of checkpoints: where they go, and how often. */
export interface CheckpointOptions {
  /**
   * Keeps a checkpoint; the training waits for a promise that it returns. There is one after every epoch, one when the
   * run is aborted, and one every `everySeconds` within an epoch.
   */
  save(checkpoint: Checkpoint): void | Promise<void>;
  /** Seconds between two checkpoints within an epoch, at least 0; 60 when absent. */
  readonly everySeconds?: number;
}

/** What a checkpoint tells about its run. */
export interface CheckpointSummary {
  readonly recipe: string;
  /** Epochs that are finished. */
  readonly epochs: number;
  readonly plannedEpochs: number;
  /** Batches done of the epoch in progress; 0 between two epochs. */
  readonly batch: number;
  /** Spent on the run so far. */
  readonly seconds: number;
}

/**
 * A run as it stood at one moment: the option `resumeFrom` goes on from its bytes as if nothing had happened. They are
 * one safetensors file with a checksum, described in docs/checkpoints.md, and can be had while `save` runs: later the
 * training has gone on, and they throw an {@link OptionError} `checkpoint-over`.
 */
export interface Checkpoint extends CheckpointSummary {
  /** All bytes. Of a large network they are hundreds of megabytes, which {@link pieces} never holds together. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** How many bytes there are. */
  readonly size: number;
  /** The bytes in order, at most a mebibyte at a time; as often as wanted, from the beginning. */
  pieces(): Iterable<Uint8Array<ArrayBuffer>>;
}

/** A network of an ensemble that has learnt all that it will. */
export interface FinishedMember {
  readonly weights: readonly NamedTensor[];
  readonly records: readonly EpochRecord[];
  readonly keptEpoch: number;
}

/** All of a run that a checkpoint keeps. */
export interface RunState {
  readonly identity: RunIdentity;
  readonly plannedEpochs: number;
  readonly seconds: number;
  /** Absent when the run has none. */
  readonly baselines?: BaselineResults;
  /** The members before the one that is learning. */
  readonly finished: readonly FinishedMember[];
  readonly fit: FitState;
}

/**
 * Hands a state over as a checkpoint, for as long as `save` runs.
 *
 * @returns its bytes in number.
 */
export async function saveCheckpoint(state: RunState, save: CheckpointOptions["save"]): Promise<number> {
  const file = sealState(state);
  let isOver = false;
  const open = (): SealedFile => {
    if (!isOver) return file;
    throw new OptionError(
      "checkpoint-over",
      "The bytes of a checkpoint can be had while `save` runs, for the training has gone on since; read them there, and return a promise that is fulfilled when they are written.",
    );
  };
  const { size } = file;
  const checkpoint: Checkpoint = {
    ...summaryOf(state),
    size,
    pieces: () => open().pieces(),
    get bytes() {
      return joinPieces(open());
    },
  };
  await save(checkpoint);
  isOver = true;
  return size;
}

function sealState(state: RunState): SealedFile {
  const { identity, plannedEpochs, seconds, baselines, finished, fit } = state;
  const { tensors, json } = encodeFitState(fit);
  const members = finished.map(({ records, keptEpoch }) => ({ records, keptEpoch }));
  const text = JSON.stringify({ identity, plannedEpochs, seconds, baselines, members, fit: json });
  const weights = finished.flatMap((member, index) => prefixed(prefixOf(index), member.weights));
  return sealTensors([...tensors, ...weights], { format: checkpointFormat, state: text });
}

/**
 * Reads a checkpoint's bytes.
 *
 * @throws {FormatError} `damaged` when they are not all of them, `unknown-format` for a file of another kind or version.
 */
export function decodeCheckpoint(bytes: Uint8Array, fileName = "The checkpoint"): RunState {
  const { tensors, metadata } = decodeSealedTensors(bytes, fileName);
  if (metadata.format !== checkpointFormat) {
    throw new FormatError(
      "unknown-format",
      `${fileName} has the format ${JSON.stringify(metadata.format)}, and this version reads "${checkpointFormat}".`,
    );
  }
  const text = new TextEncoder().encode(metadata.state);
  const record = readRecord(parseJson(text, fileName, { maxBytes: text.length }), fileName);
  return {
    identity: record.required("identity", readIdentity),
    plannedEpochs: record.integer("plannedEpochs", { min: 1, max: Number.MAX_SAFE_INTEGER }),
    seconds: record.number("seconds", { min: 0, max: Number.MAX_VALUE }),
    // As in metrics.json: for people, and nothing is computed from them.
    baselines: record.optional("baselines", (value, place) => {
      readRecord(value, place);
      return value as BaselineResults;
    }),
    finished: readFinished(tensors, record),
    fit: readFit(tensors, record),
  };
}

const prefixOf = (member: number): string => `members/${member}/`;

function readFinished(tensors: readonly NamedTensor[], record: RecordReader): FinishedMember[] {
  const readMember: Read<Omit<FinishedMember, "weights">> = (value, place) => {
    const member = readRecord(value, place);
    return {
      records: member.list("records", readEpochRecord, { maxLength: 1_000_000 }),
      keptEpoch: member.integer("keptEpoch", { min: 1, max: Number.MAX_SAFE_INTEGER }),
    };
  };
  const members = record.list("members", readMember, { maxLength: mostMembers });
  return members.map((member, index) => ({ ...member, weights: unprefixed(prefixOf(index), tensors) }));
}

function readFit(tensors: Parameters<typeof decodeFitState>[0], record: RecordReader): FitState {
  return decodeFitState(tensors, record.record("fit"));
}

/**
 * What a checkpoint tells, after all of it was checked.
 *
 * @param fileName what messages call it. @throws {FormatError} when it is damaged or of another version.
 */
export function readCheckpoint(bytes: Uint8Array, fileName?: string): CheckpointSummary {
  return summaryOf(decodeCheckpoint(bytes, fileName));
}

function summaryOf({ identity, plannedEpochs, seconds, finished, fit }: RunState): CheckpointSummary {
  return {
    recipe: identity.recipe,
    epochs: finished.reduce((sum, { records }) => sum + records.length, fit.records.length),
    plannedEpochs,
    batch: fit.progress.batch,
    seconds,
  };
}

const readIdentity: Read<RunIdentity> = (value, place) => {
  const record = readRecord(value, place);
  const names = Object.keys(value as object);
  return Object.fromEntries(names.map((name) => [name, record.required(name, stringUpTo(1 << 24))]));
};
