import type { EpochRecord, TrainEvent } from "@starcast/core";
import { bytes, count, counted, duration, percent, score } from "../report/numbers.js";
import { printBaselines } from "../report/result.js";
import { describeScale } from "../report/units.js";
import type { Output } from "../terminal/output.js";
import type { ProgressLine } from "../terminal/progress.js";

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
      case "estimate":
        this.#showStart(event);
        break;
      case "batch":
        this.#showBatch(event);
        break;
      case "epoch":
        this.#showEpoch(event);
        break;
    }
  }

  finish({ reason, metrics }: Done): void {
    const { keptEpoch, epochs } = metrics;
    const last = epochs.at(-1)?.epoch;
    const kept = keptEpoch === last ? "kept the last one" : `kept epoch ${keptEpoch}, the best on the validation rows`;
    if (reason === "aborted") this.#output.warn(`Stopped by Ctrl-C after ${counted(epochs.length, "epoch")}; ${kept}.`);
    else if (reason === "earlyStopped")
      this.#output.tick(`Stopped early: no better validation result for ${epochs.length - keptEpoch} epochs; ${kept}`);
    else this.#output.tick(`${counted(epochs.length, "epoch")} done; ${kept}`);
  }

  #showPrepared(event: EventOf<"prepared">): void {
    const output = this.#output;
    this.#prepared = event;
    this.#plannedEpochs = event.plannedEpochs;
    const { dataset, vocabulary, scale, vectors } = event;
    const untouched = dataset.test > 0 ? `, ${count(dataset.test)} kept untouched for the test` : "";
    output.tick(describeScale(scale));
    output.tick(`${count(dataset.train)} rows to learn from, ${count(dataset.validation)} to validate${untouched}`);
    output.tick(
      `${count(vocabulary.distinctTokens)} distinct words, ${count(vocabulary.keptTokens)} frequent enough to keep`,
    );
    if (vectors !== undefined) {
      const { foundTokens, vocabularyTokens, shareOfText } = vectors;
      const share = shareOfText === undefined ? "" : `, ${percent(shareOfText, 0)} of the words in the texts`;
      output.tick(`word vectors for ${count(foundTokens)} of ${count(vocabularyTokens)} words${share}`);
    }
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
    this.#progress.update(0, "measuring the baselines");
  }

  #showStart(event: EventOf<"estimate">): void {
    this.#progress.clear();
    if (this.#started) return;
    this.#started = true;
    this.#output.heading(`Training (recipe ${this.#prepared?.recipe ?? "unknown"})`);
    const weights = this.#prepared?.parameterCount ?? 0;
    this.#output.note(
      `${count(weights)} weights, ${bytes(event.memoryBytes)} of memory; up to ${counted(this.#plannedEpochs, "epoch")} of about ${duration(event.secondsPerEpoch)}: at most ${duration(event.seconds)}`,
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

function qualityOf(record: EpochRecord): string {
  if (record.rmse !== undefined) return `RMSE ${score(record.rmse)}`;
  return record.macroF1 === undefined ? "" : `macro F1 ${score(record.macroF1)}`;
}
