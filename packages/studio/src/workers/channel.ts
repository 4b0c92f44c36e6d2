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

type Told =
  | { readonly id: number; readonly kind: "answer" | "news"; readonly value: unknown }
  | { readonly id: number; readonly kind: "problem"; readonly problem: ProblemFacts };

/** The parts of a worker, seen from inside or outside, that are used here. */
export interface Port {
  postMessage(message: unknown): void;
  onmessage: ((event: MessageEvent) => void) | null;
}

/** Answers what comes through a port; inside a worker that is its global scope. */
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
  port.onmessage = (event: MessageEvent<Asked>) => {
    void answer(event.data).then((told) => port.postMessage(told));
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
 * code `worker-died`, and the next question starts another one.
 */
export class WorkerClient<Q extends Questions> {
  /** Told when a worker has died, after its questions were rejected. */
  onDeath: ((problem: Problem) => void) | undefined;
  readonly #start: () => WorkerPort;
  readonly #waiting = new Map<number, Waiting>();
  #worker: WorkerPort | undefined;
  #lastId = 0;

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
      worker.postMessage({ id, question, argument } satisfies Asked);
    });
  }

  /** Ends the worker with all that it does; what is under way is rejected with the code `stopped`. */
  end(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#rejectAll(new Problem("stopped", "The work was broken off."));
  }

  #begin(): WorkerPort {
    const worker = this.#start();
    worker.onmessage = ({ data }: MessageEvent<Told>) => this.#hear(data);
    worker.onerror = (event) => {
      event.preventDefault();
      worker.terminate();
      this.#worker = undefined;
      const cause = event.message ? ` (${event.message})` : "";
      const problem = new Problem(
        "worker-died",
        `The background worker of this page ended unexpectedly${cause}. A new one was started; what was kept goes on from there.`,
      );
      this.#rejectAll(problem);
      this.onDeath?.(problem);
    };
    return worker;
  }

  #hear(told: Told): void {
    const waiting = this.#waiting.get(told.id);
    if (waiting === undefined) return;
    if (told.kind === "news") return waiting.news?.(told.value);
    this.#waiting.delete(told.id);
    if (told.kind === "problem") waiting.reject(new Problem(told.problem.code, told.problem.message));
    else waiting.resolve(told.value);
  }

  #rejectAll(problem: Problem): void {
    const all = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const waiting of all) waiting.reject(problem);
  }
}
