import { describe, expect, it } from "vitest";
import { expectClose, type GoldenTensor, hasGolden, readGolden } from "../../../testdata/golden.js";
import { makeParameters } from "./layer.js";
import { crossEntropyLoss, meanSquaredErrorLoss } from "./losses.js";
import { Lstm } from "./lstm.js";
import { Adam, AdamW } from "./optimizers.js";
import { type Tensor, tensor } from "./tensor.js";

interface LstmCase {
  readonly input_size: number;
  readonly hidden_size: number;
  readonly num_layers: number;
  readonly bidirectional: boolean;
  readonly lengths: number[] | null;
  readonly params: Record<string, GoldenTensor>;
  readonly grads: Record<string, GoldenTensor>;
  readonly [tensorName: string]: unknown;
}

const lstmCases = ["lstm_demo", "lstm_packed", "lstm_bi_2layer_packed", "lstm_h50"];

describe.each(lstmCases)("the LSTM layer on PyTorch's case %s", (name) => {
  if (!hasGolden(name)) {
    it.skip("is skipped: the case is too large for the repository, and not beside it", () => undefined);
    return;
  }
  const golden = readGolden<LstmCase>(name);
  const given = (key: string): Tensor => {
    const { shape, data } = golden[key] as GoldenTensor;
    return tensor(shape, data);
  };
  const layer = new Lstm({
    inputSize: golden.input_size,
    hiddenSize: golden.hidden_size,
    numLayers: golden.num_layers,
    bidirectional: golden.bidirectional,
  });
  for (const { name: parameter, value } of layer.parameters) value.data.set(golden.params[parameter].data);
  const result = layer.forward({
    input: given("x"),
    lengths: golden.lengths ?? undefined,
    initialState: { hidden: given("h0"), cell: given("c0") },
  });

  it("gives its outputs and last states", () => {
    for (const [key, actual] of [
      ["output", result.output],
      ["h_n", result.hidden],
      ["c_n", result.cell],
    ] as const) {
      expect(actual.shape).toEqual(given(key).shape);
      expectClose(actual.data, given(key).data);
    }
  });

  it("gives its gradients of weights, input and initial states", () => {
    const gradient = layer.backward({ output: given("w_output"), hidden: given("w_h"), cell: given("w_c") });
    expectClose(gradient.input.data, given("grad_x").data);
    expectClose(gradient.hidden.data, given("grad_h0").data);
    expectClose(gradient.cell.data, given("grad_c0").data);
    for (const { name: parameter, gradient: own } of layer.parameters) {
      expectClose(own.data, golden.grads[parameter].data);
    }
  });
});

interface LossCase {
  readonly logits: GoldenTensor;
  readonly pred: GoldenTensor;
  readonly target: number[] | GoldenTensor;
  readonly loss: number;
  readonly grad: GoldenTensor;
}

describe("losses on PyTorch's cases", () => {
  it("cross-entropy has its value and gradient", () => {
    const golden = readGolden<LossCase>("cross_entropy");
    const { loss, gradient } = crossEntropyLoss(
      tensor(golden.logits.shape, golden.logits.data),
      golden.target as number[],
    );
    expectClose([loss], [golden.loss]);
    expectClose(gradient.data, golden.grad.data);
  });

  it("mean squared error has its value and gradient", () => {
    const golden = readGolden<LossCase>("mse");
    const target = golden.target as GoldenTensor;
    const { loss, gradient } = meanSquaredErrorLoss(tensor(golden.pred.shape, golden.pred.data), target.data);
    expectClose([loss], [golden.loss]);
    expectClose(gradient.data, golden.grad.data);
  });
});

interface OptimizerCase {
  readonly options: { readonly lr: number; readonly weight_decay?: number; readonly betas?: [number, number] };
  readonly start: GoldenTensor;
  readonly grads: GoldenTensor[];
  readonly weights: GoldenTensor[];
}

describe.each([
  ["adam", Adam],
  ["adamw", AdamW],
] as const)("%s on PyTorch's case", (name, OptimizerClass) => {
  it("has its weights after each of 12 steps", () => {
    const golden = readGolden<OptimizerCase>(name);
    const [parameter] = makeParameters([{ name: "weight", shape: golden.start.shape }]);
    parameter.value.data.set(golden.start.data);
    const { lr, betas, weight_decay: weightDecay } = golden.options;
    const optimizer = new OptimizerClass([parameter], { learningRate: lr, betas, weightDecay });
    golden.grads.forEach((gradient, step) => {
      parameter.gradient.data.set(gradient.data);
      optimizer.step();
      expectClose(parameter.value.data, golden.weights[step].data);
    });
  });
});
