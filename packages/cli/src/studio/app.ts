/** The studio's server as a function from requests to answers: the pages, the runs on disk, and their events. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import fastifyStatic from "@fastify/static";
import { type FastifyInstance, type FastifyReply, fastify } from "fastify";
import { modelFiles, runFiles } from "../modelFiles.js";
import { followLines } from "./follow.js";
import type { RunFolders } from "./runs.js";
import { type TrainingOrder, type Trainings, trainingOrderSchema } from "./trainings.js";

export interface StudioAppOptions {
  /** Folder of the built pages. */
  readonly pages: string;
  readonly runs: RunFolders;
  readonly trainings: Trainings;
}

/** What every answer says. Pages are apart from all others, so that their threads may share memory. */
const headers = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
  "cross-origin-resource-policy": "same-origin",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
} as const;

/** The pages bring their policy along; that nobody may frame them can be said by a header only. */
const framePolicy = "frame-ancestors 'none'";

/** Data that is sent for a training, in bytes. */
const mostData = 320 * 2 ** 20;

/** Names of this machine: a page of elsewhere that was given our address asks under its own. */
const ownHosts = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i;

/** Makes the server; it does not listen yet. */
export async function buildStudio({ pages, runs, trainings }: StudioAppOptions): Promise<FastifyInstance> {
  const app = fastify({
    logger: false,
    bodyLimit: mostData,
    forceCloseConnections: true,
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, allowUnionTypes: true } },
  });
  app.addHook("onRequest", async (request, reply) => {
    reply.headers(headers);
    const { origin } = request.headers;
    const isForeign = origin !== undefined && !ownHosts.test(origin.replace(/^https?:\/\//, ""));
    if (!ownHosts.test(request.headers.host ?? "") || isForeign) {
      await tellProblem(reply, 403, "foreign-host", "The studio answers pages of this machine only, at localhost.");
    }
  });
  app.setNotFoundHandler((_request, reply) => tellProblem(reply, 404, "not-found", "There is no such page."));
  app.setErrorHandler((error: { statusCode?: number; code?: string; message: string }, _request, reply) =>
    tellProblem(reply, error.statusCode ?? 500, error.code ?? "failed", error.message),
  );
  await addPages(app, pages);
  addRuns(app, runs);
  addTrainings(app, runs, trainings);
  return app;
}

function tellProblem(reply: FastifyReply, status: number, code: string, message: string): FastifyReply {
  return reply.code(status).type("application/json").send({ code, message });
}

async function addPages(app: FastifyInstance, pages: string): Promise<void> {
  const index = await readFile(join(pages, "index.html"), "utf8");
  // How the pages know that there is a server behind them.
  const marked = index.replace("</head>", '<meta name="starcast-server" content="1">\n</head>');
  await app.register(fastifyStatic, { root: pages, index: false, cacheControl: false });
  const sendIndex = (reply: FastifyReply) =>
    reply.type("text/html; charset=utf-8").header("content-security-policy", framePolicy).send(marked);
  app.get("/", (_request, reply) => sendIndex(reply));
}

function addRuns(app: FastifyInstance, runs: RunFolders): void {
  app.get("/api/runs", async () => ({ runs: await runs.list() }));
  app.get<{ Params: { id: string; file: string } }>("/api/runs/:id/files/:file", async (request, reply) => {
    const { id, file } = request.params;
    const folder = await runs.find(id);
    if (folder === undefined || !modelFiles.some((name) => name === file)) {
      return tellProblem(reply, 404, "missing-file", "There is no such run or file.");
    }
    const bytes = await readFile(join(folder, file)).catch(() => undefined);
    if (bytes === undefined) return tellProblem(reply, 404, "missing-file", `The run has no ${file}.`);
    // A report is a page of its own, with its own policy inside; everything else is data.
    return reply.type(file === "report.html" ? "text/html; charset=utf-8" : "application/octet-stream").send(bytes);
  });
  app.get<{ Params: { id: string } }>("/api/runs/:id/rows", async (request, reply) => {
    const folder = await runs.find(request.params.id);
    if (folder === undefined) return tellProblem(reply, 404, "no-run", "There is no such run.");
    try {
      // The reader of data files is large, and needed when a run is looked at only.
      const { rowsOfRun } = await import("./rows.js");
      return await reply.header("cache-control", "no-store").send(await rowsOfRun(folder));
    } catch (error) {
      const { code = "failed", message } = error as { code?: string; message: string };
      return tellProblem(reply, 409, code, message);
    }
  });
  app.get<{ Params: { id: string } }>("/api/runs/:id/events", async (request, reply) => {
    const folder = await runs.find(request.params.id);
    if (folder === undefined) return tellProblem(reply, 404, "no-run", "There is no such run.");
    const gone = new AbortController();
    request.raw.on("close", () => gone.abort());
    return reply
      .type("text/event-stream")
      .header("cache-control", "no-store")
      .send(Readable.from(eventStream(join(folder, runFiles.events), gone.signal)));
  });
}

/** Server-sent events (HTML standard, 9.2): one a line of the run's log; the stream ends with the run. */
async function* eventStream(path: string, signal: AbortSignal): AsyncGenerator<string, void> {
  yield "retry: 2000\n\n";
  for await (const line of followLines(path, signal)) {
    yield `data: ${line}\n\n`;
    if (/"type":"(done|failed)"/.test(line)) {
      yield "event: end\ndata: {}\n\n";
      return;
    }
  }
}

function addTrainings(app: FastifyInstance, runs: RunFolders, trainings: Trainings): void {
  app.post<{ Body: TrainingOrder }>(
    "/api/trainings",
    { schema: { body: trainingOrderSchema } },
    async ({ body }, reply) => {
      try {
        const folder = await trainings.start(body);
        return await reply.code(201).send({ id: runs.idOf(folder) });
      } catch (error) {
        return tellProblem(reply, 422, "not-started", error instanceof Error ? error.message : String(error));
      }
    },
  );
  app.post<{ Params: { id: string } }>("/api/runs/:id/stop", async (request, reply) => {
    const folder = await runs.find(request.params.id);
    if (folder !== undefined && trainings.stop(folder)) return reply.code(202).send({});
    return tellProblem(
      reply,
      409,
      "not-running",
      "The studio did not start this training; press Ctrl-C where it runs.",
    );
  });
}
