/** Work that is left out because it depends on the word alone, or because a padding word has no input. */
import { describe, expect, it } from "vitest";
import { expectClose } from "../../testdata/golden.js";
import { createTrainableNetwork } from "./lstmNetwork.js";
import type { EncodedTexts, NetworkConfig, TrainerConfig } from "./network.js";
import { allRows, encode, plainTrainer, randomTexts, smallConfig, someClasses } from "./testing/networks.js";

/** So small that no element is dropped: it only keeps the network from taking the words together. */
const wordByWord = 1e-12;

interface Run {
  readonly texts?: EncodedTexts;
  readonly trainer?: Partial<TrainerConfig>;
  readonly config?: Partial<NetworkConfig>;
  readonly threads?: number;
  readonly zeroWord?: number;
}

async function train({ texts = randomTexts(90, 12, 9), trainer, config, threads = 1, zeroWord }: Run) {
  const rows = allRows(texts.offsets.length - 1);
  const network = await createTrainableNetwork(
    { ...smallConfig, ...config },
    { ...plainTrainer, ...trainer },
    { seed: 4, maxBatchRows: rows.length, maxLength: 12, threads },
  );
  if (zeroWord !== undefined) {
    const weights = network.stateDict();
    const size = weights[0].shape[1];
    weights[0].data.fill(0, size * zeroWord, size * (zeroWord + 1));
    network.loadStateDict(weights);
  }
  const losses = [1, 2, 3, 4].map(() => network.trainStep({ texts, rows }, someClasses(rows.length), 0.01));
  const result = { losses, state: network.stateDict(), logits: network.forward({ texts, rows }) };
  network.dispose();
  return result;
}

async function expectSameLearning(one: Run, other: Run, tolerance: number): Promise<void> {
  const [a, b] = [await train(one), await train(other)];
  expectClose(a.losses, b.losses, { absolute: tolerance / 10, relative: 0 });
  expectClose(a.logits, b.logits, { absolute: tolerance, relative: 0 });
  for (const [index, { data }] of a.state.entries()) {
    expectClose(data, b.state[index].data, { absolute: tolerance, relative: 0 });
  }
}

describe("computing each distinct word of a batch once", () => {
  it.each<[string, Partial<NetworkConfig>, Partial<TrainerConfig>]>([
    ["two layers of two directions", {}, {}],
    ["one direction", { bidirectional: false, numLayers: 1, pooling: "last" }, {}],
    ["a frozen embedding", {}, { freezeEmbedding: true }],
    ["dropped words", {}, { wordDropout: 0.4 }],
    ["dropped words whose rows are updated all the same", {}, { wordDropout: 0.4, sparseEmbedding: true }],
    ["hardly a word that is not dropped", {}, { wordDropout: 0.99 }],
    ["an embedding of 13 numbers", { embeddingSize: 13 }, { wordDropout: 0.2 }],
  ])("learns the same as computing every occurrence, with %s", async (_, config, trainer) => {
    await expectSameLearning(
      { config, trainer },
      { config, trainer: { ...trainer, embeddingDropout: wordByWord } },
      1e-3,
    );
  });

  it.each([2, 3, 8])("gives the same bits on %i threads as on one", async (threads) => {
    const trainer = { wordDropout: 0.3, maxGradientNorm: 1 };
    expect(await train({ trainer, threads })).toEqual(await train({ trainer }));
  });
});

