import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expectClose } from "../../testdata/golden.js";
import { runDirection } from "../../testdata/referenceLstm.js";
import { FormatError } from "../errors.js";
import { Random } from "../random.js";
import { GradientNetwork } from "./gradientNetwork.js";
import type { NamedTensor, NetworkConfig } from "./network.js";
import { createNetwork } from "./predictionNetwork.js";
import { parameterShapes } from "./program.js";
import { allRows, encode } from "./testing/networks.js";

function randomWeights(config: NetworkConfig, seed: number): NamedTensor[] {
  const random = new Random(seed, "weights");
  return parameterShapes(config).map(({ name, shape }) => ({
    name,
    shape,
    data: Float32Array.from(
      { length: shape.reduce((product, size) => product * size, 1) },
      () => random.uniform() - 0.5,
    ),
  }));
}

const configs = fc.record({
  vocabularySize: fc.constant(12),
  embeddingSize: fc.integer({ min: 1, max: 7 }),
  hiddenSize: fc.integer({ min: 1, max: 9 }),
  numLayers: fc.integer({ min: 1, max: 3 }),
  bidirectional: fc.boolean(),
  pooling: fc.constantFrom("last" as const, "meanMax" as const, "meanMaxAttention" as const),
  outputSize: fc.integer({ min: 1, max: 5 }),
  sharedOutputWeights: fc.boolean(),
});

/** Attention over the states of one row, by plain arithmetic in 64 bits. */
function attend(steps: readonly number[][], of: (name: string) => Float32Array): number[] {
  const [weight, bias, vector] = ["weight", "bias", "vector"].map((name) => of(`attention.${name}`));
  const scores = steps.map((state) =>
    vector.reduce((score, factor, unit) => {
      const product = state.reduce((sum, x, feature) => sum + weight[unit * state.length + feature] * x, bias[unit]);
      return score + factor * Math.tanh(product);
    }, 0),
  );
  const powers = scores.map((score) => Math.exp(score - Math.max(...scores)));
  const sum = powers.reduce((total, power) => total + power, 0);
  return steps[0].map((_, unit) => steps.reduce((total, state, step) => total + (powers[step] / sum) * state[unit], 0));
}

/** Logits of one row of embedded words, by plain arithmetic in 64 bits. */
function referenceLogits(config: NetworkConfig, weights: readonly NamedTensor[], embedded: number[][]): number[] {
  const of = (name: string) => (weights.find((tensor) => tensor.name === name) as NamedTensor).data;
  const { hiddenSize, bidirectional, pooling, outputSize, sharedOutputWeights } = config;
  const zeros = new Array<number>(hiddenSize).fill(0);
  let steps = embedded;
  let last: number[] = [];
  for (let layer = 0; layer < config.numLayers; layer++) {
    const runs = (bidirectional ? ["", "_reverse"] : [""]).map((suffix) =>
      runDirection(
        {
          weightInput: of(`lstm.weight_ih_l${layer}${suffix}`),
          weightHidden: of(`lstm.weight_hh_l${layer}${suffix}`),
          biasInput: of(`lstm.bias_ih_l${layer}${suffix}`),
          biasHidden: of(`lstm.bias_hh_l${layer}${suffix}`),
        },
        steps,
        { hidden: zeros, cell: zeros },
        { reverse: suffix !== "" },
      ),
    );
    const inputs = steps;
    steps = inputs.map((_, step) => runs.flatMap(({ outputs }) => outputs[step]));
    last = runs.flatMap(({ hidden }) => hidden);
  }
  const mean = last.map((_, unit) => steps.reduce((sum, step) => sum + step[unit], 0) / steps.length);
  const maximum = last.map((_, unit) => Math.max(...steps.map((step) => step[unit])));
  const attended = pooling === "meanMaxAttention" ? attend(steps, of) : [];
  const pooled = pooling === "last" ? last : [...mean, ...maximum, ...attended];
  return Array.from({ length: outputSize }, (_, output) =>
    pooled.reduce(
      (sum, value, index) =>
        sum + of("linear.weight")[(sharedOutputWeights ? 0 : output * pooled.length) + index] * value,
      of("linear.bias")[output],
    ),
  );
}

