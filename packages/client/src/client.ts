import { errorOf, ServiceError } from "./errors.js";
import { isBusy, pauseBefore, sleep } from "./retry.js";
import type {
  Health,
  ModelDetails,
  ModelList,
  Prediction,
  PredictionAnswer,
  PredictionsAnswer,
  PredictRequest,
} from "./types.generated.js";

/** How a service is reached. */
export interface ClientOptions {
  /** Where the service is, such as `http://127.0.0.1:8080`; a path before its own is kept. */
  readonly url: string | URL;
  /** Sent as `Authorization: Bearer`, where the service asks for a key. */
  readonly apiKey?: string;
  /** How often a request is sent again when the service is busy or cannot be reached. Default 5. */
  readonly retries?: number;
  /** Milliseconds that one try may take. Default 30,000. */
  readonly timeout?: number;
  /** Longest pause, in milliseconds, that is waited for when `Retry-After` asks for it. Default 60,000. */
  readonly longestPause?: number;
  /** Sends requests. Default: the `fetch` of Node and browsers. */
  readonly fetch?: typeof fetch;
}

/** Options of every request. */
export interface RequestOptions {
  /** Gives the request up, and its repetitions. */
  readonly signal?: AbortSignal;
}

/** Options of a prediction. */
export interface PredictOptions extends RequestOptions {
  /** Tell what each word adds to the rating; takes far longer, and is done for at most 16 texts at once. Default false. */
  readonly explain?: boolean;
}

/** Options of {@link StarcastClient.predictEach}. */
export interface EachOptions extends PredictOptions {
  /** Texts of one request. Default 64; with `explain` 8. */
  readonly batch?: number;
  /** Requests under way at once. Default 2. */
  readonly concurrency?: number;
}

/** A service of `starcast serve`. */
export class StarcastClient {
  readonly #base: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #options: Required<Pick<ClientOptions, "retries" | "timeout" | "longestPause" | "fetch">>;

  /** Nothing is sent yet. @throws {TypeError} when the address is none. */
  constructor(options: ClientOptions) {
    const url = new URL(options.url);
    this.#base = url.origin + url.pathname.replace(/\/+$/, "");
    this.#headers = {
      "content-type": "application/json",
      ...(options.apiKey !== undefined && { authorization: `Bearer ${options.apiKey}` }),
    };
    const { retries = 5, timeout = 30_000, longestPause = 60_000 } = options;
    this.#options = { retries, timeout, longestPause, fetch: options.fetch ?? ((...args) => fetch(...args)) };
  }

  /**
   * Rates a text, or many in one request.
   *
   * @param model name under which the service has it.
   * @throws {ServiceError} when the service refuses, or cannot be reached however often it is tried.
   */
  predict(model: string, text: string, options?: PredictOptions): Promise<PredictionAnswer>;
  predict(model: string, texts: readonly string[], options?: PredictOptions): Promise<PredictionsAnswer>;
  predict(
    model: string,
    input: string | readonly string[],
    { explain, signal }: PredictOptions = {},
  ): Promise<PredictionAnswer | PredictionsAnswer> {
    const texts = typeof input === "string" ? { text: input } : { texts: [...input] };
    const body: PredictRequest = { ...texts, ...(explain && { explain }) };
    return this.#send(`/v1/models/${encodeURIComponent(model)}/predict`, { signal, body });
  }

  /**
   * Rates any number of texts, in their order: they are sent in requests of some texts each, a few at a time, and taken from
   * the source no faster than the predictions are taken.
   *
   * @throws {ServiceError} as {@link predict}; predictions that came before it are good.
   */
  async *predictEach(
    model: string,
    texts: Iterable<string> | AsyncIterable<string>,
    options: EachOptions = {},
  ): AsyncGenerator<Prediction, void> {
    const { batch = options.explain ? 8 : 64, concurrency = 2 } = options;
    const asked: Promise<PredictionsAnswer>[] = [];
    for await (const some of inGroups(texts, batch)) {
      const answer = this.predict(model, some, options);
      // Is looked at later; until then its failure is nobody's.
      answer.catch(() => undefined);
      asked.push(answer);
      if (asked.length >= concurrency) yield* (await (asked.shift() as (typeof asked)[number])).predictions;
    }
    for (const answer of asked) yield* (await answer).predictions;
  }

  /** The models that the service has. @throws {ServiceError} */
  async models(options: RequestOptions = {}): Promise<ModelList["models"]> {
    return (await this.#send<ModelList>("/v1/models", options)).models;
  }

  /** A model: its card, metrics and settings. @throws {ServiceError} */
  model(name: string, options: RequestOptions = {}): Promise<ModelDetails> {
    return this.#send(`/v1/models/${encodeURIComponent(name)}`, options);
  }

  /** Whether the service takes requests now; false also when it cannot be reached. */
  async isReady({ signal }: RequestOptions = {}): Promise<boolean> {
    try {
      const response = await this.#options.fetch(`${this.#base}/health/ready`, { signal });
      return response.ok && ((await response.json()) as Health).status === "ok";
    } catch {
      signal?.throwIfAborted();
      return false;
    }
  }

  async #send<Answer>(
    path: string,
    { signal, body }: RequestOptions & { readonly body?: PredictRequest },
  ): Promise<Answer> {
    const { retries, longestPause } = this.#options;
    const request = { ...(body && { method: "POST", body: JSON.stringify(body) }), headers: this.#headers };
    for (let tries = 0; ; tries++) {
      const response = await this.#try(`${this.#base}${path}`, request, signal);
      if (response instanceof Response && response.ok) return (await response.json()) as Answer;
      const error = response instanceof Response ? await errorOf(response) : response;
      const retryAfter = response instanceof Response ? response.headers.get("retry-after") : null;
      const pause = pauseBefore(tries, retryAfter);
      const isWorthIt = (error.status === 0 || isBusy(error.status)) && pause <= longestPause;
      if (!isWorthIt || tries >= retries) throw error;
      await sleep(pause, signal);
    }
  }

  /** @returns the answer, or why there is none. @throws the signal's reason when it is aborted. */
  async #try(url: string, request: RequestInit, signal: AbortSignal | undefined): Promise<Response | ServiceError> {
    const late = AbortSignal.timeout(this.#options.timeout);
    try {
      return await this.#options.fetch(url, { ...request, signal: signal ? AbortSignal.any([signal, late]) : late });
    } catch (cause) {
      signal?.throwIfAborted();
      const why = late.aborted ? `did not answer within ${this.#options.timeout / 1_000} s` : "cannot be reached";
      return new ServiceError(0, { code: "unreachable", message: `${url} ${why}; is the service running?` }, { cause });
    }
  }
}

async function* inGroups(
  texts: Iterable<string> | AsyncIterable<string>,
  size: number,
): AsyncGenerator<string[], void> {
  let group: string[] = [];
  for await (const text of texts) {
    group.push(text);
    if (group.length < size) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}
