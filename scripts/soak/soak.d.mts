/** Bytes in the first half of a run, after its warm-up, and in the second one, and the growth between them as a share. */
export interface MemoryOverTime {
  readonly first: number;
  readonly last: number;
  readonly growth: number;
  readonly peak: number;
}

export interface SoakOutcome {
  readonly requests: number;
  readonly texts: number;
  readonly swaps: number;
  /** Requests that were refused with 429. */
  readonly refused: number;
  /** Requests that got 504. */
  readonly late: number;
  readonly lost: readonly string[];
  readonly wrong: readonly string[];
  readonly byKind: Readonly<Record<string, number>>;
  readonly memory: {
    /** As the system sees it: 95th percentiles. */
    readonly resident: MemoryOverTime;
    /** Heaps, buffers and WebAssembly of all threads after a collection of garbage: medians. */
    readonly kept: MemoryOverTime;
  };
  readonly exitCode: number | string;
  readonly log: string;
}

export function soak(options: {
  readonly minutes: number;
  readonly swapSeconds?: number;
  readonly connections?: number;
  /** Most requests a second; each has 18 texts on average. */
  readonly rate?: number;
  readonly models?: readonly string[];
  readonly log?: (line: string) => void;
}): Promise<SoakOutcome>;
