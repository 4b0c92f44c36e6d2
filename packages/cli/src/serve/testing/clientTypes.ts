/** The types of `@starcast/client`, made from the service's schemas. */
import { compile } from "json-schema-to-typescript";
import { namedSchemas } from "../schemas.js";
import { defaultSettings } from "../settings.js";

const banner = `/**
 * What the service takes and gives; made from its schemas in packages/cli/src/serve/schemas.ts
 * (\`npx vitest run packages/cli/src/serve/client.test.ts -u\` writes it anew).
 */`;

/** A module of one exported type a schema. */
export async function clientTypes(): Promise<string> {
  const named = namedSchemas(defaultSettings.limits).map((schema): [string, object] => {
    const { $id, ...rest } = schema;
    // Alternatives of one object would become a type with any further property.
    return [$id, { ...rest, oneOf: undefined }];
  });
  const definitions = JSON.parse(
    JSON.stringify(Object.fromEntries(named)).replaceAll(/"\$ref":"(\w+)#"/g, '"$ref":"#/definitions/$1"'),
  ) as Record<string, object>;
  const source = await compile({ title: "All", type: "object", definitions }, "All", {
    bannerComment: banner,
    unreachableDefinitions: true,
    additionalProperties: false,
    ignoreMinAndMaxItems: true,
    style: { printWidth: 120 },
  });
  // The schemas' own frame is no type of anybody.
  return source
    .replace(/export interface All \{\}\n/, "")
    .replaceAll(/\n \* This interface was referenced by[^\n]*\n[^\n]*via the `definition`[^\n]*/g, "")
    .replaceAll("\n *\n */", "\n */");
}
