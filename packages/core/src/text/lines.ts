import { DataError } from "../errors.js";

/** Longest line accepted, in UTF-16 code units: far beyond any row of word vectors, far below what fills the memory. */
const maxLineLength = 1 << 24;

/**
 * Cuts a stream of UTF-8 bytes into lines, without their line feed (or carriage return and line feed). Only these end
 * a line: word vector files have tokens with Unicode's line separators. Bytes that are not UTF-8 become U+FFFD; a
 * leading byte order mark is dropped.
 *
 * @param chunks such as a Node stream, or the body of a `fetch` response.
 * @throws {DataError} `line-too-long` for a line of more than 16,777,216 characters.
 */
export async function* linesOf(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array> | ReadableStream<Uint8Array>,
): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  // Pieces of the line that the chunks so far did not end: joined once, so that long lines take linear time.
  let pieces: string[] = [];
  let pendingLength = 0;
  let lineNumber = 1;
  const endLine = (piece: string): string => {
    const line = pieces.length === 0 ? piece : pieces.join("") + piece;
    pieces = [];
    pendingLength = 0;
    lineNumber++;
    return line.endsWith("\r") ? line.slice(0, -1) : line;
  };
  for await (const chunk of iterable(chunks)) {
    const text = decoder.decode(chunk, { stream: true });
    let start = 0;
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", start)) {
      yield endLine(text.slice(start, end));
      start = end + 1;
    }
    if (start === text.length) continue;
    pieces.push(text.slice(start));
    pendingLength += text.length - start;
    if (pendingLength > maxLineLength) {
      throw new DataError(
        "line-too-long",
        `Line ${lineNumber} is longer than ${maxLineLength} characters: is this a text file?`,
      );
    }
  }
  pieces.push(decoder.decode());
  const last = endLine("");
  if (last !== "") yield last;
}

/** Web streams cannot be iterated in every browser; there, they are read through their reader. */
function iterable(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array> | ReadableStream<Uint8Array>,
): AsyncIterable<Uint8Array> | Iterable<Uint8Array> {
  return Symbol.asyncIterator in chunks || Symbol.iterator in chunks ? chunks : chunksOf(chunks);
}

async function* chunksOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) yield read.value;
  } finally {
    await reader.cancel();
  }
}
