/** Whether the service lives, whether it takes requests, and what it tells Prometheus. */
import type { FastifyInstance } from "fastify";
import type { ServiceState } from "./app.js";
import type { ServiceMetrics } from "./metrics.js";
import type { ModelStore } from "./modelStore.js";
import type { Shape } from "./schemas.js";

export interface HealthOptions {
  readonly store: ModelStore;
  readonly metrics: ServiceMetrics;
  readonly state: ServiceState;
}

const health = (description: string) => ({
  description,
  content: { "application/json": { schema: { $ref: "Health#" } } },
});

/** Adds the routes. */
export function addHealthRoutes(app: FastifyInstance, { store, metrics, state }: HealthOptions): void {
  const statusOf = (): Shape<"Health"> => {
    const models = store.all().length;
    return { status: state.isStopping ? "stopping" : models > 0 ? "ok" : "starting", models };
  };
  app.get(
    "/health/live",
    {
      schema: {
        operationId: "live",
        summary: "Whether the service lives",
        tags: ["Operation"],
        response: { 200: health("It lives.") },
      },
    },
    () => statusOf(),
  );
  app.get(
    "/health/ready",
    {
      schema: {
        operationId: "ready",
        summary: "Whether the service takes requests",
        description: "Every model has rated a text by then, so that the first request is as fast as any.",
        tags: ["Operation"],
        response: { 200: health("It takes requests."), 503: health("It is stopping, or has no model.") },
      },
    },
    (_request, reply) => {
      const status = statusOf();
      return reply.status(status.status === "ok" ? 200 : 503).send(status);
    },
  );
  app.get(
    "/metrics",
    {
      schema: {
        operationId: "metrics",
        summary: "Figures for Prometheus",
        tags: ["Operation"],
        response: { 200: { description: "Text", content: { "text/plain": { schema: { type: "string" } } } } },
      },
    },
    async (_request, reply) => {
      reply.header("content-type", metrics.registry.contentType);
      return reply.send(await metrics.registry.metrics());
    },
  );
}
