import { describe, expect, it } from "vitest";
import type { FormatError, OptionError } from "../errors.js";
import { recipes } from "../recipes/resolve.js";
import { decodeSafetensors, memoryFolder } from "../storage/index.js";
import { fakeEngine } from "../training/testing/fakeEngine.js";
import { madeUpReviews } from "../training/testing/reviews.js";
import { type Checkpoint, readCheckpoint } from "./checkpoint.js";
import type { DoneEvent, TrainEvent } from "./events.js";
import type { TrainOptions } from "./options.js";
import { train, trainWith } from "./train.js";

const reviews = madeUpReviews(100);
const rounds = [
  { epochs: 2, learningRate: 0.02 },
  { epochs: 1, learningRate: 0.01 },
];
const small = { batchSize: 32, maxLength: 12, rounds } as const;
const vectors: TrainOptions["wordVectors"] = (vocabulary) => ({
  size: 5,
  rows: new Map([[vocabulary.idOf("dress"), Float32Array.of(1, 2, 3, 4, 5)]]),
  coverage: { foundTokens: 1, vocabularyTokens: vocabulary.keptTokens },
});
const everyRecipe: [name: string, options: TrainOptions][] = [
  ["fixed", { recipe: { ...recipes.fixed, ...small } }],
  ["variable", { recipe: { ...recipes.variable, ...small } }],
  ["glove", { recipe: { ...recipes.glove, ...small }, wordVectors: vectors }],
  ["regression", { recipe: { ...recipes.regression, ...small } }],
  ["best", { epochs: 3, batchSize: 32 }],
];

interface Run {
  readonly done: DoneEvent;
  readonly events: TrainEvent[];
  readonly checkpoints: Checkpoint[];
  /** Of the model folder, the metrics without times. */
  readonly files: Map<string, string>;
}

async function run(options: TrainOptions, engine?: ReturnType<typeof fakeEngine>, rows = reviews): Promise<Run> {
  const checkpoints: Checkpoint[] = [];
  const events: TrainEvent[] = [];
  // The bytes as they are now.
  const save = (checkpoint: Checkpoint): void => void checkpoints.push({ ...checkpoint });
  const all = { ...options, checkpoints: { everySeconds: 0, save, ...options.checkpoints } };
  for await (const event of engine ? trainWith(engine, rows, all) : train(rows, all)) events.push(event);
  const done = events[events.length - 1] as DoneEvent;
  const folder = memoryFolder();
  await done.model.save(folder);
  done.model.dispose();
  const files = [...folder.files].map(([name, bytes]) => {
    const text = new TextDecoder("latin1").decode(bytes);
    return [name, name === "metrics.json" ? text.replace(/"(seconds|threads)": [\d.e-]+/g, "") : text] as const;
  });
  return { done, events, checkpoints, files: new Map(files) };
}

async function failure(work: Promise<unknown>): Promise<FormatError | OptionError> {
  return work.then(
    () => {
      throw new Error("did not fail");
    },
    (error: FormatError) => error,
  );
}

