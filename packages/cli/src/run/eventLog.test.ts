import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TrainEvent } from "@starcast/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { EventLog } from "./eventLog.js";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "starcast-log-"));
  path = join(folder, "events.jsonl");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const failures: unknown[] = [];
const newLog = () => new EventLog(path, (error) => failures.push(error));
const epoch = (number: number) =>
  ({ type: "epoch", record: { epoch: number, trainLoss: 1, validationLoss: 1, seconds: 1 }, best: true }) as const;
const batch = (number: number, batches = 9): TrainEvent => ({
  type: "batch",
  epoch: 1,
  batch: number,
  batches,
  rowsDone: number,
  rows: 9,
  loss: 1,
  rowsPerSecond: 1,
});
const lines = () =>
  readFileSync(path, "utf8")
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe("EventLog", () => {
  it("has a line for each event, with its time", async () => {
    const log = newLog();
    await log.open({ goOn: false });
    await log.record(epoch(1));
    await log.record({ type: "failed", code: "x", message: "a\nb" });
    await log.close();
    expect(lines()).toMatchObject([epoch(1), { type: "failed", message: "a\nb" }]);
    expect(String(lines()[0].time)).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/);
  });

  it("thins out batches to one a second, and the last of an epoch", async () => {
    const log = newLog();
    await log.open({ goOn: false });
    for (let number = 1; number <= 9; number++) await log.record(batch(number));
    await log.close();
    expect(lines().map((line) => line.batch)).toEqual([1, 9]);
  });

  it.each(["", '{"type":"epo', `{"type":"${"x".repeat(200_000)}`])(
    "goes on after the last whole line when the process was killed within one",
    async (torn) => {
      writeFileSync(path, `{"type":"prepared"}\n{"type":"epoch"}\n${torn}`);
      const log = newLog();
      await log.open({ goOn: true });
      await log.record(epoch(2));
      await log.close();
      expect(lines().map(({ type }) => type)).toEqual(["prepared", "epoch", "epoch"]);
    },
  );

  it("begins anew when the only line is torn", async () => {
    writeFileSync(path, '{"type":"pre');
    const log = newLog();
    await log.open({ goOn: true });
    await log.record(epoch(1));
    await log.close();
    expect(lines()).toHaveLength(1);
  });

  it("tells once that it cannot be written, and lets the training go on", async () => {
    rmSync(folder, { recursive: true });
    failures.length = 0;
    const log = newLog();
    await log.open({ goOn: false });
    await log.record(epoch(1));
    await log.close();
    expect(failures).toMatchObject([{ code: "ENOENT" }]);
  });
});
