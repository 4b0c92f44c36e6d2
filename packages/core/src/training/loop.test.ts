import { describe, expect, it } from "vitest";
import { DivergedError } from "../errors.js";
import { recipes } from "../recipes/resolve.js";
import { type FitEvent, type FitOptions, type FitResult, fit } from "./loop.js";
import type { PreparedData } from "./prepare.js";
import type { TrainingSettings } from "./settings.js";
import { FakeNetwork } from "./testing/fakeEngine.js";

const settings: TrainingSettings = {
  ...recipes.best,
  batchSize: 10,
  batching: "random",
  schedule: "constant",
  rounds: [
    { epochs: 2, learningRate: 0.1 },
    { epochs: 3, learningRate: 0.05 },
  ],
  earlyStopping: undefined,
};

/** 25 texts for training and 5 for validation, of one to three words, all about nothing. */
function someData(): PreparedData {
  const lengths = Array.from({ length: 30 }, (_, row) => 1 + (row % 3));
  const offsets = Uint32Array.from([0, ...lengths.map((_, row) => lengths.slice(0, row + 1).reduce((a, b) => a + b))]);
  const ids = Int32Array.from({ length: offsets[30] }, (_, index) => index % 7);
  const rows = Uint32Array.from({ length: 30 }, (_, row) => row);
  return {
    parts: { train: rows.slice(0, 25), validation: rows.slice(25), test: new Uint32Array() },
    texts: { ids, offsets },
    targets: Float32Array.from(rows, (row) => row % 2),
  } as unknown as PreparedData;
}

interface Run {
  events: FitEvent[];
  result?: FitResult;
  error?: unknown;
  network: FakeNetwork;
  /** Weights after each epoch. */
  snapshots: unknown[];
}

async function run(
  selections: readonly number[],
  changes: Partial<Omit<FitOptions, "settings">> & { settings?: Partial<TrainingSettings> } = {},
  onEvent?: (event: FitEvent, network: FakeNetwork) => void,
): Promise<Run> {
  const config = { ...settings.network, embeddingSize: 4, vocabularySize: 7, outputSize: 2 };
  const network = (changes.network as FakeNetwork) ?? new FakeNetwork(config, { loss: "crossEntropy" }, 1);
  const snapshots: unknown[] = [];
  const done: Run = { events: [], network, snapshots };
  const stream = fit({
    data: someData(),
    seed: 1,
    memoryBytes: 123,
    ...changes,
    network,
    settings: { ...settings, ...changes.settings },
    scoreValidation: () => {
      snapshots.push(network.stateDict());
      const selection = selections[snapshots.length - 1] ?? 9;
      return { loss: 1, rmse: selection, selection };
    },
  });
  try {
    for (;;) {
      const next = await stream.next();
      if (next.done) return { ...done, result: next.value };
      done.events.push(next.value);
      onEvent?.(next.value, network);
    }
  } catch (error) {
    return { ...done, error };
  }
}

