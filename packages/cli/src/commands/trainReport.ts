import type { EpochRecord, FittingChanges, MemoryPlan, TrainEvent } from "@starcast/core";
import { bytes, count, counted, duration, percent, score } from "../report/numbers.js";
import { printBaselines } from "../report/result.js";
import { describeScale } from "../report/units.js";
import type { Output } from "../terminal/output.js";
import type { ProgressLine } from "../terminal/progress.js";
import { printDivision } from "./dataReport.js";

type EventOf<Type extends TrainEvent["type"]> = Extract<TrainEvent, { type: Type }>;
type Done = EventOf<"done">;

/**
 * Shows a training run while it happens: one line rewritten in place and one line an epoch on a terminal, only the
 * latter elsewhere.
 *
 * @returns the last event, which carries the model.
 */
export async function followTraining(
  events: AsyncIterable<TrainEvent>,
  output: Output,
  progress: ProgressLine,
): Promise<Done> {
  const follower = new TrainingFollower(output, progress);
  try {
    for await (const event of events) {
      if (event.type === "done") {
        progress.stop();
        follower.finish(event);
        return event;
      }
      follower.show(event);
    }
  } finally {
    progress.stop();
  }
  throw new Error("Training ended without a result.");
}

class TrainingFollower {
  readonly #output: Output;
  readonly #progress: ProgressLine;
  #plannedEpochs = 1;
  #prepared: EventOf<"prepared"> | undefined;
  #lastRmse = "";
  #started = false;
  #secondsDone = 0;
  #epochsDone = 0;
  /** What was learned before the next epoch, to be told under the heading of the training. */
  readonly #beforeEpochs: string[] = [];

  constructor(output: Output, progress: ProgressLine) {
    this.#output = output;
    this.#progress = progress;
  }

  show(event: Exclude<TrainEvent, Done>): void {
    switch (event.type) {
      case "prepared":
        this.#showPrepared(event);
        break;
      case "baselines":
        this.#progress.clear();
        if (this.#prepared) printBaselines(this.#output, event.baselines, this.#prepared.scale);
        break;
      case "pretraining":
        this.#showPretraining(event);
        break;
      case "estimate":
        this.#showStart(event);
        break;
      case "batch":
        this.#showBatch(event);
        break;
      case "epoch":
        this.#showEpoch(event);
        break;
      case "resumed":
        this.#showResumed(event);
        break;
      case "diverged":
        this.#showDiverged(event);
        break;
      case "checkpoint":
        break;
    }
  }

  finish({ reason, metrics }: Done): void {
    const { keptEpochs, epochs } = metrics;
    const last = epochs.at(-1)?.epoch;
    const [keptEpoch] = keptEpochs;
    if (keptEpochs.length > 1) {
      const ends = { aborted: "Stopped by Ctrl-C", outOfTime: "The time is over" } as const;
      const stopped =
        reason === "aborted" || reason === "outOfTime" ? ends[reason] : `${counted(epochs.length, "epoch")} done`;
      this.#output.tick(
        `${stopped}; ${keptEpochs.length} networks answer together, with the weights of the epochs ${keptEpochs.join(", ")}`,
      );
      return;
    }
    const kept = keptEpoch === last ? "kept the last one" : `kept epoch ${keptEpoch}, the best on the validation rows`;
    if (reason === "aborted") this.#output.warn(`Stopped by Ctrl-C after ${counted(epochs.length, "epoch")}; ${kept}.`);
    else if (reason === "outOfTime")
      this.#output.warn(`The time was over after ${counted(epochs.length, "epoch")}; ${kept}.`);
    else if (reason === "earlyStopped")
      this.#output.tick(`Stopped early: no better validation result for ${epochs.length - keptEpoch} epochs; ${kept}`);
    else this.#output.tick(`${counted(epochs.length, "epoch")} done; ${kept}`);
  }

