import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { temporaryFolder } from "../testing/harness.js";
import { findSources } from "./sources.js";
import { answersOf, writeModel } from "./testing/models.js";
import { startTestService, type TestService } from "./testing/testService.js";

let files: ReturnType<typeof temporaryFolder>;
let service: TestService | undefined;
beforeEach(() => {
  files = temporaryFolder();
});
afterEach(async () => {
  await service?.stop();
  service = undefined;
  files.remove();
});

/** Looks so often that a change is seen, found settled, and dealt with. */
async function lookThrough({ store }: TestService): Promise<void> {
  for (let look = 0; look < 4; look++) await store.look();
}

async function ratingOf({ app }: TestService, name: string): Promise<unknown> {
  const headers = { "content-type": "application/json" };
  const payload = { text: "not good" };
  const response = await app.inject({ method: "POST", url: `/v1/models/${name}/predict`, headers, payload });
  return response.statusCode === 200 ? response.json().prediction : response.statusCode;
}

const versionOf = ({ store }: TestService, name: string) => store.current(name)?.version;

describe("a model that changes on the disk", () => {
  it("is swapped for its new version, which has its own answers; a touched one is not", async () => {
    const path = await writeModel(files.path("stars"));
    service = await startTestService({ sources: findSources([path]) });
    const before = versionOf(service, "stars");
    cpSync(path, files.path("copy"), { recursive: true });
    rmSync(path, { recursive: true });
    cpSync(files.path("copy"), path, { recursive: true });
    await lookThrough(service);
    expect(versionOf(service, "stars")).toBe(before);
    await writeModel(path, { seed: 2 });
    await lookThrough(service);
    expect(versionOf(service, "stars")).not.toBe(before);
    expect(await ratingOf(service, "stars")).toEqual((await answersOf(path, ["not good"]))[0]);
    expect(service.log.lines.map(({ event }) => event)).toEqual(["model-loaded", "model-swapped"]);
    expect((await service.app.inject("/metrics")).body).toContain('starcast_model_swaps_total{model="stars"} 1');
  });

  it("answers every request while it is swapped, each with one version's whole answer", async () => {
    const path = await writeModel(files.path("stars"));
    service = await startTestService({ sources: findSources([path]) });
    const running = service;
    const known = await answersOf(path, ["not good"]);
    let isOver = false;
    const asked = (async () => {
      const answers: unknown[] = [];
      while (!isOver) answers.push(await ratingOf(running, "stars"));
      return answers;
    })();
    for (const seed of [2, 3]) {
      await writeModel(path, { seed });
      known.push(...(await answersOf(path, ["not good"])));
      await lookThrough(running);
    }
    isOver = true;
    const answers = await asked;
    expect(answers.length).toBeGreaterThan(10);
    for (const answer of answers) expect(known).toContainEqual(answer);
    expect(await ratingOf(running, "stars")).toEqual(known[2]);
  });

  it("is refused when it is broken, loudly, and the old version goes on", async () => {
    const path = await writeModel(files.path("stars"));
    service = await startTestService({ sources: findSources([path]) });
    const before = versionOf(service, "stars");
    writeFileSync(join(path, "model.safetensors"), "broken");
    await lookThrough(service);
    expect(versionOf(service, "stars")).toBe(before);
    expect(await ratingOf(service, "stars")).toHaveProperty("rating");
    const refused = service.log.lines.filter(({ event }) => event === "model-refused");
    expect(refused).toHaveLength(1);
    expect(refused[0].level).toBe("error");
    expect(refused[0].message).toContain(`version ${before} goes on`);
    const [{ problem }] = (await service.app.inject("/v1/models")).json().models;
    expect(problem).toContain("model.safetensors");
    expect((await service.app.inject("/metrics")).body).toContain('starcast_model_refusals_total{model="stars"} 1');
    await writeModel(path, { seed: 5 });
    await lookThrough(service);
    expect(versionOf(service, "stars")).not.toBe(before);
    expect((await service.app.inject("/v1/models")).json().models[0].problem).toBe(null);
  });

  it("is left alone while files of it are missing", async () => {
    const path = await writeModel(files.path("stars"));
    service = await startTestService({ sources: findSources([path]) });
    rmSync(join(path, "vocabulary.txt"));
    await lookThrough(service);
    expect(await ratingOf(service, "stars")).toHaveProperty("rating");
  });
});

describe("a folder of models", () => {
  it("is searched for models that come, and those that go are withdrawn", async () => {
    await writeModel(files.path("models/one"));
    service = await startTestService({ sources: findSources([files.path("models")]) });
    await writeModel(files.path("models/two"), { seed: 2 });
    mkdirSync(files.path("models/no-model"));
    await lookThrough(service);
    expect(service.store.all().map(({ name }) => name)).toEqual(["one", "two"]);
    expect(await ratingOf(service, "two")).toEqual((await answersOf(files.path("models/two"), ["not good"]))[0]);
    rmSync(files.path("models/one"), { recursive: true });
    await lookThrough(service);
    expect(await ratingOf(service, "one")).toBe(404);
    expect(service.log.lines.at(-1)).toMatchObject({ event: "model-withdrawn", level: "warn" });
  });

  it("is served without those of its models that are broken", async () => {
    await writeModel(files.path("models/good"));
    await writeModel(files.path("models/bad"));
    writeFileSync(files.path("models/bad/config.json"), "{}");
    service = await startTestService({ sources: findSources([files.path("models")]) });
    expect(service.store.all().map(({ name }) => name)).toEqual(["good"]);
    expect(service.log.lines.map(({ event }) => event)).toEqual(["model-refused", "model-loaded"]);
  });
});

describe("a model that was named", () => {
  it("must be sound from the beginning", async () => {
    const path = await writeModel(files.path("stars"));
    writeFileSync(join(path, "config.json"), "{}");
    await expect(startTestService({ sources: findSources([path]) })).rejects.toThrow("config.json");
  });
});

describe("a shadow", () => {
  it("rates the same texts, is compared, and answers nobody", async () => {
    const path = await writeModel(files.path("stars"));
    const shadowPath = await writeModel(files.path("candidate"), { seed: 9 });
    service = await startTestService({
      sources: findSources([path]),
      shadows: [{ name: "stars", path: shadowPath }],
    });
    const texts = ["not good", "lovely", "the colour is poor", "bad fit!", "it is not good"];
    const headers = { "content-type": "application/json" };
    const response = await service.app.inject({
      method: "POST",
      url: "/v1/models/stars/predict",
      headers,
      payload: { texts },
    });
    const ours = (await answersOf(path, texts)) as { rating: number; label: number }[];
    const theirs = (await answersOf(shadowPath, texts)) as { rating: number; label: number }[];
    expect(response.json().predictions).toEqual(ours);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const { shadow } = (await service.app.inject("/v1/models/stars")).json();
    const differences = ours.map(({ rating }, index) => theirs[index].rating - rating);
    const same = ours.filter(({ label }, index) => theirs[index].label === label).length;
    expect(shadow).toMatchObject({ compared: 5, skipped: 0, sameLabel: same / 5 });
    expect(shadow.meanDifference).toBeCloseTo(differences.reduce((sum, value) => sum + value, 0) / 5, 12);
    const listed = shadow.differences.reduce((sum: number, { texts: count }: { texts: number }) => sum + count, 0);
    expect(listed).toBe(5 - same);
    expect((await service.app.inject("/metrics")).body).toContain(
      'starcast_shadow_texts_total{model="stars",outcome="compared"} 5',
    );
  });
});
