import { describe, expect, it } from "vitest";
import { expectClose, type GoldenTensor, namedTensors, readGolden } from "../../testdata/golden.js";
import { createTrainableNetwork, planTrainingBytes } from "./lstmNetwork.js";
import type { NetworkConfig, TrainerConfig } from "./network.js";
import { allRows, encode, plainTrainer, randomTexts, smallConfig } from "./testing/networks.js";

interface TrainingCase {
  readonly tokens: number[][];
  readonly lengths: number[];
  readonly ratings: number[];
  readonly start: Record<string, GoldenTensor>;
  readonly losses: number[];
  readonly end: Record<string, GoldenTensor>;
  readonly final_output: GoldenTensor;
}

describe.each(["fixed", "variable", "glove", "regression"])("25 Adam steps of the article's %s network", (name) => {
  it("have PyTorch's losses, end with its weights and give its outputs", async () => {
    const golden = readGolden<TrainingCase>(`train_${name}`);
    const tokens = golden.tokens.map((text, row) => (name === "variable" ? text.slice(0, golden.lengths[row]) : text));
    const config: NetworkConfig = {
      vocabularySize: 20,
      embeddingSize: 6,
      hiddenSize: 5,
      numLayers: 1,
      bidirectional: false,
      pooling: "last",
      outputSize: golden.final_output.shape[1],
    };
    const network = await createTrainableNetwork(
      config,
      {
        ...plainTrainer,
        loss: name === "regression" ? "meanSquaredError" : "crossEntropy",
        freezeEmbedding: name === "glove",
      },
      { seed: 1, maxBatchRows: 8, maxLength: 10 },
    );
    network.loadStateDict(namedTensors(golden.start));
    const batch = { texts: encode(tokens), rows: allRows(8) };
    const targets = Float32Array.from(golden.ratings);
    const losses = golden.losses.map(() => network.trainStep(batch, targets, 0.01));
    expectClose(losses, golden.losses, { absolute: 0 });
    for (const { name: parameter, data } of network.stateDict()) {
      expectClose(data, golden.end[parameter].data, { absolute: 1e-3, relative: 0 });
    }
    expectClose(network.forward(batch), golden.final_output.data, { absolute: 1e-3, relative: 0 });
  });
});

const fullTrainer: TrainerConfig = {
  ...plainTrainer,
  optimizer: { kind: "adamw", betas: [0.9, 0.99], epsilon: 1e-8, weightDecay: 0.01 },
  embeddingDropout: 0.2,
  outputDropout: 0.3,
  maxGradientNorm: 1,
};

async function trainSome(threads: number, { fusedMultiplyAdd = true, rows = 300 } = {}) {
  const texts = randomTexts(rows, 12, 7);
  const targets = Float32Array.from({ length: rows }, (_, row) => row % 5);
  const options = { seed: 3, maxBatchRows: rows, maxLength: 12, threads, fusedMultiplyAdd };
  const network = await createTrainableNetwork(smallConfig, fullTrainer, options);
  const losses = Array.from({ length: 4 }, () => network.trainStep({ texts, rows: allRows(rows) }, targets, 0.01));
  const result = { losses, state: network.stateDict(), logits: network.forward({ texts, rows: allRows(rows) }) };
  network.dispose();
  return result;
}

describe("a training run", () => {
  it.each([2, 3, 4, 8])("has the same bits on %i threads as on one", async (threads) => {
    expect(await trainSome(threads)).toEqual(await trainSome(1));
  });

  it("has the same bits on several threads for a batch of few blocks", async () => {
    expect(await trainSome(3, { rows: 20 })).toEqual(await trainSome(1, { rows: 20 }));
  });

  it("agrees with and without fused multiply-add up to rounding", async () => {
    const fused = await trainSome(1);
    const plain = await trainSome(1, { fusedMultiplyAdd: false });
    expectClose(plain.losses, fused.losses, { absolute: 1e-4, relative: 0 });
  });

  it("lowers the loss on texts that it can learn by heart", async () => {
    const texts = randomTexts(40, 8, 1);
    const targets = Float32Array.from({ length: 40 }, (_, row) => row % 5);
    const network = await createTrainableNetwork(smallConfig, plainTrainer, {
      seed: 1,
      maxBatchRows: 40,
      maxLength: 8,
    });
    const first = network.trainStep({ texts, rows: allRows(40) }, targets, 0.02);
    let last = first;
    for (let step = 0; step < 60; step++) last = network.trainStep({ texts, rows: allRows(40) }, targets, 0.02);
    expect(first).toBeGreaterThan(1.2);
    expect(last).toBeLessThan(0.05);
  });

  it("keeps the padding row of the embedding at zero", async () => {
    const { state } = await trainSome(1);
    expect(state[0].data.subarray(0, smallConfig.embeddingSize).every((value) => value === 0)).toBe(true);
  });
});

describe("a network that takes over another's weights and state", () => {
  const texts = randomTexts(90, 12, 11);
  const targets = Float32Array.from({ length: 90 }, (_, row) => row % 5);
  const batch = { texts, rows: allRows(90) };
  const make = (trainer: TrainerConfig, seed: number, threads = 1) =>
    createTrainableNetwork(smallConfig, trainer, { seed, maxBatchRows: 90, maxLength: 12, threads });

  it.each<[string, TrainerConfig]>([
    ["AdamW, dropout and clipping", fullTrainer],
    ["a frozen embedding", { ...fullTrainer, freezeEmbedding: true }],
  ])("goes on with the same bits, on any number of threads (%s)", async (_name, trainer) => {
    const first = await make(trainer, 3);
    for (let step = 0; step < 3; step++) first.trainStep(batch, targets, 0.01);
    const second = await make(trainer, 3, 2);
    second.trainStep(batch, targets, 0.1);
    second.loadStateDict(first.stateDict());
    second.loadTrainerState(first.trainerState());
    for (let step = 0; step < 3; step++) {
      expect(second.trainStep(batch, targets, 0.01)).toBe(first.trainStep(batch, targets, 0.01));
    }
    expect(second.stateDict()).toEqual(first.stateDict());
    expect(second.trainerState()).toEqual(first.trainerState());
    first.dispose();
    second.dispose();
  });

  it("holds no moments of a frozen embedding, and names those that do not fit", async () => {
    const network = await make({ ...fullTrainer, freezeEmbedding: true }, 1);
    const state = network.trainerState();
    const learning = network.stateDict().slice(1);
    expect(state.firstMoments.map(({ name, shape }) => [name, shape])).toEqual(
      learning.map(({ name, shape }) => [name, shape]),
    );
    expect(() => network.loadTrainerState({ ...state, firstMoments: network.stateDict() })).toThrow(
      'unknown to the network: "embeddings.weight"',
    );
    network.dispose();
  });
});

describe("the memory plan", () => {
  it.each([1, 3])("tells before the start what a network will take on %i threads", async (threads) => {
    const options = { seed: 1, maxBatchRows: 90, maxLength: 12, threads };
    const network = await createTrainableNetwork(smallConfig, fullTrainer, options);
    expect(planTrainingBytes(smallConfig, fullTrainer, options)).toBe(network.memoryBytes);
    network.dispose();
  });
});
