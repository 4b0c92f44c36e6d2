import { FormatError } from "../errors.js";
import { printable, quote } from "../quote.js";

export interface JsonLimits {
  /** Longest text accepted, in bytes; default 16 MiB. */
  readonly maxBytes?: number;
  /** Deepest nesting of objects and lists; default 32. */
  readonly maxDepth?: number;
}

/**
 * Parses JSON that need not be trusted: strict UTF-8 (a byte order mark is skipped), no key twice in one object, bounded
 * size and nesting. Objects keep `__proto__` and the like as plain own properties, so read them with
 * `readRecord`, `Object.entries` or `Object.hasOwn`, and never copy keys by assignment.
 *
 * @param fileName what messages call the file.
 * @throws {FormatError} `too-large`, `not-utf8`, `too-deep`, `duplicate-key` or `not-json`.
 */
export function parseJson(bytes: Uint8Array, fileName: string, limits: JsonLimits = {}): unknown {
  const { maxBytes = 16 * 2 ** 20, maxDepth = 32 } = limits;
  if (bytes.length > maxBytes) {
    throw new FormatError("too-large", `${fileName} has ${bytes.length} bytes, more than the ${maxBytes} allowed.`);
  }
  const text = decodeUtf8(bytes, fileName);
  // Before JSON.parse: nested brackets cost it fifty times their size in memory.
  checkStructure(text, fileName, maxDepth);
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new FormatError("not-json", `${fileName} is not valid JSON: ${describe(cause)}.`, { cause });
  }
}

/**
 * JSON for a file, indented by two spaces, with a line break at the end; a list of numbers stands on one line. Typed
 * arrays become lists; a number that JSON does not have (NaN, infinities) becomes null, as a result may lack it.
 */
export function encodeJson(value: unknown): Uint8Array {
  const text = JSON.stringify(value, (_key, item: unknown) => (isTypedArray(item) ? Array.from(item) : item), 2);
  return new TextEncoder().encode(
    `${text.replace(numberList, (list) => list.replace(/\s+/g, "").replaceAll(",", ", "))}\n`,
  );
}

/** Texts hold no line feed in JSON, so this finds lists and nothing else. */
const numberList = /\[\n(?: *(?:-?\d[\d.e+-]*|null),?\n)+ *\]/g;

/** @throws {FormatError} `not-utf8` when the bytes are not a text. */
export function decodeUtf8(bytes: Uint8Array, fileName: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new FormatError("not-utf8", `${fileName} is not valid UTF-8 text.`, { cause });
  }
}

/** Nesting and repeated keys, which JSON.parse accepts; whatever else is wrong with the text is left to it. */
function checkStructure(text: string, fileName: string, maxDepth: number): void {
  const openKeys: (Set<string> | undefined)[] = [];
  for (let index = 0; index < text.length; index++) {
    const character = text[index];
    if (character === "{" || character === "[") {
      openKeys.push(character === "{" ? new Set() : undefined);
      if (openKeys.length > maxDepth) {
        throw new FormatError("too-deep", `${fileName} is nested deeper than ${maxDepth} levels.`);
      }
    } else if (character === "}" || character === "]") {
      openKeys.pop();
    } else if (character === '"') {
      const end = endOfString(text, index);
      const keys = openKeys.at(-1);
      if (keys !== undefined && isFollowedByColon(text, end)) addKey(keys, text.slice(index, end), fileName);
      index = end - 1;
    }
  }
}

function endOfString(text: string, start: number): number {
  let index = start + 1;
  while (index < text.length && text[index] !== '"') index += text[index] === "\\" ? 2 : 1;
  return index + 1;
}

function isFollowedByColon(text: string, start: number): boolean {
  let index = start;
  while (" \t\r\n".includes(text[index] ?? "x")) index++;
  return text[index] === ":";
}

function addKey(keys: Set<string>, literal: string, fileName: string): void {
  let key = literal.slice(1, -1);
  if (key.includes("\\")) {
    try {
      key = JSON.parse(literal) as string;
    } catch {
      return;
    }
  }
  if (keys.has(key))
    throw new FormatError("duplicate-key", `${fileName} has the key ${quote(key)} twice in one object.`);
  keys.add(key);
}

function describe(cause: unknown): string {
  return cause instanceof Error ? printable(cause.message.slice(0, 120)) : "unreadable";
}

function isTypedArray(value: unknown): value is Float32Array {
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}
