import { memoryFolder, type Parts, RatingModel } from "@starcast/core";
import { describe, expect, it } from "vitest";
import type { Run, RunContent, RunContents, TrainChoice, TrainNews } from "../protocol.js";
import { readCsv } from "../reading/csv.js";
import type { DiskRows } from "../store/server.js";
import { Learner } from "./learner.js";

const words = ["awful", "poor", "fine", "good", "superb"];
const csv = `text,rating,shop\n${Array.from(
  { length: 240 },
  (_, row) => `"thing number ${row} is ${words[row % 5]}",${(row % 5) + 1},${["north", "south"][row % 2]}`,
).join("\n")}\n`;
const choice: TrainChoice = { recipe: "best", epochs: 2, seed: 3, threads: 1 };

/** Keeps contents as a browser does, but in memory. */
function shelf(): RunContents & { get(run: Run): RunContent } {
  const kept = new Map<string, RunContent>();
  return {
    keep: async (id, content) => void kept.set(id, content),
    find: async (id) => kept.get(id),
    get: ({ id }) => kept.get(id) as RunContent,
  };
}

const partsOf = (contents: ReturnType<typeof shelf>, run: Run) => contents.get(run).parts as Parts;

async function learnerWithData(contents: RunContents = shelf()): Promise<Learner> {
  const learner = new Learner({ contents });
  const table = await learner.open({ kind: "file", file: new File([csv], "things.csv") });
  await learner.choose({ text: table.text.columns, label: table.label.columns[0], task: "rating" });
  return learner;
}

