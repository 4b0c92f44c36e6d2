import { appendFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type RatingEvaluation, RatingModel, type TrainMetrics } from "@starcast/core";
import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { diskFolder } from "../data/diskFolder.js";
import type { RunDivision } from "../run/runData.js";
import { writeModel } from "../serve/testing/models.js";
import { reviewsCsv, temporaryFolder } from "../testing/harness.js";
import { buildStudio } from "./app.js";
import type { RunRows } from "./rows.js";
import { RunFolders } from "./runs.js";
import { Trainings } from "./trainings.js";

const files = temporaryFolder();
const runsFolder = files.path("runs");
let app: FastifyInstance;
const trainings = new Trainings(runsFolder);
const division: RunDivision = {
  text: ["text"],
  label: "rating",
  task: "rating",
  skipBadRows: false,
  split: {},
  seed: 1,
  validationFraction: 0.1,
  testFraction: 0.2,
  keepDuplicates: false,
};

beforeAll(async () => {
  mkdirSync(files.path("pages/assets"), { recursive: true });
  writeFileSync(files.path("pages/index.html"), "<html><head></head><body>pages</body></html>");
  writeFileSync(files.path("pages/assets/a.js"), "export {};");
  files.write("secret.txt", "not for pages");
  mkdirSync(join(runsFolder, "group/live"), { recursive: true });
  mkdirSync(join(runsFolder, "no-run"));
  await writeModel(join(runsFolder, "stars"));
  writeFileSync(join(runsFolder, "stars", "notes.txt"), "private");
  writeFileSync(join(runsFolder, "group/live/events.jsonl"), '{"type":"prepared"}\n');
  app = await buildStudio({ pages: files.path("pages"), runs: new RunFolders([runsFolder]), trainings });
});
afterAll(async () => {
  trainings.stopAll();
  await app.close();
  files.remove();
});

const get = (url: string, headers: Record<string, string> = {}) =>
  app.inject({ method: "GET", url, headers: { host: "127.0.0.1:8090", ...headers } });

async function runNamed(name: string): Promise<{ id: string; state: string; rmse?: number }> {
  const { runs } = (await get("/api/runs")).json<{ runs: { id: string; name: string; state: string }[] }>();
  const found = runs.find((run) => run.name === name);
  if (found === undefined) throw new Error(`There is no run ${name} among ${JSON.stringify(runs)}`);
  return found;
}