describe("updating only the embedding's rows of words in the batch", () => {
  const everyWord = encode(Array.from({ length: 59 }, (_, row) => [1 + row, 1 + ((row + 7) % 59), 59]));

  it.each<[string, Partial<TrainerConfig>]>([
    ["once a word", { maxGradientNorm: 0.5 }],
    ["step by step", { embeddingDropout: wordByWord }],
    ["with weight decay", { optimizer: { ...plainTrainer.optimizer, kind: "adamw", weightDecay: 0.1 } }],
  ])("has the bits of updating all rows when every word is there, computed %s", async (_, trainer) => {
    const sparse = await train({ texts: everyWord, trainer: { ...trainer, sparseEmbedding: true } });
    expect(sparse).toEqual(await train({ texts: everyWord, trainer }));
  });

  it("leaves other words alone, with moments from earlier batches and weight decay", async () => {
    const optimizer = { ...plainTrainer.optimizer, kind: "adamw", weightDecay: 0.5 } as const;
    const trainer = { ...plainTrainer, optimizer, sparseEmbedding: true };
    const network = await createTrainableNetwork(smallConfig, trainer, { seed: 1, maxBatchRows: 2, maxLength: 2 });
    const texts = encode([
      [1, 2],
      [2, 3],
    ]);
    network.trainStep({ texts, rows: Uint32Array.of(0, 1) }, Float32Array.of(0, 1), 0.01);
    const before = network.stateDict()[0].data;
    network.trainStep({ texts, rows: Uint32Array.of(1) }, Float32Array.of(1), 0.01);
    const after = network.stateDict()[0].data;
    const changed = (word: number) =>
      before.slice(10 * word, 10 * word + 10).some((v, n) => v !== after[10 * word + n]);
    expect([1, 2, 3, 4].map(changed)).toEqual([false, true, true, false]);
  });

  it.each([2, 8])("gives the same bits on %i threads as on one", async (threads) => {
    const trainer = { sparseEmbedding: true, wordDropout: 0.3, maxGradientNorm: 1 };
    expect(await train({ trainer, threads })).toEqual(await train({ trainer }));
  });
});

describe("dropout of word types", () => {
  it("takes away a word at all its occurrences, about as often as asked", async () => {
    const words = encode(Array.from({ length: 118 }, (_, row) => [1 + (row % 59)]));
    let dropped = 0;
    for (let seed = 1; seed <= 40; seed++) {
      const options = { seed, maxBatchRows: 118, maxLength: 1 };
      const network = await createTrainableNetwork(smallConfig, { ...plainTrainer, wordDropout: 0.3 }, options);
      const [before] = network.stateDict();
      network.trainStep({ texts: words, rows: allRows(118) }, new Float32Array(118), 0.01);
      const [after] = network.stateDict();
      for (let word = 1; word <= 59; word++) {
        const row = (data: Float32Array) => Array.from(data.subarray(10 * word, 10 * word + 10));
        const changed = row(after.data).filter((value, index) => value !== row(before.data)[index]).length;
        expect([0, 10]).toContain(changed);
        if (changed === 0) dropped++;
      }
    }
    expect(dropped / (40 * 59)).toBeGreaterThan(0.26);
    expect(dropped / (40 * 59)).toBeLessThan(0.34);
  });

  it("changes no prediction", async () => {
    const options = { seed: 1, maxBatchRows: 90, maxLength: 12 };
    const batch = { texts: randomTexts(90, 12, 9), rows: allRows(90) };
    const plain = await createTrainableNetwork(smallConfig, plainTrainer, options);
    const dropping = await createTrainableNetwork(smallConfig, { ...plainTrainer, wordDropout: 0.9 }, options);
    expect(dropping.forward(batch)).toEqual(plain.forward(batch));
  });
});

describe("padding at the end of texts", () => {
  // Word 59 gets a row of zeros, as padding has: only its number says that it is not padding.
  const padded = encode(
    Array.from({ length: 20 }, (_, row) => [...Array.from({ length: 1 + (row % 9) }, () => 1 + row), 0, 0, 0]),
  );
  const spelledOut = { ...padded, ids: padded.ids.map((id) => (id === 0 ? 59 : id)) };

  it.each([
    ["step by step", wordByWord],
    ["once a word", 0],
  ])("is learned from as an input of zeros is, computed %s", async (_, embeddingDropout) => {
    const trainer = { embeddingDropout, freezeEmbedding: true };
    await expectSameLearning(
      { texts: padded, trainer, zeroWord: 59 },
      { texts: spelledOut, trainer, zeroWord: 59 },
      1e-5,
    );
  });
});
