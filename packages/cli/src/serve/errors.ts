import type { TextProblem } from "./protocol.js";

/** A refusal as data: what is refused by the thousand must not cost an error with its stack each. */
export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  /** Seconds after which trying again makes sense. */
  readonly retryAfter: number;
}

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

/** What a client is told of a text without an answer. @param place what the text is called. */
export function asServiceError({ code, message, isFault }: TextProblem, place: string): ServiceError {
  if (isFault) return new ServiceError(500, "model-failed", `The model failed: ${message}`);
  return new ServiceError(400, code, message.replace(/^The text/, place));
}
