import { describe, expect, it } from "vitest";
import { Random } from "../random.js";
import { createTrainableNetwork } from "./lstmNetwork.js";
import type { EncodedTexts, NamedTensor, NetworkConfig } from "./network.js";
import { createNetwork } from "./predictionNetwork.js";
import { allRows, encode, plainTrainer, smallConfig } from "./testing/networks.js";

const configs: NetworkConfig[] = [
  smallConfig,
  { ...smallConfig, pooling: "last" },
  { ...smallConfig, pooling: "meanMaxAttention" },
  { ...smallConfig, numLayers: 1, bidirectional: false, pooling: "meanMaxAttention", hiddenSize: 16 },
  { ...smallConfig, numLayers: 1, hiddenSize: 16, outputSize: 1 },
  {
    ...smallConfig,
    numLayers: 1,
    bidirectional: false,
    pooling: "last",
    embeddingSize: 1,
    hiddenSize: 1,
    outputSize: 2,
  },
  { ...smallConfig, numLayers: 3, bidirectional: false, hiddenSize: 17, embeddingSize: 3 },
];
const maxLength = 12;

function randomTexts(count: number): EncodedTexts {
  const random = new Random(count, "texts");
  const length = () => 1 + random.integer(maxLength);
  return encode(
    Array.from({ length: count }, () =>
      Array.from({ length: length() }, () => random.integer(smallConfig.vocabularySize)),
    ),
  );
}

/** Fresh weights (or the given ones), and the logits that the network for training gives with them. */
async function trained(
  config: NetworkConfig,
  texts: EncodedTexts,
  weights?: readonly NamedTensor[],
): Promise<{ weights: NamedTensor[]; logits: Float32Array }> {
  const network = await createTrainableNetwork(config, plainTrainer, { seed: 3, maxBatchRows: 32, maxLength });
  if (weights) network.loadStateDict(weights);
  const result = {
    weights: network.stateDict(),
    logits: network.forward({ texts, rows: allRows(texts.offsets.length - 1) }),
  };
  network.dispose();
  return result;
}

describe.each(configs)("predictions of %o", (config) => {
  const texts = randomTexts(300);

  it.each([1, 2, 3])("have the bits of the network that was trained, on %i threads", async (threads) => {
    const { weights, logits } = await trained(config, texts);
    const network = await createNetwork(config, { maxLength, threads });
    network.loadStateDict(weights);
    expect(network.forward({ texts, rows: allRows(300) })).toEqual(logits);
    network.dispose();
  });

  it("of a text do not depend on the texts beside it, their order or their number", async () => {
    const { weights, logits } = await trained(config, texts);
    const network = await createNetwork(config, { maxLength });
    network.loadStateDict(weights);
    const { outputSize } = config;
    const backwards = network.forward({ texts, rows: allRows(300).reverse() });
    for (let row = 0; row < 300; row++) {
      const own = logits.slice(row * outputSize, (row + 1) * outputSize);
      expect(network.forward({ texts, rows: Uint32Array.of(row) })).toEqual(own);
      expect(backwards.slice((299 - row) * outputSize, (300 - row) * outputSize)).toEqual(own);
    }
  });
});

describe.each(configs)("predictions with 8-bit weights of %o", (config) => {
  const texts = randomTexts(100);
  const { outputSize } = config;

  it("are those of the rounded weights, but for the rounding of states to 7 bits", async () => {
    const { weights } = await trained(config, texts);
    const quantized = await createNetwork(config, { maxLength, weights: "int8" });
    quantized.loadStateDict(weights);
    const rounded = quantized.stateDict();
    const { logits } = await trained(config, texts, rounded);
    const given = quantized.forward({ texts, rows: allRows(100) });
    const difference = Math.max(...given.map((value, at) => Math.abs(value - logits[at])));
    expect(difference).toBeGreaterThan(0);
    expect(difference).toBeLessThan(2e-2);
  });

  it("do not depend on threads, on the texts beside, on fused multiply-add, or on the dot product of bytes", async () => {
    const { weights } = await trained(config, texts);
    const results = await Promise.all(
      [
        { threads: 1 },
        { threads: 3 },
        { fusedMultiplyAdd: false },
        { dotOfBytes: false },
        { dotOfBytes: false, threads: 2 },
      ].map(async (options) => {
        const network = await createNetwork(config, { maxLength, weights: "int8", ...options });
        network.loadStateDict(weights);
        const logits = network.forward({ texts, rows: allRows(100) });
        for (const row of [0, 1, 50, 99]) {
          const own = network.forward({ texts, rows: Uint32Array.of(row) });
          expect(own).toEqual(logits.slice(row * outputSize, (row + 1) * outputSize));
        }
        network.dispose();
        return logits;
      }),
    );
    for (const other of results.slice(1)) expect(other).toEqual(results[0]);
  });
});

