import { lstat, mkdir, readdir, rename, rm, rmdir, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { checkFileName, FormatError, OptionError, type ReadLimits, StarcastError } from "@starcast/core";
import { modelFiles, reasonNotToReplace, writingFolders } from "../modelFiles.js";
import { cannotWrite } from "./atomicWrite.js";
import { syncFolder, writeDurably } from "./durable.js";
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
   * Replaces the folder's model, all or nothing, whatever happens meanwhile: the files are put together in a folder
   * within, and an earlier model stays in place until they are all on the disk. Files of a run stay as they are.
   * @throws {OptionError} `not-a-model-folder` when the folder holds files that are not a model's.
   * @throws {StarcastError} `cannot-write`.
   */
  write(files: ReadonlyMap<string, Uint8Array>): Promise<void>;
}

/** A folder is a model's exactly when it has this file: it is put in its place last, and taken away first. */
const decisiveFile = "config.json";
/** Names of the files that a complete model in waiting has. */
const listFile = ".files.json";

/** Opens a folder for a model; nothing is touched until it is read or written. */
export function diskFolder(path: string): DiskFolder {
  const folder = resolve(path);
  return {
    path,
    read: (name, limits) => readModelFile(path, folder, name, limits),
    async write(files) {
      for (const name of files.keys()) checkFileName(name);
      try {
        await replaceModel(path, folder, files);
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
    if (name === decisiveFile) await finishReplacing(folder).catch(passOver);
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
        `"${path}" is a file, but a model is a folder. Name the folder that holds ${decisiveFile}.`,
        { cause },
      );
    }
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") {
      throw new FormatError("missing-file", `"${path}" is not a complete model: it has no ${name}.`, { cause });
    }
    throw new FormatError("unreadable-file", `"${join(path, name)}" cannot be read (${reason(cause)}).`, { cause });
  }
}

/** Where nothing may be written, what is in its place already can be read; what a stranger has laid there is told. */
function passOver(cause: unknown): void {
  if (cause instanceof StarcastError) throw cause;
}

async function replaceModel(path: string, folder: string, files: ReadonlyMap<string, Uint8Array>): Promise<void> {
  const exists = await refuseForeignFolder(path, folder, [...files.keys()]);
  await mkdir(folder, { recursive: true });
  const incomplete = join(folder, writingFolders.incomplete);
  try {
    await finishReplacing(folder);
    await rm(incomplete, { recursive: true, force: true });
    await mkdir(incomplete);
    for (const [name, bytes] of files) await writeDurably(join(incomplete, name), bytes);
    await writeDurably(join(incomplete, listFile), new TextEncoder().encode(JSON.stringify([...files.keys()])));
    await syncFolder(incomplete);
    // From here on the new model counts: whoever finds it in waiting puts it in its place.
    await rename(incomplete, join(folder, writingFolders.complete));
  } catch (cause) {
    await rm(incomplete, { recursive: true, force: true }).catch(() => undefined);
    if (!exists) await rmdir(folder).catch(() => undefined);
    throw cause;
  }
  await finishReplacing(folder);
  await syncFolder(dirname(folder));
}

/**
 * Puts one more file, or a new version of it, beside a model's: whole or not at all.
 *
 * @throws {StarcastError} `cannot-write`.
 */
export async function addModelFile(path: string, name: (typeof modelFiles)[number], bytes: Uint8Array): Promise<void> {
  const folder = resolve(path);
  const incomplete = join(folder, writingFolders.incomplete);
  try {
    await rm(incomplete, { recursive: true, force: true });
    await mkdir(incomplete);
    await writeDurably(join(incomplete, name), bytes);
    await rename(join(incomplete, name), join(folder, name));
    await syncFolder(folder);
  } catch (cause) {
    throw cannotWrite(join(path, name), cause);
  } finally {
    await rm(incomplete, { recursive: true, force: true }).catch(() => undefined);
  }
}

/**
 * Puts a complete model that is in waiting in its place. Can be cut off anywhere and done again: in between the folder
 * holds no model, because the file that makes it one goes first and comes last.
 *
 * The folder may come from a stranger: only plain files that its list names are moved, and no link is followed.
 *
 * @throws {FormatError} `link-out-of-folder`, `not-a-file` or `bad-value` when what is in waiting was not written here;
 *   nothing has been changed then.
 */
export async function finishReplacing(folder: string): Promise<void> {
  const waiting = join(folder, writingFolders.complete);
  const stats = await lstat(waiting).catch(() => undefined);
  if (stats === undefined) return;
  if (!stats.isDirectory()) {
    throw new FormatError(
      stats.isSymbolicLink() ? "link-out-of-folder" : "not-a-file",
      `"${waiting}" is not the folder that a model is put together in, and is left alone. Remove it.`,
    );
  }
  const left = await readdir(waiting);
  if (left.includes(listFile)) {
    const names = await readList(waiting);
    await requirePlainFiles(waiting, names);
    if ([left, names].every((found) => found.includes(decisiveFile))) {
      await rm(join(folder, decisiveFile), { force: true });
      await syncFolder(folder);
      const stale = modelFiles.filter((name) => !names.includes(name));
      for (const name of stale) await rm(join(folder, name), { force: true });
      for (const name of names) {
        if (name !== decisiveFile && left.includes(name)) await rename(join(waiting, name), join(folder, name));
      }
      await syncFolder(folder);
      await rename(join(waiting, decisiveFile), join(folder, decisiveFile));
      await syncFolder(folder);
    }
  }
  await rm(waiting, { recursive: true, force: true });
}

/** Longest list of names that is read, in bytes. */
const longestList = 2 ** 16;

/** The files of the model in waiting, each within its folder. @throws {FormatError} `bad-value`. */
async function readList(waiting: string): Promise<string[]> {
  const bytes = await readWithin(waiting, listFile, longestList);
  try {
    const names: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    if (!Array.isArray(names)) throw new Error("not a list");
    return names.map((name) => {
      checkFileName(String(name));
      return String(name);
    });
  } catch (cause) {
    const place = join(waiting, listFile);
    throw new FormatError("bad-value", `"${place}" is not a list of a model's files. Remove the folder it lies in.`, {
      cause,
    });
  }
}

/** A folder or a link among a model's files was not written here. @throws {FormatError} `not-a-file`. */
async function requirePlainFiles(waiting: string, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const stats = await lstat(join(waiting, name)).catch(() => undefined);
    if (stats === undefined || stats.isFile()) continue;
    throw new FormatError(
      "not-a-file",
      `"${join(waiting, name)}" is not a plain file, as those of a model are. Remove the folder it lies in.`,
    );
  }
}

/** Whether the folder is there. @throws {OptionError} when it holds something that is not a model's. */
async function refuseForeignFolder(path: string, folder: string, own: readonly string[]): Promise<boolean> {
  const there = await stat(folder).catch(() => undefined);
  if (there === undefined) return false;
  if (!there.isDirectory()) {
    throw new OptionError(
      "not-a-model-folder",
      `"${path}" is a file; a model is written as a folder. Choose another name.`,
    );
  }
  const why = reasonNotToReplace(await readdir(folder), own);
  if (why === undefined) return true;
  throw new OptionError(
    "not-a-model-folder",
    `"${path}" ${why}, so it is not overwritten. Choose another folder, or empty it first.`,
  );
}