  #showPrepared(event: EventOf<"prepared">): void {
    const output = this.#output;
    this.#prepared = event;
    this.#plannedEpochs = event.plannedEpochs;
    const { dataset, vocabulary, scale, vectors } = event;
    output.tick(describeScale(scale));
    printDivision(output, dataset);
    output.tick(
      `${count(vocabulary.distinctTokens)} distinct words, ${count(vocabulary.keptTokens)} frequent enough to keep`,
    );
    if (vectors !== undefined) {
      const { foundTokens, vocabularyTokens, shareOfText } = vectors;
      const share = shareOfText === undefined ? "" : `, ${percent(shareOfText, 0)} of the words in the texts`;
      output.tick(`word vectors for ${count(foundTokens)} of ${count(vocabularyTokens)} words${share}`);
    }
    output.tick(
      `${count(event.parameterCount)} weights; training takes up to ${bytes(event.memory.bytes)} of memory beside the program itself`,
    );
    if (dataset.train < 1000) {
      output.warn(
        `${count(dataset.train)} rows are few to learn from: expect wide intervals, and a linear model that is hard to beat.`,
      );
    }
    if (dataset.train <= event.settings.batchSize) {
      output.warn(
        `All rows fit into one batch of ${count(event.settings.batchSize)}, so an epoch is a single step of learning; a smaller --batch-size, such as 64, learns more from little data.`,
      );
    }
    if (event.memory.fitting) this.#warnOfMemory(event.memory, event.memory.fitting);
    this.#progress.update(0, "measuring the baselines");
  }

  #showPretraining({ pass, passes, texts, tokens, seconds }: EventOf<"pretraining">): void {
    this.#progress.update(pass / passes, `learning which words are alike · pass ${pass} of ${passes}`);
    if (pass < passes) return;
    const { vocabulary } = this.#prepared ?? {};
    const words = vocabulary === undefined ? "words" : counted(vocabulary.keptTokens, "word");
    this.#beforeEpochs.push(
      `vectors of ${words} learned from ${counted(texts, "text")} without their ratings (${count(tokens)} words, ${counted(passes, "pass", "passes")}, ${duration(seconds)})`,
    );
  }

  #showStart(event: EventOf<"estimate">): void {
    const isFirst = !this.#started;
    this.#started = true;
    this.#progress.clear();
    if (isFirst) this.#output.heading(`Training (recipe ${this.#prepared?.recipe ?? "unknown"})`);
    for (const line of this.#beforeEpochs.splice(0)) this.#output.tick(line);
    if (!isFirst) return;
    this.#output.note(
      `up to ${counted(this.#plannedEpochs, "epoch")} of about ${duration(event.secondsPerEpoch)}: at most ${duration(event.seconds)}`,
    );
  }

  #showBatch(event: EventOf<"batch">): void {
    const { epoch, rowsDone, rows, loss, rowsPerSecond } = event;
    const shareOfEpoch = rowsDone / rows;
    const secondsPerEpoch = this.#epochsDone > 0 ? this.#secondsDone / this.#epochsDone : rows / rowsPerSecond;
    const left = secondsPerEpoch * (this.#plannedEpochs - this.#epochsDone - shareOfEpoch);
    const words = [
      `epoch ${epoch}/${this.#plannedEpochs}`,
      `loss ${score(loss)}`,
      this.#lastRmse,
      `${count(rowsPerSecond)} texts/s`,
      `${duration(left)} left`,
    ].filter((part) => part !== "");
    this.#progress.update((epoch - 1 + shareOfEpoch) / this.#plannedEpochs, words.join(" · "));
  }

  #warnOfMemory({ bytes: all, dataBytes }: MemoryPlan, { batchSize, maxLength, vocabularySize }: FittingChanges): void {
    const ways = [
      ...(batchSize === undefined ? [] : [`--batch-size ${batchSize}`]),
      ...(maxLength === undefined ? [] : [`--max-length ${maxLength}`]),
      ...(vocabularySize === undefined ? [] : [`--vocabulary-size ${vocabularySize}`]),
    ];
    const mend = ways.length === 0 ? "" : ` What would fit: ${ways.join(", or ")}.`;
    this.#output.warn(
      `The run needs up to ${bytes(all - dataBytes)} more of memory than it has already, more than is free on this machine: it may become very slow, or be ended by the system.${mend}`,
    );
  }

  #showResumed({ records, batch, seconds }: EventOf<"resumed">): void {
    this.#epochsDone = records.length;
    this.#secondsDone = records.reduce((sum, record) => sum + record.seconds, 0);
    const last = records.at(-1);
    if (last) this.#lastRmse = qualityOf(last);
    const within = batch > 0 ? ` and ${counted(batch, "batch", "batches")} of the next` : "";
    this.#output.tick(
      `resumed after ${counted(records.length, "epoch")} of ${this.#plannedEpochs}${within}, ${duration(seconds)} into the run`,
    );
  }

  #showDiverged({ epoch, batch, step, loss, rows, learningRate, rateScale }: EventOf<"diverged">): void {
    this.#progress.clear();
    const place =
      batch === undefined
        ? `on the validation rows after epoch ${epoch}`
        : `in batch ${batch} of epoch ${epoch} (step ${step}, ${rowsOf(rows)})`;
    this.#output.warn(
      `The loss became ${loss} ${place} at learning rate ${Number(learningRate.toPrecision(3))}. Back to the start of the epoch, with ${percent(rateScale, rateScale < 0.2 ? 1 : 0)} of the planned learning rate.`,
    );
  }

  #showEpoch({ record, best }: EventOf<"epoch">): void {
    this.#progress.clear();
    this.#secondsDone += record.seconds;
    this.#epochsDone = record.epoch;
    this.#lastRmse = qualityOf(record);
    const width = String(this.#plannedEpochs).length;
    const parts = [
      `epoch ${String(record.epoch).padStart(width)}/${this.#plannedEpochs}`,
      `loss ${score(record.trainLoss)}`,
      `validation loss ${score(record.validationLoss)}`,
      this.#lastRmse,
      record.accuracy === undefined ? "" : `${percent(record.accuracy)} right`,
      duration(record.seconds),
    ].filter((part) => part !== "");
    const line = `  ${parts.join("   ")}`;
    this.#output.info(best ? `${line}   ${this.#output.green("best so far")}` : line);
  }
}

/** The rows of a batch, the first few by number. */
function rowsOf(rows: readonly number[]): string {
  const others = rows.length - 3;
  const more = others > 0 ? ` and ${counted(others, "other")}` : "";
  return `rows ${rows.slice(0, 3).join(", ")}${more}`;
}

function qualityOf(record: EpochRecord): string {
  if (record.rmse !== undefined) return `RMSE ${score(record.rmse)}`;
  return record.macroF1 === undefined ? "" : `macro F1 ${score(record.macroF1)}`;
}
