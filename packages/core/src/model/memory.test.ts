import { describe, expect, it } from "vitest";
import * as nn from "../nn/index.js";
import { fakeEngine } from "../training/testing/fakeEngine.js";
import { madeUpReviews } from "../training/testing/reviews.js";
import { describeFitting, type PlannedNetwork, planMemory } from "./memory.js";
import { trainWith } from "./train.js";

const planned: PlannedNetwork = {
  config: {
    vocabularySize: 20_000,
    embeddingSize: 50,
    hiddenSize: 50,
    numLayers: 1,
    bidirectional: false,
    pooling: "last",
    outputSize: 5,
  },
  trainer: {
    loss: "crossEntropy",
    optimizer: { kind: "adam", betas: [0.9, 0.999], epsilon: 1e-8, weightDecay: 0 },
    embeddingDropout: 0,
    outputDropout: 0,
    freezeEmbedding: false,
  },
  options: { seed: 1, maxBatchRows: 5000, maxLength: 70, threads: 2 },
  dataBytes: 0,
};

describe("the memory plan of a run", () => {
  it("counts the engine's memory and the copies that a run keeps", () => {
    const { bytes, fitting } = planMemory(nn, planned);
    const engine = nn.planTrainingBytes(planned.config, planned.trainer, planned.options);
    expect(bytes).toBeGreaterThan(engine + 5 * 4 * 20_000 * 50);
    expect(bytes).toBeLessThan(engine + 6 * 4 * 20_000 * 50);
    expect(fitting).toBeUndefined();
  });

  it("counts the encoded data to all of the memory, but asks no room for it that it has already", () => {
    const { bytes } = planMemory(nn, planned);
    const withData = { ...planned, dataBytes: 1e8 };
    expect(planMemory(nn, withData, { available: bytes, limit: bytes + 1e8 })).toEqual({
      bytes: bytes + 1e8,
      dataBytes: 1e8,
    });
    expect(planMemory(nn, withData, { available: bytes - 1 }).fitting).toBeDefined();
    expect(() => planMemory(nn, withData, { limit: bytes + 0.9e8 })).toThrow("that this machine has");
  });

  it("proposes changes that each make a run fit, and not much smaller ones than needed", () => {
    const { bytes } = planMemory(nn, planned);
    const available = 0.9 * bytes;
    const { fitting } = planMemory(nn, planned, { available });
    if (!fitting?.batchSize || !fitting.vocabularySize || !fitting.maxLength) throw new Error("nothing proposed");
    const { batchSize, maxLength, vocabularySize } = fitting;
    const withOptions = (more: object) => ({ ...planned, options: { ...planned.options, ...more } });
    const proposals: ((share: number) => PlannedNetwork)[] = [
      (share) => withOptions({ maxBatchRows: Math.ceil(batchSize * share) }),
      (share) => withOptions({ maxLength: Math.ceil(maxLength * share) }),
      (share) => ({
        ...planned,
        config: { ...planned.config, vocabularySize: Math.ceil(vocabularySize * share) },
      }),
    ];
    for (const proposal of proposals) {
      expect(planMemory(nn, proposal(1)).bytes).toBeLessThanOrEqual(available);
      expect(planMemory(nn, proposal(1.15)).bytes).toBeGreaterThan(available);
    }
  });

  it("refuses what WebAssembly or the machine cannot hold, with what would fit", () => {
    const huge = { ...planned, options: { ...planned.options, maxBatchRows: 1_000_000, maxLength: 1000 } };
    expect(() => planMemory(nn, huge)).toThrow(
      /more than the 4295 MB that WebAssembly can address\. What would fit: a batch size of \d+, or texts of at most \d+ words\./,
    );
    expect(() => planMemory(nn, planned, { limit: 1e8 })).toThrow(/more than the 100 MB that this machine has/);
    expect(() => planMemory(nn, planned, { limit: 1000 })).toThrow(/make the network smaller/);
    expect(() => planMemory(nn, planned, { available: Number.NaN })).toThrow("memory.available must be above 0 bytes");
  });

  it("puts proposals into a sentence", () => {
    expect(describeFitting({ batchSize: 64, vocabularySize: 9000 })).toBe(
      "What would fit: a batch size of 64, or a vocabulary of 9000 words.",
    );
  });
});

describe("a run that does not fit", () => {
  it("is refused before a network is made, or told of in the first event", async () => {
    const engine = fakeEngine();
    const options = { epochs: 1, batchSize: 100, baselines: false };
    const start = (memory: object) => trainWith(engine, madeUpReviews(100), { ...options, memory }).next();
    await expect(start({ limit: 10_000 })).rejects.toMatchObject({ name: "EngineError", code: "out-of-memory" });
    expect(engine.made).toEqual([]);
    const { value } = await start({ available: 10_000 });
    expect(value).toMatchObject({ type: "prepared", memory: { fitting: expect.anything() as unknown } });
  });
});
