import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Batcher, type BatcherOptions } from "./batcher.js";
import { ServiceError } from "./errors.js";
import { figure, type ModelFacts } from "./protocol.js";
import { type Runner, RunnerLost } from "./runner.js";

/** A runner that answers each text with itself in capitals, when it is let. */
function fakeRunner({ isHeld = false }: { readonly isHeld?: boolean } = {}) {
  const batches: string[][] = [];
  const held: (() => void)[] = [];
  let isStopped = false;
  const runner: Runner = {
    facts: {} as ModelFacts,
    run: (texts) =>
      new Promise((resolve, reject) => {
        batches.push([...texts]);
        const answer = () =>
          texts.includes("crash")
            ? reject(new RunnerLost("gone"))
            : resolve({
                id: 0,
                answers: texts.map((text) => JSON.stringify(text.toUpperCase())),
                figures: new Float64Array(texts.length * figure.count),
                milliseconds: 10,
              });
        if (isHeld) held.push(answer);
        else setImmediate(answer);
      }),
    stop: () => {
      isStopped = true;
      return Promise.resolve();
    },
  };
  return { runner, batches, release: () => held.shift()?.(), isStopped: () => isStopped };
}

const settings = {
  maxBatch: 4,
  maxWait: 0,
  maxQueue: 8,
  maxDelay: 10_000,
  timeout: 5_000,
  threads: 1,
  explain: false,
} as const;

function startBatcher(runner: Runner, options: Partial<BatcherOptions> = {}): Promise<Batcher> {
  return Batcher.start({ ...settings, start: () => Promise.resolve(runner), ...options });
}

const tick = (milliseconds = 0) => new Promise((resolve) => setTimeout(resolve, milliseconds));

