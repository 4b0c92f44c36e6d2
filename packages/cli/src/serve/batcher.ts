/**
 * Makes batches of the texts of many requests. Texts that arrive together are computed together: while a thread is idle
 * a text waits a little for others, and while all are busy the next batch grows by itself.
 */
import { type Refusal, ServiceError } from "./errors.js";
import type { BatchAnswer, ModelFacts } from "./protocol.js";
import { lostProblem, type Runner } from "./runner.js";
import type { BatchSettings } from "./settings.js";
import { type Item, Job, type TextAnswer, TextQueue } from "./textQueue.js";

export interface BatcherOptions extends BatchSettings {
  /** Runners that compute side by side. */
  readonly threads: number;
  /** Whether answers carry the effect of each word. */
  readonly explain: boolean;
  /** Starts a runner; again when one was lost. */
  start(): Promise<Runner>;
  /** Is told of each batch that was computed. */
  onBatch?(texts: readonly string[], answer: BatchAnswer): void;
  /** Is told when a runner was lost, or could not be started again. */
  onLost?(error: unknown): void;
}

interface Slot {
  /** Undefined while it is started again. */
  runner: Runner | undefined;
  /** Batches sent and not answered: one that is computed, and one that is ready to be. */
  batches: number;
}

/** Batches that a thread has at hand, so that it need not wait for this one. */
const batchesAhead = 2;
/** Milliseconds before a lost runner that could not be started is tried again. */
const restartPause = 1_000;
/** Weight of the newest batch in the average of the time that a text takes. */
const newest = 0.1;

export class Batcher {
  /** What the model says of itself. */
  readonly facts: ModelFacts;
  readonly #options: BatcherOptions;
  readonly #slots: readonly Slot[];
  readonly #queue = new TextQueue();
  readonly #wanted: { room: (() => void)[]; idle: (() => void)[] } = { room: [], idle: [] };
  #isWaiting = false;
  #open = 0;
  #isStopped = false;
  /** Milliseconds of a thread that a text takes; 0 before the first. */
  #textTime = 0;

  private constructor(options: BatcherOptions, runners: readonly Runner[]) {
    this.#options = options;
    this.#slots = runners.map((runner) => ({ runner, batches: 0 }));
    this.facts = runners[0].facts;
  }

  /**
   * Starts the runners.
   *
   * @throws {FormatError} when the model is not sound.
   */
  static async start(options: BatcherOptions): Promise<Batcher> {
    const started = await Promise.allSettled(Array.from({ length: options.threads }, () => options.start()));
    const runners = started.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
    const failed = started.find((result) => result.status === "rejected");
    if (failed === undefined) return new Batcher(options, runners);
    await Promise.all(runners.map((runner) => runner.stop()));
    throw failed.reason;
  }

  /** Texts that wait for a thread. */
  get waiting(): number {
    return this.#queue.waiting;
  }

  /** Requests that have no answer yet. */
  get open(): number {
    return this.#open;
  }

  /** Whether so many texts may join the queue. A list longer than the queue is let in when nothing waits. */
  hasRoomFor(texts: number): boolean {
    return this.#hasRoomFor(texts, 1);
  }

