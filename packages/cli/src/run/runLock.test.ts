import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { mayRun, thisProcess } from "./machine.js";
import { takeLock } from "./runLock.js";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "starcast-lock-"));
  path = join(folder, "run.lock");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const take = () => takeLock(path, "my-model");
const writeHolder = async (changes: object) => {
  const holder = { ...(await thisProcess()), since: "2026-01-02T03:04:05.000Z", ...changes };
  writeFileSync(path, JSON.stringify(holder));
};
/** A process that is over. */
const deadProcess = () =>
  new Promise<number>((resolve) => {
    const child = spawn(process.execPath, ["-e", ""]);
    child.on("close", () => resolve(child.pid ?? 0));
  });

describe("takeLock", () => {
  it("holds until it is given back, and leaves nothing", async () => {
    const lock = await take();
    const error = (await take().catch((failure: unknown) => failure)) as Error & { code: string };
    expect(error.code).toBe("run-in-progress");
    expect(error.message).toContain(
      `Another run is writing to my-model: process ${process.pid} on ${hostname()}, since 2`,
    );
    await lock.release();
    expect(readdirSync(folder)).toEqual([]);
    await (await take()).release();
  });

  it.each<[string, () => Promise<object>]>([
    ["of a process that is over", async () => ({ pid: await deadProcess() })],
    ["of an earlier start of the machine", async () => ({ boot: "another" })],
    ["whose number another process has by now", async () => ({ birth: "1" })],
  ])("takes over a lock %s", async (_, changes) => {
    await writeHolder(await changes());
    const lock = await take();
    expect(JSON.parse(readFileSync(path, "utf8"))).toMatchObject(await thisProcess());
    await lock.release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it("removes what processes that are over left of locks they were taking, and nothing of one that lives", async () => {
    const holder = { ...(await thisProcess()), since: "2026-01-02T03:04:05.000Z" };
    writeFileSync(`${path}.dead`, JSON.stringify({ ...holder, pid: await deadProcess() }));
    writeFileSync(`${path}.torn`, "{");
    const longAgo = new Date(Date.now() - 60_000);
    utimesSync(`${path}.torn`, longAgo, longAgo);
    writeFileSync(`${path}.alive`, JSON.stringify(holder));
    const lock = await take();
    await lock.release();
    expect(readdirSync(folder)).toEqual(["run.lock.alive"]);
  });

  it("respects the lock of another machine, whose processes it cannot see, and says how to end it", async () => {
    await writeHolder({ host: "elsewhere", pid: 1 });
    await expect(take()).rejects.toThrow(/process 1 on elsewhere, since 2026-01-02T03:04:05\.000Z.*remove .*run\.lock/);
    expect(existsSync(path)).toBe(true);
  });

  it.each(["", "{", '{"pid":1}', "null"])("takes over an old lock that cannot be read (%j)", async (content) => {
    writeFileSync(path, content);
    utimesSync(path, new Date(0), new Date(0));
    await (await take()).release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it("is given to one of many that want a stale lock at once", async () => {
    for (let round = 0; round < 10; round++) {
      await writeHolder({ boot: "another" });
      const results = await Promise.allSettled(Array.from({ length: 8 }, take));
      const taken = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
      expect(taken).toHaveLength(1);
      await taken[0].release();
    }
    expect(readdirSync(folder)).toEqual([]);
  });

  it("does not take away on release what another process holds by now", async () => {
    const lock = await take();
    await writeHolder({ host: "elsewhere" });
    await lock.release();
    expect(existsSync(path)).toBe(true);
  });
});

describe("mayRun", () => {
  it("knows this process, and one that lives", async () => {
    expect(await mayRun(await thisProcess())).toBe(true);
    const child = spawn(process.execPath, ["-e", "setTimeout(() => {}, 60000)"]);
    expect(await mayRun({ ...(await thisProcess()), pid: child.pid ?? 0, birth: "" })).toBe(true);
    child.kill();
  });

  it("compares times of the start where there is no identifier, to a minute", async () => {
    const here = await thisProcess();
    expect(await mayRun({ ...here, boot: "at 1000" })).toBe(false);
  });
});
