/** A worker in workerd, the runtime of Cloudflare Workers, bundled by esbuild; it has no Node and compiles no WebAssembly. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { build as esbuild } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { npm, place, run } from "./place.js";
import { serve } from "./server.js";

const runtime = "workerd@1.20261117.1";
const wasmFiles = ["simd.wasm", "relaxed-simd.wasm"];

/** A port that is free now. */
function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

/** workerd's own configuration format. */
function configuration(port: number, modelUrl: string): string {
  const modules = wasmFiles.map((name) => `(name = "@starcast/core/${name}", wasm = embed "${name}")`);
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .worker),
    (name = "internet", network = (allow = ["private"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
const worker :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "worker.js"), ${modules.join(", ")}],
  compatibilityDate = "2026-01-01",
  bindings = [(name = "MODEL_URL", text = "${modelUrl}")],
);
`;
}

const isSupported = ["linux", "darwin"].includes(process.platform) && ["x64", "arm64"].includes(process.arch);

describe.skipIf(!isSupported)("on an edge runtime, workerd (skipped where it does not run)", () => {
  let worker: ChildProcess | undefined;
  let files: { url: string; close: () => void };
  let url = "";

  beforeAll(async () => {
    const folder = place("edge");
    mkdirSync(folder);
    await npm(["install", "--prefix", folder, runtime], folder);
    await esbuild({
      entryPoints: [place("consumer/worker.js")],
      absWorkingDir: place("consumer"),
      outfile: `${folder}/worker.js`,
      bundle: true,
      format: "esm",
      external: ["*.wasm"],
    });
    for (const name of wasmFiles) {
      writeFileSync(`${folder}/${name}`, readFileSync(place("consumer/node_modules/@starcast/core/dist", name)));
    }
    files = await serve(place("consumer"));
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    writeFileSync(`${folder}/config.capnp`, configuration(port, `${files.url}/trained`));
    worker = spawn(`${folder}/node_modules/.bin/workerd`, ["serve", "config.capnp"], { cwd: folder, stdio: "inherit" });
  });
  afterAll(() => {
    worker?.kill();
    files?.close();
  });

  it("a worker answers as Node does, bit for bit", async () => {
    const { stdout } = await run(
      process.execPath,
      ["-e", 'import("./rows.mjs").then(({ texts }) => console.log(JSON.stringify(texts)))'],
      place("consumer"),
    );
    const answer = () => fetch(url, { method: "POST", body: stdout }).then((response) => response.text());
    await expect.poll(answer, { timeout: 20_000 }).toBe(readFileSync(place("consumer/expected.json"), "utf8"));
  });
});
