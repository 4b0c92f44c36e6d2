/** Questions to a worker and its answers, typed on both sides. */
import { asProblem, Problem, type ProblemFacts } from "../problem.js";

/** What can be asked: for each question its argument, its answer, and the news that may come before it. */
export type Questions = Record<string, { argument: unknown; answer: unknown; news?: unknown }>;

/** The worker's side: a function for each question. `tell` sends news. */
export type Answers<Q extends Questions> = {
  readonly [Name in keyof Q]: (
    argument: Q[Name]["argument"],
    tell: (news: Q[Name]["news"]) => void,
  ) => Q[Name]["answer"] | Promise<Q[Name]["answer"]>;
};

interface Asked {
  readonly id: number;
  readonly question: string;
  readonly argument: unknown;
}

/** Milliseconds between two signs of life of a worker that is at work. */
const betweenBeats = 2000;

/** So long, in milliseconds, a worker may be at one thing without a sign; then a person is asked. */
const longestSilence = 30_000;

type Told =
  | { readonly kind: "beat" }
  | { readonly id: number; readonly kind: "answer" | "news"; readonly value: unknown }
  | { readonly id: number; readonly kind: "problem"; readonly problem: ProblemFacts };

/** The parts of a worker, seen from inside or outside, that are used here. */
export interface Port {
  postMessage(message: unknown): void;
  onmessage: ((event: MessageEvent) => void) | null;
}

/**
 * Answers what comes through a port; inside a worker that is its global scope. As long as there is something to answer
 * the page hears every so often that the worker is alive.
 */
export function answerQuestions<Q extends Questions>(
  answers: Answers<Q>,
  port: Port = globalThis as unknown as Port,
): void {
  const answer = async ({ id, question, argument }: Asked): Promise<Told> => {
    try {
      const tell = (value: unknown) => port.postMessage({ id, kind: "news", value } satisfies Told);
      return { id, kind: "answer", value: await answers[question](argument as never, tell) };
    } catch (error) {
      const { code, message } = asProblem(error);
      return { id, kind: "problem", problem: { code, message } };
    }
  };
  let underWay = 0;
  let beats: ReturnType<typeof setInterval> | undefined;
  port.onmessage = (event: MessageEvent<Asked>) => {
    underWay++;
    beats ??= setInterval(() => port.postMessage({ kind: "beat" } satisfies Told), betweenBeats);
    void answer(event.data).then((told) => {
      port.postMessage(told);
      if (--underWay > 0) return;
      clearInterval(beats);
      beats = undefined;
    });
  };
}

interface Waiting {
  resolve(answer: unknown): void;
  reject(problem: Problem): void;
  news?(news: unknown): void;
}

/** A worker as its page sees it: more of `Worker` than a port. */
export interface WorkerPort extends Port {
  onerror: ((event: ErrorEvent) => void) | null;
  terminate(): void;
}

/**
 * The page's side. A worker is started at the first question; when it dies, all questions under way are rejected with the
 * code `worker-died`, and the next question starts another one. One that hangs is told of, and can be ended.
 */
export class WorkerClient<Q extends Questions> {
  /** Told when a worker has died, after its questions were rejected. */
  onDeath: ((problem: Problem) => void) | undefined;
  /** Told when a worker with something to answer has given no sign of life for long, and when it is heard again. */
  onSilence: ((isSilent: boolean) => void) | undefined;
  readonly #start: () => WorkerPort;
  readonly #waiting = new Map<number, Waiting>();
  #worker: WorkerPort | undefined;
  #lastId = 0;
  #watch: ReturnType<typeof setInterval> | undefined;
  #lastHeard = 0;
  #lastLook = 0;
  #isSilent = false;

  constructor(start: () => WorkerPort) {
    this.#start = start;
  }

  /** Asks; rejected with a {@link Problem}. */
  ask<Name extends keyof Q & string>(
    question: Name,
    argument: Q[Name]["argument"],
    news?: (news: Q[Name]["news"]) => void,
  ): Promise<Q[Name]["answer"]> {
    this.#worker ??= this.#begin();
    const worker = this.#worker;
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject, ...(news && { news }) });
      this.#watchOver();
      worker.postMessage({ id, question, argument } satisfies Asked);
    });
  }

  /** Ends the worker with all that it does; what is under way is rejected with the problem. */
  end(problem: Problem): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#rejectAll(problem);
  }

  #begin(): WorkerPort {
    const worker = this.#start();
    worker.onmessage = ({ data }: MessageEvent<Told>) => this.#hear(data);
    worker.onerror = (event) => {
      event.preventDefault();
      const cause = event.message ? ` (${event.message})` : "";
      const problem = new Problem(
        "worker-died",
        `The background worker of this page ended unexpectedly${cause}. A new one was started; what was kept goes on from there.`,
      );
      this.end(problem);
      this.onDeath?.(problem);
    };
    return worker;
  }

  #hear(told: Told): void {
    this.#lastHeard = performance.now();
    this.#setSilent(false);
    if (told.kind === "beat") return;
    const waiting = this.#waiting.get(told.id);
    if (waiting === undefined) return;
    if (told.kind === "news") return waiting.news?.(told.value);
    this.#waiting.delete(told.id);
    if (this.#waiting.size === 0) this.#watchNoMore();
    if (told.kind === "problem") waiting.reject(new Problem(told.problem.code, told.problem.message));
    else waiting.resolve(told.value);
  }

  #watchOver(): void {
    if (this.#watch !== undefined) return;
    this.#lastHeard = performance.now();
    this.#lastLook = this.#lastHeard;
    this.#watch = setInterval(() => this.#look(), betweenBeats);
  }

  #watchNoMore(): void {
    clearInterval(this.#watch);
    this.#watch = undefined;
    this.#setSilent(false);
  }

  #look(): void {
    const now = performance.now();
    // A page that was held itself, in the background or by a machine asleep, has heard nothing for that reason.
    if (now - this.#lastLook > 2 * betweenBeats) this.#lastHeard = now;
    this.#lastLook = now;
    this.#setSilent(now - this.#lastHeard >= longestSilence);
  }

  #setSilent(isSilent: boolean): void {
    if (isSilent === this.#isSilent) return;
    this.#isSilent = isSilent;
    this.onSilence?.(isSilent);
  }

  #rejectAll(problem: Problem): void {
    const all = [...this.#waiting.values()];
    this.#waiting.clear();
    this.#watchNoMore();
    for (const waiting of all) waiting.reject(problem);
  }
}
