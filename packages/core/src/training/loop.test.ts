import { describe, expect, it } from "vitest";
import { DivergedError } from "../errors.js";
import { recipes } from "../recipes/resolve.js";
import { readRecord } from "../storage/index.js";
import type { FitEvent } from "./fitEvents.js";
import { decodeFitState, encodeFitState, type FitState } from "./fitState.js";
import { type FitOptions, type FitResult, fit } from "./loop.js";
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

const networkConfig = { ...settings.network, embeddingSize: 4, vocabularySize: 7, outputSize: 2 };
const newNetwork = (seed = 1) => new FakeNetwork(networkConfig, { loss: "crossEntropy" }, seed);

/** Everything that tells of time taken out. */
const untimed = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (key, item: unknown) => (/^seconds|rowsPerSecond/.test(key) ? 0 : item)));

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
  const network = (changes.network as FakeNetwork) ?? newNetwork();
  const snapshots: unknown[] = [];
  const done: Run = { events: [], network, snapshots };
  const stream = fit({
    data: someData(),
    seed: 1,
    ...changes,
    network,
    settings: { ...settings, ...changes.settings },
    scoreValidation:
      changes.scoreValidation ??
      (() => {
        snapshots.push(network.stateDict());
        const selection = selections[snapshots.length - 1] ?? 9;
        return { loss: 1, rmse: selection, selection };
      }),
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
    const network = newNetwork();
    network.lossOfStep = (step) => step;
    const { result } = await run([1], { network, settings: { rounds: [{ epochs: 1, learningRate: 0.1 }] } });
    expect(result?.records[0].trainLoss).toBeCloseTo((10 * 1 + 10 * 2 + 5 * 3) / 25, 12);
  });

  it("keeps the last weights without early stopping", async () => {
    const { network, result, snapshots } = await run([3, 1, 2, 4, 5]);
    expect(result).toMatchObject({ keptEpoch: 5 });
    expect(network.stateDict()).toEqual(snapshots[4]);
  });

  it("stops when nothing improves for as long as its patience, and puts the best weights back", async () => {
    const { network, result, snapshots } = await run([3, 1, 2, 1, 0], { settings: { earlyStopping: { patience: 2 } } });
    expect(result).toMatchObject({ reason: "earlyStopped", keptEpoch: 2 });
    expect(snapshots).toHaveLength(4);
    expect(network.stateDict()).toEqual(snapshots[1]);
    expect(snapshots[1]).not.toEqual(snapshots[3]);
  });

  it("puts the best weights back too when early stopping never came to stop it", async () => {
    const { network, result, snapshots } = await run([5, 4, 3, 1, 2], { settings: { earlyStopping: { patience: 2 } } });
    expect(result).toMatchObject({ reason: "finished", keptEpoch: 4 });
    expect(network.stateDict()).toEqual(snapshots[3]);
  });

  it("goes back to the best epoch when aborted in a later one", async () => {
    const controller = new AbortController();
    const { network, result, snapshots } = await run([1, 2, 3], { signal: controller.signal }, (event) => {
      if (event.type === "batch" && event.epoch === 3 && event.batch === 2) controller.abort();
    });
    expect(result).toMatchObject({ reason: "aborted", keptEpoch: 1 });
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
    const network = newNetwork();
    setTimeout(() => controller.abort(), 20);
    const rounds = [{ epochs: 1_000_000, learningRate: 0.01 }];
    const { result } = await run([], { network, signal: controller.signal, settings: { rounds } });
    expect(result?.reason).toBe("aborted");
  });

  it("takes the same steps for the same seed, and others for another", async () => {
    const [first, again, other] = [await run([]), await run([]), await run([], { seed: 2 })];
    expect(again.network.stateDict()).toEqual(first.network.stateDict());
    expect(other.network.batches).not.toEqual(first.network.batches);
  });
});

