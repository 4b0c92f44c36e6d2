import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DataError } from "../errors.js";
import { linesOf } from "./lines.js";

async function collect(chunks: Iterable<Uint8Array>): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of linesOf(chunks)) lines.push(line);
  return lines;
}

const utf8 = new TextEncoder();

describe("linesOf", () => {
  it("gives the same lines wherever the bytes are cut", async () => {
    const lines = fc.array(fc.string({ unit: "grapheme" }).map((line) => line.replace(/[\r\n]/g, "")));
    const cuts = fc.array(fc.nat());
    await fc.assert(
      fc.asyncProperty(lines, cuts, fc.constantFrom("\n", "\r\n"), async (expected, places, ending) => {
        const bytes = utf8.encode(expected.map((line) => line + ending).join(""));
        const ends = places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b);
        const chunks = [...ends, bytes.length].map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
        expect(await collect(chunks)).toEqual(dropByteOrderMark(expected));
      }),
    );
  });

  it("does not need a line feed at the end, nor splits at Unicode's line separators", async () => {
    expect(await collect([utf8.encode("a\u2028b\u0085c\rd\r\n\nlast")])).toEqual(["a\u2028b\u0085c\rd", "", "last"]);
    expect(await collect([])).toEqual([]);
  });

  it("reads web streams also where they cannot be iterated, and cancels them when it stops early", async () => {
    let cancelled = false;
    const stream = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(utf8.encode("one\ntwo\n")),
      cancel: () => {
        cancelled = true;
      },
    });
    const withoutIterator = { getReader: () => stream.getReader() } as ReadableStream<Uint8Array>;
    for await (const line of linesOf(withoutIterator)) {
      expect(line).toBe("one");
      break;
    }
    expect(cancelled).toBe(true);
  });

  it("drops a byte order mark and replaces bytes that are not UTF-8", async () => {
    const bytes = new Uint8Array([0xef, 0xbb, 0xbf, 0x61, 0xff, 0x0a, 0xe2, 0x82]);
    expect(await collect([bytes])).toEqual(["a\ufffd", "\ufffd"]);
  });

  it("stops at a file without lines instead of filling the memory", async () => {
    const chunk = new Uint8Array(1 << 20).fill(0x61);
    await expect(collect(Array.from({ length: 17 }, () => chunk))).rejects.toThrow(DataError);
  });
});

function dropByteOrderMark(lines: readonly string[]): string[] {
  return lines.map((line, index) => (index === 0 ? line.replace(/^\ufeff/, "") : line));
}
