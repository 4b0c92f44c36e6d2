import { DivergedError } from "../errors.js";
import type { NamedTensor, TrainableNetwork } from "../nn/network.js";
import { Random } from "../random.js";
import { countIds, planEpoch } from "./batches.js";
import { Pauses } from "./pause.js";
import type { PreparedData } from "./prepare.js";
import { learningRateAt } from "./schedule.js";
import type { PartScore } from "./score.js";
import { type Round, type TrainingSettings, totalEpochs } from "./settings.js";

/** One line of a training run's history. */
export interface EpochRecord {
  /** Counted from 1 over all rounds. */
  readonly epoch: number;
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

/** How long the run will take and what it needs, judged by its first batches. */
export interface EstimateEvent {
  readonly type: "estimate";
  readonly secondsPerEpoch: number;
  /** For all planned epochs, early stopping aside. */
  readonly seconds: number;
  readonly memoryBytes: number;
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

/** What the loop of epochs tells. */
export type FitEvent = EstimateEvent | BatchEvent | EpochEvent;

/** Why a run ended: all epochs done, nothing improved any more, or its signal was aborted. */
export type StopReason = "finished" | "earlyStopped" | "aborted";

/** How a run ended; the network holds the weights of `keptEpoch`. */
export interface FitResult {
  readonly records: readonly EpochRecord[];
  readonly bestEpoch: number;
  readonly keptEpoch: number;
  readonly reason: StopReason;
}

export interface FitOptions {
  readonly network: TrainableNetwork;
  readonly data: PreparedData;
  readonly settings: TrainingSettings;
  readonly seed: number;
  readonly memoryBytes: number;
  readonly signal?: AbortSignal;
  /** Scores the network, as it is, on the validation part. */
  scoreValidation(): PartScore;
}

/** Reading a text costs about a third of learning from it: forward alone against forward, backward and update. */
const evaluationCost = 1 / 3;

/**
 * Runs all epochs of all rounds. With early stopping, and after an abort, the best epoch's weights are put back;
 * otherwise the last ones stay. An abort within the first epoch ends it there and scores what was learned.
 *
 * @throws {DivergedError} when a loss is not finite. @throws the signal's reason when aborted before the first step.
 */
export async function* fit(options: FitOptions): AsyncGenerator<FitEvent, FitResult> {
  return yield* new Fit(options).run();
}

class Fit {
  readonly #options: FitOptions;
  readonly #random: Random;
  readonly #pauses = new Pauses();
  readonly #records: EpochRecord[] = [];
  readonly #batchesPerEpoch: number;
  #best: { readonly epoch: number; readonly selection: number; readonly weights: NamedTensor[] } | undefined;
  #estimated = false;

  constructor(options: FitOptions) {
    this.#options = options;
    this.#random = new Random(options.seed, "shuffle");
    this.#batchesPerEpoch = Math.ceil(options.data.parts.train.length / options.settings.batchSize);
  }