describe("a loss that is not finite", () => {
  /** Leaves the finite numbers from the second batch of the second epoch on, at any rate from `limit` on. */
  const fragile = (limit: number, loss = Number.NaN): FakeNetwork => {
    const network = newNetwork();
    const step = network.trainStep.bind(network);
    network.trainStep = (batch, targets, rate) => {
      const usual = step(batch, targets, rate);
      return rate >= limit && network.batches.length >= 5 ? loss : usual;
    };
    return network;
  };

  it.each([Number.NaN, Number.POSITIVE_INFINITY])(
    "is met at half the rate from the epoch's start (%s)",
    async (loss) => {
      const network = fragile(0.05, loss);
      const { events, result } = await run([5, 4, 3, 2, 1], { network });
      const diverged = events.filter((event) => event.type === "diverged");
      expect(diverged).toMatchObject([
        { epoch: 2, batch: 2, step: 5, loss: String(loss), learningRate: 0.1, rateScale: 0.5 },
        { epoch: 2, batch: 1, step: 4, learningRate: 0.05, rateScale: 0.25 },
      ]);
      expect(diverged[0].type === "diverged" && diverged[0].rows.map((row) => row - 1)).toEqual(network.batches[4]);
      expect(network.batches.slice(6, 9)).toEqual([network.batches[3], network.batches[4], expect.anything()]);
      expect(network.learningRates.slice(6)).toEqual([
        ...new Array<number>(3).fill(0.025),
        ...new Array<number>(9).fill(0.0125),
      ]);
      expect(result?.records.map(({ rmse }) => rmse)).toEqual([5, 4, 3, 2, 1]);
    },
  );

  it("leaves nothing of the spoilt steps: weights, moments and order are those of the epoch's start", async () => {
    const network = newNetwork();
    let spoilt = false;
    const step = network.trainStep.bind(network);
    network.trainStep = (batch, targets, rate) => {
      const loss = step(batch, targets, rate);
      if (spoilt || network.batches.length < 5) return loss;
      spoilt = true;
      return Number.NaN;
    };
    const changed = await run([], { network });
    const halved = newNetwork();
    let steps = 0;
    const halvedStep = halved.trainStep.bind(halved);
    halved.trainStep = (batch, targets, rate) => halvedStep(batch, targets, steps++ < 3 ? rate : rate / 2);
    const planned = await run([], { network: halved });
    expect(changed.network.stateDict()).toEqual(planned.network.stateDict());
    expect(changed.network.trainerState()).toEqual(planned.network.trainerState());
  });

  it("ends the run after three halvings, naming step and rows", async () => {
    const network = fragile(0);
    const { error, events } = await run([3, 2, 1], { network });
    expect(events.filter((event) => event.type === "diverged")).toHaveLength(3);
    expect(error).toBeInstanceOf(DivergedError);
    const rows = network.batches[network.batches.length - 1].slice(0, 3).map((row) => row + 1);
    expect(String(error)).toContain(
      `The loss became NaN in batch 1 of epoch 2 (step 4, rows ${rows.join(", ")} and 7 others) at learning rate 0.0125`,
    );
  });

  it("counts on the validation part too, and in weights that no validation text uses", async () => {
    const network = newNetwork();
    let scored = 0;
    const { events, result } = await run([], {
      network,
      scoreValidation: () => ({ loss: ++scored === 2 ? Number.NaN : 1, rmse: 1, selection: 1 }),
    });
    expect(events.filter((event) => event.type === "diverged")).toMatchObject([{ epoch: 2, step: 6, rows: [] }]);
    expect(result?.records).toHaveLength(5);

    const poisoned = newNetwork();
    const step = poisoned.trainStep.bind(poisoned);
    poisoned.trainStep = (batch, targets, rate) => {
      const loss = step(batch, targets, rate);
      if (poisoned.batches.length !== 2) return loss;
      const weights = poisoned.stateDict();
      weights[0].data[27] = Number.POSITIVE_INFINITY;
      poisoned.loadStateDict(weights);
      return loss;
    };
    const second = await run([], { network: poisoned });
    expect(second.events.filter((event) => event.type === "diverged")).toMatchObject([{ epoch: 1, step: 3 }]);
    expect(second.network.stateDict().every(({ data }) => data.every(Number.isFinite))).toBe(true);
  });
});

