import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ServiceError, StarcastClient } from "../../../client/src/index.js";
import { temporaryFolder } from "../testing/harness.js";
import { KeyRing, newKey } from "./keys.js";
import { clientTypes } from "./testing/clientTypes.js";
import { answersOf, writeModel } from "./testing/models.js";
import { startTestService, type TestService } from "./testing/testService.js";

const files = temporaryFolder();
const path = files.path("stars");
const { key, line } = newKey("test");
let service: TestService;
let client: StarcastClient;
beforeAll(async () => {
  await writeModel(path);
  service = await startTestService({
    sources: { models: [{ name: "stars", path }], folders: [] },
    keys: KeyRing.read(files.write("keys.txt", `${line}\n`)),
  });
  client = new StarcastClient({ url: await service.app.listen({ port: 0 }), apiKey: key });
});
afterAll(async () => {
  await service.stop();
  files.remove();
});

describe("the client", () => {
  it("has the types of the service's schemas (vitest run -u writes them anew)", async () => {
    await expect(clientTypes()).resolves.toMatchFileSnapshot("../../../client/src/types.generated.ts");
  });

  it("gets what the library says: one text, many, and as many as there are", async () => {
    const texts = Array.from({ length: 150 }, (_, index) => `not ${"good ".repeat(1 + (index % 5))}`);
    const expected = await answersOf(path, texts);
    expect((await client.predict("stars", texts[0])).prediction).toEqual(expected[0]);
    expect((await client.predict("stars", texts.slice(0, 9))).predictions).toEqual(expected.slice(0, 9));
    const each: unknown[] = [];
    for await (const prediction of client.predictEach("stars", texts)) each.push(prediction);
    expect(each).toEqual(expected);
    const { prediction } = await client.predict("stars", "not good", { explain: true });
    expect(prediction.explanation?.words.map(({ text }) => text)).toEqual(["not", "good"]);
  });

  it("tells what models there are, and whether they are ready", async () => {
    expect(await client.isReady()).toBe(true);
    expect((await client.models()).map(({ name }) => name)).toEqual(["stars"]);
    expect((await client.model("stars")).fingerprint).toHaveLength(64);
    service.state.isStopping = true;
    expect(await client.isReady()).toBe(false);
    service.state.isStopping = false;
  });

  it("throws what the service refuses", async () => {
    const refused = await client.predict("stars", "...").catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ServiceError);
    expect(refused).toMatchObject({ status: 400, code: "empty-text" });
    const stranger = new StarcastClient({ url: `http://127.0.0.1:${new URL(service.app.listeningOrigin).port}` });
    await expect(stranger.models()).rejects.toMatchObject({ status: 401, code: "no-key" });
  });
});
