export function sendHostile(options: {
  readonly requests: number;
  readonly seed?: number;
  readonly from?: number;
  readonly models?: readonly string[];
  readonly log?: (line: string) => void;
}): Promise<{
  readonly requests: number;
  readonly statuses: Readonly<Record<string, number>>;
  /** Requests that got another status than they deserve, with what repeats each. */
  readonly wrong: readonly string[];
  readonly answersAfterwards: boolean;
  readonly exitCode: number | string;
}>;

export function slowLoris(options?: { readonly connections?: number; readonly models?: readonly string[] }): Promise<{
  readonly connections: number;
  /** Seconds until the last of them was cut. */
  readonly lastCutAfter: number;
  /** Milliseconds of the slowest answer to a good request meanwhile. */
  readonly slowestAnswer: number;
  readonly exitCode: number | string;
}>;
