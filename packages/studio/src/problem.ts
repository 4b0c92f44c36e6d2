/** What went wrong, in a sentence for the person at the page. */

/** A problem as plain data. */
export interface ProblemFacts {
  /** For programs: the rule that was broken. */
  readonly code: string;
  /** For people: what, where, and how to mend it. */
  readonly message: string;
}

/** An error that is shown as it is. */
export class Problem extends Error implements ProblemFacts {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = "Problem";
    this.code = code;
  }
}

/** Any error as a problem; those of the library have a code and a sentence already. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof Error) {
    const code = "code" in error && typeof error.code === "string" ? error.code : error.name;
    return new Problem(code, error.message);
  }
  return new Problem("unknown", String(error));
}
