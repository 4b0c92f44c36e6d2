import { randomUUID } from "node:crypto";
import { link, open, readdir, readFile, rename, rm, stat, unlink, writeFile } from "node:fs/promises";
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
const mostAttempts = 20;

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
    else await removeStale(path, found);
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

/** For file systems without hard links: the name comes first, the content a moment later. */
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

/** Moves the stale lock aside before it is removed: of several processes that found it, one succeeds. */
async function removeStale(path: string, found: string): Promise<void> {
  const aside = `${path}.${randomUUID().slice(0, 8)}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if (isCode(error, "ENOENT")) return;
    throw error;
  }
  // A faster process may have removed the stale lock and taken a fresh one in between: it gets that back.
  if ((await readFile(aside, "utf8").catch(() => found)) !== found) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}

/** Removes the files under other names of processes that were ended while they took or removed a lock. */
async function removeLeftovers(path: string): Promise<void> {
  const folder = dirname(path);
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((candidate) => candidate.startsWith(`${basename(path)}.`))) {
    const leftover = join(folder, name);
    const maker = parseHolder(await readFile(leftover, "utf8").catch(() => ""));
    const isInUse = maker === undefined ? await isYoung(leftover) : await mayRun(maker);
    if (!isInUse) await rm(leftover, { force: true }).catch(() => undefined);
  }
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