/** The words on their way from the average word; padding stays. */
function embeddedAt(config: NetworkConfig, weights: readonly NamedTensor[], ids: Int32Array, words: number) {
  const { embeddingSize: size } = config;
  const table = weights[0].data;
  const average = Array.from({ length: size }, (_, feature) => {
    let sum = 0;
    for (let id = 2; id < config.vocabularySize; id++) sum += table[id * size + feature];
    return sum / (config.vocabularySize - 2);
  });
  return (shares: readonly number[]) =>
    Array.from(ids, (id, step) =>
      average.map((start, feature) => {
        const own = table[id * size + feature];
        return step < words ? start + shares[step] * (own - start) : own;
      }),
    );
}

describe("a network for gradients by its input", () => {
  it("gives at the text the logits that a network for predictions gives", async () => {
    const text = fc.array(fc.integer({ min: 0, max: 11 }), { minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(configs, text, fc.nat(1000), async (config, ids, seed) => {
        const weights = randomWeights(config, seed);
        const predicting = await createNetwork(config, { maxLength: 20 });
        predicting.loadStateDict(weights);
        const network = new GradientNetwork(config, weights);
        network.read(Int32Array.from(ids), ids.length);
        expectClose(network.forward([1]), predicting.forward({ texts: encode([ids]), rows: allRows(1) }));
        predicting.dispose();
      }),
      { numRuns: 25 },
    );
  });

  it("has the outputs of plain arithmetic on the way, and slopes that agree with its central differences", () => {
    fc.assert(
      fc.property(configs, fc.integer({ min: 1, max: 6 }), fc.nat(2), fc.nat(1000), (config, words, padding, seed) => {
        const weights = randomWeights(config, seed);
        const random = new Random(seed, "text");
        const ids = Int32Array.from({ length: words + padding }, (_, step) => (step < words ? random.integer(12) : 0));
        const points = [0, 0.3, 1];
        const wanted = Float64Array.from({ length: points.length * config.outputSize }, () => random.uniform() - 0.5);
        const network = new GradientNetwork(config, weights);
        network.read(ids, words);
        const logits = network.forward(points);
        network.backward(wanted);
        const at = embeddedAt(config, weights, ids, words);
        points.forEach((point, row) => {
          const own = wanted.subarray(row * config.outputSize, (row + 1) * config.outputSize);
          const shares = new Array<number>(words).fill(point);
          const reference = (moved: readonly number[]) => referenceLogits(config, weights, at(moved));
          expectClose(logits.subarray(row * config.outputSize, (row + 1) * config.outputSize), reference(shares));
          const weighted = (moved: readonly number[]) =>
            reference(moved).reduce((sum, logit, output) => sum + logit * own[output], 0);
          const differences = shares.map((share, word) => {
            const step = 1e-5;
            return (weighted(shares.with(word, share + step)) - weighted(shares.with(word, share - step))) / (2 * step);
          });
          expectClose(network.slopes(row), differences, { absolute: 2e-4, relative: 1e-3 });
        });
      }),
      { numRuns: 40, seed: 5 },
    );
  });

  it("plans anew for a longer text, and answers a shorter one the same afterwards", () => {
    const config: NetworkConfig = {
      vocabularySize: 12,
      embeddingSize: 3,
      hiddenSize: 5,
      numLayers: 1,
      bidirectional: true,
      pooling: "meanMax",
      outputSize: 2,
    };
    const network = new GradientNetwork(config, randomWeights(config, 1));
    const slopes = (ids: Int32Array) => {
      network.read(ids, ids.length);
      network.forward([0.5, 1]);
      network.backward([1, 0, 0, 1]);
      return [network.slopes(0), network.slopes(1)];
    };
    const short = slopes(Int32Array.of(3, 4, 5));
    expect(slopes(new Int32Array(100).fill(7))[0]).toHaveLength(100);
    expect(slopes(Int32Array.of(3, 4, 5))).toEqual(short);
  });

  it("refuses weights of another network", () => {
    const config: NetworkConfig = {
      vocabularySize: 12,
      embeddingSize: 3,
      hiddenSize: 5,
      numLayers: 1,
      bidirectional: false,
      pooling: "last",
      outputSize: 2,
    };
    expect(() => new GradientNetwork({ ...config, hiddenSize: 4 }, randomWeights(config, 1))).toThrow(FormatError);
  });
});
