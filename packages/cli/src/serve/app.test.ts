import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { temporaryFolder } from "../testing/harness.js";
import { KeyRing, newKey } from "./keys.js";
import { answersOf, writeModel } from "./testing/models.js";
import { startTestService, type TestService } from "./testing/testService.js";

const files = temporaryFolder();
const path = files.path("stars");
let service: TestService;
beforeAll(async () => {
  await writeModel(path);
  service = await startTestService({
    sources: { models: [{ name: "stars", path }], folders: [] },
    settings: { limits: { maxBody: 5_000, maxText: 100, maxTexts: 3, patience: 500 } },
  });
});
afterAll(async () => {
  await service.stop();
  files.remove();
});

const predictUrl = "/v1/models/stars/predict";
const post = (payload: unknown, headers: Record<string, string> = {}) =>
  service.app.inject({
    method: "POST",
    url: predictUrl,
    headers: { "content-type": "application/json", ...headers },
    payload: typeof payload === "string" || Buffer.isBuffer(payload) ? payload : JSON.stringify(payload),
  });
const lines = (payload: string | Buffer) =>
  service.app.inject({ method: "POST", url: predictUrl, headers: { "content-type": "application/x-ndjson" }, payload });
const version = () => service.store.current("stars")?.version;

/** A validator for a schema of the service's own document. */
async function validator(reference: string) {
  const document = (await service.app.inject("/openapi.json")).json();
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema({ $id: "document", ...document });
  return (value: unknown) => {
    const validate = ajv.compile({ $ref: `document#/components/schemas/${reference}` });
    return validate(value) ? "valid" : JSON.stringify(validate.errors);
  };
}

describe("predict", () => {
  it("answers one text as the library does, with the version that answered", async () => {
    const response = await post({ text: "a lovely fit, is it not!" });
    const [prediction] = await answersOf(path, ["a lovely fit, is it not!"]);
    expect(response.json()).toEqual({ model: "stars", version: version(), prediction });
    expect(response.statusCode).toBe(200);
    expect((await validator("PredictionAnswer"))(response.json())).toBe("valid");
  });

  it("answers many texts in their order", async () => {
    const texts = ["not good", "lovely", "the colour is poor"];
    const response = await post({ texts });
    expect(response.json()).toEqual({ model: "stars", version: version(), predictions: await answersOf(path, texts) });
    expect((await validator("PredictionsAnswer"))(response.json())).toBe("valid");
  });

  it("adds what each word does when it is asked for, adding up to the rating", async () => {
    const response = await post({ text: "not good", explain: true });
    expect((await validator("PredictionAnswer"))(response.json())).toBe("valid");
    const { explanation, rating } = response.json().prediction;
    const sum = explanation.words.reduce((total: number, { effect }: { effect: number }) => total + effect, 0);
    expect(explanation.words.map(({ text }: { text: string }) => text)).toEqual(["not", "good"]);
    expect(explanation.baseline + sum).toBeCloseTo(rating, 1);
  });

  it.each([
    ["{", 400, "not-json", "not JSON"],
    ["", 400, "empty-body", "empty"],
    [Buffer.from([0x7b, 0x22, 0xff, 0x22]), 400, "not-utf8", "not UTF-8"],
    [`${"[".repeat(2_000)}${"]".repeat(2_000)}`, 400, "bad-request", "must be an object"],
    [{}, 400, "bad-request", 'either "text" or "texts"'],
    [{ text: "a", texts: ["b"] }, 400, "bad-request", 'either "text" or "texts"'],
    [{ text: 5 }, 400, "bad-request", "text must be a string"],
    [{ text: null }, 400, "bad-request", "text must be a string"],
    [{ texts: "good" }, 400, "bad-request", "texts must be an array"],
    [{ texts: ["good", 7] }, 400, "bad-request", "texts[1] must be a string"],
    [{ texts: [] }, 400, "bad-request", "at least one"],
    [{ texts: ["a", "b", "c", "d"] }, 400, "bad-request", "more than 3 texts"],
    [{ text: "" }, 400, "bad-request", "text is empty"],
    [{ text: "x".repeat(101) }, 400, "bad-request", "more than 100 characters"],
    [{ text: "good", explian: true }, 400, "bad-request", '"explian", which is not known'],
    ['{"text":"good","__proto__":{"x":1}}', 400, "bad-request", "not known"],
    [{ text: "..." }, 400, "empty-text", "The text has no words"],
    [{ texts: ["good", "..."] }, 400, "empty-text", "texts[1] has no words"],
    [{ text: "good", explain: "yes" }, 400, "bad-request", "explain must be a boolean"],
    [{ text: "x".repeat(5_001) }, 413, "too-large", "larger"],
  ])("refuses %j with %i %s", async (body, status, code, words) => {
    const response = await post(body);
    expect([response.statusCode, response.json().error.code]).toEqual([status, code]);
    expect(response.json().error.message).toContain(words);
    expect((await validator("ErrorAnswer"))(response.json())).toBe("valid");
  });

  it("repeats nothing of a body that is not JSON", async () => {
    expect((await post('{"text": "my secret" oops}')).body).not.toContain("secret");
  });

  it("refuses other content types, unknown models and names that are paths", async () => {
    expect((await post("good", { "content-type": "text/plain" })).statusCode).toBe(415);
    for (const name of ["none", "..", "..%2f..%2fetc", "%2e%2e%2fstars", "stars%00", "a".repeat(200)]) {
      const url = `/v1/models/${name}/predict`;
      const headers = { "content-type": "application/json" };
      const { statusCode } = await service.app.inject({ method: "POST", url, headers, payload: { text: "good" } });
      expect(statusCode).toBe(404);
    }
  });

  it("fails alone when its text has no words, among others that are computed with it", async () => {
    const responses = await Promise.all(["good", "...", "bad"].map((text) => post({ text })));
    expect(responses.map(({ statusCode }) => statusCode)).toEqual([200, 400, 200]);
  });
});

