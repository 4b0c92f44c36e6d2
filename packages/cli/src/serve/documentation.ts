/** The OpenAPI document, made from the routes' schemas, and a page to browse and try it that needs no network. */
import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import type { FastifyInstance } from "fastify";
import { version } from "../version.js";
import type { KeyRing } from "./keys.js";
import type { ModelStore } from "./modelStore.js";

export interface DocumentationOptions {
  readonly store: ModelStore;
  readonly keys?: KeyRing;
}

/** The parts of an OpenAPI document that examples are put into. */
interface Document {
  readonly paths?: Record<string, Record<string, Operation> | undefined>;
}

interface Operation {
  readonly requestBody?: { readonly content?: Content };
  readonly responses?: Record<string, { readonly content?: Content }>;
  readonly parameters?: { readonly name: string; example?: unknown }[];
}

type Content = Record<string, { example?: unknown } | undefined>;

/** The page loads nothing from elsewhere, is shown in no other page, and asks this service alone. */
const pagePolicy =
  "default-src 'self'; base-uri 'self'; object-src 'none'; frame-ancestors 'none'; img-src 'self' data:; style-src 'self' 'unsafe-inline'";

const logo = `<svg xmlns="http://www.w3.org/2000/svg" width="150" height="36" viewBox="0 0 150 36">
<text x="0" y="26" font-family="sans-serif" font-size="24" fill="#fff">★ Starcast</text></svg>`;

/** Adds `/openapi.json` and `/docs`; before the routes, which they collect. */
export async function addDocumentation(app: FastifyInstance, { store, keys }: DocumentationOptions): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "Starcast",
        version,
        description:
          "Ratings of texts by trained models. Every mistake is answered with `error.code` and a sentence that says how to mend it.",
      },
      tags: [{ name: "Predictions" }, { name: "Models" }, { name: "Operation" }],
      ...(keys && {
        components: { securitySchemes: { key: { type: "http" as const, scheme: "bearer" } } },
        security: [{ key: [] }],
      }),
    },
    refResolver: {
      buildLocalReference: ({ $id }, _base, _fragment, index) => (typeof $id === "string" ? $id : `schema${index}`),
    },
  });
  await app.register(swaggerUi, {
    routePrefix: "/docs",
    staticCSP: pagePolicy,
    theme: { title: "Starcast" },
    logo: { type: "image/svg+xml", content: Buffer.from(logo) },
    uiConfig: { tryItOutEnabled: true, defaultModelsExpandDepth: 0 },
    transformSpecification: (document) => withExamples(document as Document, store, keys) as typeof document,
    transformSpecificationClone: true,
  });
  app.get("/openapi.json", { schema: { hide: true } }, (_request, reply) =>
    reply
      .type("application/json; charset=utf-8")
      .send(JSON.stringify(withExamples(structuredClone(app.swagger()) as Document, store, keys))),
  );
}

/** Examples of the first model's own data: its first words, and what it says to them. Where keys are asked for, none. */
function withExamples(document: Document, store: ModelStore, keys: KeyRing | undefined): Document {
  const [model] = store.all();
  if (model === undefined || keys !== undefined) return document;
  const { exampleText, exampleAnswer } = model.facts;
  const prediction = JSON.parse(exampleAnswer) as unknown;
  for (const path of Object.values(document.paths ?? {})) {
    for (const { parameters } of Object.values(path ?? {})) {
      for (const parameter of parameters ?? []) if (parameter.name === "name") parameter.example = model.name;
    }
  }
  const predict = document.paths?.["/v1/models/{name}/predict"]?.post;
  setExample(predict?.requestBody?.content, "application/json", { text: exampleText });
  setExample(
    predict?.requestBody?.content,
    "application/x-ndjson",
    `${JSON.stringify({ id: 1, text: exampleText })}\n`,
  );
  const answer = predict?.responses?.["200"]?.content;
  setExample(answer, "application/json", { model: model.name, version: model.version, prediction });
  const line = { line: 1, id: 1, version: model.version, prediction };
  setExample(answer, "application/x-ndjson", `${JSON.stringify(line)}\n`);
  return document;
}

function setExample(content: Content | undefined, type: string, example: unknown): void {
  const media = content?.[type];
  if (media) media.example = example;
}