  async *run(): AsyncGenerator<FitEvent, FitResult> {
    const { settings, network, signal } = this.#options;
    signal?.throwIfAborted();
    for (const round of settings.rounds) {
      network.resetOptimizer();
      for (let inRound = 0; inRound < round.epochs; inRound++) {
        const aborted = yield* this.#runEpoch(round, inRound);
        if (aborted) return this.#end("aborted");
        if (this.#isStale()) return this.#end("earlyStopped");
      }
    }
    return this.#end("finished");
  }

  /** @returns whether the run was aborted, before or within this epoch. */
  async *#runEpoch(round: Round, inRound: number): AsyncGenerator<FitEvent, boolean> {
    const { network, data, settings, signal } = this.#options;
    const batches = planEpoch(data.texts, data.parts.train, { ...settings, random: this.#random });
    const epoch = this.#records.length + 1;
    const started = performance.now();
    let rowsDone = 0;
    let idsDone = 0;
    let lossSum = 0;
    for (const [index, rows] of batches.entries()) {
      await this.#pauses.breathe();
      if (signal?.aborted) {
        if (epoch > 1) return true;
        if (index === 0) signal.throwIfAborted();
        break;
      }
      const step = inRound * batches.length + index;
      const rate = learningRateAt(settings.schedule, step, round.epochs * batches.length, round.learningRate);
      const targets = Float32Array.from(rows, (row) => data.targets[row]);
      const loss = network.trainStep({ texts: data.texts, rows }, targets, rate);
      if (!Number.isFinite(loss)) throw diverged(loss, `batch ${index + 1} of epoch ${epoch}`, rate);
      rowsDone += rows.length;
      idsDone += countIds(data.texts, rows);
      lossSum += loss * rows.length;
      const seconds = secondsSince(started);
      yield {
        type: "batch",
        epoch,
        batch: index + 1,
        batches: batches.length,
        rowsDone,
        rows: data.parts.train.length,
        loss,
        rowsPerSecond: rowsDone / Math.max(seconds, 1e-6),
      };
      yield* this.#estimate(index + 1, idsDone, seconds);
    }
    yield this.#score(epoch, lossSum / rowsDone, started);
    return signal?.aborted ?? false;
  }

  /** Once, after two slow steps or ten quick ones. */
  *#estimate(batch: number, idsDone: number, seconds: number): Generator<EstimateEvent> {
    const enough = batch === this.#batchesPerEpoch || batch >= 10 || (batch >= 2 && seconds >= 1);
    if (this.#estimated || !enough) return;
    this.#estimated = true;
    const { texts, parts } = this.#options.data;
    const ids = countIds(texts, parts.train) + evaluationCost * countIds(texts, parts.validation);
    const secondsPerEpoch = (seconds / idsDone) * ids;
    yield {
      type: "estimate",
      secondsPerEpoch,
      seconds: secondsPerEpoch * totalEpochs(this.#options.settings),
      memoryBytes: this.#options.memoryBytes,
    };
  }

  #score(epoch: number, trainLoss: number, started: number): EpochEvent {
    const { selection, loss, ...measures } = this.#options.scoreValidation();
    if (!Number.isFinite(loss)) throw diverged(loss, `the validation part after epoch ${epoch}`);
    const best = this.#best === undefined || selection < this.#best.selection;
    if (best) this.#best = { epoch, selection, weights: this.#options.network.stateDict() };
    const record = { epoch, trainLoss, validationLoss: loss, ...measures, seconds: secondsSince(started) };
    this.#records.push(record);
    return { type: "epoch", record, best };
  }

  #isStale(): boolean {
    const { earlyStopping } = this.#options.settings;
    const left = totalEpochs(this.#options.settings) - this.#records.length;
    const waited = this.#records.length - (this.#best?.epoch ?? 0);
    return earlyStopping !== undefined && left > 0 && waited >= earlyStopping.patience;
  }

  #end(reason: StopReason): FitResult {
    const { network, settings } = this.#options;
    const last = this.#records.length;
    const bestEpoch = this.#best?.epoch ?? last;
    const keepsBest = settings.earlyStopping !== undefined || reason === "aborted";
    // Also when the best epoch is the last: an abort leaves steps of an unfinished epoch behind it.
    if (keepsBest && this.#best) network.loadStateDict(this.#best.weights);
    return { records: this.#records, bestEpoch, keptEpoch: keepsBest ? bestEpoch : last, reason };
  }
}

function diverged(loss: number, place: string, learningRate?: number): DivergedError {
  const rate = learningRate === undefined ? "" : ` at learning rate ${Number(learningRate.toPrecision(3))}`;
  return new DivergedError(
    "diverged",
    `The loss became ${loss} in ${place}${rate}: training left the finite numbers. Try a lower learning rate.`,
  );
}

function secondsSince(started: number): number {
  return (performance.now() - started) / 1000;
}