describe("fit", () => {
  it("runs every round with a fresh optimizer at its own rate, over all rows each epoch", async () => {
    const { network, result } = await run([5, 4, 3, 2, 1]);
    expect(network.resets).toBe(2);
    expect(network.learningRates).toEqual([...new Array<number>(6).fill(0.1), ...new Array<number>(9).fill(0.05)]);
    for (let epoch = 0; epoch < 5; epoch++) {
      const rows = network.batches.slice(epoch * 3, epoch * 3 + 3).flat();
      expect(rows.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 25 }, (_, row) => row));
    }
    expect(result?.reason).toBe("finished");
    expect(result?.records.map((record) => record.rmse)).toEqual([5, 4, 3, 2, 1]);
  });

  it("reports each batch, one estimate, and each epoch with its record", async () => {
    const { events } = await run([3, 2, 4, 1, 5]);
    expect(events.slice(0, 5).map((event) => event.type)).toEqual(["batch", "batch", "batch", "estimate", "epoch"]);
    expect(events.filter((event) => event.type === "estimate")).toHaveLength(1);
    expect(events[2]).toMatchObject({ epoch: 1, batch: 3, batches: 3, rowsDone: 25, rows: 25 });
    expect(events.filter((event) => event.type === "epoch").map((event) => event.best)).toEqual([
      true,
      true,
      false,
      true,
      false,
    ]);
  });

  it("weighs the batches of an epoch's training loss by their rows", async () => {
    const config = { ...settings.network, embeddingSize: 4, vocabularySize: 7, outputSize: 2 };
    const network = new FakeNetwork(config, { loss: "crossEntropy" }, 1);
    network.lossOfStep = (step) => step;
    const { result } = await run([1], { network, settings: { rounds: [{ epochs: 1, learningRate: 0.1 }] } });
    expect(result?.records[0].trainLoss).toBeCloseTo((10 * 1 + 10 * 2 + 5 * 3) / 25, 12);
  });

  it("keeps the last weights without early stopping", async () => {
    const { network, result, snapshots } = await run([3, 1, 2, 4, 5]);
    expect(result).toMatchObject({ bestEpoch: 2, keptEpoch: 5 });
    expect(network.stateDict()).toEqual(snapshots[4]);
  });

  it("stops when nothing improves for as long as its patience, and puts the best weights back", async () => {
    const { network, result, snapshots } = await run([3, 1, 2, 1, 0], { settings: { earlyStopping: { patience: 2 } } });
    expect(result).toMatchObject({ reason: "earlyStopped", bestEpoch: 2, keptEpoch: 2 });
    expect(snapshots).toHaveLength(4);
    expect(network.stateDict()).toEqual(snapshots[1]);
    expect(snapshots[1]).not.toEqual(snapshots[3]);
  });

  it("puts the best weights back too when early stopping never came to stop it", async () => {
    const { network, result, snapshots } = await run([5, 4, 3, 1, 2], { settings: { earlyStopping: { patience: 2 } } });
    expect(result).toMatchObject({ reason: "finished", bestEpoch: 4, keptEpoch: 4 });
    expect(network.stateDict()).toEqual(snapshots[3]);
  });

  it("goes back to the best epoch when aborted in a later one", async () => {
    const controller = new AbortController();
    const { network, result, snapshots } = await run([1, 2, 3], { signal: controller.signal }, (event) => {
      if (event.type === "batch" && event.epoch === 3 && event.batch === 2) controller.abort();
    });
    expect(result).toMatchObject({ reason: "aborted", bestEpoch: 1, keptEpoch: 1 });
    expect(result?.records).toHaveLength(2);
    expect(network.learningRates).toHaveLength(8);
    expect(network.stateDict()).toEqual(snapshots[0]);
  });

  it("drops the steps of an unfinished epoch after the best one", async () => {
    const controller = new AbortController();
    const { network, snapshots } = await run([2, 1], { signal: controller.signal }, (event) => {
      if (event.type === "batch" && event.epoch === 3) controller.abort();
    });
    expect(network.stateDict()).toEqual(snapshots[1]);
  });

  it("scores what there is when aborted within the first epoch", async () => {
    const controller = new AbortController();
    const { network, result, snapshots } = await run([1], { signal: controller.signal }, (event) => {
      if (event.type === "batch") controller.abort();
    });
    expect(result).toMatchObject({ reason: "aborted", keptEpoch: 1 });
    expect(network.learningRates).toHaveLength(1);
    expect(result?.records).toHaveLength(1);
    expect(network.stateDict()).toEqual(snapshots[0]);
  });

  it("throws the signal's reason when aborted before the first step", async () => {
    const reason = new Error("changed my mind");
    const { error, network } = await run([], { signal: AbortSignal.abort(reason) });
    expect(error).toBe(reason);
    expect(network.learningRates).toHaveLength(0);
  });

  it("lets a timer abort it, however busy it is", async () => {
    const controller = new AbortController();
    const config = { ...settings.network, embeddingSize: 4, vocabularySize: 7, outputSize: 2 };
    const network = new FakeNetwork(config, { loss: "crossEntropy" }, 1);
    setTimeout(() => controller.abort(), 20);
    const rounds = [{ epochs: 1_000_000, learningRate: 0.01 }];
    const { result } = await run([], { network, signal: controller.signal, settings: { rounds } });
    expect(result?.reason).toBe("aborted");
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])("names epoch and batch where the loss became %s", async (loss) => {
    const config = { ...settings.network, embeddingSize: 4, vocabularySize: 7, outputSize: 2 };
    const network = new FakeNetwork(config, { loss: "crossEntropy" }, 1);
    network.lossOfStep = (step) => (step === 5 ? loss : 1);
    const { error } = await run([3, 2, 1], { network });
    expect(error).toBeInstanceOf(DivergedError);
    expect(String(error)).toContain(`The loss became ${loss} in batch 2 of epoch 2 at learning rate 0.1`);
  });

  it("takes the same steps for the same seed, and others for another", async () => {
    const [first, again, other] = [await run([]), await run([]), await run([], { seed: 2 })];
    expect(again.network.stateDict()).toEqual(first.network.stateDict());
    expect(other.network.batches).not.toEqual(first.network.batches);
  });
});
