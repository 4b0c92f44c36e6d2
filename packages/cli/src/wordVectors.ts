import { createReadStream } from "node:fs";
import { basename } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";
import type { TrainOptions } from "@starcast/core";
import { UsageError } from "./errors.js";
import { statsOf } from "./files.js";
import type { Core } from "./services.js";

/**
 * A reader of the word vectors in a file, to be handed to training, which calls it once the vocabulary is known.
 *
 * @throws {UsageError} at once when there is no such file or it is of a kind that cannot be streamed.
 */
export function wordVectorsFrom(
  path: string,
  core: Pick<Core, "readWordVectors" | "linesOf">,
): NonNullable<TrainOptions["wordVectors"]> {
  const stats = statsOf(path);
  if (stats === undefined)
    throw new UsageError("no-such-file", `There is no word vector file ${path}; check --vectors.`);
  if (stats.isDirectory()) {
    throw new UsageError("is-a-folder", `--vectors ${path} is a folder; give one of the text files in it.`);
  }
  if (/\.(zip|bin|7z|xz|bz2|model)$/i.test(path)) {
    throw new UsageError(
      "packed-vectors",
      `--vectors ${path} cannot be read as text; unpack it and give the .txt or .vec file inside (or a .gz of it).`,
    );
  }
  return (vocabulary) =>
    core.readWordVectors(core.linesOf(openBytes(path)), { wanted: vocabulary, fileName: basename(path) });
}

async function* openBytes(path: string): AsyncGenerator<Uint8Array> {
  const file = createReadStream(path, { highWaterMark: 1 << 20 });
  const packed = /\.gz$/i.test(path);
  // pipeline hands errors of the file on to the reader of the unpacked bytes.
  const bytes: Readable = packed ? pipeline(file, createGunzip(), () => {}) : file;
  try {
    for await (const chunk of bytes) yield chunk as Uint8Array;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError("unreadable-vectors", `The word vectors in ${path} cannot be read (${why}).`, { cause });
  }
}
