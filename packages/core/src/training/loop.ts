import type { NamedTensor, TrainableNetwork } from "../nn/network.js";
import { Random } from "../random.js";
import { countIds, planEpoch } from "./batches.js";
import { type Divergence, divergedError, divergedEvent, mostHalvings } from "./divergence.js";
import type { CheckpointEvent, EpochRecord, EstimateEvent, FitEvent, StopReason } from "./fitEvents.js";
import {
  type BestEpoch,
  copyTrainerState,
  type EpochProgress,
  type FitState,
  isFinite,
  noProgress,
  restoreSnapshot,
  type Snapshot,
  takeSnapshot,
  viewSnapshot,
} from "./fitState.js";
import { Pauses } from "./pause.js";
import type { PreparedData } from "./prepare.js";
import { learningRateAt } from "./schedule.js";
import type { PartScore } from "./score.js";
import { placeOfEpoch, type RoundPlace, type TrainingSettings, totalEpochs } from "./settings.js";

/** How a run ended; the network holds the weights of `keptEpoch`. */
export interface FitResult {
  readonly records: readonly EpochRecord[];
  /** Counted like the records' epochs. */
  readonly keptEpoch: number;
  readonly reason: StopReason;
}

export interface FitOptions {
  readonly network: TrainableNetwork;
  readonly data: PreparedData;
  readonly settings: TrainingSettings;
  readonly seed: number;
  /** Of an ensemble: which member this is, counted from 1, and how many there will be. */
  readonly member?: { readonly number: number; readonly count: number };
  /** Epochs of the members before this one; its own are counted on from them. */
  readonly earlierEpochs?: number;
  readonly signal?: AbortSignal;
  /** When the run has to end, by `performance.now()`: it ends like one that is aborted, but never without a model. */
  readonly deadline?: number;
  /** Where an earlier run stood; the network's weights do not matter then. */
  readonly resumeFrom?: FitState;
  /** Told where the run stands after every epoch, when it is aborted, and every so often within an epoch. */
  readonly checkpoints?: {
    readonly everySeconds: number;
    /**
     * @param state partly views of what the next step changes: what is to be kept has to be copied or written before the
     *   promise is fulfilled.
     * @returns the bytes that the checkpoint takes.
     */
    save(state: FitState): Promise<number>;
  };
  /** Scores the network, as it is, on the validation part. */
  scoreValidation(): PartScore;
}

/** Reading a text costs about a third of learning from it: forward alone against forward, backward and update. */
const evaluationCost = 1 / 3;

/**
 * Runs all epochs of all rounds. With early stopping, and after an abort, the best epoch's weights are put back;
 * otherwise the last ones stay. An abort within the first epoch of a first member ends the epoch there and scores what
 * was learned. A run that is resumed takes the same steps as one that was never stopped.
 *
 * When a loss is not finite, the epoch begins again at half the learning rate, three times in a run at most.
 *
 * @throws {DivergedError} when a loss is not finite once more. @throws the signal's reason when aborted before the first step.
 */
export async function* fit(options: FitOptions): AsyncGenerator<FitEvent, FitResult> {
  return yield* new Fit(options).run();
}

type EpochEnd = "done" | "aborted" | "outOfTime" | "diverged";

class Fit {
  readonly #options: FitOptions;
  readonly #random: Random;
  readonly #pauses = new Pauses();
  readonly #records: EpochRecord[];
  readonly #batchesPerEpoch: number;
  readonly #earlierEpochs: number;
  #best: BestEpoch | undefined;
  #epochStart: Snapshot;
  #shuffleDraws: number;
  #progress: EpochProgress;
  #halvings: number;
  #estimated = false;
  #lastCheckpoint = performance.now();
  /** Whether anything was done since the last checkpoint. */
  #hasNews = false;

  constructor(options: FitOptions) {
    const { network, resumeFrom } = options;
    this.#options = options;
    this.#random = new Random(options.seed, "shuffle");
    this.#batchesPerEpoch = Math.ceil(options.data.parts.train.length / options.settings.batchSize);
    this.#earlierEpochs = options.earlierEpochs ?? 0;
    this.#records = [...(resumeFrom?.records ?? [])];
    this.#best = resumeFrom?.best;
    this.#epochStart = resumeFrom?.epochStart ?? takeSnapshot(network);
    this.#shuffleDraws = resumeFrom?.shuffleDraws ?? 0;
    this.#progress = resumeFrom?.progress ?? noProgress;
    this.#halvings = resumeFrom?.halvings ?? 0;
    if (resumeFrom) restoreSnapshot(network, resumeFrom.within ?? resumeFrom.epochStart);
  }