  /** @param share of the queue and of the delay that may be taken. */
  #hasRoomFor(texts: number, share: number): boolean {
    if (this.waiting === 0) return true;
    const { maxQueue, maxDelay } = this.#options;
    return this.waiting + texts <= share * maxQueue && this.#delay <= share * maxDelay;
  }

  /** Milliseconds until what waits is likely to be computed. */
  get #delay(): number {
    return (this.waiting * this.#textTime) / this.#slots.length;
  }

  /**
   * Has texts rated.
   *
   * @param isAbandoned tells whether nobody waits for the answers any more; asked before they are computed.
   * @throws {ServiceError} 429 when the queue is full, 504 when the time is over.
   */
  submit(texts: readonly string[], isAbandoned: () => boolean = () => false): Promise<TextAnswer[]> {
    if (!this.hasRoomFor(texts.length)) {
      const { status, code, message, retryAfter } = this.full();
      return Promise.reject(new ServiceError(status, code, message, { retryAfter }));
    }
    return new Promise((resolve, reject) => {
      const { timeout } = this.#options;
      const job = new Job(texts.length, { timeout, isAbandoned, onSettled: this.#onSettled, resolve, reject });
      this.#open++;
      this.#queue.add(job, texts);
      this.#pump();
    });
  }

  /**
   * Has texts rated when there is room for them: what waits like this leaves half of the queue to those that do not.
   *
   * @throws {ServiceError} 504 when the time is over, which begins when there is room.
   */
  async submitWhenRoom(texts: readonly string[], isAbandoned?: () => boolean): Promise<TextAnswer[]> {
    while (!this.#hasRoomFor(texts.length, 0.5)) {
      await new Promise<void>((resolve) => this.#wanted.room.push(resolve));
    }
    return this.submit(texts, isAbandoned);
  }

  /** The refusal of a request for which there is no room. */
  full(): Refusal {
    const retryAfter = Math.max(1, Math.ceil(this.#delay / 1000));
    const message = `${this.waiting} texts are waiting already, and more would wait too long; try again in ${retryAfter} s.`;
    return { status: 429, code: "queue-full", message, retryAfter };
  }

  /** Waits until every request has its answer, and ends the runners. */
  async stop(): Promise<void> {
    if (this.#open > 0) await new Promise<void>((resolve) => this.#wanted.idle.push(resolve));
    this.#isStopped = true;
    await Promise.all(this.#slots.flatMap(({ runner }) => runner?.stop() ?? []));
  }

  readonly #onSettled = (job: Job): void => {
    this.#queue.forget(job);
    this.#open--;
    if (this.#open === 0) call(this.#wanted.idle);
    call(this.#wanted.room);
  };

  /** Sends batches as long as there is reason to. */
  #pump(): void {
    const { maxBatch, maxWait } = this.#options;
    while (this.waiting > 0) {
      const slot = this.#freestSlot();
      if (slot === undefined) return;
      if (this.waiting < maxBatch) {
        // The thread is busy anyway: the batch may grow meanwhile.
        if (slot.batches > 0) return;
        const left = maxWait - (performance.now() - this.#queue.oldest);
        if (left > 0) {
          this.#pumpIn(left);
          return;
        }
      }
      this.#send(slot);
    }
  }

  #pumpIn(milliseconds: number): void {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    setTimeout(() => {
      this.#isWaiting = false;
      this.#pump();
    }, Math.ceil(milliseconds));
  }

  #freestSlot(): Slot | undefined {
    let best: Slot | undefined;
    for (const slot of this.#slots) {
      if (slot.runner && slot.batches < batchesAhead && (!best || slot.batches < best.batches)) best = slot;
    }
    return best;
  }

  #send(slot: Slot): void {
    const { runner } = slot;
    const items = this.#queue.take(this.#options.maxBatch);
    call(this.#wanted.room);
    if (items.length === 0 || runner === undefined) return;
    slot.batches++;
    const texts = items.map(({ text }) => text);
    runner.run(texts, this.#options).then(
      (answer) => {
        slot.batches--;
        this.#textTime += (this.#textTime === 0 ? 1 : newest) * (answer.milliseconds / items.length - this.#textTime);
        // First the thread's next batch, then what it has done already.
        this.#pump();
        for (let index = 0; index < items.length; index++) {
          items[index].job.answer(items[index].position, answer.answers[index]);
        }
        this.#options.onBatch?.(texts, answer);
      },
      (error: unknown) => this.#lose(slot, runner, items, error),
    );
  }

  /** A thread is gone with its texts: they are given to another one, once. */
  #lose(slot: Slot, runner: Runner, items: readonly Item[], error: unknown): void {
    slot.batches--;
    for (const { job, position, wasLost } of items) if (wasLost) job.answer(position, lostProblem);
    const again = items.filter(({ job }) => !job.isSettled);
    for (const item of again) item.wasLost = true;
    this.#queue.putBack(again);
    if (slot.runner === runner) {
      slot.runner = undefined;
      this.#options.onLost?.(error);
      void this.#restart(slot);
    }
    this.#pump();
  }

  async #restart(slot: Slot): Promise<void> {
    while (!this.#isStopped) {
      try {
        const runner = await this.#options.start();
        if (this.#isStopped) await runner.stop();
        else slot.runner = runner;
        this.#pump();
        return;
      } catch (error) {
        this.#options.onLost?.(error);
        await new Promise((resolve) => setTimeout(resolve, restartPause));
      }
    }
  }
}

/** Calls each once. */
function call(waiting: (() => void)[]): void {
  if (waiting.length > 0) for (const resolve of waiting.splice(0)) resolve();
}
