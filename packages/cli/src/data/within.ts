/** Files that a stranger may have packed: a link among them leads nowhere outside, and only plain files are opened. */
import { constants } from "node:fs";
import { open, realpath } from "node:fs/promises";
import { join, sep } from "node:path";
import { FormatError, tooLarge } from "@starcast/core";

/**
 * The bytes of a plain file in a folder. A link is followed when it stays within the folder.
 *
 * @param name of a file, without folders.
 * @throws {FormatError} `link-out-of-folder`, `not-a-file` or `too-large`. @throws the system's error.
 */
export async function readWithin(folder: string, name: string, maxBytes: number): Promise<Uint8Array> {
  const place = join(folder, name);
  if (!(await isWithin(place, folder))) {
    throw new FormatError(
      "link-out-of-folder",
      `"${place}" is a link to a place outside of the model, which is not followed. Put the file itself there if you trust it.`,
    );
  }
  // What has been looked at is what is opened: no link that takes its place since, and no pipe that never ends.
  // On Windows, which has no such flags, they are undefined: no bits.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const handle = await open(await realpath(place), flags);
  try {
    const { size, isFile } = await handle.stat().then((stats) => ({ size: stats.size, isFile: stats.isFile() }));
    if (!isFile) throw new FormatError("not-a-file", `"${place}" is not a plain file, as those of a model are.`);
    if (size > maxBytes) throw tooLarge(name, maxBytes);
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}

/** Whether a path, its links followed, lies in a folder. @throws the system's error when there is no such path. */
export async function isWithin(path: string, folder: string): Promise<boolean> {
  const [real, root] = await Promise.all([realpath(path), realpath(folder)]);
  return real.startsWith(root.endsWith(sep) ? root : root + sep);
}
