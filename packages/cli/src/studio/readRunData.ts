/** Reads `data.json` of a run's folder, which may be a stranger's. */
import { StarcastError } from "@starcast/core";
import { type Static, Type } from "typebox";
import { Value } from "typebox/value";
import { readWithin } from "../data/within.js";
import { type RunData, runDataFormat } from "../run/runData.js";

const longest = 2 ** 20;

const name = Type.String({ minLength: 1, maxLength: 4096 });
const files = Type.Array(
  Type.Object({
    path: name,
    bytes: Type.Integer({ minimum: 1 }),
    sha256: Type.String({ pattern: "^[0-9a-f]{64}$" }),
  }),
  { minItems: 1, maxItems: 1000 },
);
const share = Type.Number({ minimum: 0, exclusiveMaximum: 1 });

const schema = Type.Object({
  format: Type.Literal(runDataFormat),
  main: files,
  validation: Type.Optional(files),
  test: Type.Optional(files),
  text: Type.Array(name, { minItems: 1, maxItems: 1000 }),
  label: name,
  task: Type.Union([Type.Literal("rating"), Type.Literal("class"), Type.Literal("number")]),
  labels: Type.Optional(Type.Array(Type.Union([Type.String(), Type.Number()]), { maxItems: 1000 })),
  skipBadRows: Type.Boolean(),
  split: Type.Object({ group: Type.Optional(name), part: Type.Optional(name), time: Type.Optional(name) }),
  validationFraction: share,
  testFraction: share,
  keepDuplicates: Type.Boolean(),
  seed: Type.Integer({ minimum: 0, maximum: 0xffff_ffff }),
});

/**
 * What a run says of its data.
 *
 * @throws {StarcastError} `no-data-record` when it says nothing, or nothing that can be understood.
 */
export async function readRunData(folder: string): Promise<RunData> {
  const bytes = await readWithin(folder, "data.json", longest).catch(() => undefined);
  if (bytes === undefined) {
    throw new StarcastError(
      "no-data-record",
      "This run does not say which file it learned from: it is of an earlier version, or was made elsewhere. Its report is still there; a run that is trained now can be looked at.",
    );
  }
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    value = undefined;
  }
  if (!Value.Check(schema, value)) {
    throw new StarcastError(
      "no-data-record",
      "The run's data.json, which says what it learned from, is damaged or of a version that is not known here.",
    );
  }
  return value satisfies Static<typeof schema>;
}
