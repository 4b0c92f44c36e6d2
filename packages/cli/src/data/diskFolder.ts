import { randomUUID } from "node:crypto";
import { mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { checkFileName, FormatError, OptionError, type ReadLimits, StarcastError } from "@starcast/core";
import { cannotWrite } from "./atomicWrite.js";
import { reason } from "./files.js";
import { readWithin } from "./within.js";

/** A model's files in a folder on disk; the shape that the library's `save` and `load` ask for. */
export interface DiskFolder {
  readonly path: string;
  /**
   * The bytes of one file, which is a plain one: links out of the folder are not followed.
   * @throws {OptionError} `bad-file-name`.
   * @throws {FormatError} `missing-file`, `no-model` when there is no such folder at all, `link-out-of-folder`,
   *   `not-a-file`, `too-large` or `unreadable-file`.
   */
  read(name: string, limits?: ReadLimits): Promise<Uint8Array>;
  /**
   * Replaces the folder's content, all or nothing: the files are written into a folder next to it, which then
   * takes its name. An earlier model stays in place until then.
   * @throws {OptionError} `not-a-model-folder` when the folder holds files that are not a model's.
   * @throws {StarcastError} `cannot-write`.
   */
  write(files: ReadonlyMap<string, Uint8Array>): Promise<void>;
}

/** Every model has these, whatever else its folder holds. */
const modelFiles = ["config.json", "model.safetensors"];
// What a folder of ours may hold besides, so that replacing it destroys nothing of the user's.
const companionFiles = [
  "vocabulary.txt",
  "metrics.json",
  "README.md",
  "report.html",
  ".DS_Store",
  "Thumbs.db",
  "desktop.ini",
];

/** Opens a folder for a model; nothing is touched until it is read or written. */
export function diskFolder(path: string): DiskFolder {
  const folder = resolve(path);
  return {
    path,
    read: (name, limits) => readModelFile(path, folder, name, limits),
    async write(files) {
      for (const name of files.keys()) checkFileName(name);
      try {
        await replaceFolder(path, folder, files);
      } catch (cause) {
        throw cannotWrite(path, cause);
      }
    },
  };
}

/** Longest file that is read: what fits into one array in every version of Node. */
const longestFile = 2 ** 31 - 1;

async function readModelFile(path: string, folder: string, name: string, limits?: ReadLimits): Promise<Uint8Array> {
  checkFileName(name);
  try {
    return await readWithin(folder, name, Math.min(limits?.maxBytes ?? longestFile, longestFile));
  } catch (cause) {
    if (cause instanceof StarcastError) throw cause;
    const there = await stat(folder).catch(() => undefined);
    if (there === undefined) {
      throw new FormatError("no-model", `There is no folder "${path}". Train a model first, or check the name.`, {
        cause,
      });
    }
    if (!there.isDirectory()) {
      throw new FormatError(
        "no-model",
        `"${path}" is a file, but a model is a folder. Name the folder that holds ${modelFiles[0]}.`,
        { cause },
      );
    }
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") {
      throw new FormatError("missing-file", `"${path}" is not a complete model: it has no ${name}.`, { cause });
    }
    throw new FormatError("unreadable-file", `"${join(path, name)}" cannot be read (${reason(cause)}).`, { cause });
  }
}

async function replaceFolder(path: string, folder: string, files: ReadonlyMap<string, Uint8Array>): Promise<void> {
  const exists = await refuseForeignFolder(path, folder, files);
  const parent = dirname(folder);
  const tag = randomUUID().slice(0, 8);
  const fresh = join(parent, `.${basename(folder)}-${tag}.new`);
  const old = join(parent, `.${basename(folder)}-${tag}.old`);
  try {
    await mkdir(fresh, { recursive: true });
    for (const [name, bytes] of files) await writeSynced(join(fresh, name), bytes);
    await syncFolder(fresh);
    // A folder cannot be renamed over a full one, so the old one steps aside and comes back if need be.
    if (exists) await rename(folder, old);
    try {
      await rename(fresh, folder);
    } catch (cause) {
      if (exists) await rename(old, folder);
      throw cause;
    }
    await syncFolder(parent);
  } catch (cause) {
    await rm(fresh, { recursive: true, force: true }).catch(() => undefined);
    throw cause;
  }
  await rm(old, { recursive: true, force: true }).catch(() => undefined);
}

/** Whether there is a folder to be replaced. */
async function refuseForeignFolder(
  path: string,
  folder: string,
  files: ReadonlyMap<string, Uint8Array>,
): Promise<boolean> {
  const there = await stat(folder).catch(() => undefined);
  if (there === undefined) return false;
  if (!there.isDirectory()) {
    throw new OptionError(
      "not-a-model-folder",
      `"${path}" is a file; a model is written as a folder. Choose another name.`,
    );
  }
  const names = await readdir(folder);
  if (names.length === 0) return true;
  const allowed = new Set([...modelFiles, ...companionFiles, ...files.keys()]);
  const foreign = names.find((name) => !allowed.has(name));
  const isModel = modelFiles.every((name) => names.includes(name));
  if (isModel && foreign === undefined) return true;
  const what = foreign === undefined ? "is not a Starcast model" : `holds "${foreign}", which is not part of a model`;
  throw new OptionError(
    "not-a-model-folder",
    `"${path}" ${what}, so it is not overwritten. Choose another folder, or empty it first.`,
  );
}

async function writeSynced(path: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(path, "wx");
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes a folder's entries durable where the system can do so; Windows cannot open folders. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(path, "r").catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}
