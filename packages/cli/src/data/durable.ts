/** Writing so that it survives: bytes reach the disk before a name shows them, and the name before anyone relies on it. */
import { open } from "node:fs/promises";

/** Writes a new file and forces its bytes to the disk. @throws the system's error, also when there is such a file. */
export async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(path, "wx");
  try {
    // One call for all: a file handle's own `writeFile` cuts the bytes into a hundred turns of the event loop.
    let done = 0;
    do {
      const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, done);
      done += bytesWritten;
    } while (done < bytes.length);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes a folder's entries durable where the system can do so; Windows cannot open folders. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(path, "r").catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}
