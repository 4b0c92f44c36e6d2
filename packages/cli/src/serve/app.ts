/** The service as a function from requests to answers; `listen.ts` gives it an address. */
import type { Socket } from "node:net";
import cors from "@fastify/cors";
import rateLimit from "@fastify/rate-limit";
import { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from "fastify";
import { addDocumentation } from "./documentation.js";
import { errorBody, ServiceError } from "./errors.js";
import { addHealthRoutes } from "./healthRoutes.js";
import { readJson, type SchemaProblem, schemaError } from "./jsonBody.js";
import type { KeyRing, KnownKey } from "./keys.js";
import type { ServiceLog } from "./log.js";
import type { ServiceMetrics } from "./metrics.js";
import { addModelRoutes } from "./modelRoutes.js";
import type { ModelStore } from "./modelStore.js";
import { addPredictRoute, lineTypes } from "./predictRoute.js";
import { namedSchemas } from "./schemas.js";
import type { ServeSettings } from "./settings.js";
import { SlowBodies } from "./slowBodies.js";

/** Whether the service takes requests. */
export interface ServiceState {
  isStopping: boolean;
}

export interface AppOptions {
  readonly store: ModelStore;
  readonly settings: ServeSettings;
  readonly metrics: ServiceMetrics;
  readonly log: ServiceLog;
  readonly state: ServiceState;
  /** Who may ask; everybody when absent. */
  readonly keys?: KeyRing;
}

declare module "fastify" {
  interface FastifyRequest {
    /** Whose request it is, where keys are asked for. */
    apiKey: KnownKey | undefined;
  }
}

/** Bytes of a request's head at most. */
const maxHeaderSize = 16_384;
/** Connections at once at most, so that no flood of them takes all memory. */
const maxConnections = 8_192;
/** Paths that need no key. */
const openPaths = ["/health/", "/docs", "/openapi.json"];

/** Makes the service; it does not listen yet. */
export async function buildApp(options: AppOptions): Promise<FastifyInstance> {
  const { settings, keys, metrics } = options;
  const { limits } = settings;
  const app = fastify({
    logger: false,
    bodyLimit: limits.maxBody,
    // Silence while a request is under way; computing one may take as long as its time limit.
    connectionTimeout: Math.max(limits.patience, settings.batch.timeout) + 1_000,
    keepAliveTimeout: 72_000,
    forceCloseConnections: false,
    return503OnClosing: false,
    routerOptions: { maxParamLength: 256 },
    http: {
      maxHeaderSize,
      headersTimeout: limits.patience,
      connectionsCheckingInterval: Math.min(1_000, limits.patience),
    },
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false, useDefaults: false, allErrors: false } },
    schemaErrorFormatter: (problems) => schemaError(problems as readonly SchemaProblem[]),
    clientErrorHandler,
  });
  app.server.maxConnections = maxConnections;
  for (const schema of namedSchemas(limits)) app.addSchema(schema);
  const slowBodies = new SlowBodies(limits.patience);
  app.addHook("onClose", () => slowBodies.stop());
  addParsers(app, slowBodies);
  app.setErrorHandler((error, request, reply) => sendError(error as Error, request, reply, options));
  app.setNotFoundHandler((request) => {
    throw notFound(request);
  });
  addHooks(app, slowBodies, options);
  if (settings.corsOrigins.length > 0) {
    const methods = ["GET", "POST"];
    await app.register(cors, { origin: [...settings.corsOrigins], methods, exposedHeaders: ["retry-after"] });
  }
  if (keys) await addKeys(app, keys);
  app.addHook("onClose", () => metrics.registry.clear());
  await addDocumentation(app, options);
  await app.register((scope) => {
    addPredictRoute(scope, options);
    addModelRoutes(scope, options);
    addHealthRoutes(scope, options);
    return Promise.resolve();
  });
  return app;
}

function addParsers(app: FastifyInstance, slowBodies: SlowBodies): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser<Buffer>("application/json", { parseAs: "buffer" }, (request, body, done) => {
    slowBodies.end(request);
    try {
      done(null, readJson(body));
    } catch (error) {
      done(error as Error);
    }
  });
  // A stream is read by its route, line by line.
  app.addContentTypeParser([...lineTypes], (request, payload, done) => {
    slowBodies.end(request);
    done(null, payload);
  });
}

function addHooks(app: FastifyInstance, slowBodies: SlowBodies, options: AppOptions): void {
  const { settings, metrics, log, state } = options;
  app.decorateRequest("apiKey", undefined);
  app.addHook("onRequest", (request, reply, done) => {
    slowBodies.begin(request, reply);
    reply.header("x-content-type-options", "nosniff");
    reply.header("cache-control", "no-store");
    // A client learns with its answer that it shall not use this connection again.
    if (state.isStopping) reply.header("connection", "close");
    done();
  });
  app.addHook("onResponse", (request, reply, done) => {
    slowBodies.end(request);
    const route = request.routeOptions.url ?? "unknown";
    metrics.onRequest(route, reply.statusCode, reply.elapsedTime / 1000);
    if (settings.log.requests) logRequest(request, reply, settings, log);
    done();
  });
}

