/** Where batches are computed: a thread of its own, so that serving never waits for arithmetic. */
import { Worker } from "node:worker_threads";
import { FormatError } from "@starcast/core";
import type {
  BatchAnswer,
  BatchMessage,
  ModelFacts,
  ReadyMessage,
  RefusedMessage,
  TextProblem,
  ThreadData,
} from "./protocol.js";

/** Rates batches with one model, one after the other. */
export interface Runner {
  readonly facts: ModelFacts;
  /** @throws {RunnerLost} when the runner ended before it could answer. */
  run(texts: readonly string[], options: { readonly explain: boolean }): Promise<BatchAnswer>;
  /** Ends it, whatever is under way. */
  stop(): Promise<void>;
}

/**
 * Starts a runner with a model's files.
 *
 * @throws {FormatError} when they are no sound model.
 */
export type StartRunner = (files: ReadonlyMap<string, Uint8Array>) => Promise<Runner>;

/** A thread ended by itself: it lacked memory, or has a fault. */
export class RunnerLost extends Error {}

/** Milliseconds that a model has to be loaded and to rate its first text. */
const startTime = 120_000;

/** Starts a thread. */
export const startThread: StartRunner = async (files) => {
  const workerData: ThreadData = { files };
  const worker = new Worker(new URL("./worker.js", import.meta.url), { workerData, name: "starcast rater" });
  const runner = new ThreadRunner(worker);
  let timer: NodeJS.Timeout | undefined;
  try {
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(slowModel()), startTime);
    });
    await Promise.race([runner.started, late]);
    return runner;
  } catch (error) {
    await worker.terminate();
    throw error;
  } finally {
    clearTimeout(timer);
  }
};

function slowModel(): FormatError {
  return new FormatError("slow-model", `The model did not answer its first text within ${startTime / 1000} s.`);
}

interface Waiting {
  resolve(answer: BatchAnswer): void;
  reject(error: Error): void;
}

class ThreadRunner implements Runner {
  /** Kept when the model has rated its first text. */
  readonly started: Promise<void>;
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #facts: ModelFacts | undefined;
  #lastId = 0;
  #lost: Error | undefined;

  constructor(worker: Worker) {
    this.#worker = worker;
    this.started = new Promise((resolve, reject) => {
      worker.once("message", (first: ReadyMessage | RefusedMessage) => {
        if (first.kind === "refused") return reject(new FormatError(first.code, first.message));
        this.#facts = first.facts;
        worker.on("message", (answer: BatchAnswer) => this.#answer(answer));
        resolve();
      });
      const lose = (error: Error) => {
        this.#lose(error);
        reject(error);
      };
      worker.on("error", (error: Error) => lose(new RunnerLost(error.message, { cause: error })));
      worker.on("exit", (code) => lose(new RunnerLost(`The thread ended with code ${code}.`)));
    });
  }

  get facts(): ModelFacts {
    if (this.#facts === undefined) throw new RunnerLost("The thread has not started.");
    return this.#facts;
  }

  run(texts: readonly string[], { explain }: { readonly explain: boolean }): Promise<BatchAnswer> {
    if (this.#lost) return Promise.reject(this.#lost);
    const batch: BatchMessage = { id: ++this.#lastId, texts, explain };
    return new Promise((resolve, reject) => {
      this.#waiting.set(batch.id, { resolve, reject });
      this.#worker.postMessage(batch);
    });
  }

  async stop(): Promise<void> {
    await this.#worker.terminate();
  }

  #answer(answer: BatchAnswer): void {
    this.#waiting.get(answer.id)?.resolve(answer);
    this.#waiting.delete(answer.id);
  }

  #lose(error: Error): void {
    this.#lost ??= error;
    for (const waiting of this.#waiting.values()) waiting.reject(this.#lost);
    this.#waiting.clear();
  }
}

/** What a text is told when its thread was lost twice. */
export const lostProblem: TextProblem = {
  code: "internal",
  message: "The thread that computed the answer ended, twice; try again later.",
  isFault: true,
};
