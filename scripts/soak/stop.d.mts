export function stopUnderLoad(options: {
  readonly times: number;
  readonly connections?: number;
  readonly seed?: number;
  readonly models?: readonly string[];
  readonly log?: (line: string) => void;
}): Promise<{
  readonly stops: number;
  readonly answered: number;
  /** Connections that came when the service did not listen any more. */
  readonly tooLate: number;
  readonly lost: readonly string[];
  readonly exitCodes: Readonly<Record<string, number>>;
  /** Milliseconds from the signal to the end, of the slowest stop. */
  readonly slowest: number;
}>;
