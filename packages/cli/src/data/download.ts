import { createHash } from "node:crypto";
import { constants, createReadStream } from "node:fs";
import { type FileHandle, lstat, mkdir, open, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { StarcastError } from "@starcast/core";
import { cannotWrite, syncFile } from "./atomicWrite.js";
import { reason } from "./files.js";

export interface DownloadOptions {
  /** SHA-256 that the whole file must have, in lower-case hexadecimal digits. */
  readonly sha256: string;
  readonly signal?: AbortSignal;
  /** Called after each piece; `total` is undefined when the server does not tell. */
  readonly onProgress?: (progress: { readonly received: number; readonly total: number | undefined }) => void;
}

/**
 * Downloads a file whose hash is known. It appears at `path` complete and verified, or not at all: the bytes
 * are gathered in `path.part`, and what a broken connection leaves there is continued by the next call. Links of these
 * names are replaced, not followed: someone else may have put them into a cache that is shared.
 *
 * @throws {StarcastError} `no-network`, `download-failed`, `download-interrupted`, `wrong-hash` or `cannot-write`.
 * @throws the signal's reason when it is aborted.
 */
export async function download(url: URL, path: string, options: DownloadOptions): Promise<void> {
  const part = new PartFile(`${path}.part`);
  try {
    await mkdir(dirname(path), { recursive: true });
    await part.discardLinks();
    const resumed = await fetchInto(url, part, options);
    // A file that changed on the server while we held a half of it heals by fetching all of it.
    if ((await hashFile(part.path)) !== options.sha256) {
      await part.discard();
      if (!resumed) throw wrongHash(url);
      await fetchInto(url, part, options);
      if ((await hashFile(part.path)) !== options.sha256) {
        await part.discard();
        throw wrongHash(url);
      }
    }
    await syncFile(part.path);
    await rename(part.path, path);
    await part.discard();
  } catch (cause) {
    throw cannotWrite(path, cause);
  }
}

/** Whether a path is a file itself, and neither a link nor a folder. */
export async function isPlainFile(path: string): Promise<boolean> {
  return lstat(path).then(
    (stats) => stats.isFile(),
    () => false,
  );
}

/** The SHA-256 of a file in hexadecimal digits. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}

function wrongHash(url: URL): StarcastError {
  return new StarcastError(
    "wrong-hash",
    `What came from ${url} is not the expected file: its SHA-256 differs. Nothing was kept; check whether a proxy or a login page answers in its place, and try again.`,
  );
}

/** The bytes that have come so far, and by which mark the server recognises their version. */
class PartFile {
  readonly path: string;
  readonly #markPath: string;

  constructor(path: string) {
    this.path = path;
    this.#markPath = `${path}.etag`;
  }

  async size(): Promise<number> {
    return lstat(this.path).then(
      ({ size }) => size,
      () => 0,
    );
  }

  /** Takes away what is no plain file, such as a link to a file of the user's. */
  async discardLinks(): Promise<void> {
    for (const path of [this.path, this.#markPath]) {
      if (!(await isPlainFile(path))) await rm(path, { force: true });
    }
  }

  /** Opens it for writing from `start` on. */
  async open(start: number): Promise<FileHandle> {
    // On Windows, which has no such flag, O_NOFOLLOW is undefined: no bit.
    const { O_WRONLY, O_CREAT, O_TRUNC, O_APPEND, O_NOFOLLOW } = constants;
    return open(this.path, O_WRONLY | O_CREAT | O_NOFOLLOW | (start > 0 ? O_APPEND : O_TRUNC));
  }

  async mark(): Promise<string | undefined> {
    return readFile(this.#markPath, "utf8").catch(() => undefined);
  }

  async begin(mark: string | null): Promise<void> {
    if (mark === null) await rm(this.#markPath, { force: true });
    else await writeFile(this.#markPath, mark);
  }

  async discard(): Promise<void> {
    await rm(this.path, { force: true });
    await rm(this.#markPath, { force: true });
  }
}

/** Fetches what is missing. True when the file was put together from more than one answer. */
async function fetchInto(url: URL, part: PartFile, options: DownloadOptions): Promise<boolean> {
  const have = await part.size();
  const mark = await part.mark();
  const headers: Record<string, string> = {};
  if (have > 0) {
    headers.Range = `bytes=${have}-`;
    if (mark !== undefined) headers["If-Range"] = mark;
  }
  const response = await request(url, headers, options.signal);
  const continues =
    response.status === 206 && response.headers.get("content-range")?.startsWith(`bytes ${have}-`) === true;
  if (have > 0 && !continues && (response.status === 416 || response.status === 206)) {
    // The server has fewer bytes than we hold, or sends others than were asked for.
    await response.body?.cancel();
    await part.discard();
    return fetchInto(url, part, options);
  }
  if (response.status !== 200 && !continues) {
    await response.body?.cancel();
    throw new StarcastError(
      "download-failed",
      `${url} answers ${response.status} ${response.statusText}. ${statusHint(response.status)}`,
    );
  }
  const start = continues ? have : 0;
  if (!continues) await part.begin(response.headers.get("etag"));
  await receive(response, url, part, start, options);
  return continues;
}

function statusHint(status: number): string {
  if (status === 404 || status === 410)
    return "The file is no longer there; a newer version of starcast may know its new place.";
  if (status === 403 || status === 407 || status === 429)
    return "Access is refused; a proxy may stand in between, or try again later.";
  return "Try again later.";
}

async function request(url: URL, headers: Record<string, string>, signal: AbortSignal | undefined): Promise<Response> {
  try {
    // Compressed on the way, the bytes could not be continued in the middle.
    return await fetch(url, { headers: { ...headers, "Accept-Encoding": "identity" }, signal });
  } catch (cause) {
    signal?.throwIfAborted();
    throw new StarcastError(
      "no-network",
      `${url.host} cannot be reached (${networkReason(cause)}). Check the connection, or fetch ${url} in another way and name that file instead.`,
      { cause },
    );
  }
}

function networkReason(cause: unknown): string {
  const inner = cause instanceof Error && cause.cause !== undefined ? cause.cause : cause;
  return reason(inner);
}

async function receive(
  response: Response,
  url: URL,
  part: PartFile,
  start: number,
  options: DownloadOptions,
): Promise<void> {
  const { signal, onProgress } = options;
  const length = response.headers.get("content-length");
  const total = length === null ? undefined : start + Number(length);
  let received = start;
  const handle = await part.open(start);
  try {
    for await (const chunk of pieces(response, signal, (cause) => interrupted(url, received, total, cause))) {
      await writeFully(handle, chunk);
      received += chunk.length;
      onProgress?.({ received, total });
    }
  } finally {
    await handle.close();
    if (received === 0) await part.discard();
  }
  if (total !== undefined && received !== total) throw interrupted(url, received, total, undefined);
}

/** The body's pieces; keeps errors of the network apart from those of the disk. */
async function* pieces(
  response: Response,
  signal: AbortSignal | undefined,
  fail: (cause: unknown) => StarcastError,
): AsyncGenerator<Uint8Array> {
  if (response.body === null) return;
  const reader = response.body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((cause: unknown) => {
        signal?.throwIfAborted();
        throw fail(cause);
      });
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

async function writeFully(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let offset = 0; offset < bytes.length; ) {
    offset += (await handle.write(bytes, offset)).bytesWritten;
  }
}

function interrupted(url: URL, received: number, total: number | undefined, cause: unknown): StarcastError {
  const of = total === undefined ? "" : ` of ${total}`;
  const why = cause === undefined ? "" : ` (${networkReason(cause)})`;
  return new StarcastError(
    "download-interrupted",
    `The download of ${url} broke off after ${received}${of} bytes${why}. Run the command again; it continues from there.`,
    { cause },
  );
}
