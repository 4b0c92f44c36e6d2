/** What is known of a training under way, made of its news. */
import type { BaselineResults, EpochRecord, PreparedEvent } from "@starcast/core";
import type { TrainChoice, TrainNews } from "../protocol.js";

/** Points of the loss curve at most; then every other one is dropped. */
const mostLosses = 600;

/** The loss of a step, after so many epochs. */
export interface LossPoint {
  readonly epoch: number;
  readonly loss: number;
}

/** A training as a page shows it. */
export interface Progress {
  readonly name: string;
  /** Absent where others train. */
  readonly choice?: TrainChoice;
  readonly paused: boolean;
  /** Asked to end; it ends after the present step. */
  readonly stopping: boolean;
  readonly prepared?: PreparedEvent;
  readonly baselines?: BaselineResults;
  readonly records: readonly EpochRecord[];
  readonly bestEpoch?: number;
  readonly losses: readonly LossPoint[];
  /** Epochs done, with the share of the one under way. */
  readonly epochsDone: number;
  readonly rowsPerSecond?: number;
  readonly secondsLeft?: number;
  /** Things worth telling that are no numbers. */
  readonly notes: readonly string[];
  /** A state that a reload goes on from was kept. */
  readonly kept: boolean;
}

/** A training that has not told anything yet. */
export function freshProgress(name: string, choice?: TrainChoice): Progress {
  return {
    name,
    choice,
    paused: false,
    stopping: false,
    records: [],
    losses: [],
    epochsDone: 0,
    notes: [],
    kept: false,
  };
}

/** The progress after one more piece of news. */
export function afterNews(progress: Progress, news: TrainNews): Progress {
  switch (news.type) {
    case "prepared":
      return { ...progress, prepared: news };
    case "resumed":
      return {
        ...progress,
        records: news.records,
        epochsDone: news.records.length,
        notes: [...progress.notes, `Going on after ${Math.round(news.seconds)} s of training.`],
      };
    case "baselines":
      return { ...progress, baselines: news.baselines };
    case "estimate":
      return { ...progress, secondsLeft: news.seconds };
    case "batch": {
      const epochsDone = news.epoch - 1 + news.batch / news.batches;
      return {
        ...progress,
        epochsDone,
        losses: withLoss(progress.losses, { epoch: epochsDone, loss: news.loss }),
        rowsPerSecond: news.rowsPerSecond,
        ...leftAfter(progress, epochsDone, news.rows / news.rowsPerSecond),
      };
    }
    case "epoch": {
      const { record, best } = news;
      return {
        ...progress,
        records: [...progress.records, record],
        epochsDone: record.epoch,
        ...(best && { bestEpoch: record.epoch }),
      };
    }
    case "diverged":
      return {
        ...progress,
        notes: [
          ...progress.notes,
          `Epoch ${news.epoch} left the finite numbers; it is taken again at half the learning rate.`,
        ],
      };
    case "checkpoint":
      return { ...progress, kept: true };
    default:
      return progress;
  }
}

function leftAfter({ prepared }: Progress, epochsDone: number, secondsPerEpoch: number): { secondsLeft?: number } {
  if (prepared === undefined || !Number.isFinite(secondsPerEpoch)) return {};
  return { secondsLeft: Math.max(0, prepared.plannedEpochs - epochsDone) * secondsPerEpoch };
}

function withLoss(losses: readonly LossPoint[], point: LossPoint): readonly LossPoint[] {
  const kept = losses.length < mostLosses ? losses : losses.filter((_, index) => index % 2 === 0);
  return [...kept, point];
}
