/** Follows a file to which lines are appended. */
import { open, stat } from "node:fs/promises";

/** How often the file is looked at, in milliseconds: polling works on every disk, watching does not. */
const betweenLooks = 250;
const chunkBytes = 64 * 1024;

/**
 * The whole lines of a file from its start, and every line that comes after them, until the signal is aborted. Where the
 * file becomes shorter, it was begun anew and is read from its start.
 */
export async function* followLines(path: string, signal: AbortSignal): AsyncGenerator<string, void> {
  let offset = 0;
  let rest = Buffer.alloc(0);
  while (!signal.aborted) {
    const size = (await stat(path).catch(() => undefined))?.size ?? 0;
    if (size < offset) [offset, rest] = [0, Buffer.alloc(0)];
    if (size === offset) {
      await pause(signal);
      continue;
    }
    const chunk = await readAt(path, offset, Math.min(chunkBytes, size - offset));
    offset += chunk.length;
    rest = Buffer.concat([rest, chunk]);
    for (let end = rest.indexOf(0x0a); end >= 0; end = rest.indexOf(0x0a)) {
      const line = rest.subarray(0, end).toString("utf8");
      rest = rest.subarray(end + 1);
      if (line.trim() !== "") yield line;
    }
  }
}

async function readAt(path: string, offset: number, length: number): Promise<Buffer> {
  const file = await open(path);
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, offset);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Waits, or less when the signal is aborted. */
function pause(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, betweenLooks);
    signal.addEventListener("abort", done);
  });
}
