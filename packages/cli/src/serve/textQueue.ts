/** Texts of many requests in the order in which they came, and the requests that wait for them. */
import { ServiceError } from "./errors.js";
import type { TextProblem } from "./protocol.js";

/** JSON of a text's answer, or why it has none. */
export type TextAnswer = string | TextProblem;

/** A request's texts on their way. */
export class Job {
  /** As `performance.now` tells it. */
  readonly arrived = performance.now();
  readonly #answers: TextAnswer[];
  readonly #done: { resolve(answers: TextAnswer[]): void; reject(error: Error): void };
  readonly #onSettled: (job: Job) => void;
  readonly #timer: NodeJS.Timeout;
  readonly isAbandoned: () => boolean;
  #missing: number;
  #isSettled = false;
  /** Texts of it in the queue. */
  queued = 0;

  constructor(
    texts: number,
    options: {
      readonly timeout: number;
      readonly isAbandoned: () => boolean;
      /** Called once, before the request learns of it. */
      readonly onSettled: (job: Job) => void;
      resolve(answers: TextAnswer[]): void;
      reject(error: Error): void;
    },
  ) {
    this.#answers = new Array<TextAnswer>(texts);
    this.#missing = texts;
    this.#done = options;
    this.#onSettled = options.onSettled;
    this.isAbandoned = options.isAbandoned;
    this.#timer = setTimeout(() => this.fail(timedOut(options.timeout)), options.timeout);
  }

  /** Answered, or given up. */
  get isSettled(): boolean {
    return this.#isSettled;
  }

  /** Takes the answer to one of its texts. */
  answer(position: number, answer: TextAnswer): void {
    if (this.#isSettled) return;
    this.#answers[position] = answer;
    if (--this.#missing > 0) return;
    this.#settle();
    this.#done.resolve(this.#answers);
  }

  /** Gives the request up. */
  fail(error: Error): void {
    if (this.#isSettled) return;
    this.#settle();
    this.#done.reject(error);
  }

  #settle(): void {
    this.#isSettled = true;
    clearTimeout(this.#timer);
    this.#onSettled(this);
  }
}

function timedOut(timeout: number): ServiceError {
  return new ServiceError(
    504,
    "timeout",
    `There was no answer within ${timeout / 1000} s; send fewer texts at once, or try later.`,
  );
}

/** One text of a job. */
export interface Item {
  readonly job: Job;
  readonly text: string;
  /** Among the texts of its job. */
  readonly position: number;
  /** The thread that was to answer it has ended. */
  wasLost: boolean;
}

/** Taken items are forgotten when there are so many of them. */
const mostTaken = 1024;

/** First in, first out; what belongs to a settled job is passed over. */
export class TextQueue {
  #items: Item[] = [];
  #head = 0;
  #waiting = 0;

  /** Texts that are still wanted. */
  get waiting(): number {
    return this.#waiting;
  }

  /** When the oldest text that is still wanted came; only while one waits. */
  get oldest(): number {
    return this.#first().job.arrived;
  }

  add(job: Job, texts: readonly string[]): void {
    job.queued = texts.length;
    this.#waiting += texts.length;
    for (let position = 0; position < texts.length; position++) {
      this.#items.push({ job, text: texts[position], position, wasLost: false });
    }
  }

  /** Puts items back to the front. */
  putBack(items: readonly Item[]): void {
    for (const { job } of items) job.queued++;
    this.#waiting += items.length;
    this.#items = [...items, ...this.#items.slice(this.#head)];
    this.#head = 0;
  }

  /** The texts of a job are wanted no more. */
  forget(job: Job): void {
    this.#waiting -= job.queued;
    job.queued = 0;
  }

  /** Takes up to `most` texts; those of clients that are gone are given up instead. */
  take(most: number): Item[] {
    const taken: Item[] = [];
    while (this.#waiting > 0 && taken.length < most) {
      const item = this.#first();
      const { job } = item;
      this.#head++;
      if (job.isAbandoned()) {
        job.fail(new ServiceError(499, "client-gone", "The client closed the connection."));
        continue;
      }
      job.queued--;
      this.#waiting--;
      taken.push(item);
    }
    if (this.#head === this.#items.length || this.#head > mostTaken) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return taken;
  }

  #first(): Item {
    while (this.#items[this.#head].job.isSettled) this.#head++;
    return this.#items[this.#head];
  }
}
