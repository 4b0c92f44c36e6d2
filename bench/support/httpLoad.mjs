/** Servers as processes of their own, and load for them. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import autocannon from "autocannon";

/**
 * Starts a server that prints its address as its first line.
 *
 * @param {string} program
 * @param {readonly string[]} words
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<{ url: string, stop(): Promise<void> }>}
 */
export async function startServer(program, words, env = process.env) {
  const child = spawn(program, words, { stdio: ["ignore", "pipe", "pipe"], env });
  let errors = "";
  child.stderr.on("data", (part) => (errors += part));
  const ended = new Promise((resolve) => child.once("close", resolve));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const { value } = await lines.next();
  if (value === undefined) throw new Error(`${words[0]} ended before it listened:\n${errors}`);
  return {
    url: value,
    async stop() {
      child.kill("SIGTERM");
      const hard = setTimeout(() => child.kill("SIGKILL"), 5_000);
      await ended;
      clearTimeout(hard);
    },
  };
}

/**
 * Sends one body after another on each connection, as fast as answers come.
 *
 * @param {string} url of the route
 * @param {readonly string[]} bodies few, since each connection prepares them all before it begins
 * @param {{ connections: number, seconds: number }} options
 * @returns {Promise<{ perSecond: number, p50: number, p99: number, failed: number }>} answers a second, milliseconds
 */
export async function load(url, bodies, { connections, seconds }) {
  const result = await autocannon({
    url,
    method: "POST",
    headers: { "content-type": "application/json" },
    requests: bodies.map((body) => ({ body })),
    connections,
    duration: seconds,
  });
  return {
    perSecond: result["2xx"] / result.duration,
    p50: result.latency.p50,
    p99: result.latency.p99,
    failed: result.non2xx + result.errors + result.timeouts,
  };
}
