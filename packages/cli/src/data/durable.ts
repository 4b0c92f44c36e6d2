/** Writing so that it survives: bytes reach the disk before a name shows them, and the name before anyone relies on it. */
import { type FileHandle, open } from "node:fs/promises";

/** Writes a new file and forces its bytes to the disk. @throws the system's error, also when there is such a file. */
export async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  await syncAndClose(await writeNew(path, [bytes]));
}

/**
 * Hands the bytes of a new file to the system, which may keep them in memory until {@link syncAndClose}.
 *
 * @throws the system's error, also when there is such a file.
 */
export async function writeNew(path: string, pieces: Iterable<Uint8Array>): Promise<FileHandle> {
  const handle = await open(path, "wx");
  try {
    for (const piece of pieces) await writePiece(handle, piece);
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** In one call where the system takes it so: a file handle's own `writeFile` cuts the bytes into a hundred turns of the event loop. */
async function writePiece(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  let done = 0;
  do {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done);
    done += bytesWritten;
  } while (done < bytes.length);
}

/** Forces a file's bytes to the disk. */
export async function syncAndClose(handle: FileHandle): Promise<void> {
  try {
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
