/** Starts and stops a whole service: models, threads, address. */

import { Server } from "node:net";
import type { FastifyInstance } from "fastify";
import { buildApp, type ServiceState } from "./app.js";
import type { KeyRing } from "./keys.js";
import type { ServiceLog } from "./log.js";
import { ServiceMetrics } from "./metrics.js";
import { ModelStore } from "./modelStore.js";
import { type StartRunner, startThread } from "./runner.js";
import type { ServeSettings } from "./settings.js";
import type { ModelSource, Sources } from "./sources.js";

export interface ServiceOptions {
  readonly sources: Sources;
  readonly shadows?: readonly ModelSource[];
  readonly settings: ServeSettings;
  readonly log: ServiceLog;
  readonly keys?: KeyRing;
  readonly host: string;
  /** 0 takes any free one. */
  readonly port: number;
  /** For tests: where batches are computed. */
  readonly startRunner?: StartRunner;
}

/** Milliseconds that connections without a request are kept open, for those that are on their way. */
const idleGrace = 2_000;
/** Milliseconds between two looks for connections that are idle after that. */
const sweepInterval = 500;

/** A service that listens. */
export class Service {
  readonly app: FastifyInstance;
  readonly store: ModelStore;
  /** Such as `http://127.0.0.1:8080`. */
  readonly url: string;
  readonly #options: ServiceOptions;
  readonly #state: ServiceState;
  #stopped: Promise<void> | undefined;

  private constructor(
    options: ServiceOptions,
    parts: { app: FastifyInstance; store: ModelStore; state: ServiceState; url: string },
  ) {
    this.#options = options;
    this.#state = parts.state;
    this.app = parts.app;
    this.store = parts.store;
    this.url = parts.url;
  }

  /**
   * Loads the models, warms them, and listens.
   *
   * @throws {FormatError} when a model is not sound. @throws the system's error when the address cannot be had.
   */
  static async start(options: ServiceOptions): Promise<Service> {
    const { sources, shadows = [], settings, log, keys, startRunner = startThread } = options;
    const metrics = new ServiceMetrics();
    const state: ServiceState = { isStopping: false };
    const store = await ModelStore.start({ sources, shadows, settings, startRunner, metrics, log });
    try {
      const app = await buildApp({ store, settings, metrics, log, state, keys });
      const url = await app.listen({ host: options.host, port: options.port, backlog: 1024 });
      return new Service(options, { app, store, state, url });
    } catch (error) {
      await store.stop();
      throw error;
    }
  }

  /**
   * Stops: no connection is taken any more, requests that came have their answers, each telling its client to close the
   * connection; what is not done in the drain time is cut.
   */
  stop(): Promise<void> {
    this.#stopped ??= this.#drain();
    return this.#stopped;
  }

  async #drain(): Promise<void> {
    this.#state.isStopping = true;
    const { server } = this.app;
    const { drainTime } = this.#options.settings;
    // The HTTP server's own `close` would cut idle connections at once, with requests that are on their way to us.
    const closed = new Promise<void>((resolve) => Server.prototype.close.call(server, () => resolve()));
    const begun = performance.now();
    const sweep = setInterval(() => {
      if (performance.now() - begun >= idleGrace) server.closeIdleConnections();
    }, sweepInterval);
    const last = setTimeout(() => server.closeAllConnections(), drainTime);
    await closed;
    clearInterval(sweep);
    clearTimeout(last);
    await this.app.close();
    await this.store.stop();
  }
}