describe("the learner", () => {
  it("trains a model that loads again, tells of it, and looks at the rows that were held out", async () => {
    const contents = shelf();
    const learner = await learnerWithData(contents);
    const news: TrainNews["type"][] = [];
    const run = await learner.train({ choice, name: "Run 1" }, ({ type }) => news.push(type));
    expect(news[0]).toBe("prepared");
    expect(news).toContain("epoch");
    expect(run.fingerprint).toMatch(/^[0-9a-f]{64}$/);
    const { test } = partsOf(contents, run);
    const model = await RatingModel.load(memoryFolder(contents.get(run).files));
    expect(model.metrics?.test).toEqual(run.metrics.test);
    model.dispose();

    const look = await learner.look(run);
    expect(look.errors).toHaveLength(test.length);
    expect(look.confusion?.flat().reduce((sum, rows) => sum + rows, 0)).toBe(test.length);
    const all = learner.held({ most: 1000 });
    expect(all.count).toBe(test.length);
    expect(all.rows.map(({ error }) => Math.abs(error))).toEqual(
      all.rows.map(({ error }) => Math.abs(error)).toSorted((a, b) => b - a),
    );
    const cell = { truth: 4, predicted: 4 };
    expect(learner.held({ cell, most: 5 }).count).toBe(look.confusion?.[4][4]);
    expect(learner.held({ text: "SUPERB", most: 99 }).rows.every(({ truth }) => truth === 5)).toBe(true);
    expect(learner.held({ errors: [100, 200], most: 5 }).count).toBe(0);
  });

  it("gives the model into the account's hands only where it cannot be kept, and says when one is lost", async () => {
    const contents = shelf();
    const full: RunContents = { ...contents, keep: () => Promise.reject(new Error("The disk is full.")) };
    const learner = await learnerWithData(full);
    const run = await learner.train({ choice, name: "unkept" }, () => undefined);
    expect([...(run.content?.files.keys() ?? [])]).toContain("model.safetensors");
    expect((await learner.look(run)).errors.length).toBeGreaterThan(0);
    await expect(learner.look({ ...run, id: "another", content: undefined })).rejects.toMatchObject({
      code: "model-lost",
    });
    const kept = await (await learnerWithData(contents)).train({ choice, name: "kept" }, () => undefined);
    expect(kept.content).toBeUndefined();
  });

  it("looks at a run from disk by the rows that its server tells, as at one of its own", async () => {
    const contents = shelf();
    const own = await learnerWithData(contents);
    const run = await own.train({ choice, name: "own" }, () => undefined);
    const { train, validation, test } = partsOf(contents, run);
    const { columns, values, rowNumbers } = readCsv(csv, "things.csv", { preferTab: false });
    const rows: DiskRows = {
      fingerprint: run.fingerprint,
      files: [{ name: "things.csv", from: 0 }],
      choice: run.data.choice,
      columns,
      values,
      rowNumbers,
      parts: { train: [...train], validation: [...validation], test: [...test] },
    };
    const asked: string[] = [];
    const readRows = async (id: string) => {
      asked.push(id);
      return rows;
    };
    const learner = new Learner({ contents, readRows });
    const disk = { ...run, diskId: "42" };
    expect(await learner.look(disk)).toEqual(await own.look(run));
    expect(learner.held({ most: 3 })).toEqual(own.held({ most: 3 }));
    expect(asked).toEqual(["42"]);

    await learner.open({ kind: "file", file: new File([csv], "things.csv") });
    const [rmse] = await learner.compare([disk, run]);
    expect(rmse).toMatchObject({ difference: 0 });
    await learner.choose(run.data.choice);
    const again = learner.train({ choice, name: "again", division: disk }, () => undefined);
    await expect(again).rejects.toMatchObject({ code: "no-parts" });
    const newer = { ...disk, id: "newer", fingerprint: "another" };
    await expect(learner.look(newer)).rejects.toMatchObject({ code: "other-run" });
  });

  it("keeps the division of a run when rows are corrected or left out, and compares on rows that both held out", async () => {
    const contents = shelf();
    const learner = await learnerWithData(contents);
    const before = await learner.train({ choice, name: "before" }, () => undefined);
    learner.correct([
      { row: 1, from: 1, to: 2 },
      { row: 2, from: 2 },
    ]);
    const after = await learner.train({ choice, name: "after", division: before }, () => undefined);
    expect(after.divisionOf).toBe(before.id);
    const numbersOf = (run: Run, leftOut: number) =>
      Array.from(
        partsOf(contents, run).test,
        (position) => position + 1 + (leftOut > 0 && position >= leftOut - 1 ? 1 : 0),
      );
    expect(numbersOf(after, 2)).toEqual(numbersOf(before, 0).filter((row) => row !== 2));
    const [rmse] = await learner.compare([before, after]);
    expect(rmse).toMatchObject({ measure: "RMSE", lowerIsBetter: true });
    expect(rmse.interval[0]).toBeLessThanOrEqual(rmse.difference);
    expect(rmse.interval[1]).toBeGreaterThanOrEqual(rmse.difference);
  });

  it("is stopped with the best so far, and when nothing was learned yet, says so", async () => {
    const learner = await learnerWithData();
    const order = { choice: { ...choice, epochs: 500 }, name: "long" };
    const run = await learner.train(order, ({ type }) => {
      if (type === "epoch") learner.stop();
    });
    expect(run.reason).toBe("aborted");
    const early = learner.train(order, ({ type }) => {
      if (type === "prepared") learner.stop();
    });
    await expect(early).rejects.toMatchObject({ code: "stopped" });
  });

  it("keeps the best of a training that goes on and is stopped before it has caught up", async () => {
    let kept: Uint8Array | undefined;
    const save = ({ bytes }: { bytes: Uint8Array }) => {
      kept = bytes.slice();
    };
    const learner = new Learner({ contents: shelf(), checkpoints: { everySeconds: 0, save } });
    await learner.open({ kind: "file", file: new File([csv], "things.csv") });
    await learner.choose({ text: ["text"], label: "rating", task: "rating" });
    const order = { choice: { ...choice, epochs: 40 }, name: "cut off" };
    let checkpoints = 0;
    await learner.train(order, ({ type }) => {
      if (type === "checkpoint" && ++checkpoints === 6) learner.stop();
    });
    const run = await learner.train({ ...order, resumeFrom: kept }, ({ type }) => {
      if (type === "resumed") learner.stop();
    });
    expect(run.reason).toBe("aborted");
    expect(run.metrics.epochs.length).toBeLessThan(40);
  });

  it("waits while it is paused, without losing anything", async () => {
    const learner = await learnerWithData();
    let batches = 0;
    let paused = -1;
    const training = learner.train({ choice, name: "paused" }, ({ type }) => {
      if (type !== "batch" && type !== "epoch") return;
      batches++;
      if (paused < 0) {
        paused = batches;
        learner.pause(true);
        setTimeout(() => {
          paused = batches;
          learner.pause(false);
        }, 50);
      }
    });
    const unbroken = (await learnerWithData()).train({ choice, name: "unbroken" }, () => undefined);
    expect((await training).fingerprint).toBe((await unbroken).fingerprint);
    expect(paused).toBe(1);
  });

  it("refuses two trainings at once, runs of other data, and work without data", async () => {
    const contents = shelf();
    const learner = await learnerWithData(contents);
    const run = await learner.train({ choice, name: "one" }, () => undefined);
    const training = learner.train({ choice, name: "two" }, () => undefined);
    await expect(learner.train({ choice, name: "three" }, () => undefined)).rejects.toMatchObject({ code: "busy" });
    await training;
    const other = new Learner({ contents });
    await expect(other.look(run)).rejects.toMatchObject({ code: "no-data" });
    await other.open({ kind: "sample" });
    await expect(other.look(run)).rejects.toMatchObject({ code: "other-data" });
    expect(() => other.held({ most: 1 })).toThrow("Look at a model first");
  });

  it("finds planted wrong ratings, and texts that would teach", async () => {
    const learner = new Learner({ contents: shelf() });
    const planted = csv.replace('"thing number 4 is superb",5', '"thing number 4 is superb",1');
    await learner.open({ kind: "file", file: new File([planted], "things.csv") });
    await learner.choose({ text: ["text"], label: "rating", task: "rating" });
    const folds = new Set<number>();
    const audit = await learner.audit({ ...choice, epochs: 12 }, ({ fold }) => folds.add(fold));
    expect(audit.rows).toBe(240);
    expect(audit.doubtful[0]).toMatchObject({ row: 5, label: 1, likely: 5 });
    expect(audit.teaching.length).toBeGreaterThan(0);
    expect(folds.size).toBe(5);
  });
});