function logRequest(
  request: FastifyRequest,
  reply: FastifyReply,
  { log: { texts } }: ServeSettings,
  log: ServiceLog,
): void {
  const route = request.routeOptions.url ?? "unknown";
  const { name } = (request.params ?? {}) as { readonly name?: string };
  const { text, texts: list } = (request.body ?? {}) as { readonly text?: unknown; readonly texts?: unknown };
  log.info("request", `${request.method} ${route} ${reply.statusCode} in ${reply.elapsedTime.toFixed(1)} ms`, {
    method: request.method,
    route,
    status: reply.statusCode,
    milliseconds: Math.round(reply.elapsedTime * 10) / 10,
    ...(name !== undefined && reply.statusCode !== 404 && { model: name }),
    ...(request.apiKey && { key: request.apiKey.name }),
    ...(texts && { texts: list ?? text }),
  });
}

/** Asks for a key, and holds each key to its requests a minute. */
async function addKeys(app: FastifyInstance, keys: KeyRing): Promise<void> {
  app.addHook("onRequest", (request, _reply, done) => {
    if (openPaths.some((path) => request.url.startsWith(path))) return done();
    request.apiKey = keys.find(request.headers.authorization);
    if (request.apiKey) return done();
    done(new ServiceError(401, "no-key", "This needs an API key; send it as `Authorization: Bearer KEY`."));
  });
  await app.register(rateLimit, {
    global: true,
    hook: "onRequest",
    timeWindow: "1 minute",
    keyGenerator: (request) => request.apiKey?.name ?? "",
    allowList: (request) => request.apiKey?.perMinute === undefined,
    max: (request) => request.apiKey?.perMinute ?? 0,
    errorResponseBuilder: (_request, { max, ttl }) => {
      const retryAfter = Math.max(1, Math.ceil(ttl / 1000));
      return new ServiceError(
        429,
        "rate-limit",
        `This key has ${max} requests a minute, which are used up; try again in ${retryAfter} s.`,
        { retryAfter },
      );
    },
  });
}

function notFound(request: FastifyRequest): ServiceError {
  const asked = `${request.method} ${request.url.split("?")[0].slice(0, 100)}`;
  return new ServiceError(404, "not-found", `There is nothing at ${asked}; /docs tells what there is.`);
}

/** Fastify's own errors, in our words. */
const knownErrors: Readonly<Record<string, readonly [code: string, message: string]>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [
    "bad-content-type",
    "Send JSON with the content type application/json, or JSON lines with application/x-ndjson.",
  ],
  FST_ERR_CTP_BODY_TOO_LARGE: [
    "too-large",
    "The body is larger than this service takes; send fewer texts, or JSON lines.",
  ],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ["bad-length", "The body is not as long as its Content-Length says."],
  FST_ERR_BAD_URL: ["bad-url", "The address is not well formed."],
};

function sendError(error: Error, request: FastifyRequest, reply: FastifyReply, { metrics, log }: AppOptions): void {
  const known = clientError(error);
  metrics.onError(known.code);
  if (known.status >= 500 && known.code !== "timeout") {
    log.error("request-failed", `${request.method} ${request.routeOptions.url ?? ""} failed: ${error.message}`, {
      route: request.routeOptions.url,
      stack: error.stack,
    });
  }
  if (known.retryAfter !== undefined) reply.header("retry-after", String(known.retryAfter));
  if (known.status === 401) reply.header("www-authenticate", "Bearer");
  // What is left of a body is not read.
  if (known.status === 413 || known.status === 408) reply.header("connection", "close");
  void reply.status(known.status).send(errorBody(known));
}

function clientError(error: Error): ServiceError {
  if (error instanceof ServiceError) return error;
  const { code = "", statusCode = 500 } = error as Partial<FastifyError>;
  const [ownCode, message] = knownErrors[code] ?? [];
  if (ownCode !== undefined) return new ServiceError(statusCode, ownCode, message);
  if (statusCode >= 400 && statusCode < 500)
    return new ServiceError(statusCode, "bad-request", "The request is not well formed.");
  return new ServiceError(500, "internal", "The service failed; its log tells why.");
}

/** Answers what is not even HTTP. */
function clientErrorHandler(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, code, message] = httpProblem(error.code);
  const body = JSON.stringify(errorBody({ code, message }));
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}

function httpProblem(code: string | undefined): readonly [status: string, code: string, message: string] {
  if (code === "HPE_HEADER_OVERFLOW") {
    return [
      "431 Request Header Fields Too Large",
      "headers-too-large",
      `The head of the request has more than ${maxHeaderSize} bytes.`,
    ];
  }
  if (code === "ERR_HTTP_REQUEST_TIMEOUT")
    return ["408 Request Timeout", "too-slow", "The request did not arrive in time."];
  return ["400 Bad Request", "not-http", "This is not a well-formed HTTP request."];
}
