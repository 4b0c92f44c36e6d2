/** One line of a training run's history. */
export interface EpochRecord {
  /** Counted from 1 over all rounds, and over all members. */
  readonly epoch: number;
  /** Which member the epoch is of, counted from 1; absent where there is only one. */
  readonly member?: number;
  /** Mean loss over the training rows as they were trained on, with dropout. */
  readonly trainLoss: number;
  /** Mean loss over the validation part: cross-entropy in nats, or squared error in the network's units. */
  readonly validationLoss: number;
  /** Of the expected rating or the number, in the user's units; absent for classes without order. */
  readonly rmse?: number;
  /** Share of rows whose most likely label is right; absent for numbers. */
  readonly accuracy?: number;
  /** Absent for numbers. */
  readonly macroF1?: number;
  /** Training and validation together. */
  readonly seconds: number;
}

/** One pass of learning word vectors from the texts alone is done. */
export interface PretrainingEvent {
  readonly type: "pretraining";
  /** Counted from 1. */
  readonly pass: number;
  readonly passes: number;
  /** Texts of a pass: of the training part, and unlabelled ones. */
  readonly texts: number;
  /** Their tokens. */
  readonly tokens: number;
  /** Since the first pass began. */
  readonly seconds: number;
}

/** How long the run will take, judged by its first batches. */
export interface EstimateEvent {
  readonly type: "estimate";
  readonly secondsPerEpoch: number;
  /** For all planned epochs that are left, early stopping aside. */
  readonly seconds: number;
}

/** One optimisation step is done. */
export interface BatchEvent {
  readonly type: "batch";
  readonly epoch: number;
  /** Counted from 1 within the epoch. */
  readonly batch: number;
  readonly batches: number;
  readonly rowsDone: number;
  readonly rows: number;
  /** Mean loss of this batch. */
  readonly loss: number;
  /** Over this epoch so far. */
  readonly rowsPerSecond: number;
}

/** One pass over the training part is done, and scored on the validation part. */
export interface EpochEvent {
  readonly type: "epoch";
  readonly record: EpochRecord;
  /** Whether this is the best epoch so far on the validation part. */
  readonly best: boolean;
}

/**
 * The loss left the finite numbers. The run went back to the start of the epoch, its last good state, and takes the
 * epoch again at half the learning rate, which stays halved for the rest of the run.
 */
export interface DivergedEvent {
  readonly type: "diverged";
  readonly epoch: number;
  /** Counted from 1 within the epoch; absent when it was the validation part whose loss was not finite. */
  readonly batch?: number;
  /** The step, counted from 1 over the whole run. */
  readonly step: number;
  /** As text, since JSON knows no such number: `NaN`, `Infinity` or `-Infinity`. */
  readonly loss: string;
  /** The rows of the batch, counted from 1 in the rows that were given; empty for the validation part. */
  readonly rows: readonly number[];
  /** The learning rate at which it happened. */
  readonly learningRate: number;
  /** What the planned rates are multiplied by from now on. */
  readonly rateScale: number;
}

/** A checkpoint was handed to whoever keeps them. */
export interface CheckpointEvent {
  readonly type: "checkpoint";
  /** Epochs that are finished. */
  readonly epochs: number;
  /** Batches done of the epoch in progress; 0 between two epochs. */
  readonly batch: number;
  readonly bytes: number;
}

/** What the loop of epochs tells. */
export type FitEvent = EstimateEvent | BatchEvent | EpochEvent | DivergedEvent | CheckpointEvent;

/** Why a run ended: all epochs done, nothing improved any more, its signal was aborted, or its time was over. */
export type StopReason = "finished" | "earlyStopped" | "aborted" | "outOfTime";