describe("Batcher", () => {
  it("computes together what arrives while a thread is busy, up to the size", async () => {
    const { runner, batches, release } = fakeRunner({ isHeld: true });
    const batcher = await startBatcher(runner);
    const answers = ["a", "b", "c", "d", "e", "f"].map((text) => batcher.submit([text]));
    expect(batches).toEqual([["a"], ["b", "c", "d", "e"]]);
    for (let batch = 0; batch < 3; batch++) {
      release();
      await tick();
    }
    expect(batches[2]).toEqual(["f"]);
    expect(await Promise.all(answers)).toEqual([['"A"'], ['"B"'], ['"C"'], ['"D"'], ['"E"'], ['"F"']]);
    await batcher.stop();
  });

  it("lets a text wait for others while the thread is idle, but not for a full batch", async () => {
    const { runner, batches } = fakeRunner();
    const batcher = await startBatcher(runner, { maxWait: 30 });
    const first = batcher.submit(["a"]);
    await tick(5);
    expect(batches).toEqual([]);
    await Promise.all([first, batcher.submit(["b"])]);
    expect(batches).toEqual([["a", "b"]]);
    const many = batcher.submit(["1", "2", "3", "4"]);
    expect(batches).toHaveLength(2);
    await many;
    await batcher.stop();
  });

  it("gives every request the answers to its own texts, in their order, however they are cut", async () => {
    const requests = fc.array(fc.array(fc.string({ maxLength: 3 }), { minLength: 1, maxLength: 9 }), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(requests, fc.integer({ min: 1, max: 5 }), async (lists, threads) => {
        const batcher = await startBatcher(fakeRunner().runner, { threads, maxQueue: 1_000 });
        const answers = await Promise.all(lists.map((texts) => batcher.submit(texts)));
        expect(answers).toEqual(lists.map((texts) => texts.map((text) => JSON.stringify(text.toUpperCase()))));
        expect([batcher.waiting, batcher.open]).toEqual([0, 0]);
        await batcher.stop();
      }),
      { numRuns: 30 },
    );
  });

  it("refuses what finds no room with 429 and a time to come back, and takes a longer list when nothing waits", async () => {
    const { runner, release } = fakeRunner({ isHeld: true });
    const batcher = await startBatcher(runner);
    const long = batcher.submit(Array.from({ length: 12 }, String));
    expect(batcher.waiting).toBe(4);
    const other = batcher.submit(["a", "b", "c", "d"]);
    const refused = await batcher.submit(["e"]).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ServiceError);
    expect(refused).toMatchObject({ status: 429, code: "queue-full", retryAfter: 1 });
    for (let batch = 0; batch < 4; batch++) {
      release();
      await tick();
    }
    expect(await long).toHaveLength(12);
    expect(await other).toHaveLength(4);
    await batcher.stop();
  });

  it("refuses also where fewer texts would wait too long, as far as the last ones tell", async () => {
    const { runner, release } = fakeRunner({ isHeld: true });
    const batcher = await startBatcher(runner, { maxBatch: 1, maxDelay: 25 });
    const kept = ["a", "b", "c", "d", "e", "f"].map((text) => batcher.submit([text]));
    expect([batcher.waiting, batcher.hasRoomFor(1)]).toEqual([4, true]);
    release();
    await tick();
    expect([batcher.waiting, batcher.hasRoomFor(1)]).toEqual([3, false]);
    release();
    await tick();
    expect([batcher.waiting, batcher.hasRoomFor(1)]).toEqual([2, true]);
    while (batcher.open > 0) {
      release();
      await tick();
    }
    await Promise.all(kept);
    await batcher.stop();
  });

  it("gives a request up when its time is over, and does not compute what still waits of it", async () => {
    const { runner, batches, release } = fakeRunner({ isHeld: true });
    const batcher = await startBatcher(runner, { timeout: 20, maxBatch: 1 });
    const outcomes = ["a", "b", "c"].map((text) => batcher.submit([text]).catch((error: unknown) => error));
    for (const outcome of await Promise.all(outcomes)) expect(outcome).toMatchObject({ status: 504, code: "timeout" });
    expect([batcher.waiting, batcher.open]).toEqual([0, 0]);
    release();
    release();
    await tick();
    expect(batches).toEqual([["a"], ["b"]]);
    await batcher.stop();
  });

  it("does not compute what nobody waits for any more", async () => {
    const { runner, batches, release } = fakeRunner({ isHeld: true });
    const batcher = await startBatcher(runner, { maxBatch: 1 });
    const kept = [batcher.submit(["a"]), batcher.submit(["b"])];
    const gone = batcher.submit(["c"], () => true).catch((error: unknown) => error);
    kept.push(batcher.submit(["d"]));
    for (let batch = 0; batch < 3; batch++) {
      release();
      await tick();
    }
    expect(await gone).toMatchObject({ code: "client-gone" });
    await Promise.all(kept);
    expect(batches).toEqual([["a"], ["b"], ["d"]]);
    await batcher.stop();
  });

  it("gives the texts of a lost thread to a new one, and up when that is lost as well", async () => {
    const runners = [fakeRunner(), fakeRunner(), fakeRunner()];
    let started = 0;
    const lost: unknown[] = [];
    const batcher = await Batcher.start({
      ...settings,
      start: () => Promise.resolve(runners[started++].runner),
      onLost: (error) => lost.push(error),
    });
    expect(await batcher.submit(["crash"])).toMatchObject([{ code: "internal", isFault: true }]);
    expect(runners.map(({ batches }) => batches.length)).toEqual([1, 1, 0]);
    expect(lost).toHaveLength(2);
    expect(await batcher.submit(["fine"])).toEqual(['"FINE"']);
    await batcher.stop();
    expect(runners[2].isStopped()).toBe(true);
  });

  it("stops when every request has its answer", async () => {
    const { runner, release, isStopped } = fakeRunner({ isHeld: true });
    const batcher = await startBatcher(runner);
    const answer = batcher.submit(["a"]);
    const stopped = batcher.stop();
    await tick();
    expect(isStopped()).toBe(false);
    release();
    expect(await answer).toEqual(['"A"']);
    await stopped;
    expect(isStopped()).toBe(true);
  });

  it("takes the texts of streams one after the other as there is room, and leaves half of it to others", async () => {
    const { runner, release } = fakeRunner({ isHeld: true });
    const batcher = await startBatcher(runner, { maxBatch: 1 });
    const singles = Array.from({ length: 6 }, (_, index) => batcher.submit([String(index)]));
    const streams = ["a", "b", "c", "d"].map((text) => batcher.submitWhenRoom([text, text]));
    await tick();
    const waiting: number[] = [];
    while (batcher.open > 0) {
      release();
      await tick();
      waiting.push(batcher.waiting);
    }
    // Two are with the runner; of the four others and the streams never more than half of the queue wait.
    expect(Math.max(...waiting)).toBeLessThanOrEqual(4);
    expect(await Promise.all(streams)).toEqual(
      ["a", "b", "c", "d"].map((text) => Array(2).fill(`"${text.toUpperCase()}"`)),
    );
    await Promise.all(singles);
    await batcher.stop();
  });
});
