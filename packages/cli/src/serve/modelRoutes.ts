/** `GET /v1/models` and `GET /v1/models/{name}`. */
import type { FastifyInstance } from "fastify";
import type { ModelStore } from "./modelStore.js";
import type { ModelVersion } from "./modelVersion.js";
import { errorResponses, unknownModel } from "./predictRoute.js";
import type { Shape } from "./schemas.js";

/** Adds the routes. */
export function addModelRoutes(app: FastifyInstance, { store }: { readonly store: ModelStore }): void {
  const of = (schema: string, description: string) => ({
    description,
    content: { "application/json": { schema: { $ref: `${schema}#` } } },
  });
  const noKey = { 401: "The API key is missing or wrong." };
  app.get(
    "/v1/models",
    {
      schema: {
        operationId: "listModels",
        summary: "The models that answer",
        tags: ["Models"],
        response: { 200: of("ModelList", "All models, by name."), ...errorResponses(noKey) },
      },
    },
    (): Shape<"ModelList"> => ({ models: store.all().map((version) => summaryOf(version, store)) }),
  );
  app.get<{ Params: { name: string } }>(
    "/v1/models/:name",
    {
      schema: {
        operationId: "getModel",
        summary: "A model: its card, metrics and settings",
        tags: ["Models"],
        params: {
          type: "object",
          properties: { name: { type: "string", description: "Name of the model." } },
          required: ["name"],
        },
        response: {
          200: of("ModelDetails", "The model."),
          ...errorResponses({ ...noKey, 404: "There is no such model." }),
        },
      },
    },
    (request): Shape<"ModelDetails"> => {
      const version = store.current(request.params.name);
      if (version === undefined) throw unknownModel(request.params.name);
      return detailsOf(version, store);
    },
  );
}

function summaryOf({ name, version, loadedAt, facts }: ModelVersion, store: ModelStore): Shape<"ModelSummary"> {
  const { scale } = facts.config;
  return {
    name,
    version,
    task: scale.task,
    labels: scale.task === "number" ? null : [...scale.labels],
    loadedAt: loadedAt.toISOString(),
    problem: store.problemOf(name) ?? null,
  };
}

function detailsOf(version: ModelVersion, store: ModelStore): Shape<"ModelDetails"> {
  const { config, metrics } = version.facts;
  return {
    ...summaryOf(version, store),
    fingerprint: version.fingerprint,
    settings: { ...config },
    metrics: metrics ? { ...metrics } : null,
    card: version.card ?? null,
    shadow: store.shadowOf(version.name)?.report() ?? null,
  };
}
