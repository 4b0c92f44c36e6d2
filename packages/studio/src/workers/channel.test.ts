import { describe, expect, it } from "vitest";
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
      if (!this.isEnded) listener()?.({ data } as MessageEvent);
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
    client.end();
    await expect(hanging).rejects.toMatchObject({ code: "stopped" });
    expect(workers[0].isEnded).toBe(true);
  });
});
