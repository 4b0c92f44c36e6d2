/** `POST /v1/models/{name}/predict`: one text, many, or a stream of JSON lines. */
import type { IncomingMessage } from "node:http";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { ServiceState } from "./app.js";
import { asServiceError, errorBody, type Refusal, ServiceError } from "./errors.js";
import { answerLines } from "./jsonLines.js";
import type { ServiceMetrics } from "./metrics.js";
import type { ModelStore } from "./modelStore.js";
import type { ModelVersion } from "./modelVersion.js";
import type { Shape } from "./schemas.js";
import type { ServeSettings } from "./settings.js";
import type { TextAnswer } from "./textQueue.js";

export const predictPath = "/v1/models/:name/predict";
/** Content types of JSON lines. */
export const lineTypes = ["application/x-ndjson", "application/jsonl", "application/json-lines"] as const;
const json = "application/json; charset=utf-8";

/** Most texts of a request that are explained. */
const mostExplained = 16;

/** What a request of this route has. */
export interface PredictRoute {
  Params: { name: string };
  Body: Shape<"PredictRequest"> | IncomingMessage;
}

export interface PredictOptions {
  readonly store: ModelStore;
  readonly settings: ServeSettings;
  readonly metrics: ServiceMetrics;
  readonly state: ServiceState;
}

/** Adds the route. */
export function addPredictRoute(app: FastifyInstance, options: PredictOptions): void {
  const { store, metrics } = options;
  app.post<PredictRoute>(
    predictPath,
    {
      schema: predictSchema,
      // Before the body is read: what cannot be taken need not be looked at.
      onRequest: (request, reply, done) => {
        const version = store.current(request.params.name);
        if (version === undefined) done(unknownModel(request.params.name));
        else if (isStream(request) || version.ratings.hasRoomFor(1)) done();
        else refuse(reply, version.ratings.full(), metrics);
      },
    },
    (request, reply) =>
      isStream(request) ? answerStream(request, reply, options) : answerTexts(request, reply, options),
  );
}

const predictSchema = {
  operationId: "predict",
  summary: "Rate a text, or many",
  description:
    "Send `text` or `texts` as JSON, or any number of texts as JSON lines: each line is a JSON string or an object with `text` and, if wanted, `id`, and is answered by a line, in order, while further ones arrive.",
  tags: ["Predictions"],
  params: {
    type: "object",
    properties: { name: { type: "string", description: "Name of the model." } },
    required: ["name"],
  },
  body: {
    content: {
      "application/json": { schema: { $ref: "PredictRequest#" } },
      "application/x-ndjson": { schema: {} },
    },
  },
  response: {
    200: {
      description: "The answer; to JSON lines, a line each.",
      content: {
        "application/json": { schema: { anyOf: [{ $ref: "PredictionAnswer#" }, { $ref: "PredictionsAnswer#" }] } },
        "application/x-ndjson": { schema: { $ref: "LineAnswer#" } },
      },
    },
    ...errorResponses({
      400: "The request is wrong, or a text has no words.",
      401: "The API key is missing or wrong.",
      404: "There is no such model.",
      413: "The body is too large.",
      415: "The body is neither JSON nor JSON lines.",
      429: "Too many texts wait, or too many requests came with the key; `Retry-After` says when to try again.",
      500: "The model failed.",
      503: "The service is stopping.",
      504: "There was no answer in time.",
    }),
  },
};

/** Descriptions of errors as a route's responses. */
export function errorResponses(descriptions: Readonly<Record<number, string>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(descriptions).map(([status, description]) => [
      status,
      { description, content: { "application/json": { schema: { $ref: "ErrorAnswer#" } } } },
    ]),
  );
}

/** Answers at once, past everything that an error goes through: under overload most of the work is to refuse. */
function refuse(reply: FastifyReply, refusal: Refusal, metrics: ServiceMetrics): void {
  metrics.onError(refusal.code);
  reply.status(refusal.status).header("retry-after", refusal.retryAfter).header("content-type", json);
  void reply.send(JSON.stringify(errorBody(refusal)));
}

function isStream(request: FastifyRequest): boolean {
  const type = request.headers["content-type"];
  return type !== undefined && lineTypes.some((known) => type.startsWith(known));
}

/** @throws {ServiceError} 404. */
export function unknownModel(name: string): ServiceError {
  const shown = name.length > 64 ? `${name.slice(0, 64)}...` : name;
  return new ServiceError(
    404,
    "unknown-model",
    `There is no model ${JSON.stringify(shown)}; GET /v1/models lists them.`,
  );
}

async function answerTexts(
  request: FastifyRequest<PredictRoute>,
  reply: FastifyReply,
  { store, state }: PredictOptions,
): Promise<FastifyReply> {
  const { text, texts, explain = false } = request.body as Shape<"PredictRequest">;
  const version = store.current(request.params.name);
  if (version === undefined) throw unknownModel(request.params.name);
  const all = texts ?? [text ?? ""];
  const { socket } = request;
  const answers = await (explain ? explainAll(version, all) : version.rate(all, () => socket.destroyed));
  const bodies = answers.map((answer, index) => bodyOf(answer, texts && `texts[${index}]`));
  const head = `{"model":${JSON.stringify(version.name)},"version":"${version.version}",`;
  const body = texts ? `${head}"predictions":[${bodies.join(",")}]}` : `${head}"prediction":${bodies[0]}}`;
  reply.header("content-type", json);
  // The request came before the service began to stop.
  if (state.isStopping) reply.header("connection", "close");
  return reply.send(body);
}

function explainAll(version: ModelVersion, texts: readonly string[]): Promise<TextAnswer[]> {
  if (texts.length <= mostExplained) return version.explain(texts);
  throw new ServiceError(
    400,
    "too-many-texts",
    `At most ${mostExplained} texts are explained in one request, not ${texts.length}; send the others in further ones.`,
  );
}

/** @throws {ServiceError} 400 for a text without an answer; 500 where the model is at fault. */
function bodyOf(answer: TextAnswer, place = "The text"): string {
  if (typeof answer === "string") return answer;
  throw asServiceError(answer, place);
}

function answerStream(
  request: FastifyRequest<PredictRoute>,
  reply: FastifyReply,
  options: PredictOptions,
): FastifyReply {
  const { name } = request.params;
  const { store, settings } = options;
  const lines = answerLines(request.body as IncomingMessage, {
    settings,
    version: () => {
      const version = store.current(name);
      if (version === undefined) throw unknownModel(name);
      return version;
    },
    isGone: () => request.socket.destroyed,
    hangUp: () => reply.raw.once("finish", () => request.raw.destroy()),
  });
  reply.header("content-type", "application/x-ndjson; charset=utf-8");
  return reply.send(lines);
}
