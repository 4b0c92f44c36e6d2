/** Cuts clients that send the body of a request too slowly. */
import type { FastifyReply, FastifyRequest } from "fastify";
import { ServiceError } from "./errors.js";

interface Reading {
  readonly reply: FastifyReply;
  readonly until: number;
}

/** The requests whose body is being read. One timer looks at all of them: a timer each would cost every request. */
export class SlowBodies {
  readonly #patience: number;
  readonly #reading = new Map<FastifyRequest, Reading>();
  readonly #timer: NodeJS.Timeout;

  /** @param patience milliseconds that a body may take. */
  constructor(patience: number) {
    this.#patience = patience;
    this.#timer = setInterval(() => this.#cut(), Math.max(50, patience / 10));
    this.#timer.unref();
  }

  /** The head of a request is there. */
  begin(request: FastifyRequest, reply: FastifyReply): void {
    this.#reading.set(request, { reply, until: performance.now() + this.#patience });
  }

  /** The body is there, is a stream that may last, or the request has its answer. */
  end(request: FastifyRequest): void {
    this.#reading.delete(request);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #cut(): void {
    const now = performance.now();
    for (const [request, { reply, until }] of this.#reading) {
      // In the order in which they began.
      if (until > now) return;
      this.#reading.delete(request);
      reply.raw.once("finish", () => request.raw.destroy());
      void reply.send(new ServiceError(408, "too-slow", `The body did not arrive within ${this.#patience / 1000} s.`));
    }
  }
}