describe("a run that goes on from where another stood", () => {
  function writtenAndRead(state: FitState): FitState {
    const { tensors, json } = encodeFitState(state);
    const copies = tensors.map((tensor) => ({ ...tensor, data: tensor.data.slice() }));
    return decodeFitState(copies, readRecord(JSON.parse(JSON.stringify(json)), "state"));
  }
  /** All states that a run hands over. */
  async function statesOf(changes: Parameters<typeof run>[1] = {}, selections = [3, 1, 2, 4, 5]) {
    const states: FitState[] = [];
    const save = (state: FitState): Promise<number> => Promise.resolve(states.push(writtenAndRead(state)));
    const whole = await run(selections, { ...changes, checkpoints: { everySeconds: 0, save } });
    return { states, whole };
  }
  const goOn = (state: FitState, changes: Parameters<typeof run>[1] = {}, selections = [3, 1, 2, 4, 5]) =>
    run(selections.slice(state.records.length), { network: newNetwork(99), ...changes, resumeFrom: state });

  it("hands over a state after every batch when asked to, and after every epoch", async () => {
    const { states, whole } = await statesOf();
    expect(states.map(({ records, progress }) => [records.length, progress.batch])).toEqual(
      [0, 1, 2, 3, 4].flatMap((epoch) => [
        [epoch, 1],
        [epoch, 2],
        [epoch + 1, 0],
      ]),
    );
    expect(whole.events.filter((event) => event.type === "checkpoint")).toHaveLength(15);
    const seldom: number[] = [];
    const save = (state: FitState): Promise<number> => Promise.resolve(seldom.push(state.records.length));
    await run([], { checkpoints: { everySeconds: 3600, save } });
    expect(seldom).toEqual([1, 2, 3, 4, 5]);
  });

  it.each<[string, Partial<TrainingSettings>]>([
    ["rounds at a constant rate", {}],
    ["one cycle, by length", { schedule: "oneCycle", batching: "byLength" }],
    ["early stopping", { earlyStopping: { patience: 2 } }],
  ])("ends with the same weights, records and events, from any state (%s)", async (_name, changed) => {
    const { states, whole } = await statesOf({ settings: changed });
    expect(states.length).toBeGreaterThan(8);
    for (const state of states) {
      const resumed = await goOn(state, { settings: changed });
      expect(resumed.network.stateDict()).toEqual(whole.network.stateDict());
      expect(resumed.network.trainerState()).toEqual(whole.network.trainerState());
      expect(untimed(resumed.result)).toEqual(untimed(whole.result));
      const kinds = ["batch", "epoch"];
      const told = resumed.events.filter(({ type }) => kinds.includes(type));
      const allTold = whole.events.filter(({ type }) => kinds.includes(type));
      expect(untimed(told)).toEqual(untimed(told.length === 0 ? [] : allTold.slice(-told.length)));
    }
  });

  it("meets the same loss that is not finite in the same way", async () => {
    const fragile = (seed: number): FakeNetwork => {
      const network = newNetwork(seed);
      const step = network.trainStep.bind(network);
      network.trainStep = (batch, targets, rate) => {
        const loss = step(batch, targets, rate);
        return (rate > 0.06 && batch.rows.includes(3)) || (rate > 0.015 && batch.rows[0] % 5 === 4) ? Number.NaN : loss;
      };
      return network;
    };
    const { states, whole } = await statesOf({ network: fragile(1) });
    expect(whole.events.filter(({ type }) => type === "diverged").length).toBeGreaterThan(1);
    for (const state of states) {
      const resumed = await goOn(state, { network: fragile(99) });
      expect(resumed.network.stateDict()).toEqual(whole.network.stateDict());
    }
  });

  it("keeps a state when it is aborted, from which the whole run can still be had", async () => {
    for (const stop of [2, 5]) {
      const controller = new AbortController();
      const states: FitState[] = [];
      const save = (state: FitState): Promise<number> => Promise.resolve(states.push(writtenAndRead(state)));
      const stopped = await run(
        [3, 1, 2, 4, 5],
        { signal: controller.signal, checkpoints: { everySeconds: 3600, save } },
        (event, network) => network.batches.length === stop && event.type === "batch" && controller.abort(),
      );
      expect(stopped.result?.reason).toBe("aborted");
      const last = states[states.length - 1];
      expect(3 * last.records.length + last.progress.batch).toBe(stop);
      const resumed = await goOn(last);
      expect(resumed.network.stateDict()).toEqual((await run([3, 1, 2, 4, 5])).network.stateDict());
    }
  });

  it("keeps what it has when it is aborted before it took a step", async () => {
    const { states, whole } = await statesOf();
    const resumed = await goOn(states[8], { signal: AbortSignal.abort() });
    expect(resumed.result).toMatchObject({ reason: "aborted", keptEpoch: 2 });
    expect(resumed.network.stateDict()).toEqual(whole.snapshots[1]);
  });
});