describe("a network for predictions", () => {
  it("predicts texts of any length beside short ones", async () => {
    const config = { ...smallConfig, hiddenSize: 3, embeddingSize: 2 };
    const { weights } = await trained(config, randomTexts(1));
    const network = await createNetwork(config, { maxLength: 40_000 });
    network.loadStateDict(weights);
    const random = new Random(1, "long texts");
    const lengths = [7, 40_000, 9_000, 1, 30_000, 200, 199];
    const texts = encode(lengths.map((length) => Array.from({ length }, () => random.integer(config.vocabularySize))));
    const together = network.forward({ texts, rows: allRows(lengths.length) });
    lengths.forEach((_, row) => {
      expect(network.forward({ texts, rows: Uint32Array.of(row) })).toEqual(together.slice(row * 5, row * 5 + 5));
    });
  });

  it("predicts the same after it has met more different words than its memory keeps", async () => {
    const config = { ...smallConfig, vocabularySize: 900_000, embeddingSize: 1, hiddenSize: 4, numLayers: 1 };
    const { weights } = await trained(config, randomTexts(1));
    const network = await createNetwork(config, { maxLength: 30_000 });
    network.loadStateDict(weights);
    const texts = encode(
      Array.from({ length: 30 }, (_, row) => Array.from({ length: 30_000 }, (_, index) => row * 30_000 + index)),
    );
    const first = network.forward({ texts, rows: Uint32Array.of(0) });
    const all = network.forward({ texts, rows: allRows(30) });
    expect(all.slice(0, 5)).toEqual(first);
    expect(network.forward({ texts, rows: Uint32Array.of(0) })).toEqual(first);
    expect(network.forward({ texts, rows: Uint32Array.of(29) })).toEqual(all.slice(29 * 5));
  });

  it("gives back the weights that it was given", async () => {
    const { weights } = await trained(smallConfig, randomTexts(1));
    const network = await createNetwork(smallConfig, { maxLength });
    network.loadStateDict(weights);
    expect(network.stateDict()).toEqual(weights);
  });

  it("predicts with the weights loaded last", async () => {
    const texts = randomTexts(3);
    const { weights, logits } = await trained(smallConfig, texts);
    const network = await createNetwork(smallConfig, { maxLength });
    network.loadStateDict(weights.map((tensor) => ({ ...tensor, data: tensor.data.map((value) => value / 2) })));
    expect(network.forward({ texts, rows: allRows(3) })).not.toEqual(logits);
    network.loadStateDict(weights);
    expect(network.forward({ texts, rows: allRows(3) })).toEqual(logits);
  });

  it("refuses a text longer than it was made for", async () => {
    const network = await createNetwork(smallConfig, { maxLength: 4 });
    const texts = encode([[1, 2, 3, 4, 5]]);
    expect(() => network.forward({ texts, rows: allRows(1) })).toThrow(
      "Text 0 has 5 tokens, but this network takes 1 to 4",
    );
  });

  it("refuses an id outside the vocabulary, and predicts as before afterwards", async () => {
    const texts = randomTexts(3);
    const { weights, logits } = await trained(smallConfig, texts);
    const network = await createNetwork(smallConfig, { maxLength });
    network.loadStateDict(weights);
    for (const id of [-1, 60]) {
      expect(() => network.forward({ texts: encode([[...texts.ids.slice(0, 5), id]]), rows: allRows(1) })).toThrow(
        `The token id ${id} is not in the vocabulary of 60 entries`,
      );
    }
    expect(network.forward({ texts, rows: allRows(3) })).toEqual(logits);
  });

  it("names a tensor that is missing, unknown or of another shape", async () => {
    const { weights } = await trained(smallConfig, randomTexts(1));
    const network = await createNetwork(smallConfig, { maxLength });
    expect(() => network.loadStateDict(weights.slice(1))).toThrow("The weights lack the tensor embeddings.weight.");
    expect(() => network.loadStateDict([...weights, { name: "extra", shape: [1], data: new Float32Array(1) }])).toThrow(
      'unknown to the network: "extra"',
    );
    const wrong = [{ ...weights[0], shape: [10, 60] }, ...weights.slice(1)];
    expect(() => network.loadStateDict(wrong)).toThrow("has shape 10 x 60, but the network needs 60 x 10");
  });
});
