import type { ErrorAnswer } from "./types.generated.js";

/** The service refused a request, or could not be reached. */
export class ServiceError extends Error {
  /** The HTTP status; 0 when there was no answer at all. */
  readonly status: number;
  /** The service's name of the mistake, such as `empty-text`; `unreachable` when there was no answer at all. */
  readonly code: string;

  constructor(status: number, { code, message }: ErrorAnswer["error"], options?: ErrorOptions) {
    super(message, options);
    this.name = "ServiceError";
    this.status = status;
    this.code = code;
  }
}

/** The error that an answer tells of. */
export async function errorOf(response: Response): Promise<ServiceError> {
  const body: unknown = await response.json().catch(() => undefined);
  if (isErrorAnswer(body)) return new ServiceError(response.status, body.error);
  const message = `${response.url} answered ${response.status} ${response.statusText}, which is not an answer of Starcast; is the address right?`;
  return new ServiceError(response.status, { code: "not-starcast", message });
}

function isErrorAnswer(body: unknown): body is ErrorAnswer {
  const { code, message } = (body as Partial<ErrorAnswer> | undefined)?.error ?? {};
  return typeof code === "string" && typeof message === "string";
}
