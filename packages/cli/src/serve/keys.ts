/** Who may ask: API keys, of which only hashes are kept. */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { readFileSync } from "node:fs";
import { UsageError } from "../errors.js";

/** Bytes of chance in a key: far too many to be guessed, so that one pass of SHA-256 protects it. */
const keyBytes = 32;
/** What keys begin with, so that they are known for what they are where they should not be. */
const prefix = "sk-starcast-";

/** A key as the service knows it. */
export interface KnownKey {
  readonly name: string;
  /** Requests a minute; undefined: no limit. */
  readonly perMinute: number | undefined;
}

interface StoredKey extends KnownKey {
  readonly hash: Buffer;
}

/** The keys of a file. */
export class KeyRing {
  readonly #keys: readonly StoredKey[];

  private constructor(keys: readonly StoredKey[]) {
    this.#keys = keys;
  }

  /**
   * Reads a file of keys: a line each, of a name, the key's SHA-256 in hexadecimal, and, if wanted, the requests that it
   * has a minute. Blank lines and those that begin with # are passed over.
   *
   * @throws {UsageError} with the line that is none.
   */
  static read(path: string): KeyRing {
    let text: string;
    try {
      text = readFileSync(path, "utf8");
    } catch (cause) {
      throw new UsageError(
        "no-keys",
        `The keys in ${path} cannot be read; \`starcast serve --new-key NAME\` makes one.`,
        { cause },
      );
    }
    const keys = text.split(/\r?\n/).flatMap((line, index) => readLine(line, `${path}, line ${index + 1}`));
    if (keys.length > 0) return new KeyRing(keys);
    throw new UsageError("no-keys", `${path} holds no key; \`starcast serve --new-key NAME\` makes one.`);
  }

  /** Number of keys. */
  get size(): number {
    return this.#keys.length;
  }

  /** The key of an `Authorization: Bearer KEY` header. All keys are compared, whichever fits, in the same time. */
  find(authorization: string | undefined): KnownKey | undefined {
    const [, given] = /^Bearer +([\x21-\x7e]{1,512})$/i.exec(authorization ?? "") ?? [];
    if (given === undefined) return undefined;
    const hash = hashOf(given);
    let found: StoredKey | undefined;
    for (const key of this.#keys) if (timingSafeEqual(hash, key.hash)) found = key;
    return found;
  }
}

/** A new key and the line for the file; the key itself is nowhere kept. */
export function newKey(name: string): { readonly key: string; readonly line: string } {
  if (!keyName.test(name))
    throw new UsageError(
      "bad-name",
      `A key cannot be called ${JSON.stringify(name)}; use letters, digits, dots, dashes and underscores.`,
    );
  const key = prefix + randomBytes(keyBytes).toString("base64url");
  return { key, line: `${name} ${hashOf(key).toString("hex")}` };
}

const keyName = /^[A-Za-z0-9._-]{1,64}$/;

function readLine(line: string, place: string): StoredKey[] {
  const trimmed = line.trim();
  if (trimmed === "" || trimmed.startsWith("#")) return [];
  const [, name, hash, perMinute] = /^(\S+)\s+([0-9a-f]{64})(?:\s+([1-9]\d{0,8}))?$/i.exec(trimmed) ?? [];
  if (name !== undefined && keyName.test(name)) {
    return [
      { name, hash: Buffer.from(hash, "hex"), perMinute: perMinute === undefined ? undefined : Number(perMinute) },
    ];
  }
  throw new UsageError(
    "bad-key",
    `${place} is not a key: a line has a name, 64 hexadecimal digits (the SHA-256 of the key) and, if wanted, the requests that it has a minute.`,
  );
}

function hashOf(key: string): Buffer {
  return createHash("sha256").update(key).digest();
}
