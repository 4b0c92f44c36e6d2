/** What a service may be told to do otherwise; the command's options and the tests fill it in. */

/** How requests become batches, and how long they may wait. */
export interface BatchSettings {
  /** Most texts that are computed together. */
  readonly maxBatch: number;
  /** Milliseconds that a text waits at most for others to be computed with, while a thread is idle. */
  readonly maxWait: number;
  /** Most texts that wait, of each model; a request beyond is refused with 429. */
  readonly maxQueue: number;
  /** Milliseconds that a text may have to wait, as far as can be told; where it is more, requests are refused as well. */
  readonly maxDelay: number;
  /** Milliseconds until a request is answered with 504. */
  readonly timeout: number;
}

/** What a request may be at most. */
export interface Limits {
  /** Bytes of a body; of JSON lines, of each line. */
  readonly maxBody: number;
  /** Characters of a text. */
  readonly maxText: number;
  /** Texts of a list. */
  readonly maxTexts: number;
  /** Milliseconds that a client has for the head of a request, then for its body, and may stay silent in a stream. */
  readonly patience: number;
}

/** Which words may come into the log. */
export interface LogSettings {
  /** One line a request. */
  readonly requests: boolean;
  /** The texts too. */
  readonly texts: boolean;
}

/** All settings of a service. */
export interface ServeSettings {
  readonly batch: BatchSettings;
  readonly limits: Limits;
  readonly log: LogSettings;
  /** Threads that compute, of each model. */
  readonly threads: number;
  /** Origins of pages that may ask; none by default. */
  readonly corsOrigins: readonly string[];
  /** Milliseconds between two looks at the model folders. */
  readonly watchInterval: number;
  /** Milliseconds that accepted requests have when the service stops. */
  readonly drainTime: number;
}

export const defaultSettings: ServeSettings = {
  batch: { maxBatch: 32, maxWait: 2, maxQueue: 512, maxDelay: 50, timeout: 5_000 },
  limits: { maxBody: 2 ** 20, maxText: 20_000, maxTexts: 256, patience: 10_000 },
  log: { requests: false, texts: false },
  threads: 1,
  corsOrigins: [],
  watchInterval: 1_000,
  drainTime: 10_000,
};
