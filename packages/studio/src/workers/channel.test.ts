import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Problem } from "../problem.js";
import { answerQuestions, type Port, WorkerClient, type WorkerPort } from "./channel.js";

type Sums = {
  add: { argument: readonly number[]; answer: number; news: number };
  fail: { argument: null; answer: never };
  hang: { argument: null; answer: never };
};

/** A worker without a thread: messages are copied, as between threads, and arrive later. */
class FakeWorker implements WorkerPort {
  onmessage: ((event: MessageEvent) => void) | null = null;
  onerror: ((event: ErrorEvent) => void) | null = null;
  isEnded = false;
  /** In an endless loop: nothing is heard and nothing said. */
  isHanging = false;
  readonly #inside: Port = {
    onmessage: null,
    postMessage: (message) => this.#deliver(() => this.onmessage, message),
  };

  constructor() {
    answerQuestions<Sums>(
      {
        add: (numbers, tell) => {
          for (const number of numbers) tell(number);
          return numbers.reduce((sum, number) => sum + number, 0);
        },
        fail: () => {
          throw new Problem("bad-sum", "There is nothing to add. Give some numbers.");
        },
        hang: () => new Promise<never>(() => undefined),
      },
      this.#inside,
    );
  }

  postMessage(message: unknown): void {
    this.#deliver(() => this.#inside.onmessage, message);
  }

  terminate(): void {
    this.isEnded = true;
  }

  die(message: string): void {
    this.onerror?.({ message, preventDefault: () => undefined } as ErrorEvent);
  }

  #deliver(listener: () => Port["onmessage"], message: unknown): void {
    const data: unknown = structuredClone(message);
    setTimeout(() => {
      if (!this.isEnded && !this.isHanging) listener()?.({ data } as MessageEvent);
    });
  }
}

function started() {
  const workers: FakeWorker[] = [];
  const client = new WorkerClient<Sums>(() => {
    workers.push(new FakeWorker());
    return workers[workers.length - 1];
  });
  return { client, workers };
}

describe("questions to a worker", () => {
  it("are answered each with its own answer, news before it, by one worker", async () => {
    const { client, workers } = started();
    const news: number[] = [];
    const sums = await Promise.all([
      client.ask("add", [1, 2, 3], (number) => news.push(number)),
      client.ask("add", [10]),
    ]);
    expect(sums).toEqual([6, 10]);
    expect(news).toEqual([1, 2, 3]);
    expect(workers).toHaveLength(1);
  });

  it("are rejected with the code and the sentence of the worker's error", async () => {
    const { client } = started();
    await expect(client.ask("fail", null)).rejects.toMatchObject({
      code: "bad-sum",
      message: "There is nothing to add. Give some numbers.",
    });
  });

  it("are rejected when the worker dies, which is told once; the next one starts another worker", async () => {
    const { client, workers } = started();
    const deaths: string[] = [];
    client.onDeath = ({ code }) => deaths.push(code);
    const hanging = [client.ask("hang", null), client.ask("hang", null)];
    workers[0].die("out of memory");
    for (const each of hanging) {
      await expect(each).rejects.toMatchObject({
        code: "worker-died",
        message: expect.stringContaining("out of memory") as string,
      });
    }
    expect(deaths).toEqual(["worker-died"]);
    expect(workers[0].isEnded).toBe(true);
    expect(await client.ask("add", [2, 2])).toBe(4);
    expect(workers).toHaveLength(2);
  });

  it("are rejected when the page ends the worker", async () => {
    const { client, workers } = started();
    const hanging = client.ask("hang", null);
    client.end(new Problem("broken-off", "Somebody pressed a button."));
    await expect(hanging).rejects.toMatchObject({ code: "broken-off" });
    expect(workers[0].isEnded).toBe(true);
  });
});

describe("a worker that hangs", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function watched() {
    const { client, workers } = started();
    const told: boolean[] = [];
    client.onSilence = (isSilent) => told.push(isSilent);
    return { client, workers, told };
  }

  it("is told of once, and again when it is heard", async () => {
    const { client, workers, told } = watched();
    void client.ask("hang", null);
    await vi.advanceTimersByTimeAsync(1000);
    workers[0].isHanging = true;
    await vi.advanceTimersByTimeAsync(28_000);
    expect(told).toEqual([]);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(told).toEqual([true]);
    workers[0].isHanging = false;
    await vi.advanceTimersByTimeAsync(2500);
    expect(told).toEqual([true, false]);
  });

  it("is not one that is long at work, and gives signs of life", async () => {
    const { client, told } = watched();
    void client.ask("hang", null);
    await vi.advanceTimersByTimeAsync(600_000);
    expect(told).toEqual([]);
  });

  it("is not one that has nothing to answer", async () => {
    const { client, workers, told } = watched();
    const sum = client.ask("add", [1]);
    await vi.advanceTimersByTimeAsync(100);
    await sum;
    workers[0].isHanging = true;
    await vi.advanceTimersByTimeAsync(600_000);
    expect(told).toEqual([]);
  });

  it("is not made of a page that was asleep itself", async () => {
    const { client, told } = watched();
    void client.ask("hang", null);
    await vi.advanceTimersByTimeAsync(1000);
    const later = performance.now() + 3_600_000;
    vi.spyOn(performance, "now").mockReturnValue(later);
    await vi.advanceTimersByTimeAsync(1100);
    expect(told).toEqual([]);
    vi.restoreAllMocks();
  });

  it("can be ended; another one answers", async () => {
    const { client, workers, told } = watched();
    const hanging = client.ask("hang", null);
    workers[0].isHanging = true;
    await vi.advanceTimersByTimeAsync(33_000);
    client.end(new Problem("worker-died", "It did not answer."));
    await expect(hanging).rejects.toMatchObject({ code: "worker-died" });
    expect(told).toEqual([true, false]);
    const sum = client.ask("add", [2, 2]);
    await vi.advanceTimersByTimeAsync(100);
    expect(await sum).toBe(4);
    expect(workers.map(({ isEnded }) => isEnded)).toEqual([true, false]);
  });
});
