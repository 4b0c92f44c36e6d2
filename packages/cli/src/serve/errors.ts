/** What a client is told when it gets no answer: a status, a stable code, and a sentence that says how to mend it. */
export class ServiceError extends Error {
  /** The HTTP status. */
  readonly status: number;
  /** Stable, machine-readable name, such as `queue-full`. */
  readonly code: string;
  /** Seconds after which trying again makes sense. */
  readonly retryAfter?: number;

  constructor(status: number, code: string, message: string, options: { readonly retryAfter?: number } = {}) {
    super(message);
    this.name = "ServiceError";
    this.status = status;
    this.code = code;
    this.retryAfter = options.retryAfter;
  }
}

/** The body of an answer that is an error. */
export function errorBody({ code, message }: { readonly code: string; readonly message: string }): {
  readonly error: { readonly code: string; readonly message: string };
} {
  return { error: { code, message } };
}
