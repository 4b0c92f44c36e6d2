/** A model's files as they lie on the disk at one moment. */
import { webcrypto } from "node:crypto";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { FormatError } from "@starcast/core";
import { diskFolder } from "../data/diskFolder.js";

/** Files that decide what a model answers. */
const decisiveFiles = ["config.json", "model.safetensors", "vocabulary.txt"] as const;
/** Files for people, which need not be there. */
const furtherFiles = ["metrics.json", "README.md"] as const;

/** A model's files, read whole. */
export interface ModelBytes {
  /** In memory that threads can share, by name. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /**
   * SHA-256, in hexadecimal, of what `sha256sum config.json model.safetensors vocabulary.txt` prints in the model's
   * folder: models with the same fingerprint give the same answers.
   */
  readonly fingerprint: string;
}

/** How often a folder that changes while it is read is read again. */
const mostTries = 5;

/**
 * Reads a model; one that is replaced meanwhile is read again, so that no two versions are mixed.
 *
 * @throws {FormatError} when files are missing or cannot be read, or the folder changes all the time.
 */
export async function readModelBytes(path: string): Promise<ModelBytes> {
  for (let tries = 0; tries < mostTries; tries++) {
    const before = await signatureOf(path);
    const read = await readAll(path);
    if (before === (await signatureOf(path))) return read;
  }
  throw new FormatError("model-changes", `"${path}" changes while it is read; is something still writing it?`);
}

/** Something that differs when a model's files were replaced; undefined while they are not all there. */
export async function signatureOf(path: string): Promise<string | undefined> {
  try {
    const stats = await Promise.all(decisiveFiles.map((name) => stat(join(path, name))));
    return stats.map(({ ino, size, mtimeMs }) => `${ino} ${size} ${mtimeMs}`).join(", ");
  } catch {
    return undefined;
  }
}

async function readAll(path: string): Promise<ModelBytes> {
  const folder = diskFolder(path);
  const files = new Map<string, Uint8Array>();
  let list = "";
  for (const name of decisiveFiles) {
    const bytes = await folder.read(name);
    list += `${await sha256(bytes)}  ${name}\n`;
    files.set(name, shared(bytes));
  }
  for (const name of furtherFiles) {
    const bytes = await folder.read(name).catch(() => undefined);
    if (bytes) files.set(name, shared(bytes));
  }
  return { files, fingerprint: await sha256(new TextEncoder().encode(list)) };
}

/** Off the thread that serves. */
async function sha256(bytes: Uint8Array): Promise<string> {
  return Buffer.from(await webcrypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>)).toString("hex");
}

function shared(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.length));
  copy.set(bytes);
  return copy;
}
