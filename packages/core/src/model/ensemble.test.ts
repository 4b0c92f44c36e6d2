/** Training several networks that answer together, and training within a time. */
import { describe, expect, it } from "vitest";
import { recipes } from "../recipes/resolve.js";
import { memoryFolder } from "../storage/index.js";
import { fakeEngine } from "../training/testing/fakeEngine.js";
import { madeUpReviews } from "../training/testing/reviews.js";
import type { Checkpoint } from "./checkpoint.js";
import type { DoneEvent, TrainEvent } from "./events.js";
import type { TrainOptions } from "./options.js";
import { RatingModel } from "./ratingModel.js";
import { trainModel, trainWith } from "./train.js";

const rows = madeUpReviews(300);
const { epochRange: _epochRange, ...best } = recipes.best;
const recipe = { ...best, wide: false, rounds: [{ epochs: 2, learningRate: 0.05 }] };
const quick = {
  recipe,
  epochs: 3,
  batchSize: 16,
  learningRate: 0.05,
  baselines: false,
} as const;

async function collect(events: AsyncIterable<TrainEvent>): Promise<{ events: TrainEvent[]; done: DoneEvent }> {
  const collected: TrainEvent[] = [];
  for await (const event of events) collected.push(event);
  const done = collected.at(-1);
  if (done?.type !== "done") throw new Error("no done event");
  return { events: collected, done };
}

const train = (options: TrainOptions) => collect(trainWith(fakeEngine(), rows, options));

