/** The command line itself is wrong (unknown option, bad number, missing file): exit code 2. */
export class UsageError extends Error {
  /** Stable, machine-readable name of the mistake, such as `unknown-option`. */
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.name = "UsageError";
  }
}

/** The user pressed Ctrl-C before there was anything to keep: exit code 130. */
export class InterruptedError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "InterruptedError";
  }
}

/** What the process tells its caller; the same meaning for every command. */
export const exitCodes = { ok: 0, failure: 1, badInput: 2, interrupted: 130 } as const;

// By name and not by class: loading the core only to recognise an error would make `--help` slow,
// and a program may hold two copies of the core.
const userMistakes = new Set(["UsageError", "DataError", "OptionError", "FormatError"]);
const plannedFailures = new Set(["EngineError", "DivergedError", "StarcastError"]);

/** Exit code for anything that a command may throw. */
export function exitCodeOf(error: unknown): number {
  if (!(error instanceof Error)) return exitCodes.failure;
  if (error.name === "InterruptedError" || error.name === "AbortError") return exitCodes.interrupted;
  return userMistakes.has(error.name) ? exitCodes.badInput : exitCodes.failure;
}

/** Whether the message alone tells the user what to do, so that no hint at the stack is due. */
export function isExplained(error: unknown): boolean {
  return (
    error instanceof Error &&
    (userMistakes.has(error.name) || plannedFailures.has(error.name) || error.name === "InterruptedError")
  );
}
