/** A service in memory, for tests. */
import type { FastifyInstance } from "fastify";
import { buildApp, type ServiceState } from "../app.js";
import type { KeyRing } from "../keys.js";
import type { LogFields, ServiceLog } from "../log.js";
import { ServiceMetrics } from "../metrics.js";
import { ModelStore } from "../modelStore.js";
import { defaultSettings, type ServeSettings } from "../settings.js";
import type { ModelSource, Sources } from "../sources.js";
import { startInline } from "./models.js";

export interface LoggedLine {
  readonly level: "info" | "warn" | "error";
  readonly event: string;
  readonly message: string;
  readonly fields: LogFields;
}

/** A log that can be read. */
export function memoryLog(): ServiceLog & { readonly lines: readonly LoggedLine[] } {
  const lines: LoggedLine[] = [];
  const write =
    (level: LoggedLine["level"]) =>
    (event: string, message: string, fields: LogFields = {}) =>
      void lines.push({ level, event, message, fields });
  return { info: write("info"), warn: write("warn"), error: write("error"), lines };
}

export interface TestServiceOptions {
  readonly sources: Sources;
  readonly shadows?: readonly ModelSource[];
  readonly keys?: KeyRing;
  readonly settings?: Partial<ServeSettings>;
}

export interface TestService {
  readonly app: FastifyInstance;
  readonly store: ModelStore;
  readonly state: ServiceState;
  readonly log: ReturnType<typeof memoryLog>;
  readonly metrics: ServiceMetrics;
  readonly stop: () => Promise<void>;
}

/** Starts the whole service but for its threads and its address. */
export async function startTestService(options: TestServiceOptions): Promise<TestService> {
  const { sources, shadows = [], keys } = options;
  // Watching is done by the tests, with `store.look`.
  const settings: ServeSettings = { ...defaultSettings, watchInterval: 3_600_000, ...options.settings };
  const log = memoryLog();
  const metrics = new ServiceMetrics();
  const state: ServiceState = { isStopping: false };
  const store = await ModelStore.start({ sources, shadows, settings, startRunner: startInline, metrics, log });
  const app = await buildApp({ store, settings, metrics, log, state, keys });
  return {
    app,
    store,
    state,
    log,
    metrics,
    async stop() {
      await app.close();
      await store.stop();
    },
  };
}