describe("a resumed run", () => {
  it.each(everyRecipe)(
    "writes the very files of a run that was not cut off, on any threads (%s)",
    async (_, options) => {
      const whole = await run(options);
      expect(whole.checkpoints.length).toBeGreaterThan(6);
      for (const [index, { bytes }] of whole.checkpoints.entries()) {
        if (index % 3 !== 0 && index < whole.checkpoints.length - 1) continue;
        const resumed = await run({ ...options, resumeFrom: bytes, threads: 1 + (index % 3) });
        const { "README.md": card, ...rest } = Object.fromEntries(resumed.files);
        expect(rest).toEqual({ ...Object.fromEntries(whole.files), "README.md": undefined });
        expect(card).toBeDefined();
      }
    },
  );

  it("tells where it goes on, does not repeat the baselines, and counts the time before the break", async () => {
    const { checkpoints, done } = await run({ epochs: 3, batchSize: 32, seed: 5 }, fakeEngine());
    const [checkpoint] = checkpoints.filter(({ epochs, batch }) => epochs === 1 && batch === 2);
    const resumed = await run({ epochs: 3, batchSize: 32, seed: 5, resumeFrom: checkpoint.bytes }, fakeEngine());
    expect(resumed.events.slice(0, 3).map(({ type }) => type)).toEqual(["prepared", "resumed", "baselines"]);
    expect(resumed.events[1]).toMatchObject({ batch: 2, records: [done.metrics.epochs[0]] });
    expect(resumed.events[2]).toMatchObject({ baselines: done.metrics.baselines });
    expect(resumed.done.metrics.seconds).toBeGreaterThan(checkpoint.seconds);
  });

  it.each<[string, TrainOptions, typeof reviews, RegExp]>([
    ["settings", { learningRate: 0.5, maxLength: 9 }, reviews, /maxLength \(200 then, 9 now\), rounds \(/],
    ["seed", { seed: 2 }, reviews, /seed \(1 then, 2 now\)/],
    ["recipe", { recipe: "fixed" }, reviews, /recipe \(best then, fixed now\)/],
    ["texts", {}, [{ text: "this shirt my order", label: 2 }, ...reviews.slice(1)], /the texts/],
    [
      "ratings",
      {},
      [{ ...reviews[0], label: reviews[0].label === 2 ? 3 : 2 }, ...reviews.slice(1)],
      /the ratings or labels/,
    ],
    ["rows", {}, reviews.slice(1), /rows \(70 \+ 10 \+ 20 then, 69 \+ 10 \+ 20 now\)/],
    ["parts", { validationFraction: 0.3 }, reviews, /rows \(70 \+ 10 \+ 20 then, 50 \+ 30 \+ 20 now\)\./],
    ["word vectors", { wordVectors: vectors }, reviews, /embeddingSize \(192 then, 5 now\)/],
  ])("is refused with other %s, which are named", async (_, changed, rows, message) => {
    const common: TrainOptions = { members: 1, epochs: 2, batchSize: 32, baselines: false };
    const { checkpoints } = await run(common, fakeEngine());
    const resumeFrom = checkpoints[3].bytes;
    const error = await failure(run({ ...common, ...changed, resumeFrom }, fakeEngine(), rows));
    expect(error.code).toBe("other-run");
    expect(error.message).toMatch(message);
  });

  it("is refused when the checkpoint is damaged, or something else", async () => {
    const { checkpoints } = await run({ epochs: 1, batchSize: 64, baselines: false }, fakeEngine());
    const { bytes } = checkpoints[0];
    const torn = bytes.slice().fill(0, bytes.length - 512);
    for (const resumeFrom of [torn, bytes.subarray(0, 4096), new Uint8Array(), new Uint8Array(5000)]) {
      expect((await failure(run({ resumeFrom }, fakeEngine()))).code).toBe("damaged");
    }
  });
});

describe("a checkpoint", () => {
  it("tells how far the run is, and is a safetensors file", async () => {
    const { checkpoints } = await run({ members: 1, epochs: 2, batchSize: 64, baselines: false }, fakeEngine());
    const checkpoint = checkpoints[2];
    const { bytes } = checkpoint;
    const told = readCheckpoint(bytes);
    expect(told).toMatchObject({ recipe: "best", epochs: 1, plannedEpochs: 2, batch: 1 });
    expect(checkpoint).toMatchObject({ ...told, size: bytes.length });
    const names = decodeSafetensors(bytes).tensors.map(({ name }) => name);
    expect(names).toContain("within/weights/embeddings.weight");
    expect(names).toContain("epochStart/secondMoments/linear.bias");
  });

  it("comes in pieces as well, as often as wanted, also after a while, and not once the training goes on", async () => {
    const late: Checkpoint[] = [];
    const save = async (checkpoint: Checkpoint): Promise<void> => {
      const [first] = checkpoint.pieces();
      await new Promise((resolve) => setTimeout(resolve, 1));
      const pieces = [...checkpoint.pieces()];
      expect(Buffer.concat(pieces).equals(checkpoint.bytes)).toBe(true);
      expect(first).toEqual(pieces[0]);
      late.push(checkpoint);
    };
    await run({ epochs: 1, batchSize: 64, baselines: false, checkpoints: { save } }, fakeEngine());
    expect(late.length).toBeGreaterThan(1);
    for (const checkpoint of late) {
      expect(() => checkpoint.bytes).toThrow(expect.objectContaining({ code: "checkpoint-over" }));
    }
  });

  it("of a network on several threads is that of one", async () => {
    const [one, four] = await Promise.all(
      [1, 4].map((threads) => run({ epochs: 1, batchSize: 64, baselines: false, threads })),
    );
    const tensorsOf = ({ checkpoints }: Run) => checkpoints.flatMap(({ bytes }) => decodeSafetensors(bytes).tensors);
    const [alone, together] = [tensorsOf(one), tensorsOf(four)];
    expect(together.map(({ name }) => name)).toEqual(alone.map(({ name }) => name));
    for (const [index, { data }] of alone.entries()) {
      expect(Buffer.from(data.buffer).equals(Buffer.from(together[index].data.buffer))).toBe(true);
    }
  });

  it("does not write the same weights twice", async () => {
    const { checkpoints } = await run({ epochs: 1, batchSize: 64, baselines: false }, fakeEngine());
    const [within, after] = checkpoints.map(({ bytes }) => decodeSafetensors(bytes).tensors.length / 3);
    expect([within, after]).toEqual([6, 3]);
  });

  it("is asked for as seldom as wanted", async () => {
    const { checkpoints } = await run(
      { epochs: 2, batchSize: 16, baselines: false, checkpoints: { save: () => {}, everySeconds: 3600 } },
      fakeEngine(),
    );
    expect(checkpoints).toEqual([]);
    const error = await failure(run({ checkpoints: { save: () => {}, everySeconds: -1 } }, fakeEngine()));
    expect(error.message).toContain("checkpoints.everySeconds must be a number from 0");
  });

  it("that cannot be kept ends the run, with the error of who should have kept it", async () => {
    const full = new Error("disk full");
    const save = (): Promise<void> => Promise.reject(full);
    const engine = fakeEngine();
    expect(await failure(run({ epochs: 2, checkpoints: { save } }, engine))).toBe(full);
    expect(engine.made.map(({ disposed }) => disposed)).toEqual([true]);
  });
});
