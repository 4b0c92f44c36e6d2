import { afterEach, describe, expect, it, vi } from "vitest";
import { ServiceError, StarcastClient } from "./index.js";

afterEach(() => void vi.useRealTimers());

/** A `fetch` that gives answers in turn, and what it was asked. */
function fakeFetch(...answers: (Response | Error)[]) {
  const asked: { readonly url: string; readonly init: RequestInit }[] = [];
  const fetch = (url: unknown, init: RequestInit = {}) => {
    asked.push({ url: String(url), init });
    const answer = answers.shift() ?? new Error("asked too often");
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };
  return { asked, fetch: fetch as typeof globalThis.fetch };
}

const answer = (body: unknown, status = 200, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(body), { status, headers });
const refusal = (status: number, code: string, headers?: Record<string, string>) =>
  answer({ error: { code, message: `it is ${code}` } }, status, headers);

describe("predict", () => {
  it("sends a text, or many, to the model under its name, with the key", async () => {
    const { asked, fetch } = fakeFetch(answer({ prediction: 1 }), answer({ predictions: [1] }));
    const client = new StarcastClient({ url: "https://example.org/api/", apiKey: "k", fetch });
    expect(await client.predict("a/b", "good")).toEqual({ prediction: 1 });
    await client.predict("m", ["good", "bad"], { explain: true });
    expect(asked.map(({ url }) => url)).toEqual([
      "https://example.org/api/v1/models/a%2Fb/predict",
      "https://example.org/api/v1/models/m/predict",
    ]);
    expect(asked.map(({ init }) => JSON.parse(init.body as string))).toEqual([
      { text: "good" },
      { texts: ["good", "bad"], explain: true },
    ]);
    expect(asked[0].init).toMatchObject({ method: "POST", headers: { authorization: "Bearer k" } });
  });

  it("throws the service's own code and sentence, at once where repeating would not help", async () => {
    const { asked, fetch } = fakeFetch(refusal(400, "empty-text"));
    const client = new StarcastClient({ url: "http://localhost", fetch });
    const error = await client.predict("m", "...").catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ServiceError);
    expect(error).toMatchObject({ status: 400, code: "empty-text", message: "it is empty-text" });
    expect(asked).toHaveLength(1);
  });

  it("says so when something else answers", async () => {
    const { fetch } = fakeFetch(new Response("<html>", { status: 404 }));
    const client = new StarcastClient({ url: "http://localhost", fetch });
    await expect(client.predict("m", "good")).rejects.toMatchObject({ status: 404, code: "not-starcast" });
  });
});

describe("a busy service", () => {
  it("is asked again, not before the time that it names, in seconds or as a date", async () => {
    vi.useFakeTimers({ now: Date.parse("2026-01-01T00:00:00Z") });
    const { asked, fetch } = fakeFetch(
      refusal(429, "queue-full", { "retry-after": "3" }),
      refusal(503, "stopping", { "retry-after": "Thu, 01 Jan 2026 00:00:10 GMT" }),
      answer({ prediction: 1 }),
    );
    const client = new StarcastClient({ url: "http://localhost", fetch });
    const predicted = client.predict("m", "good");
    await vi.advanceTimersByTimeAsync(2_990);
    expect(asked).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(310);
    expect(asked).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(6_600);
    expect(asked).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(1_500);
    expect(await predicted).toEqual({ prediction: 1 });
  });

  it("is asked again after longer and longer times where it names none, and when it cannot be reached", async () => {
    vi.useFakeTimers();
    const { asked, fetch } = fakeFetch(
      new TypeError("refused"),
      refusal(503, "x"),
      new TypeError("refused"),
      answer({}),
    );
    const client = new StarcastClient({ url: "http://localhost", fetch });
    const predicted = client.predict("m", "good");
    await vi.advanceTimersByTimeAsync(200 + 400 + 800);
    await predicted;
    expect(asked).toHaveLength(4);
  });

  it("is given up after the number of retries, and where it asks for too long a pause", async () => {
    vi.useFakeTimers();
    const often = fakeFetch(...Array.from({ length: 3 }, () => refusal(429, "queue-full")));
    const client = new StarcastClient({ url: "http://localhost", fetch: often.fetch, retries: 2 });
    const failed = client.predict("m", "good").catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(await failed).toMatchObject({ code: "queue-full" });
    expect(often.asked).toHaveLength(3);
    const long = fakeFetch(refusal(429, "rate-limit", { "retry-after": "3600" }));
    await expect(
      new StarcastClient({ url: "http://localhost", fetch: long.fetch }).predict("m", "good"),
    ).rejects.toMatchObject({ code: "rate-limit" });
  });

  it("is left alone when the caller gives up, also in a pause", async () => {
    const { asked, fetch } = fakeFetch(refusal(429, "queue-full", { "retry-after": "30" }));
    const controller = new AbortController();
    const client = new StarcastClient({ url: "http://localhost", fetch });
    const predicted = client.predict("m", "good", { signal: controller.signal });
    setTimeout(() => controller.abort(new Error("enough")), 10);
    await expect(predicted).rejects.toThrow("enough");
    expect(asked).toHaveLength(1);
  });

  it("is unreachable when it does not answer in time", async () => {
    const fetch = ((_url: unknown, { signal }: RequestInit) =>
      new Promise((_resolve, reject) => {
        signal?.addEventListener("abort", () => reject(signal.reason as Error));
      })) as typeof globalThis.fetch;
    const client = new StarcastClient({ url: "http://localhost", fetch, timeout: 10, retries: 0 });
    await expect(client.predict("m", "good")).rejects.toMatchObject({ status: 0, code: "unreachable" });
    expect(await client.isReady({ signal: AbortSignal.timeout(10) }).catch(() => "aborted")).toBe("aborted");
  });
});

describe("predictEach", () => {
  it("keeps the order, sends groups, and takes no more texts than are wanted", async () => {
    let under = 0;
    let most = 0;
    const fetch = (async (_url: unknown, { body }: RequestInit) => {
      most = Math.max(most, ++under);
      await new Promise((resolve) => setTimeout(resolve, 1));
      under--;
      const { texts } = JSON.parse(body as string) as { texts: string[] };
      return answer({ predictions: texts.map((text) => ({ label: text })) });
    }) as typeof globalThis.fetch;
    const client = new StarcastClient({ url: "http://localhost", fetch });
    let taken = 0;
    function* texts() {
      while (taken < 1_000) yield String(taken++);
    }
    const labels: unknown[] = [];
    for await (const { label } of client.predictEach("m", texts(), { batch: 10, concurrency: 3 })) {
      labels.push(label);
      if (labels.length === 100) break;
    }
    expect(labels).toEqual(Array.from({ length: 100 }, (_, index) => String(index)));
    expect(taken).toBeLessThanOrEqual(130);
    expect(most).toBe(3);
  });
});
