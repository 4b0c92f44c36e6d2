import { FormatError, OptionError } from "../errors.js";
import { quote } from "../quote.js";

/** Where a model's files live: a disk, a web server, memory. File names are plain, without folders. */
export interface ModelFolder {
  /**
   * The bytes of one file.
   *
   * @throws {FormatError} `missing-file` when there is none of that name, `too-large` above the limit.
   */
  read(name: string, limits?: ReadLimits): Promise<Uint8Array>;
  /** Replaces the folder's files of these names: all of them or, on an error, none. */
  write(files: ReadonlyMap<string, Uint8Array>): Promise<void>;
}

/** How much is read. */
export interface ReadLimits {
  /** Refuse a file longer than this many bytes, if possible before it is read. */
  readonly maxBytes?: number;
}

/** A model folder in memory, whose files can be listed. */
export interface MemoryFolder extends ModelFolder {
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/**
 * Refuses names that could reach outside a folder or mean something to a file system: a name is 1 to 100 letters,
 * digits, `.`, `_` and `-`, begins with a letter, a digit or `_`, does not end in a point (which Windows drops), and is
 * no device of Windows (`NUL`, `con.txt`).
 *
 * @throws {OptionError} `bad-file-name`.
 */
export function checkFileName(name: string): void {
  const isPlain = /^[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,98}[A-Za-z0-9_-])?$/.test(name);
  if (!isPlain || /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i.test(name)) {
    throw new OptionError(
      "bad-file-name",
      `${quote(name)} cannot name a file of a model: use letters, digits, ".", "_" and "-", and no name of a device.`,
    );
  }
}

/** A folder in memory: for tests, for pages that keep models themselves, and to pass a model on without a disk. */
export function memoryFolder(initial: ReadonlyMap<string, Uint8Array> = new Map()): MemoryFolder {
  for (const name of initial.keys()) checkFileName(name);
  const files = new Map(initial);
  return {
    files,
    async read(name, { maxBytes = Number.POSITIVE_INFINITY } = {}) {
      checkFileName(name);
      const bytes = files.get(name);
      if (bytes === undefined) throw missingFile(name, "this model");
      if (bytes.length > maxBytes) throw tooLarge(name, maxBytes);
      return bytes;
    },
    async write(written) {
      for (const name of written.keys()) checkFileName(name);
      // Copies: the writer may reuse its buffers.
      for (const [name, bytes] of written) files.set(name, bytes.slice());
    },
  };
}

/** The error of every folder for a file that is not there. */
export function missingFile(name: string, place: string, options?: ErrorOptions): FormatError {
  return new FormatError(
    "missing-file",
    `${name} is not in ${place}; a model folder holds model.safetensors, config.json and vocabulary.txt.`,
    options,
  );
}

/** The error of every folder for a file that is longer than allowed. */
export function tooLarge(name: string, maxBytes: number): FormatError {
  return new FormatError("too-large", `${name} is longer than the ${maxBytes} bytes allowed for a file of a model.`);
}
