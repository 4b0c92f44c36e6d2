import { randomUUID } from "node:crypto";
import { link, open, readdir, readFile, rm, stat, unlink, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { UsageError } from "../errors.js";
import { mayRun, type ProcessIdentity, thisProcess } from "./machine.js";

/** The right to write into a run's folder. */
export interface RunLock {
  /** Gives it back; never fails. */
  release(): Promise<void>;
}

interface Holder extends ProcessIdentity {
  /** When the lock was taken, ISO 8601. */
  readonly since: string;
}

/** A lock without readable content is being written right now, unless it is older than this, in milliseconds. */
const longestWriting = 5000;
/** How often the lock is tried for while other processes come and go. */
const mostAttempts = 60;

/**
 * Takes the lock, a file that names its process. A lock whose process is gone (also one of an earlier start of the
 * machine, or whose number another process has by now) is taken over.
 *
 * @param folder what messages call the folder.
 * @throws {UsageError} `run-in-progress` while another process holds it, which is named.
 */
export async function takeLock(path: string, folder: string): Promise<RunLock> {
  const holder: Holder = { ...(await thisProcess()), since: new Date().toISOString() };
  const content = `${JSON.stringify({ ...holder, key: randomUUID() })}\n`;
  for (let attempt = 0; attempt < mostAttempts; attempt++) {
    if (await create(path, content)) {
      await removeLeftovers(path);
      return { release: () => release(path, content) };
    }
    const found = await readFile(path, "utf8").catch(() => undefined);
    if (found === undefined) continue;
    const other = parseHolder(found);
    const isHeld = other === undefined ? await isYoung(path) : await mayRun(other);
    if (isHeld && other !== undefined) throw inProgress(path, folder, other);
    if (isHeld) await new Promise((resolve) => setTimeout(resolve, 250));
    else await removeStale(path, found, content);
  }
  throw new UsageError("run-in-progress", `Other runs keep taking ${folder}; choose another folder with --out.`);
}

function inProgress(path: string, folder: string, { pid, host, since }: Holder): UsageError {
  return new UsageError(
    "run-in-progress",
    `Another run is writing to ${folder}: process ${pid} on ${host}, since ${since}. Wait for it, stop it, or choose another folder with --out. (If that machine no longer runs it, remove ${path}.)`,
  );
}

/** Makes the file with all its content in one step. @returns false when there is one. */
async function create(path: string, content: string): Promise<boolean> {
  const whole = `${path}.${randomUUID().slice(0, 8)}`;
  try {
    await writeFile(whole, content, { flag: "wx" });
    await link(whole, path);
    return true;
  } catch (error) {
    if (isCode(error, "EEXIST")) return false;
    if (!isCode(error, "EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EISDIR", "EINVAL")) throw error;
    return await createInPlace(path, content);
  } finally {
    await rm(whole, { force: true }).catch(() => undefined);
  }
}

/** The name comes first, the content a moment later: for file systems without hard links. @returns false when there is one. */
async function createInPlace(path: string, content: string): Promise<boolean> {
  try {
    const handle = await open(path, "wx");
    try {
      await handle.writeFile(content);
    } finally {
      await handle.close();
    }
    return true;
  } catch (error) {
    if (isCode(error, "EEXIST")) return false;
    throw error;
  }
}

/**
 * Removes a stale lock, one process at a time: whoever made the guard file looks again whether the lock is still the stale one.
 * Without it, a slow process could remove the fresh lock of a fast one.
 */
async function removeStale(path: string, found: string, content: string): Promise<void> {
  const guard = `${path}.guard`;
  if (!(await createInPlace(guard, content))) {
    if (await isLocked(guard)) await new Promise((resolve) => setTimeout(resolve, 100));
    else await rm(guard, { force: true });
    return;
  }
  try {
    if ((await readFile(path, "utf8").catch(() => undefined)) === found) await unlink(path);
  } finally {
    await rm(guard, { force: true });
  }
}

/** Removes the files under other names of processes that were ended while they took or removed a lock. */
async function removeLeftovers(path: string): Promise<void> {
  const folder = dirname(path);
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((candidate) => candidate.startsWith(`${basename(path)}.`))) {
    const leftover = join(folder, name);
    if (!(await isLocked(leftover))) await rm(leftover, { force: true }).catch(() => undefined);
  }
}

/** Whether the process that made a lock may still be at work; without readable content, whether the file is new. */
export async function isLocked(path: string): Promise<boolean> {
  const maker = parseHolder(await readFile(path, "utf8").catch(() => ""));
  return maker === undefined ? await isYoung(path) : await mayRun(maker);
}

async function release(path: string, content: string): Promise<void> {
  const found = await readFile(path, "utf8").catch(() => undefined);
  if (found === content) await unlink(path).catch(() => undefined);
}

function parseHolder(content: string): Holder | undefined {
  try {
    const value = JSON.parse(content) as Partial<Holder>;
    const { pid, host, boot, birth, since } = value;
    const texts = [host, boot, birth, since];
    if (!Number.isSafeInteger(pid) || texts.some((text) => typeof text !== "string")) return undefined;
    return value as Holder;
  } catch {
    return undefined;
  }
}

async function isYoung(path: string): Promise<boolean> {
  const stats = await stat(path).catch(() => undefined);
  return stats !== undefined && Date.now() - stats.mtimeMs < longestWriting;
}

function isCode(error: unknown, ...codes: string[]): boolean {
  return codes.includes((error as NodeJS.ErrnoException).code ?? "");
}
