import { FormatError } from "../errors.js";
import { quote } from "../quote.js";

/** Where a value stands, for messages: `config.json: network.hiddenSize`. */
export interface Place {
  readonly fileName: string;
  /** Keys from the top, joined by dots, items as `[0]`; empty for the whole file. */
  readonly path: string;
}

export interface Range {
  readonly min: number;
  readonly max: number;
}

/** Turns an unknown value into a typed one, or throws a `FormatError` (`bad-value`) that names the place. */
export type Read<T> = (value: unknown, place: Place) => T;

/** Reads a whole number from `min` to `max`. */
export function integerIn({ min, max }: Range): Read<number> {
  return (value, place) => {
    if (Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max) return value as number;
    throw badValue(place, `must be a whole number from ${min} to ${max}`, value);
  };
}

/** Reads a finite number from `min` to `max`. */
export function numberIn({ min, max }: Range): Read<number> {
  return (value, place) => {
    if (typeof value === "number" && Number.isFinite(value) && value >= min && value <= max) return value;
    throw badValue(place, `must be a number from ${min} to ${max}`, value);
  };
}

/** Reads any finite number. */
export const readNumber: Read<number> = (value, place) => {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw badValue(place, "must be a number", value);
};

/** Reads true or false. */
export const readBoolean: Read<boolean> = (value, place) => {
  if (typeof value === "boolean") return value;
  throw badValue(place, "must be true or false", value);
};

/** Reads a text of at most `maxLength` UTF-16 code units. */
export function stringUpTo(maxLength: number): Read<string> {
  return (value, place) => {
    if (typeof value === "string" && value.length <= maxLength) return value;
    throw badValue(place, `must be a text of at most ${maxLength} characters`, value);
  };
}

/** Reads one of the texts or numbers given. */
export function oneOf<const T extends string | number>(choices: readonly T[]): Read<T> {
  return (value, place) => {
    const choice = choices.find((candidate) => candidate === value);
    if (choice !== undefined) return choice;
    throw badValue(place, `must be one of ${choices.map(quote).join(", ")}`, value);
  };
}

/** Reads a list of `minLength` (default 0) to `maxLength` items. */
export function listOf<T>(
  readItem: Read<T>,
  { minLength = 0, maxLength }: { minLength?: number; maxLength: number },
): Read<T[]> {
  return (value, place) => {
    if (!Array.isArray(value) || value.length < minLength || value.length > maxLength) {
      throw badValue(place, `must be a list of ${minLength} to ${maxLength} items`, value);
    }
    return value.map((item: unknown, index) => readItem(item, { ...place, path: `${place.path}[${index}]` }));
  };
}

/**
 * Opens a JSON object for reading.
 *
 * @param where a file's name for its top level, or the place of a nested object.
 * @throws {FormatError} `bad-value` when it is anything else, a list included.
 */
export function readRecord(value: unknown, where: string | Place): RecordReader {
  const place = typeof where === "string" ? { fileName: where, path: "" } : where;
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return new RecordReader(value, place);
  throw badValue(place, "must be an object", value);
}

/**
 * Reads the fields of a JSON object by name, each checked. Only the object's own keys count, so that a file without
 * `constructor` does not seem to have one, and a file with `__proto__` changes nothing.
 */
export class RecordReader {
  readonly place: Place;
  readonly #fields: ReadonlyMap<string, unknown>;
  readonly #asked = new Set<string>();

  constructor(value: object, place: Place) {
    this.place = place;
    this.#fields = new Map(Object.entries(value));
  }

  /** Whether the object has the key, even with the value null. */
  has(key: string): boolean {
    return this.#fields.has(key);
  }

  /** Any field that must be there, by any reader: `record.required("size", integerIn({ min: 1, max: 9 }))`. */
  required<T>(key: string, read: Read<T>): T {
    this.#asked.add(key);
    return read(this.#fields.get(key), this.#placeOf(key));
  }

  /** Like `required`, but undefined when the key is absent or null. */
  optional<T>(key: string, read: Read<T>): T | undefined {
    const value = this.#fields.get(key);
    return value === undefined || value === null ? this.#skip(key) : this.required(key, read);
  }

  integer(key: string, range: Range): number {
    return this.required(key, integerIn(range));
  }

  /** A finite number, in the range when one is given. */
  number(key: string, range?: Range): number {
    return this.required(key, range === undefined ? readNumber : numberIn(range));
  }

  boolean(key: string): boolean {
    return this.required(key, readBoolean);
  }

  string(key: string, { maxLength }: { maxLength: number }): string {
    return this.required(key, stringUpTo(maxLength));
  }

  oneOf<const T extends string | number>(key: string, choices: readonly T[]): T {
    return this.required(key, oneOf(choices));
  }

  list<T>(key: string, readItem: Read<T>, limits: { minLength?: number; maxLength: number }): T[] {
    return this.required(key, listOf(readItem, limits));
  }

  record(key: string): RecordReader {
    return this.required(key, readRecord);
  }

  /** Fails unless each key was asked for: a misspelt setting is not ignored in silence. */
  refuseOtherKeys(): void {
    for (const key of this.#fields.keys()) {
      if (!this.#asked.has(key)) {
        const known = [...this.#asked].join(", ");
        throw new FormatError(
          "unknown-key",
          `${describe(this.place)} has the unknown key ${quote(key)}; known: ${known}.`,
        );
      }
    }
  }

  #skip(key: string): undefined {
    this.#asked.add(key);
  }

  #placeOf(key: string): Place {
    const { fileName, path } = this.place;
    return { fileName, path: path === "" ? key : `${path}.${key}` };
  }
}

/** The error of a value that breaks a rule: `config.json: seed must be a whole number, but it is "x".` */
export function badValue(place: Place, rule: string, value: unknown): FormatError {
  return new FormatError("bad-value", `${describe(place)} ${rule}, but it is ${quote(value)}.`);
}

function describe({ fileName, path }: Place): string {
  return path === "" ? fileName : `${fileName}: ${path}`;
}
