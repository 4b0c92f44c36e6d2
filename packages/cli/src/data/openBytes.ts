import { createReadStream } from "node:fs";
import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { DataError } from "@starcast/core";
import { type DataFile, reason } from "./files.js";

/**
 * The bytes of a file in chunks, unpacked when it is compressed with gzip.
 *
 * @throws {DataError} `unreadable-file` when the file cannot be read or unpacked.
 */
export async function* openBytes(file: DataFile): AsyncGenerator<Buffer> {
  const raw = createReadStream(file.absolutePath, { highWaterMark: 1 << 20 });
  let stream: Readable = raw;
  if (file.gzip) {
    const gunzip = createGunzip({ chunkSize: 1 << 20 });
    raw.on("error", (error) => gunzip.destroy(error));
    stream = raw.pipe(gunzip);
  }
  try {
    for await (const chunk of stream) yield chunk as Buffer;
  } catch (cause) {
    const what = file.gzip ? "cannot be read or is damaged" : "cannot be read";
    throw new DataError("unreadable-file", `"${file.path}" ${what} (${reason(cause)}).`, { cause });
  } finally {
    raw.destroy();
  }
}

/** The first `count` bytes, or all of them when there are fewer. */
export async function readHead(file: DataFile, count: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of openBytes(file)) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= count) break;
  }
  return Buffer.concat(chunks).subarray(0, count);
}
