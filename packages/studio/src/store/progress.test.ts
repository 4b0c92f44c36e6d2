import { describe, expect, it } from "vitest";
import type { TrainNews } from "../protocol.js";
import { afterNews, freshProgress, type Progress } from "./progress.js";

const choice = { recipe: "best", seed: 1, threads: 2 } as const;
const after = (...news: object[]): Progress => (news as TrainNews[]).reduce(afterNews, freshProgress("Run 1", choice));

const batch = (epoch: number, number: number, loss = 1) => ({
  type: "batch",
  epoch,
  batch: number,
  batches: 4,
  rowsDone: 16 * number,
  rows: 64,
  loss,
  rowsPerSecond: 32,
});

describe("the progress of a training", () => {
  it("counts epochs with the share of the one under way, and says how long the rest will take", () => {
    const progress = after({ type: "prepared", plannedEpochs: 5 }, { type: "estimate", seconds: 99 }, batch(2, 2));
    expect(progress.epochsDone).toBe(1.5);
    expect(progress.secondsLeft).toBe(3.5 * 2);
  });

  it("remembers the best epoch, and those before a break", () => {
    const record = (epoch: number) => ({ epoch, trainLoss: 1, validationLoss: 1, seconds: 1 });
    const progress = after(
      { type: "resumed", records: [record(1), record(2)], batch: 0, seconds: 12 },
      { type: "epoch", record: record(3), best: true },
      { type: "epoch", record: record(4), best: false },
    );
    expect(progress.records.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4]);
    expect(progress.bestEpoch).toBe(3);
    expect(progress.notes).toEqual(["Going on after 12 s of training."]);
  });

  it("keeps the curve of losses short, however long the training is", () => {
    const many = Array.from({ length: 10_000 }, (_, step) => batch(1 + Math.floor(step / 4), 1 + (step % 4), step));
    const { losses } = after(...many);
    expect(losses.length).toBeLessThanOrEqual(601);
    expect(losses[losses.length - 1].loss).toBe(9_999);
    expect(losses.every(({ epoch }, index) => index === 0 || epoch > losses[index - 1].epoch)).toBe(true);
  });
});
