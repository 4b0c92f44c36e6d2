import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Random } from "../../random.js";
import { createTrainableNetwork } from "../lstmNetwork.js";
import type { NamedTensor, NetworkConfig } from "../network.js";
import { allRows, encode, plainTrainer } from "../testing/networks.js";

const vocabularySize = 30;

const configs = fc.record({
  vocabularySize: fc.constant(vocabularySize),
  embeddingSize: fc.integer({ min: 1, max: 6 }),
  hiddenSize: fc.integer({ min: 1, max: 9 }),
  numLayers: fc.integer({ min: 1, max: 2 }),
  bidirectional: fc.boolean(),
  pooling: fc.constant("meanMaxAttention" as const),
  outputSize: fc.integer({ min: 2, max: 4 }),
});

/** Texts of 1 to 12 words, with a class each. */
function randomBatch(rows: number, { outputSize }: NetworkConfig) {
  const random = new Random(rows, "attention");
  const words = () => Array.from({ length: 1 + random.integer(12) }, () => 2 + random.integer(vocabularySize - 2));
  const texts = encode(Array.from({ length: rows }, words));
  const targets = Float32Array.from({ length: rows }, () => random.integer(outputSize));
  return { batch: { texts, rows: allRows(rows) }, targets };
}

/**
 * Larger than the initial weights, so that attention differs from step to step; the maxima count for nothing, since they bend
 * where another step overtakes.
 */
function randomWeights(shapes: readonly NamedTensor[]): NamedTensor[] {
  const random = new Random(5, "weights");
  return shapes.map((tensor) => {
    const data = tensor.data.map(() => 1.6 * (random.uniform() - 0.5));
    if (tensor.name === "linear.weight") {
      const third = tensor.shape[1] / 3;
      for (let at = 0; at < data.length; at++) if (Math.floor((at % (3 * third)) / third) === 1) data[at] = 0;
    }
    return { ...tensor, data };
  });
}

describe("attention pooling", () => {
  it("has gradients that agree with central differences, for every kind of weight, on random sizes", async () => {
    await fc.assert(
      fc.asyncProperty(configs, fc.integer({ min: 1, max: 40 }), async (config, rows) => {
        const network = await createTrainableNetwork(config, plainTrainer, {
          seed: 1,
          maxBatchRows: 40,
          maxLength: 12,
        });
        const { batch, targets } = randomBatch(rows, config);
        const weights = randomWeights(network.stateDict());
        network.loadStateDict(weights);
        network.trainStep(batch, targets, 0);
        // Adam's first moments after one step are a tenth of the gradients.
        const gradients = network.trainerState().firstMoments.map(({ data }) => data.map((moment) => 10 * moment));
        const lossWith = (tensor: number, at: number, change: number): number => {
          const changed = weights.map(({ data }, index) => {
            const copy = data.slice();
            if (index === tensor) copy[at] += change;
            return { ...weights[index], data: copy };
          });
          network.loadStateDict(changed);
          return network.trainStep(batch, targets, 0);
        };
        const random = new Random(rows, "places");
        const offset = weights.length - gradients.length;
        for (const [index, gradient] of gradients.entries()) {
          for (let n = 0; n < 3; n++) {
            const at = random.integer(gradient.length);
            if (index + offset === 0 && at < config.embeddingSize) continue; // padding does not learn
            const step = 0.01;
            const slope = (lossWith(index + offset, at, step) - lossWith(index + offset, at, -step)) / (2 * step);
            expect(gradient[at], `${weights[index + offset].name}[${at}]`).toBeCloseTo(slope, 2.7);
          }
        }
        network.dispose();
      }),
      { numRuns: 25 },
    );
  });

  it("learns the same bits on any number of threads", async () => {
    const config: NetworkConfig = {
      vocabularySize,
      embeddingSize: 8,
      hiddenSize: 10,
      numLayers: 1,
      bidirectional: true,
      pooling: "meanMaxAttention",
      outputSize: 3,
    };
    const { batch, targets } = randomBatch(100, config);
    const learn = async (threads: number): Promise<NamedTensor[]> => {
      const options = { seed: 1, maxBatchRows: 100, maxLength: 12, threads };
      const network = await createTrainableNetwork(config, plainTrainer, options);
      for (let step = 0; step < 5; step++) network.trainStep(batch, targets, 0.01);
      const weights = network.stateDict();
      network.dispose();
      return weights;
    };
    const one = await learn(1);
    for (const threads of [2, 3]) expect(await learn(threads)).toEqual(one);
  });
});
