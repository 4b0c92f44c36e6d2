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
  /** Bytes, 95th percentiles of the first half after the warm-up and of the second, and the growth between them, as a share. */
  readonly memory: { readonly first: number; readonly last: number; readonly growth: number; readonly peak: number };
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
