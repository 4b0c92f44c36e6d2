import { OptionError } from "../errors.js";
import { crc32, crc32OfArray } from "../storage/index.js";
import type { PreparedData } from "../training/prepare.js";
import type { TrainingSettings } from "../training/settings.js";

/**
 * What makes a run this run and no other, by name: two runs of the same identity take the same steps. The number of
 * threads is not part of it, for it changes nothing.
 */
export type RunIdentity = Readonly<Record<string, string>>;

/** The parts of an identity that are sums over data, in words. */
const dataNames: Readonly<Record<string, string>> = {
  "data.texts": "the texts",
  "data.ratings": "the ratings or labels",
  "data.split": "the division into parts",
  "data.vocabulary": "the vocabulary",
  "data.wordVectors": "the word vectors",
};

/** @param vectors the embedding that word vectors start it from. */
export function identifyRun(run: {
  readonly recipe: string;
  readonly seed: number;
  readonly data: PreparedData;
  readonly settings: TrainingSettings;
  readonly vectors?: Float32Array;
}): RunIdentity {
  const { recipe, seed, data, settings, vectors } = run;
  const { texts, truths, parts, vocabulary, scale } = data;
  const split = [parts.train, parts.validation, parts.test];
  return {
    recipe,
    seed: String(seed),
    ...flatten(settings, ""),
    task: scale.task,
    ...(scale.task !== "number" && { labels: JSON.stringify(scale.labels) }),
    rows: `${parts.train.length} + ${parts.validation.length} + ${parts.test.length}`,
    "data.texts": hexadecimal(crc32OfArray(texts.offsets, sumOfIds(texts.ids))),
    "data.ratings": sumOf([truths]),
    "data.split": sumOf(split),
    "data.vocabulary": hexadecimal(crc32(new TextEncoder().encode(vocabulary.toLines()))),
    ...(vectors && { "data.wordVectors": sumOf([vectors]) }),
  };
}

/** @throws {OptionError} `other-run` that names all that differs. */
export function requireSameRun(then: RunIdentity, now: RunIdentity): void {
  const names = [...new Set([...Object.keys(then), ...Object.keys(now)])].filter((name) => then[name] !== now[name]);
  if (names.length === 0) return;
  // Other settings make other sums of the same data, so these count only when the settings are the same.
  const settings = names.filter((name) => !(name in dataNames));
  const differences = (settings.length > 0 ? settings : names).map(
    (name) => dataNames[name] ?? `${name} (${then[name] ?? "none"} then, ${now[name] ?? "none"} now)`,
  );
  throw new OptionError(
    "other-run",
    `The checkpoint belongs to another run, for these differ: ${differences.join(", ")}. Resume with the same data and settings, or start anew.`,
  );
}

/** Nested settings as texts by path, such as `optimizer.kind`. */
function flatten(value: object, prefix: string): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, inner] of Object.entries(value) as [string, unknown][]) {
    if (inner === undefined) continue;
    if (typeof inner === "object" && inner !== null && !Array.isArray(inner)) {
      Object.assign(flat, flatten(inner, `${prefix}${name}.`));
    } else flat[prefix + name] = typeof inner === "string" ? inner : JSON.stringify(inner);
  }
  return flat;
}

/** As 32-bit numbers, whatever they are kept in. */
function sumOfIds(ids: PreparedData["texts"]["ids"]): number {
  let sum = 0;
  for (let start = 0; start < ids.length; start += idsAtOnce) {
    sum = crc32OfArray(Int32Array.from(ids.subarray(start, start + idsAtOnce)), sum);
  }
  return sum;
}

const idsAtOnce = 1 << 16;

function sumOf(arrays: readonly ArrayBufferView[]): string {
  return hexadecimal(arrays.reduce((sum, array) => crc32OfArray(array, sum), 0));
}

function hexadecimal(sum: number): string {
  return sum.toString(16).padStart(8, "0");
}