describe("several members", () => {
  it("are trained one after another, counted on, and told apart", async () => {
    const { events, done } = await train({ ...quick, members: 3 });
    const prepared = events[0] as Extract<TrainEvent, { type: "prepared" }>;
    expect(prepared.plannedEpochs).toBe(9);
    const { epochs, keptEpochs } = done.metrics;
    expect(epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(epochs.map(({ member }) => member)).toEqual([1, 1, 1, 2, 2, 2, 3, 3, 3]);
    expect(keptEpochs).toHaveLength(3);
    keptEpochs.forEach((epoch, index) => {
      expect(Math.ceil(epoch / 3)).toBe(index + 1);
    });
    expect(done.model.config.network.members).toBe(3);
    expect(events.filter(({ type }) => type === "estimate")).toHaveLength(3);
  });

  it("begin with the network that one member would be, and differ from each other", async () => {
    const alone = (await train({ ...quick, members: 1 })).done;
    const together = (await train({ ...quick, members: 2 })).done;
    const weights = together.model.weights();
    const half = weights.length / 2;
    expect(weights.slice(0, half).map(({ data }) => data)).toEqual(alone.model.weights().map(({ data }) => data));
    expect(weights[0].data).not.toEqual(weights[half].data);
    for (const { model } of [alone, together]) model.dispose();
  });

  it("are resumed from any checkpoint with the same weights, within a member and between two", async () => {
    const saved: Checkpoint[] = [];
    const save = (checkpoint: Checkpoint): void => void saved.push({ ...checkpoint });
    const whole = (await train({ ...quick, members: 2, checkpoints: { save, everySeconds: 0 } })).done;
    const between = saved.filter(({ batch }) => batch === 0);
    expect(between.map(({ epochs }) => epochs)).toEqual([1, 2, 3, 4, 5, 6]);
    for (const { bytes } of [between[2], between[3], saved[saved.length - 2]]) {
      const resumed = (await train({ ...quick, members: 2, resumeFrom: bytes })).done;
      expect(resumed.model.weights()).toEqual(whole.model.weights());
      expect(resumed.metrics.keptEpochs).toEqual(whole.metrics.keptEpochs);
      expect(resumed.metrics.epochs.map(({ rmse }) => rmse)).toEqual(whole.metrics.epochs.map(({ rmse }) => rmse));
      resumed.model.dispose();
    }
    whole.model.dispose();
  });

  it("keep those that are finished when the run is aborted", async () => {
    const controller = new AbortController();
    const events: TrainEvent[] = [];
    for await (const event of trainWith(fakeEngine(), rows, { ...quick, members: 3, signal: controller.signal })) {
      events.push(event);
      if (event.type === "batch" && event.epoch === 5) controller.abort();
    }
    const done = events.at(-1) as DoneEvent;
    expect(done.reason).toBe("aborted");
    expect(done.metrics.keptEpochs).toHaveLength(1);
    expect(done.metrics.epochs).toHaveLength(3);
    expect(done.model.config.network.members).toBeUndefined();
  });
});

describe("the linear branch", () => {
  it("is part of the model: saved with it, and mixed with the network by a share of what helps on the validation part", async () => {
    const { done } = await train({ ...quick, recipe: recipes.best, members: 1, epochs: 1, learningRate: 1e-5 });
    const { model } = done;
    const names = model.weights().map(({ name }) => name);
    expect(names).toContain("wide.pair_weight");
    expect(model.config.network.wide?.pairs).toBeGreaterThan(0);
    const share = model.weights().find(({ name }) => name === "wide.share")?.data[0] ?? 0;
    // The network has learned nothing, and so has no say.
    expect(share).toBeGreaterThan(0.8);
    expect(Number(model.predict("this shirt is perfect").rating)).toBeGreaterThan(3.5);
    const folder = memoryFolder();
    await model.save(folder);
    const again = await RatingModel.load(folder, { engine: fakeEngine() });
    expect(again.predict("not good at all")).toEqual(model.predict("not good at all"));
  });

  it.each(["coral", "corn", "cumulative"] as const)("is left out with the head %s", async (head) => {
    const network = { ...recipes.best.network, embeddingSize: 4, hiddenSize: 4 };
    const { model, metrics } = await trainModel(rows, {
      ...quick,
      ...{ recipe: { ...recipes.best, network }, members: 1, epochs: 1, head },
    });
    expect(model.config).toMatchObject({ head, network: { outputSize: 4 } });
    expect(model.config.network.wide).toBeUndefined();
    expect(metrics.decodings?.mean.rmse).toBeGreaterThan(0);
    model.dispose();
  });
});

describe("a budget", () => {
  it("of plenty of time trains as many networks as are of use", async () => {
    const { done } = await train({ ...quick, epochs: undefined, budgetSeconds: 1000 });
    expect(done.metrics.settings.members).toBe(8);
    expect(done.metrics.keptEpochs).toHaveLength(8);
    expect(done.reason).toBe("finished");
  });

  it("that is far too small ends with a model of a single, small network all the same", async () => {
    const { done } = await train({ ...quick, epochs: undefined, budgetSeconds: 0.001 });
    expect(done.reason).toBe("outOfTime");
    const { members, network, rounds } = done.metrics.settings;
    expect([members, network.hiddenSize, rounds[0].epochs]).toEqual([1, 32, 1]);
    expect(done.model.predict("this shirt is perfect").rating).toBeGreaterThan(0);
  });

  it("decides settings that make the same model without it", async () => {
    const within = await train({ ...quick, epochs: undefined, budgetSeconds: 1000 });
    const { members, rounds } = within.done.metrics.settings;
    const again = await train({ ...quick, epochs: rounds[0].epochs, members });
    expect(again.done.model.weights()).toEqual(within.done.model.weights());
  });

  it("does not change its mind when the run goes on from a checkpoint", async () => {
    const saved: Checkpoint[] = [];
    const checkpoints = { save: (checkpoint: Checkpoint): void => void saved.push({ ...checkpoint }) };
    const whole = await train({ ...quick, epochs: undefined, budgetSeconds: 500, checkpoints });
    const { bytes } = saved[saved.length - 4];
    const resumed = await train({ ...quick, epochs: undefined, budgetSeconds: 900, resumeFrom: bytes });
    expect(resumed.done.metrics.settings).toEqual(whole.done.metrics.settings);
    expect(resumed.done.model.weights()).toEqual(whole.done.model.weights());
  });

  it.each([0, -1, Number.NaN])("of %d seconds is refused", async (budgetSeconds) => {
    await expect(train({ ...quick, budgetSeconds })).rejects.toThrow("budgetSeconds must be a number above 0");
  });
});