describe("the studio's server", () => {
  it("sends the pages apart from all others, marked as served", async () => {
    const { statusCode, headers, body } = await get("/");
    expect(statusCode).toBe(200);
    expect(headers).toMatchObject({
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-embedder-policy": "require-corp",
      "content-security-policy": "frame-ancestors 'none'",
      "content-type": "text/html; charset=utf-8",
    });
    expect(body).toContain('<meta name="starcast-server"');
    const script = await get("/assets/a.js");
    expect(script.headers["content-type"]).toContain("javascript");
    expect(script.headers["cross-origin-embedder-policy"]).toBe("require-corp");
  });

  it.each(["/../secret.txt", "/%2e%2e/secret.txt", "/assets/..%2f..%2fsecret.txt", "/nothing.js", "/api/nothing"])(
    "has nothing but the pages: %s",
    async (url) => {
      const { statusCode, body } = await get(url);
      expect(statusCode).toBeGreaterThanOrEqual(400);
      expect(body).not.toContain("not for pages");
    },
  );

  it.each<Record<string, string>>([
    { host: "evil.example" },
    { host: "127.0.0.1.evil.example" },
    { host: "localhost:8090", origin: "https://evil.example" },
  ])("answers no page of elsewhere: %j", async (headers) => {
    const { statusCode, body } = await get("/api/runs", headers);
    expect(statusCode).toBe(403);
    expect(body).not.toContain("stars");
  });

  it("lists runs in and below the folder, and what is no run not", async () => {
    const { runs } = (await get("/api/runs")).json<{ runs: { name: string; state: string }[] }>();
    expect(runs.map(({ name, state }) => [name, state]).toSorted()).toEqual([
      [join("group", "live"), "unfinished"],
      ["stars", "finished"],
    ]);
  });

  it("sends the files of a model and no others", async () => {
    const { id } = await runNamed("stars");
    const config = await get(`/api/runs/${id}/files/config.json`);
    expect(config.json()).toHaveProperty("format");
    for (const path of [`${id}/files/notes.txt`, `${id}/files/..%2f..%2fsecret.txt`, `${id}/files/report.html`]) {
      expect((await get(`/api/runs/${path}`)).statusCode).toBe(404);
    }
    const outside = Buffer.from("0/../..").toString("base64url");
    expect((await get(`/api/runs/${outside}/files/config.json`)).statusCode).toBe(404);
  });

  it("tells the events of a run from its first, and those that are written meanwhile, until it ends", async () => {
    const { id } = await runNamed(join("group", "live"));
    const log = join(runsFolder, "group/live/events.jsonl");
    setTimeout(() => appendFileSync(log, '{"type":"epoch"}\n{"type":"done","reason":"finished"}\n'), 300);
    const { headers, body } = await get(`/api/runs/${id}/events`);
    expect(headers["content-type"]).toContain("text/event-stream");
    expect(body.match(/^data: .*$/gm)).toEqual([
      'data: {"type":"prepared"}',
      'data: {"type":"epoch"}',
      'data: {"type":"done","reason":"finished"}',
      "data: {}",
    ]);
  });

  const order = {
    csv: reviewsCsv(60),
    text: ["review"],
    label: "rating",
    task: "rating",
    recipe: "best",
    epochs: 1,
    seed: 1,
  };
  const post = (body: object, headers: Record<string, string> = {}) =>
    app.inject({
      method: "POST",
      url: "/api/trainings",
      headers: { host: "localhost:8090", "content-type": "application/json", ...headers },
      payload: JSON.stringify(body),
    });

  it.each([
    [{ ...order, seed: -1 }, 400, "seed"],
    [{ ...order, recipe: "--out" }, 400, "recipe"],
    [{ ...order, extra: 1 }, 400, "additional"],
    [{ ...order, label: "nothing" }, 422, "nothing"],
  ])("refuses an order that makes no sense, and leaves nothing behind", async (body, status, message) => {
    const before = readdirSync(runsFolder);
    const answer = await post(body);
    expect(answer.statusCode).toBe(status);
    expect(answer.json<{ message: string }>().message).toContain(message);
    expect(readdirSync(runsFolder)).toEqual(before);
  });

  it("trains when it is asked to, into a folder of its own, and only for its own pages", async () => {
    expect((await post(order, { origin: "https://evil.example" })).statusCode).toBe(403);
    const { statusCode, ...answer } = await post(order, { origin: "http://localhost:8090" });
    expect(statusCode).toBe(201);
    const { id } = answer.json<{ id: string }>();
    const { body } = await get(`/api/runs/${id}/events`);
    expect(body).toContain('"type":"done"');
    const folder = Buffer.from(id, "base64url").toString().slice(2);
    await expect.poll(() => existsSync(join(runsFolder, folder, "model.safetensors")), { timeout: 20_000 }).toBe(true);
    const { test } = (await get(`/api/runs/${id}/files/metrics.json`)).json<TrainMetrics>();
    const { values, parts } = (await get(`/api/runs/${id}/rows`)).json<RunRows>();
    // The rows that are told to be held out are those on which the result was measured.
    const model = await RatingModel.load(diskFolder(join(runsFolder, folder)));
    const held = parts.test.map((row) => ({ text: values[0][row] ?? "", label: Number(values[1][row]) }));
    expect(model.evaluate(held)).toMatchObject({ rows: test?.rows, rmse: (test as RatingEvaluation).rmse });
    model.dispose();
    expect((await get(`/api/runs/${id}/rows`, { origin: "https://evil.example" })).statusCode).toBe(403);
  });

  it("says why there are no rows of a run", async () => {
    const { id } = await runNamed("stars");
    const answer = await get(`/api/runs/${id}/rows`);
    expect(answer.statusCode).toBe(409);
    expect(answer.json()).toMatchObject({ code: "no-data-record" });
    const secret = { path: "../../secret.txt", bytes: 13, sha256: "0".repeat(64) };
    const record = { ...division, format: "starcast-data/1", main: [secret] };
    writeFileSync(join(runsFolder, "stars", "data.json"), JSON.stringify(record));
    const { body } = await get(`/api/runs/${id}/rows`);
    expect(body).toContain("data-changed");
    expect(body).not.toContain("not for pages");
  });
});
