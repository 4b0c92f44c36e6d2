import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expectClose } from "../../../testdata/golden.js";
import { Dropout } from "./dropout.js";
import { Embedding } from "./embedding.js";
import { Linear } from "./linear.js";
import { crossEntropyLoss } from "./losses.js";
import { Lstm } from "./lstm.js";
import { Sequential } from "./sequential.js";
import { idTensor, type Tensor, tensor } from "./tensor.js";

const demoIds = idTensor([
  [5, 9, 0, 1, 2, 3, 4, 99],
  [1, 1, 1, 0, 0, 0, 0, 0],
  [7, 8, 9, 10, 11, 12, 0, 0],
]);

/** Central differences of `lossOf` by every element of `values`. */
function differences(values: Tensor, lossOf: () => number): number[] {
  return Array.from(values.data, (before, index) => {
    values.data[index] = before + 2 ** -6;
    const above = lossOf();
    values.data[index] = before - 2 ** -6;
    const below = lossOf();
    values.data[index] = before;
    return (above - below) / 2 ** -5;
  });
}

describe("the embedding layer", () => {
  it("gives each token its row, and the padding token zeros", () => {
    const layer = new Embedding({ numEmbeddings: 100, embeddingSize: 7, paddingIndex: 0 });
    const output = layer.forward(demoIds);
    expect(output.shape).toEqual([3, 8, 7]);
    expect(output.data.slice(0, 7)).toEqual(layer.weight.data.slice(35, 42));
    expect(output.data.slice(14, 21)).toEqual(new Float32Array(7));
  });

  it("adds the gradients of all occurrences of a token, none to padding, none when frozen", () => {
    const layer = new Embedding({ numEmbeddings: 100, embeddingSize: 7, paddingIndex: 0 });
    layer.forward(demoIds);
    layer.backward({ shape: [3, 8, 7], data: new Float32Array(168).fill(1) });
    const counts = Array.from({ length: 100 }, (_, id) =>
      id === 0 ? 0 : demoIds.data.filter((other) => other === id).length,
    );
    expect(Array.from(layer.parameters[0].gradient.data)).toEqual(counts.flatMap((count) => new Array(7).fill(count)));
    const frozen = new Embedding({ numEmbeddings: 100, embeddingSize: 7, frozen: true, weight: layer.weight });
    frozen.forward(demoIds);
    frozen.backward({ shape: [3, 8, 7], data: new Float32Array(168).fill(1) });
    expect(frozen.parameters).toEqual([]);
  });

  it("names row, step and id of a token outside the vocabulary", () => {
    const layer = new Embedding({ numEmbeddings: 10, embeddingSize: 2 });
    expect(() =>
      layer.forward(
        idTensor([
          [1, 2],
          [3, 10],
        ]),
      ),
    ).toThrow("Row 1, step 1 has the token id 10");
  });
});

describe("the linear layer", () => {
  it("has gradients that agree with central differences, on random sizes", () => {
    const size = fc.integer({ min: 1, max: 11 });
    fc.assert(
      fc.property(size, size, size, (rows, inputSize, outputSize) => {
        const layer = new Linear({ inputSize, outputSize });
        const input = tensor(
          [rows, inputSize],
          Float32Array.from({ length: rows * inputSize }, (_, n) => Math.sin(n)),
        );
        const weights = Float32Array.from({ length: rows * outputSize }, (_, n) => Math.cos(3 * n));
        const lossOf = () => layer.forward(input).data.reduce((sum, value, n) => sum + value * weights[n], 0);
        lossOf();
        const gradient = layer.backward({ shape: [rows, outputSize], data: weights });
        for (const { value, gradient: own } of layer.parameters) {
          expectClose(own.data, differences(value, lossOf), { absolute: 2e-4, relative: 1e-4 });
        }
        expectClose(gradient.data, differences(input, lossOf), { absolute: 2e-4, relative: 1e-4 });
      }),
      { numRuns: 20, seed: 3 },
    );
  });
});

describe("cross-entropy", () => {
  it("has the weighted mean and the gradient that central differences show", () => {
    const logits = tensor([3, 4], [0.1, -2, 3, 0.5, 1, 1, 1, 1, -1, 0, 2, -3]);
    const options = { classWeights: [1, 2, 0.5, 3] };
    const lossOf = () => crossEntropyLoss(logits, [2, 0, 3], options).loss;
    const { gradient } = crossEntropyLoss(logits, [2, 0, 3], options);
    expectClose(gradient.data, differences(logits, lossOf), { absolute: 2e-4, relative: 1e-3 });
  });

  it("is finite and exact where the probability of the target underflows", () => {
    expect(crossEntropyLoss(tensor([1, 2], [300, -300]), [1]).loss).toBeCloseTo(600, 3);
  });

  it("names the row of a target that is no class", () => {
    expect(() => crossEntropyLoss(tensor([2, 3]), [0, 3])).toThrow("Row 1 has the target 3");
  });
});

describe("dropout", () => {
  it("drops about its share, scales the rest, and applies the same mask backwards", () => {
    const layer = new Dropout({ probability: 0.3, seed: 5 });
    const ones = tensor([100, 100], new Float32Array(10_000).fill(1));
    const output = layer.forward(ones);
    const kept = output.data.filter((value) => value !== 0);
    expect(kept.every((value) => Math.abs(value - 1 / 0.7) < 1e-6)).toBe(true);
    expect(Math.abs(kept.length - 7000)).toBeLessThan(5 * Math.sqrt(10_000 * 0.3 * 0.7));
    expect(layer.backward(ones)).toEqual(output);
    expect(layer.forward(ones)).not.toEqual(output);
    layer.training = false;
    expect(layer.forward(ones)).toEqual(ones);
  });
});

describe("a sequence of layers", () => {
  it("is the article's demo: 3 x 8 ids become outputs of 3 x 8 x 3 and states of 1 x 3 x 3", () => {
    const embedding = new Embedding({ numEmbeddings: 100, embeddingSize: 7, paddingIndex: 0 });
    const lstm = new Lstm({ inputSize: 7, hiddenSize: 3 });
    const model = new Sequential(embedding, lstm);
    const { output, hidden, cell } = model.forward(demoIds);
    expect([output.shape, hidden.shape, cell.shape]).toEqual([
      [3, 8, 3],
      [1, 3, 3],
      [1, 3, 3],
    ]);
    expect(output).toEqual(lstm.forward(embedding.forward(demoIds)).output);
    model.backward({ output });
    expect(model.parameters.map(({ name }) => name).slice(0, 2)).toEqual(["0.weight", "1.weight_ih_l0"]);
    expect(model.parameters.every(({ gradient }) => gradient.data.some((value) => value !== 0))).toBe(true);
  });
});
