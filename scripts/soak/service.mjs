/** The built service as a process of its own, and a plain client for it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repository } from "../setup.mjs";

const bin = join(repository, "packages/cli/bin/starcast.js");
const collecting = ["--expose-gc", "--import", new URL("collect.mjs", import.meta.url).href];

/** Starts `starcast serve` at a free port; resolves when it answers. `canCollect` is for `keptMemory()`. */
export async function startService(words, { node = process.execPath, canCollect = false } = {}) {
  const child = spawn(node, [...(canCollect ? collecting : []), bin, "serve", "--port", "0", ...words], {
    stdio: ["ignore", "pipe", "pipe", ...(canCollect ? ["ipc"] : [])],
  });
  let log = "";
  child.stderr.on("data", (chunk) => {
    log = (log + chunk).slice(-1_000_000);
  });
  const ended = new Promise((resolve) => child.on("close", (code, signal) => resolve(signal ?? code)));
  const url = await new Promise((resolve, reject) => {
    child.stdout.on("data", (chunk) => resolve(String(chunk).trim()));
    void ended.then((code) => reject(new Error(`The service ended with ${code} before it listened: ${log}`)));
  });
  return {
    url,
    pid: child.pid,
    /** Its exit code, or the signal that ended it. */
    ended,
    log: () => log,
    /** Bytes that all of its threads keep when they have collected their garbage. */
    async keptMemory() {
      child.send("collect");
      const [bytes] = await once(child, "message", { signal: AbortSignal.timeout(60_000) });
      return bytes;
    },
    terminate: () => child.kill("SIGTERM"),
    async stop() {
      child.kill("SIGTERM");
      return await ended;
    },
  };
}

/** Bytes of memory that the service says it has, resident. */
export async function residentMemory(url) {
  const { body } = await ask(url, { path: "/metrics" });
  return Number(/^process_resident_memory_bytes (\S+)/m.exec(body)?.[1]);
}

export function newAgent(maxSockets = Number.POSITIVE_INFINITY) {
  return new Agent({ keepAlive: true, maxSockets });
}

/**
 * One request, on a connection of the agent's where there is one.
 *
 * @returns status, headers, body; rejects where the connection ends without a whole answer.
 */
export function ask(url, { method = "GET", path, headers = {}, body, agent } = {}) {
  return new Promise((resolve, reject) => {
    const asked = request(new URL(path, url), { method, headers, agent }, (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        if (!response.complete) reject(new Error("The answer was cut off."));
        else
          resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks).toString() });
      });
    });
    asked.on("error", reject);
    asked.end(body);
  });
}

export function predict(url, model, body, agent) {
  return ask(url, {
    method: "POST",
    path: `/v1/models/${model}/predict`,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
    agent,
  });
}

/** Runs with a temporary folder, which is removed afterwards. */
export async function withFolder(use) {
  const folder = await mkdtemp(join(tmpdir(), "starcast-soak-"));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A percentile of some numbers, by nearest rank. */
export function percentile(numbers, share) {
  const sorted = Float64Array.from(numbers).sort();
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}

export const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
