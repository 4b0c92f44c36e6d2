import { type FileHandle, open } from "node:fs/promises";
import type { TrainEvent } from "@starcast/core";

/** At most one batch a second is worth a line; the last one of an epoch always is. */
const betweenBatches = 1000;

/** Not worth waiting for the disk: what they tell is told again, or kept elsewhere. */
const isFrequent = new Set<LoggedEvent["type"]>(["batch", "estimate", "checkpoint"]);

/** What a line of `events.jsonl` tells, beside `time`: an event of the training, or how the run ended. */
export type LoggedEvent = TrainEvent | { readonly type: "failed"; readonly code: string; readonly message: string };

/**
 * The events of a run as lines of JSON, appended as they happen. What cannot be written is no reason to end a training:
 * the log ends there.
 */
export class EventLog {
  readonly #path: string;
  readonly #onFailure: (error: Error) => void;
  #file: FileHandle | undefined;
  #lastBatch = Number.NEGATIVE_INFINITY;

  constructor(path: string, onFailure: (error: Error) => void) {
    this.#path = path;
    this.#onFailure = onFailure;
  }

  /** Begins a log, or goes on with one after its last whole line. */
  async open(options: { readonly goOn: boolean }): Promise<void> {
    await this.#attempt(async () => {
      this.#file = await open(this.#path, options.goOn ? "a+" : "w");
      if (options.goOn) await cutTornLine(this.#file);
    });
  }

  /** Appends an event; the end of an epoch and of the run is forced to the disk. */
  async record(event: LoggedEvent): Promise<void> {
    if (this.#file === undefined || !this.#isWorthALine(event)) return;
    await this.#attempt(async () => {
      const line = Buffer.from(`${JSON.stringify({ time: new Date().toISOString(), ...toPlain(event) })}\n`);
      for (let done = 0; done < line.length; ) {
        done += (await this.#file?.write(line, done))?.bytesWritten ?? line.length;
      }
      if (!isFrequent.has(event.type)) await this.#file?.datasync();
    });
  }

  async close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close().catch(() => undefined);
  }

  #isWorthALine(event: LoggedEvent): boolean {
    if (event.type !== "batch") return true;
    const now = performance.now();
    if (event.batch < event.batches && now - this.#lastBatch < betweenBatches) return false;
    this.#lastBatch = now;
    return true;
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      await this.close();
      this.#onFailure(error as Error);
    }
  }
}

/** A process that was killed may have written half a line: it is cut off. */
async function cutTornLine(file: FileHandle): Promise<void> {
  const { size } = await file.stat();
  let end = size;
  const chunk = Buffer.alloc(64 * 1024);
  while (end > 0) {
    const start = Math.max(0, end - chunk.length);
    const { bytesRead } = await file.read(chunk, 0, end - start, start);
    const lineEnd = chunk.subarray(0, bytesRead).lastIndexOf(0x0a);
    if (lineEnd >= 0) {
      end = start + lineEnd + 1;
      break;
    }
    end = start;
  }
  if (end < size) await file.truncate(end);
}

/** The model of the last event stays with the receiver. */
function toPlain(event: LoggedEvent): object {
  if (event.type !== "done") return event;
  const { metrics, reason } = event;
  return {
    type: "done",
    reason,
    epochs: metrics.epochs.length,
    keptEpochs: metrics.keptEpochs,
    seconds: metrics.seconds,
  };
}
