import { FormatError, type NamedTensor } from "@starcast/core";
import { describe, expect, it } from "vitest";
import { findNetwork } from "./stateDict.js";

/** A state dict of zeros by name and shape. */
function stateDict(shapes: Readonly<Record<string, readonly number[]>>): NamedTensor[] {
  return Object.entries(shapes).map(([name, shape]) => ({
    name,
    shape,
    data: new Float32Array(shape.reduce((product, size) => product * size, 1)),
  }));
}

const lstm = {
  "lstm.weight_ih_l0": [12, 4],
  "lstm.weight_hh_l0": [12, 3],
  "lstm.bias_ih_l0": [12],
  "lstm.bias_hh_l0": [12],
};
const small = { "embeddings.weight": [9, 4], ...lstm, "linear.weight": [5, 3], "linear.bias": [5] };
const find = (shapes: Readonly<Record<string, readonly number[]>>) =>
  findNetwork(stateDict(shapes), "model.safetensors");

describe("findNetwork", () => {
  it("finds the three layers under the names of the article's model", () => {
    expect(find(small)).toMatchObject({
      vocabularySize: 9,
      embeddingSize: 4,
      hiddenSize: 3,
      numLayers: 1,
      bidirectional: false,
      pooling: "last",
      outputSize: 5,
      names: { embedding: "embeddings.weight", lstm: "lstm", linear: "linear.weight" },
    });
  });

  it("finds them under any names, in any number of layers and directions", () => {
    const directions = ["", "_reverse"];
    const layers = [4, 6, 6].flatMap((inputs, layer) =>
      directions.flatMap((ending): [string, number[]][] => [
        [`net.0.rnn.weight_ih_l${layer}${ending}`, [12, inputs]],
        [`net.0.rnn.weight_hh_l${layer}${ending}`, [12, 3]],
        [`net.0.rnn.bias_ih_l${layer}${ending}`, [12]],
        [`net.0.rnn.bias_hh_l${layer}${ending}`, [12]],
      ]),
    );
    const found = find({
      "net.1.bias": [2],
      ...Object.fromEntries(layers),
      "net.1.weight": [2, 12],
      "words.weight": [100, 4],
    });
    expect(found).toMatchObject({ numLayers: 3, bidirectional: true, pooling: "meanMax", outputSize: 2 });
    expect(found.names).toEqual({ embedding: "words.weight", lstm: "net.0.rnn", linear: "net.1.weight" });
    expect(found.tensors).toHaveLength(3 + 3 * 2 * 4);
  });

  it("finds an LSTM that is the whole module, without a prefix", () => {
    const bare = Object.fromEntries(Object.entries(lstm).map(([name, shape]) => [name.replace("lstm.", ""), shape]));
    expect(find({ ...bare, "e.weight": [9, 4], "l.weight": [5, 3], "l.bias": [5] }).names.lstm).toBe("lstm");
  });

  it("takes layers without biases as layers whose biases are zero", () => {
    const { "linear.bias": _bias, "lstm.bias_ih_l0": _ih, "lstm.bias_hh_l0": _hh, ...bare } = small;
    const found = find(bare);
    expect(found.names).toMatchObject({ embedding: "embeddings.weight", linear: "linear.weight" });
    expect(found.tensors.map(({ name }) => name)).toEqual(find(small).tensors.map(({ name }) => name));
  });

  it.each<[string, Record<string, readonly number[]>, string]>([
    ["no recurrent layer", { "a.weight": [9, 4], "b.weight": [5, 4], "b.bias": [5] }, "no name ends in weight_ih_l0"],
    ["a GRU", { ...small, "lstm.weight_ih_l0": [9, 4], "lstm.weight_hh_l0": [9, 3] }, "belongs to an nn.GRU"],
    ["a plain RNN", { ...small, "lstm.weight_hh_l0": [3, 3] }, "belongs to an nn.RNN"],
    ["two LSTMs", { ...small, "second.weight_ih_l0": [12, 3] }, "2 recurrent layers, lstm and second"],
    ["projections", { ...small, "lstm.weight_hr_l0": [2, 3] }, "proj_size"],
    ["a missing layer", { ...small, "lstm.weight_ih_l2": [12, 3] }, "has no lstm.weight_ih_l1"],
    [
      "a hidden size that changes",
      { ...small, "lstm.bias_hh_l0": [16] },
      "lstm.bias_hh_l0 [16] should have the shape [12]",
    ],
    ["no embedding", { ...small, "embeddings.weight": [9, 5] }, "4 columns, the inputs of the LSTM"],
    ["no linear layer", { "embeddings.weight": [9, 4], ...lstm }, "there is none"],
    [
      "two linear layers",
      { ...small, "more.weight": [3, 3], "more.bias": [3] },
      "linear.weight [5, 3], more.weight [3, 3]",
    ],
    [
      "other features",
      { ...small, "linear.weight": [5, 9] },
      "takes 9 features, but the last states of the LSTM have 3",
    ],
    [
      "layers of other kinds",
      { ...small, "norm.weight": [3], "norm.bias": [3] },
      "also holds norm.weight [3], norm.bias [3]",
    ],
    ["nothing at all", {}, "no nn.LSTM"],
  ])("refuses %s and says what does not fit", (_name, shapes, message) => {
    expect(() => find(shapes)).toThrow(FormatError);
    expect(() => find(shapes)).toThrow(message);
  });

  it("shows names from the file without what would upset a terminal", () => {
    expect(() => find({ ...small, "\u001b[2Jevil.weight": [1] })).toThrow(/ also holds \?\[2Jevil\.weight \[1\]/);
  });
});
