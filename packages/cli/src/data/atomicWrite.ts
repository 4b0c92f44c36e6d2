import { randomUUID } from "node:crypto";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { StarcastError } from "@starcast/core";
import { reason } from "./files.js";

/**
 * Writes a file all or nothing: `write` fills a temporary file next to it, which then takes its name.
 * The temporary file keeps the extension, because writers read the format from it. Missing folders are made.
 *
 * @throws {StarcastError} `cannot-write` when the disk is full or the place is not writable; errors of `write` itself pass.
 */
export async function writeAtomically(path: string, write: (temporaryPath: string) => Promise<void>): Promise<void> {
  const folder = dirname(resolve(path));
  const temporary = join(folder, `.${randomUUID().slice(0, 8)}-${basename(path)}`);
  try {
    await mkdir(folder, { recursive: true });
    await write(temporary);
    await syncFile(temporary);
    await rename(temporary, path);
  } catch (cause) {
    // What hindered the writing may hinder the cleaning up; the first error is the one to tell.
    await rm(temporary, { force: true }).catch(() => undefined);
    throw cannotWrite(path, cause);
  }
}

/** Forces a file's bytes to the disk, so that a rename never becomes visible before them. */
export async function syncFile(path: string): Promise<void> {
  const handle = await open(path, "r+");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Puts a system error of writing `path` into plain words; other errors pass unchanged. */
export function cannotWrite(path: string, cause: unknown): unknown {
  // Codes of system errors are words; an aborted signal's reason carries a number.
  const code: unknown = cause instanceof Error ? (cause as NodeJS.ErrnoException).code : undefined;
  if (cause instanceof StarcastError || typeof code !== "string") return cause;
  const mend =
    code === "ENOSPC" || code === "EDQUOT"
      ? "The disk is full; free some space or choose another place."
      : "Check that the folder exists and that you may write there, or choose another place.";
  return new StarcastError("cannot-write", `"${path}" cannot be written (${reason(cause)}). ${mend}`, { cause });
}
