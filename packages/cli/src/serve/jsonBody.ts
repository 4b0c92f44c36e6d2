/** Bodies as bytes to JSON, and complaints about them in words. */
import { isUtf8 } from "node:buffer";
import { ServiceError } from "./errors.js";

/** The part of a validator's error that is told. */
export interface SchemaProblem {
  readonly keyword: string;
  readonly instancePath: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly message?: string;
}

/**
 * Reads a JSON body.
 *
 * @throws {ServiceError} 400 `empty-body`, `not-utf8` or `not-json`.
 */
export function readJson(body: Buffer): unknown {
  if (body.length === 0) {
    throw new ServiceError(400, "empty-body", 'The body is empty; send JSON such as {"text": "..."}.');
  }
  if (!isUtf8(body)) throw new ServiceError(400, "not-utf8", "The body is not UTF-8; encode it so.");
  try {
    return JSON.parse(body.toString()) as unknown;
  } catch {
    // The parser's own message repeats what was sent.
    throw new ServiceError(400, "not-json", 'The body is not JSON; send JSON such as {"text": "..."}.');
  }
}

/** What is wrong with a body. */
export function schemaError(problems: readonly SchemaProblem[]): ServiceError {
  const [first] = problems;
  // Of the alternatives each is told to be broken before they are told to be so all together.
  const isNoObject = first.keyword === "type" && first.instancePath === "";
  const all = isNoObject ? undefined : problems.find(({ keyword }) => keyword === "oneOf");
  return new ServiceError(400, "bad-request", describe(all ?? first));
}

function describe({ keyword, instancePath, params, message }: SchemaProblem): string {
  const place = instancePath === "" ? "The body" : instancePath.slice(1).replace(/\/(\d+)/g, "[$1]");
  switch (keyword) {
    case "type":
      return `${place} must be ${withArticle(String(params.type))}.`;
    case "additionalProperties":
      return `${place} has ${JSON.stringify(params.additionalProperty)}, which is not known; there are text, texts and explain.`;
    case "oneOf":
      return 'Give either "text" or "texts", and not both.';
    case "minLength":
      return `${place} is empty: there is nothing to rate.`;
    case "minItems":
      return `${place} is empty: give at least one text.`;
    case "maxLength":
      return `${place} has more than ${String(params.limit)} characters; shorten it (only its beginning would be read).`;
    case "maxItems":
      return `${place} has more than ${String(params.limit)} texts; send longer lists as JSON lines (application/x-ndjson).`;
    default:
      return `${place} ${message ?? "is wrong"}.`;
  }
}

function withArticle(type: string): string {
  return `${/^[aeio]/.test(type) ? "an" : "a"} ${type}`;
}