describe("JSON lines", () => {
  it("answers each line in order, with its id, and names the lines that are wrong", async () => {
    const texts = Array.from({ length: 300 }, (_, index) => `good ${"bad ".repeat(index % 7)}`);
    const body = texts.map((text, id) => JSON.stringify(id % 2 === 0 ? text : { text, id })).join("\n");
    const response = await lines(`${body}\n\n{"text":5}\nnope\n"..."\n{"text":"a","x":1}`);
    const answers = response.body
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    const expected = await answersOf(path, texts);
    expect(answers.slice(0, 300)).toEqual(
      expected.map((prediction, id) => ({ line: id + 1, ...(id % 2 === 1 && { id }), version: version(), prediction })),
    );
    expect(answers.slice(300).map(({ line, error }) => [line, error.code])).toEqual([
      [302, "bad-request"],
      [303, "not-json"],
      [304, "empty-text"],
      [305, "bad-request"],
    ]);
    expect(answers[302].error.message).toBe("Line 304 has no words to rate; give it at least one.");
    const check = await validator("LineAnswer");
    for (const answer of answers) expect(check(answer)).toBe("valid");
  });

  it("refuses a line that is too long, and ends there", async () => {
    const response = await lines(`"good"\n"${"x".repeat(6_000)}`);
    const answers = response.body
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(answers.map(({ line, error }) => [line, error?.code])).toEqual([
      [1, undefined],
      [2, "line-too-long"],
    ]);
  });

  it("answers a line as soon as it is there, while the next is awaited", async () => {
    const url = await service.app.listen({ port: 0 });
    const { writable, readable } = new TransformStream<string, string>();
    const writer = writable.getWriter();
    const request: RequestInit & { duplex: "half" } = {
      method: "POST",
      headers: { "content-type": "application/x-ndjson" },
      body: readable.pipeThrough(new TextEncoderStream()),
      duplex: "half",
    };
    const asked = fetch(`${url}${predictUrl}`, request);
    await writer.write('"good"\n');
    const reader = (await asked).body?.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader?.read())?.value).toContain('"line":1');
    await writer.write('"bad"\n');
    expect((await reader?.read())?.value).toContain('"line":2');
    await writer.close();
    expect((await reader?.read())?.done).toBe(true);
  });
});

describe("models", () => {
  it("are listed, and told in full", async () => {
    const list = (await service.app.inject("/v1/models")).json();
    expect(list.models).toMatchObject([{ name: "stars", task: "rating", labels: [1, 2, 3, 4, 5], problem: null }]);
    expect((await validator("ModelList"))(list)).toBe("valid");
    const details = (await service.app.inject("/v1/models/stars")).json();
    expect(details).toMatchObject({ settings: { head: "softmax" }, shadow: null, metrics: null });
    expect(details.fingerprint).toMatch(/^[0-9a-f]{64}$/);
    expect(details.fingerprint.startsWith(details.version)).toBe(true);
    expect(details.card).toContain("#");
    expect((await validator("ModelDetails"))(details)).toBe("valid");
    expect((await service.app.inject("/v1/models/other")).statusCode).toBe(404);
  });
});