  async *run(): AsyncGenerator<FitEvent, FitResult> {
    for (;;) {
      const place = placeOfEpoch(this.#options.settings, this.#records.length);
      if (place === undefined) return this.#end("finished");
      if (this.#isStale()) return this.#end("earlyStopped");
      const end = yield* this.#runEpoch(place);
      if (end === "aborted" || end === "outOfTime") return this.#end(end);
    }
  }

  /** Takes an epoch from where it stands to its end, unless an abort or a loss that is not finite ends it before. */
  async *#runEpoch(place: RoundPlace): AsyncGenerator<FitEvent, EpochEnd> {
    const { network, data, settings, signal } = this.#options;
    this.#random.moveTo(this.#shuffleDraws);
    const batches = planEpoch(data.texts, data.parts.train, { ...settings, random: this.#random });
    if (this.#progress.batch === 0 && place.epochInRound === 0) network.resetOptimizer();
    const epoch = this.#epoch;
    const started = performance.now() - 1000 * this.#progress.seconds;
    while (this.#progress.batch < batches.length) {
      await this.#pauses.breathe();
      const stop = this.#stop();
      if (stop) {
        if (epoch === 1 && this.#progress.batch === 0) signal?.throwIfAborted();
        const saved = await this.#saveCheckpoint();
        if (saved) yield saved;
        if (epoch > 1) return stop;
        if (this.#progress.batch > 0) break;
      }
      const diverged = yield* this.#step(place, batches[this.#progress.batch], started);
      if (diverged) return yield* this.#goBack(diverged);
    }
    const diverged = yield* this.#score(started, place);
    if (diverged) return yield* this.#goBack(diverged);
    return this.#stop() ?? "done";
  }

  /** Why the run has to end now, if it does. */
  #stop(): "aborted" | "outOfTime" | undefined {
    const { signal, deadline = Number.POSITIVE_INFINITY } = this.#options;
    if (signal?.aborted) return "aborted";
    return performance.now() >= deadline ? "outOfTime" : undefined;
  }

  /** One optimisation step, and what is told of it. */
  async *#step(
    place: RoundPlace,
    rows: Uint32Array,
    started: number,
  ): AsyncGenerator<FitEvent, Divergence | undefined> {
    const { network, data, checkpoints } = this.#options;
    const { batch, rowsDone, idsDone, lossSum } = this.#progress;
    const learningRate = this.#learningRate(place, batch);
    const targets = Float32Array.from(rows, (row) => data.targets[row]);
    const loss = network.trainStep({ texts: data.texts, rows }, targets, learningRate);
    if (!Number.isFinite(loss)) return { ...this.#position(batch + 1), batch: batch + 1, loss, rows, learningRate };
    const seconds = secondsSince(started);
    this.#hasNews = true;
    this.#progress = {
      batch: batch + 1,
      rowsDone: rowsDone + rows.length,
      idsDone: idsDone + countIds(data.texts, rows),
      lossSum: lossSum + loss * rows.length,
      seconds,
    };
    yield {
      type: "batch",
      epoch: this.#epoch,
      batch: batch + 1,
      batches: this.#batchesPerEpoch,
      rowsDone: this.#progress.rowsDone,
      rows: data.parts.train.length,
      loss,
      rowsPerSecond: this.#progress.rowsDone / Math.max(seconds, 1e-6),
    };
    yield* this.#estimate();
    const isDue = checkpoints && secondsSince(this.#lastCheckpoint) >= checkpoints.everySeconds;
    const saved = isDue && batch + 1 < this.#batchesPerEpoch ? await this.#saveCheckpoint() : undefined;
    if (saved) yield saved;
    return undefined;
  }

  #learningRate({ round, epochInRound }: RoundPlace, batch: number): number {
    const { schedule } = this.#options.settings;
    const step = epochInRound * this.#batchesPerEpoch + batch;
    const planned = learningRateAt(schedule, step, round.epochs * this.#batchesPerEpoch, round.learningRate);
    return planned * this.#rateScale;
  }

  get #rateScale(): number {
    return 0.5 ** this.#halvings;
  }

  /** The epoch in progress, counted from 1 over all members. */
  get #epoch(): number {
    return this.#earlierEpochs + this.#records.length + 1;
  }

  /** @param batch counted from 1. */
  #position(batch: number): { readonly epoch: number; readonly step: number } {
    const epoch = this.#epoch;
    return { epoch, step: (epoch - 1) * this.#batchesPerEpoch + batch };
  }

  /** Once, after two slow steps or ten quick ones. */
  *#estimate(): Generator<EstimateEvent> {
    const { batch, seconds, idsDone } = this.#progress;
    const enough = batch === this.#batchesPerEpoch || batch >= 10 || (batch >= 2 && seconds >= 1);
    if (this.#estimated || !enough) return;
    this.#estimated = true;
    const { data, settings, member } = this.#options;
    const { texts, parts } = data;
    const members = member === undefined ? 1 : member.count - member.number + 1;
    const epochs = members * totalEpochs(settings) - this.#records.length;
    const ids = countIds(texts, parts.train) + evaluationCost * countIds(texts, parts.validation);
    const secondsPerEpoch = (seconds / idsDone) * ids;
    yield {
      type: "estimate",
      secondsPerEpoch,
      seconds: secondsPerEpoch * epochs,
    };
  }

  /** Ends the epoch: its record, its place among the best, and the start of the next one. */
  async *#score(started: number, place: RoundPlace): AsyncGenerator<FitEvent, Divergence | undefined> {
    const { network } = this.#options;
    const { batch, lossSum, rowsDone } = this.#progress;
    const { selection, loss, ...measures } = this.#options.scoreValidation();
    // Weights that no validation text uses may have left the finite numbers too, and would be no state to go back to.
    if (!Number.isFinite(loss) || !network.stateViews().every(({ data }) => isFinite(data))) {
      const learningRate = this.#learningRate(place, batch - 1);
      return { ...this.#position(batch), loss: Number.isFinite(loss) ? Number.NaN : loss, learningRate };
    }
    const epoch = this.#epoch;
    const best = this.#best === undefined || selection < this.#best.selection;
    const weights = network.stateDict();
    if (best) this.#best = { epoch, selection, weights };
    const { member } = this.#options;
    const record: EpochRecord = {
      epoch,
      ...(member && { member: member.number }),
      trainLoss: lossSum / rowsDone,
      validationLoss: loss,
      ...measures,
      seconds: secondsSince(started),
    };
    this.#records.push(record);
    let saved: CheckpointEvent | undefined;
    // A first epoch that was cut short is scored to have a model; whoever resumes it goes on from its last step.
    if (batch === this.#batchesPerEpoch) {
      this.#startNextEpoch(weights);
      this.#shuffleDraws = this.#random.drawn;
      this.#progress = noProgress;
      saved = await this.#saveCheckpoint();
    }
    yield { type: "epoch", record, best };
    if (saved) yield saved;
    return undefined;
  }

  /** What the network is now is the last good state, for which the moments of the one before make room. */
  #startNextEpoch(weights: readonly NamedTensor[]): void {
    const { network, resumeFrom } = this.#options;
    const old = this.#epochStart === resumeFrom?.epochStart ? undefined : this.#epochStart.trainer;
    this.#epochStart = { weights, trainer: copyTrainerState(network.trainerState(), old) };
  }

  /** Back to the last good state, with half the rate; or, after too many times, the end. */
  *#goBack(divergence: Divergence): Generator<FitEvent, EpochEnd> {
    if (this.#halvings === mostHalvings) throw divergedError(divergence);
    this.#halvings++;
    this.#hasNews = true;
    this.#progress = noProgress;
    restoreSnapshot(this.#options.network, this.#epochStart);
    yield divergedEvent(divergence, this.#rateScale);
    return "diverged";
  }

  /** Hands over where the run stands, unless nothing was done since the last time. */
  async #saveCheckpoint(): Promise<CheckpointEvent | undefined> {
    const { checkpoints, network } = this.#options;
    if (!checkpoints || !this.#hasNews) return undefined;
    const { batch } = this.#progress;
    const bytes = await checkpoints.save({
      records: [...this.#records],
      best: this.#best,
      epochStart: this.#epochStart,
      shuffleDraws: this.#shuffleDraws,
      progress: this.#progress,
      within: batch > 0 ? viewSnapshot(network) : undefined,
      halvings: this.#halvings,
    });
    this.#hasNews = false;
    this.#lastCheckpoint = performance.now();
    return { type: "checkpoint", epochs: this.#epoch - 1, batch, bytes };
  }

  #isStale(): boolean {
    const { earlyStopping } = this.#options.settings;
    const waited = this.#epoch - 1 - (this.#best?.epoch ?? this.#earlierEpochs);
    return earlyStopping !== undefined && waited >= earlyStopping.patience;
  }

  #end(reason: StopReason): FitResult {
    const { network, settings } = this.#options;
    const last = this.#epoch - 1;
    const bestEpoch = this.#best?.epoch ?? last;
    const keepsBest = settings.earlyStopping !== undefined || reason === "aborted" || reason === "outOfTime";
    // Also when the best epoch is the last: an abort leaves steps of an unfinished epoch behind it.
    if (keepsBest && this.#best) network.loadStateDict(this.#best.weights);
    return { records: this.#records, keptEpoch: keepsBest ? bestEpoch : last, reason };
  }
}

function secondsSince(started: number): number {
  return (performance.now() - started) / 1000;
}
