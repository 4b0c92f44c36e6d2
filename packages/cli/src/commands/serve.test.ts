import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { Agent, request } from "node:http";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { answersOf, writeModel } from "../serve/testing/models.js";
import { runFake, temporaryFolder } from "../testing/harness.js";

const files = temporaryFolder();
const model = files.path("stars");
beforeAll(async () => void (await writeModel(model)));
afterAll(() => files.remove());

describe("serve", () => {
  it.each([
    [[], "Name a model to serve"],
    [["nowhere"], "There is no model folder nowhere"],
    [[model, "--host", "0.0.0.0"], "--keys FILE"],
    [[model, "--host", "0.0.0.0", "--keys", "none.txt"], "--new-key NAME"],
    [[model, "--keys", "none.txt", "--no-auth"], "contradict"],
    [[model, "--max-wait", "2"], "a time such as 2ms"],
    [[model, "--port", "70000"], "at most 65535"],
    [[model, "--shadow", `other=${model}`], "no model is called other"],
  ])("refuses %j", async (words, message) => {
    const { code, out, err } = await runFake(["serve", ...words]);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain(message);
  });

  it("makes keys, which go to standard output alone", async () => {
    const { code, out, err } = await runFake(["serve", "--new-key", "studio"]);
    expect(code).toBe(0);
    expect(out).toMatch(/^sk-starcast-[\w-]{43}\n$/);
    expect(err).toMatch(/^studio [0-9a-f]{64}$/m);
  });
});

const bin = fileURLToPath(new URL("../../bin/starcast.js", import.meta.url));
const isBuilt = existsSync(fileURLToPath(new URL("../../dist/serve/worker.js", import.meta.url)));

/** Starts the built command at a free port. */
async function startCommand(
  ...args: string[]
): Promise<{ url: string; child: ChildProcess; ended: Promise<number | null>; err: () => string }> {
  const child = spawn(process.execPath, [bin, "serve", "--port", "0", ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let err = "";
  child.stderr.on("data", (chunk: Buffer) => {
    err += chunk.toString();
  });
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on("data", (chunk: Buffer) => resolve(chunk.toString().trim()));
    void ended.then((code) => reject(new Error(`ended with code ${code}: ${err}`)));
  });
  return { url, child, ended, err: () => err };
}

/** One request on a connection of the agent's. */
function ask(agent: Agent, url: string, text: string): Promise<{ status: number; body: string; closes: boolean }> {
  return new Promise((resolve, reject) => {
    const headers = { "content-type": "application/json" };
    const asked = request(`${url}/v1/models/stars/predict`, { agent, method: "POST", headers }, (response) => {
      let body = "";
      response.on("data", (chunk: Buffer) => {
        body += chunk.toString();
      });
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, body, closes: response.headers.connection === "close" }),
      );
      response.on("error", reject);
    });
    asked.on("error", reject);
    asked.end(JSON.stringify({ text }));
  });
}

describe.skipIf(!isBuilt)("the built service (skipped where packages/cli is not built)", () => {
  it("answers from its thread as the library does, and ends with code 0 when it is asked to", async () => {
    const { url, child, ended, err } = await startCommand(model);
    const [prediction] = await answersOf(model, ["not good, is it"]);
    const agent = new Agent({ keepAlive: true });
    const { status, body } = await ask(agent, url, "not good, is it");
    expect(status).toBe(200);
    expect(JSON.parse(body).prediction).toEqual(prediction);
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
    child.kill("SIGTERM");
    expect(await ended).toBe(0);
    agent.destroy();
    expect(JSON.parse(err().trim().split("\n")[0])).toMatchObject({ event: "model-loaded", model: "stars" });
  });

  it("answers every request that it has taken when it is stopped under load", async () => {
    const { url, child, ended } = await startCommand(model);
    const outcomes: string[] = [];
    const client = async () => {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      for (let index = 0; ; index++) {
        const { status, closes } = await ask(agent, url, `good number ${index}`);
        outcomes.push(String(status));
        if (closes) break;
      }
      agent.destroy();
    };
    const clients = Array.from({ length: 16 }, client);
    setTimeout(() => child.kill("SIGTERM"), 300);
    await Promise.all(clients);
    expect(await ended).toBe(0);
    expect(outcomes.length).toBeGreaterThan(16);
    expect(outcomes.filter((status) => status !== "200")).toEqual([]);
  });
});
