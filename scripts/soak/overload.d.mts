export function overload(options: {
  readonly seconds: number;
  readonly times?: number;
  readonly models?: readonly string[];
  readonly log?: (line: string) => void;
}): Promise<{
  /** Requests a second that are answered when none waits. */
  readonly capacity: number;
  readonly offered: number;
  readonly statuses: Readonly<Record<string, number>>;
  readonly errors: number;
  readonly timeouts: number;
  /** Of the requests that got an answer; times in milliseconds. */
  readonly accepted: { readonly perSecond: number; readonly p50: number; readonly p99: number };
  readonly memory: { readonly before: number; readonly first: number; readonly last: number; readonly peak: number };
  readonly answersAfterwards: boolean;
  readonly exitCode: number | string;
}>;
