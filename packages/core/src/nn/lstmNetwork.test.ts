import { describe, expect, it } from "vitest";
import { expectClose, type GoldenTensor, namedTensors, readGolden } from "../../testdata/golden.js";
import { createNetwork, createTrainableNetwork } from "./lstmNetwork.js";
import type { EncodedTexts, NetworkConfig, TrainerConfig } from "./network.js";

interface TrainingCase {
  readonly tokens: number[][];
  readonly lengths: number[];
  readonly ratings: number[];
  readonly start: Record<string, GoldenTensor>;
  readonly losses: number[];
  readonly end: Record<string, GoldenTensor>;
  readonly final_output: GoldenTensor;
}

const plainTrainer: TrainerConfig = {
  loss: "crossEntropy",
  optimizer: { kind: "adam", betas: [0.9, 0.999], epsilon: 1e-8, weightDecay: 0 },
  embeddingDropout: 0,
  outputDropout: 0,
  freezeEmbedding: false,
};

function encode(texts: readonly number[][]): EncodedTexts {
  const offsets = new Uint32Array(texts.length + 1);
  texts.forEach((text, row) => {
    offsets[row + 1] = offsets[row] + text.length;
  });
  return { ids: Int32Array.from(texts.flat()), offsets };
}

const allRows = (count: number) => Uint32Array.from({ length: count }, (_, row) => row);

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
