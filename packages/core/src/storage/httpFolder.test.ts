import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { FormatError, OptionError, StarcastError } from "../errors.js";
import { type HttpFolderOptions, httpFolder } from "./httpFolder.js";

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function failureOf(baseUrl: string, options?: HttpFolderOptions): Promise<unknown> {
  return await httpFolder(baseUrl, options)
    .read("config.json")
    .then(
      () => undefined,
      (error: unknown) => error,
    );
}

describe("httpFolder", () => {
  it("reads a file below its address, with or without a slash at the end, with query and headers", async () => {
    const asked: string[] = [];
    const origin = await serve((request, response) => {
      asked.push(`${request.url} ${request.headers["x-key"]}`);
      response.end("hello");
    });
    for (const base of [`${origin}/models/a`, new URL(`${origin}/models/a/`), `${origin}/models/a?token=1`]) {
      const bytes = await httpFolder(base, { headers: { "x-key": "k" } }).read("config.json");
      expect(new TextDecoder().decode(bytes)).toBe("hello");
    }
    expect(asked).toEqual(["/models/a/config.json k", "/models/a/config.json k", "/models/a/config.json?token=1 k"]);
  });

  it("reads an empty file and one of many chunks whole", async () => {
    const origin = await serve((request, response) => {
      if (request.url === "/empty") response.end();
      else {
        for (let part = 0; part < 100; part++) response.write(new Uint8Array(10_000).fill(part));
        response.end();
      }
    });
    expect((await httpFolder(origin).read("empty")).length).toBe(0);
    const bytes = await httpFolder(origin).read("full");
    expect(bytes.length).toBe(1_000_000);
    expect([bytes[0], bytes[500_000], bytes[999_999]]).toEqual([0, 50, 99]);
  });

  it("says which file is missing and where, without the secrets of the address", async () => {
    const origin = await serve((_request, response) => response.writeHead(404).end());
    const error = await failureOf(`${origin}/m?token=secret`);
    expect(error).toBeInstanceOf(FormatError);
    expect(error).toMatchObject({
      code: "missing-file",
      message: `config.json is not in ${origin}/m/; a model folder holds model.safetensors, config.json and vocabulary.txt.`,
    });
  });

  it("takes a web page with status 200 for a missing file", async () => {
    const origin = await serve((_request, response) => {
      response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end("<!doctype html>");
    });
    expect(await failureOf(origin)).toMatchObject({ code: "missing-file" });
  });

  it("reports another status with its number", async () => {
    const origin = await serve((_request, response) => response.writeHead(403).end());
    expect(await failureOf(origin)).toMatchObject({
      code: "http-status",
      message: `${origin}/ answered 403 Forbidden instead of config.json; check access to it.`,
    });
  });

  it("reports a server that cannot be reached, with the cause", async () => {
    const origin = await serve(() => {});
    await new Promise((resolve) => servers.pop()?.close(resolve));
    const error = await failureOf(origin);
    expect(error).toBeInstanceOf(StarcastError);
    expect(error).toMatchObject({
      code: "network",
      message: `config.json could not be downloaded from ${origin}/; check the connection.`,
    });
    expect((error as Error).cause).toBeInstanceOf(Error);
  });

  it("reports a connection that is cut in the middle of a file", async () => {
    const origin = await serve((_request, response) => {
      response.writeHead(200, { "content-length": "100" });
      response.write("half", () => response.destroy());
    });
    expect(await failureOf(origin)).toMatchObject({ code: "network" });
  });

  it("refuses a file above the limit, announced or not", async () => {
    const origin = await serve((request, response) => {
      if (request.url?.startsWith("/announced")) response.writeHead(200, { "content-length": "11" });
      response.write("0123456789");
      response.end("x");
    });
    for (const folder of ["announced", "chunked"]) {
      const error = await failureOf(`${origin}/${folder}`, { maxFileBytes: 10 });
      expect(error).toBeInstanceOf(FormatError);
      expect(error).toMatchObject({ code: "too-large" });
      expect(await failureOf(`${origin}/${folder}`, { maxFileBytes: 11 })).toBeUndefined();
    }
  });

  it("rejects with the signal's reason when it is aborted", async () => {
    const origin = await serve(() => {});
    const controller = new AbortController();
    const reason = new Error("enough");
    const failure = failureOf(origin, { signal: controller.signal });
    controller.abort(reason);
    expect(await failure).toBe(reason);
  });

  it("asks for no name that could leave the folder, and writes nothing", async () => {
    const folder = httpFolder("https://example.org/", { fetch: () => Promise.reject(new Error("asked")) });
    await expect(folder.read("../x")).rejects.toThrow(OptionError);
    await expect(folder.write(new Map())).rejects.toThrow("can only be read");
  });

  it.each(["", "model", "data:text/plain,x", "http://"])("refuses the address %j", (address) => {
    expect(() => httpFolder(address)).toThrow(OptionError);
  });
});
