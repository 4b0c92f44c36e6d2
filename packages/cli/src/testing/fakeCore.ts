import {
  type MemoryPlan,
  type Prediction,
  type RatingModel,
  sameAnswer,
  type TrainEvent,
  type TrainMetrics,
  type TrainOptions,
  worseThanBaseline,
} from "@starcast/core";
import type { Core } from "../services.js";

const scale = { task: "rating", labels: [1, 2, 3, 4, 5], values: [1, 2, 3, 4, 5] } as const;

/** An evaluation with the given RMSE and an interval of 0.04 around it. */
export function measuresOf(rmse: number) {
  return {
    rows: 20,
    rmse,
    rmseInterval: [rmse - 0.02, rmse + 0.02] as [number, number],
    rmseOfMode: rmse + 0.1,
    mae: rmse / 2,
    maeInterval: [0, 1] as [number, number],
    accuracy: 0.5,
    accuracyInterval: [0.4, 0.6] as [number, number],
    offByOne: 0.9,
    qwk: 0.5,
    macroF1: 0.4,
    logLoss: 1,
    confusion: Array.from({ length: 5 }, (_, row) =>
      Array.from({ length: 5 }, (_, column) => (row === column ? 4 : 0)),
    ),
  };
}

export interface FakeCoreOptions {
  readonly rmse?: number;
  readonly linearRmse?: number;
  readonly stopsEarly?: boolean;
  readonly memory?: MemoryPlan;
  /** Called before each epoch: presses Ctrl-C, throws, counts. */
  readonly beforeEpoch?: (epoch: number) => void;
  /** Waited for within each epoch. */
  readonly between?: () => Promise<unknown>;
  readonly onSave?: () => void;
}

/** The library without an engine: training says what it is told to, a model rates by counting letters. */
export function fakeCore(options: FakeCoreOptions = {}): {
  core: Core;
  calls: { options?: TrainOptions; rows?: number; read?: unknown[] }[];
} {
  const calls: { options?: TrainOptions; rows?: number; read?: unknown[] }[] = [];
  const core = {
    recipes: Object.fromEntries(
      ["fixed", "variable", "glove", "regression", "best"].map((name) => [
        name,
        { name, wordVectors: name === "glove" ? "required" : "none" },
      ]),
    ),
    heldBackFor: () => ({ validationFraction: 0.1, testFraction: 0.2, keepDuplicates: false }),
    async *train(rows: Iterable<unknown> | AsyncIterable<unknown>, trainOptions: TrainOptions) {
      const read: unknown[] = [];
      for await (const row of rows) read.push(row);
      calls.push({ options: trainOptions, rows: read.length, read });
      yield* fakeTraining(trainOptions, options);
    },
    engineInfo: () => ({ simd: true, relaxedSimd: false, threads: true }),
    RatingModel: { load: async () => fakeModel({}) },
    sameAnswer,
    worseThanBaseline,
  };
  return { core: core as unknown as Core, calls };
}

async function* fakeTraining(trainOptions: TrainOptions, options: FakeCoreOptions): AsyncGenerator<TrainEvent> {
  const { rmse = 0.7, linearRmse = 0.8, stopsEarly = true } = options;
  const epochs = trainOptions.epochs ?? 3;
  const settings = { batchSize: 4 } as TrainMetrics["settings"];
  const dataset = { rows: 50, train: 40, validation: 10, test: 0 };
  const vocabulary = { distinctTokens: 12, keptTokens: 10, size: 12 };
  yield {
    type: "prepared",
    dataset,
    vocabulary,
    scale,
    recipe: "best",
    settings,
    parameterCount: 1234,
    plannedEpochs: epochs,
    memory: options.memory ?? { bytes: 1 << 20, dataBytes: 0 },
  };
  const baselines = { evaluatedOn: "validation", mean: measuresOf(1.1), linear: measuresOf(linearRmse) } as const;
  if (trainOptions.baselines) yield { type: "baselines", baselines };
  const records: TrainMetrics["epochs"][number][] = [];
  for (let epoch = 1; epoch <= epochs; epoch++) {
    options.beforeEpoch?.(epoch);
    if (trainOptions.signal?.aborted && epoch === 1) trainOptions.signal.throwIfAborted();
    if (trainOptions.signal?.aborted) break;
    yield { type: "batch", epoch, batch: 1, batches: 1, rowsDone: 40, rows: 40, loss: 1 / epoch, rowsPerSecond: 100 };
    if (epoch === 1) yield { type: "estimate", secondsPerEpoch: 2, seconds: 2 * epochs };
    await options.between?.();
    const record = {
      epoch,
      trainLoss: 1 / epoch,
      validationLoss: 1,
      rmse: rmse + 1 / epoch,
      accuracy: 0.5,
      seconds: 2,
    };
    records.push(record);
    yield { type: "epoch", record, best: true };
  }
  const reason = trainOptions.signal?.aborted ? "aborted" : "finished";
  const metrics = {
    recipe: "best",
    task: "rating",
    dataset,
    vocabulary,
    scale,
    validation: { ...measuresOf(rmse), usedForEarlyStopping: stopsEarly },
    ...(trainOptions.baselines && { baselines }),
    epochs: records,
    keptEpochs: [records.length],
    reason,
    parameterCount: 1234,
    seed: trainOptions.seed ?? 1,
    threads: 1,
    seconds: 6,
    settings,
  } as TrainMetrics;
  const rows = Uint32Array.from({ length: 50 }, (_, row) => row);
  const parts = { train: rows.subarray(0, 40), validation: rows.subarray(40), test: rows.subarray(50) };
  yield { type: "done", model: fakeModel({ metrics, onSave: options.onSave }), metrics, reason, parts };
}

/** Rates by length: one letter more, a tenth of a star more. */
export function fakeModel(options: { metrics?: TrainMetrics; onSave?: () => void }): RatingModel {
  const rate = (text: string): Prediction => {
    if (text.trim() === "")
      throw Object.assign(new Error("The text has no words to rate."), { name: "DataError", code: "empty-text" });
    const rating = Math.min(5, 1 + text.length / 10);
    const label = Math.round(rating);
    const probabilities = scale.labels.map((each) => ({ label: each, probability: each === label ? 0.8 : 0.05 }));
    return { rating, label, probabilities, words: 3, wordsRead: 3, unknownWords: text.includes("zzz") ? 1 : 0 };
  };
  return {
    scale,
    metrics: options.metrics,
    predict: (input: string | string[]) => (typeof input === "string" ? rate(input) : input.map(rate)),
    async evaluate(rows: AsyncIterable<unknown>) {
      const read: unknown[] = [];
      for await (const row of rows) read.push(row);
      return { ...measuresOf(0.7), rows: read.length };
    },
    async save(folder: { write(files: ReadonlyMap<string, Uint8Array>): Promise<void> }) {
      options.onSave?.();
      await folder.write(
        new Map([
          ["config.json", new TextEncoder().encode("{}")],
          ["model.safetensors", new Uint8Array(8)],
        ]),
      );
    },
    dispose: () => {},
  } as unknown as RatingModel;
}
