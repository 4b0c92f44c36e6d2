import { OptionError, StarcastError } from "../errors.js";
import { checkFileName, type ModelFolder, missingFile, tooLarge } from "./modelFolder.js";

/** How files are fetched, and how much is taken. */
export interface HttpFolderOptions {
  /** Refuse a file longer than this many bytes; default 1 GiB. */
  readonly maxFileBytes?: number;
  /** Sent with each request, for example `{ authorization: "Bearer ..." }`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Aborts the downloads. */
  readonly signal?: AbortSignal;
  /** Instead of the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch;
}

/**
 * A model folder on a web server, read only: `new URL` of the folder plus the file's name. A query in the address
 * (a signed link) is sent with each file. In a page, the address may be relative to the page.
 *
 * Reading throws a `FormatError` (`missing-file`) for a file that the server does not have, a `FormatError`
 * (`too-large`), and a `StarcastError` (`network`, `http-status`) when the server cannot be reached or refuses.
 * An abort rejects with the signal's reason.
 *
 * @throws {OptionError} `bad-url` when the address is not one.
 */
export function httpFolder(baseUrl: string | URL, options: HttpFolderOptions = {}): ModelFolder {
  const folder = parseFolderUrl(baseUrl);
  const { maxFileBytes = 2 ** 30, headers, signal } = options;
  return {
    async read(name, limits = {}) {
      checkFileName(name);
      const maxBytes = Math.min(maxFileBytes, limits.maxBytes ?? Number.POSITIVE_INFINITY);
      const url = new URL(folder);
      url.pathname += name;
      const request = options.fetch ?? globalThis.fetch;
      const place = withoutSecrets(folder);
      const response = await reach(place, name, signal, () => request(url, { headers: { ...headers }, signal }));
      await checkResponse(response, name, place);
      return await reach(place, name, signal, () => readBody(response, name, maxBytes));
    },
    async write() {
      throw new OptionError("read-only", "A model folder on a web server can only be read; save to another folder.");
    },
  };
}

function parseFolderUrl(baseUrl: string | URL): URL {
  try {
    const base = typeof location === "undefined" ? undefined : location.href;
    const url = new URL(baseUrl, base);
    if (!url.pathname.endsWith("/")) url.pathname += "/";
    // Addresses without a hierarchy, such as data:, ignore the assignment and cannot hold several files.
    if (url.pathname.endsWith("/")) return url;
  } catch {
    // Answered below, as for an address without a path.
  }
  throw new OptionError(
    "bad-url",
    `"${String(baseUrl)}" is not the address of a folder; give one like "https://example.org/model/".`,
  );
}

/** Signed queries and passwords stay out of messages. */
function withoutSecrets(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname}`;
}

/** Runs a network operation: aborts and our own errors pass, anything else becomes one clear error. */
async function reach<T>(
  place: string,
  name: string,
  signal: AbortSignal | undefined,
  operation: () => Promise<T>,
): Promise<T> {
  try {
    return await operation();
  } catch (cause) {
    if (cause instanceof StarcastError) throw cause;
    signal?.throwIfAborted();
    throw new StarcastError("network", `${name} could not be downloaded from ${place}; check the connection.`, {
      cause,
    });
  }
}

async function checkResponse(response: Response, name: string, place: string): Promise<void> {
  // Servers of single-page applications answer a missing file with their start page and status 200.
  const isPage = response.headers.get("content-type")?.startsWith("text/html") ?? false;
  if (response.ok && !isPage) return;
  await response.body?.cancel();
  if (response.ok || response.status === 404 || response.status === 410) throw missingFile(name, place);
  const refusal = `${response.status} ${response.statusText}`.trim();
  throw new StarcastError("http-status", `${place} answered ${refusal} instead of ${name}; check access to it.`);
}

async function readBody(response: Response, name: string, maxBytes: number): Promise<Uint8Array> {
  if (Number(response.headers.get("content-length") ?? 0) > maxBytes) {
    await response.body?.cancel();
    throw tooLarge(name, maxBytes);
  }
  if (response.body === null) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = response.body.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    length += part.value.length;
    if (length > maxBytes) {
      await reader.cancel();
      throw tooLarge(name, maxBytes);
    }
    chunks.push(part.value);
  }
  return concatenate(chunks, length);
}

function concatenate(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let position = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, position);
    position += chunk.length;
  }
  return bytes;
}