describe("operation", () => {
  it("is alive and ready, and not ready any more when it stops", async () => {
    expect((await service.app.inject("/health/ready")).json()).toEqual({ status: "ok", models: 1 });
    service.state.isStopping = true;
    const [ready, live] = await Promise.all(["/health/ready", "/health/live"].map((url) => service.app.inject(url)));
    service.state.isStopping = false;
    expect([ready.statusCode, live.statusCode]).toEqual([503, 200]);
    expect(ready.headers.connection).toBe("close");
  });

  it("counts requests, batches, words and ratings for Prometheus", async () => {
    await post({ texts: ["good xyzzy", "bad"] });
    const text = (await service.app.inject("/metrics")).body;
    expect(text).toMatch(/starcast_requests_total\{route="\/v1\/models\/:name\/predict",status="200"\} \d+/);
    expect(text).toMatch(/starcast_request_seconds_bucket\{le="0.05",route="[^"]*predict"\} \d/);
    expect(text).toMatch(/starcast_batch_texts_sum\{model="stars"\} \d+/);
    expect(text).toMatch(/starcast_unknown_words_total\{model="stars"\} [1-9]/);
    expect(text).toMatch(/starcast_predictions_total\{model="stars",label="\d"\} \d/);
    expect(text).toMatch(/starcast_recent_unknown_word_share\{model="stars"\} 0\.\d/);
    expect(text).toContain(`starcast_model_info{model="stars",version="${version()}"} 1`);
    expect(text).toMatch(/starcast_errors_total\{code="empty-text"\} [1-9]/);
    expect(text).toContain("nodejs_eventloop_lag_seconds");
  });

  it("has headers against misuse on every answer, and lets no foreign page ask", async () => {
    for (const url of ["/health/live", "/nothing"]) {
      const { headers } = await service.app.inject({ url, headers: { origin: "https://example.org" } });
      expect(headers).toMatchObject({ "x-content-type-options": "nosniff", "cache-control": "no-store" });
      expect(headers).not.toHaveProperty("access-control-allow-origin");
    }
  });

  it("has a document of itself with an example of the model's own, and a page that loads nothing from elsewhere", async () => {
    const document = (await service.app.inject("/openapi.json")).json();
    const { requestBody, responses } = document.paths["/v1/models/{name}/predict"].post;
    const { text } = requestBody.content["application/json"].example;
    expect(text).toContain("good bad fit");
    const [prediction] = await answersOf(path, [text]);
    expect(responses["200"].content["application/json"].example.prediction).toEqual(prediction);
    const page = await service.app.inject("/docs");
    expect(page.statusCode).toBe(200);
    expect(page.headers["content-security-policy"]).toContain("default-src 'self'");
    expect(page.body).not.toMatch(/(src|href)="https?:/);
  });
});

describe("keys", () => {
  const [alice, bob] = [newKey("alice"), newKey("bob")];
  const keysPath = () => files.write("keys.txt", `# keys\n${alice.line}\n\n${bob.line} 2\n`);
  const withKeys = () =>
    startTestService({ sources: { models: [{ name: "stars", path }], folders: [] }, keys: KeyRing.read(keysPath()) });

  it("are asked for, but for health and documentation", async () => {
    const { app, stop } = await withKeys();
    const get = (url: string, key?: string) =>
      app.inject({ url, headers: key === undefined ? {} : { authorization: `Bearer ${key}` } });
    for (const url of ["/v1/models", "/metrics", "/v1/models/stars", "/nothing"]) {
      const refused = await get(url);
      expect([refused.statusCode, refused.json().error.code]).toEqual([401, "no-key"]);
      expect(refused.headers["www-authenticate"]).toBe("Bearer");
      expect((await get(url, `${alice.key}x`)).statusCode).toBe(401);
    }
    expect((await get("/v1/models", alice.key)).statusCode).toBe(200);
    for (const url of ["/health/live", "/health/ready", "/docs", "/openapi.json"])
      expect((await get(url)).statusCode).toBe(200);
    expect((await get("/openapi.json")).body).not.toContain("good bad fit");
    await stop();
  });

  it("have their own requests a minute, and are told when to come back", async () => {
    const { app, stop } = await withKeys();
    const get = (key: string) => app.inject({ url: "/v1/models", headers: { authorization: `Bearer ${key}` } });
    expect([(await get(bob.key)).statusCode, (await get(bob.key)).statusCode]).toEqual([200, 200]);
    const refused = await get(bob.key);
    expect([refused.statusCode, refused.json().error.code]).toEqual([429, "rate-limit"]);
    expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
    expect((await get(alice.key)).statusCode).toBe(200);
    await stop();
  });
});

describe("the log", () => {
  it("has no texts unless it is asked for them", async () => {
    for (const texts of [false, true]) {
      const { app, log, stop } = await startTestService({
        sources: { models: [{ name: "stars", path }], folders: [] },
        settings: { log: { requests: true, texts } },
      });
      const headers = { "content-type": "application/json" };
      await app.inject({ method: "POST", url: predictUrl, headers, payload: { text: "my secret" } });
      await app.inject({ method: "POST", url: predictUrl, headers, payload: '{"text": "my secret" oops}' });
      await stop();
      expect(log.lines.filter(({ event }) => event === "request")).toHaveLength(2);
      expect(JSON.stringify(log.lines).includes("secret")).toBe(texts);
    }
  });
});
