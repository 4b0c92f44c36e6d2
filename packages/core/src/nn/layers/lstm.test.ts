import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expectClose } from "../../../testdata/golden.js";
import { type ReferenceDirection, runDirection } from "../../../testdata/referenceLstm.js";
import { Random } from "../../random.js";
import { zeroGradients } from "./layer.js";
import { Lstm, type LstmInput, type LstmOutput } from "./lstm.js";
import { type Tensor, tensor } from "./tensor.js";

const sizes = fc.record({
  rows: fc.integer({ min: 1, max: 19 }),
  steps: fc.integer({ min: 1, max: 9 }),
  inputSize: fc.integer({ min: 1, max: 13 }),
  hiddenSize: fc.integer({ min: 1, max: 13 }),
  numLayers: fc.integer({ min: 1, max: 3 }),
  bidirectional: fc.boolean(),
  seed: fc.integer({ min: 1, max: 1e6 }),
});
type Sizes = typeof sizes extends fc.Arbitrary<infer T> ? T : never;

function randomTensor(shape: readonly number[], random: Random): Tensor {
  return tensor(
    shape,
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => 2 * random.uniform() - 1),
  );
}

function makeCase({ rows, steps, inputSize, hiddenSize, numLayers, bidirectional, seed }: Sizes) {
  const random = new Random(seed, "case");
  const layer = new Lstm({ inputSize, hiddenSize, numLayers, bidirectional, seed });
  const stateShape = [numLayers * (bidirectional ? 2 : 1), rows, hiddenSize];
  const input: LstmInput = {
    input: randomTensor([rows, steps, inputSize], random),
    lengths: Array.from({ length: rows }, () => 1 + random.integer(steps)),
    initialState: { hidden: randomTensor(stateShape, random), cell: randomTensor(stateShape, random) },
  };
  return { layer, input, random };
}

/** The same by the plain-TypeScript reference, in the layer's layout. */
function reference(
  layer: Lstm,
  given: LstmInput,
  sizes: Sizes,
): { output: number[]; hidden: number[]; cell: number[] } {
  const { rows, steps, inputSize, hiddenSize, numLayers, bidirectional } = sizes;
  const directions = bidirectional ? 2 : 1;
  const weights = (layerIndex: number, reverse: boolean): ReferenceDirection => {
    const of = (kind: string) =>
      layer.parameters.find(({ name }) => name === `${kind}_l${layerIndex}${reverse ? "_reverse" : ""}`)?.value.data ??
      [];
    return {
      weightInput: of("weight_ih"),
      weightHidden: of("weight_hh"),
      biasInput: of("bias_ih"),
      biasHidden: of("bias_hh"),
    };
  };
  const output = new Array<number>(rows * steps * directions * hiddenSize).fill(0);
  const states = { hidden: [] as number[], cell: [] as number[] };
  for (let row = 0; row < rows; row++) {
    const length = given.lengths?.[row] ?? steps;
    let sequence = Array.from({ length }, (_, step) =>
      Array.from(given.input.data.subarray((row * steps + step) * inputSize, (row * steps + step + 1) * inputSize)),
    );
    for (let layerIndex = 0; layerIndex < numLayers; layerIndex++) {
      const runs = (bidirectional ? [false, true] : [false]).map((reverse, part) => {
        const at = ((layerIndex * directions + part) * rows + row) * hiddenSize;
        const initial = {
          hidden: Array.from(given.initialState?.hidden.data.subarray(at, at + hiddenSize) ?? []),
          cell: Array.from(given.initialState?.cell.data.subarray(at, at + hiddenSize) ?? []),
        };
        const run = runDirection(weights(layerIndex, reverse), sequence, initial, { reverse });
        run.hidden.forEach((value, unit) => {
          states.hidden[at + unit] = value;
          states.cell[at + unit] = run.cell[unit];
        });
        return run;
      });
      sequence = sequence.map((_, step) => runs.flatMap((run) => run.outputs[step]));
    }
    sequence.forEach((values, step) => {
      values.forEach((value, unit) => {
        output[(row * steps + step) * directions * hiddenSize + unit] = value;
      });
    });
  }
  return { output, ...states };
}

describe("the LSTM layer", () => {
  it("agrees with the plain-TypeScript reference on random sizes, lengths and states", () => {
    fc.assert(
      fc.property(sizes, (size) => {
        const { layer, input } = makeCase(size);
        const actual = layer.forward(input);
        const expected = reference(layer, input, size);
        expectClose(actual.output.data, expected.output, { absolute: 2e-6, relative: 1e-5 });
        expectClose(actual.hidden.data, expected.hidden, { absolute: 2e-6, relative: 1e-5 });
        expectClose(actual.cell.data, expected.cell, { absolute: 2e-6, relative: 1e-5 });
      }),
      { numRuns: 60, seed: 1 },
    );
  });

  it("has gradients that agree with central differences, for every weight, input and initial state", () => {
    fc.assert(
      fc.property(sizes, (size) => {
        const small = {
          ...size,
          rows: Math.min(size.rows, 4),
          steps: Math.min(size.steps, 4),
          numLayers: Math.min(size.numLayers, 2),
        };
        const { layer, input, random } = makeCase(small);
        const first = layer.forward(input);
        const weight = {
          output: randomTensor(first.output.shape, random),
          hidden: randomTensor(first.hidden.shape, random),
          cell: randomTensor(first.cell.shape, random),
        };
        zeroGradients(layer.parameters);
        const gradient = layer.backward(weight);
        const lossOf = () => weightedSum(reference(layer, input, small), weight);
        const state = input.initialState as { hidden: Tensor; cell: Tensor };
        const checked = [
          ...layer.parameters.map((parameter) => [parameter.value, parameter.gradient] as const),
          [input.input, gradient.input] as const,
          [state.hidden, gradient.hidden] as const,
          [state.cell, gradient.cell] as const,
        ];
        for (const [values, own] of checked) checkDifference(values, own, lossOf, random);
      }),
      { numRuns: 12, seed: 2 },
    );
  });

  it("gives the same output whatever lies beyond a row's length, and 0 there", () => {
    const size = { rows: 5, steps: 6, inputSize: 3, hiddenSize: 4, numLayers: 2, bidirectional: true, seed: 4 };
    const { layer, input } = makeCase(size);
    const before = layer.forward(input);
    const lengths = input.lengths ?? [];
    for (let row = 0; row < 5; row++) input.input.data.fill(1e9, (row * 6 + lengths[row]) * 3, (row + 1) * 6 * 3);
    expect(layer.forward(input)).toEqual(before);
    for (let row = 0; row < 5; row++) {
      const padding = before.output.data.subarray((row * 6 + lengths[row]) * 8, (row + 1) * 6 * 8);
      expect(padding.every((value) => value === 0)).toBe(true);
    }
  });

  it("names the row whose length is out of range, and shapes that do not fit", () => {
    const layer = new Lstm({ inputSize: 2, hiddenSize: 3 });
    const input = tensor([2, 4, 2]);
    expect(() => layer.forward({ input, lengths: [4, 5] })).toThrow("from 1 to 4, but row 1 has 5");
    expect(() => layer.forward(tensor([2, 4, 3]))).toThrow("must have shape rows x steps x 2, but it has 2 x 4 x 3");
    expect(() => new Lstm({ inputSize: 0, hiddenSize: 3 })).toThrow("inputSize must be a whole number from 1");
  });
});

type Sums = { readonly [Key in keyof LstmOutput]: ArrayLike<number> };

function weightedSum(values: Sums, weights: LstmOutput): number {
  let sum = 0;
  for (const key of ["output", "hidden", "cell"] as const) {
    for (let index = 0; index < values[key].length; index++) sum += values[key][index] * weights[key].data[index];
  }
  return sum;
}

/** Central differences of the reference at a few random elements. */
function checkDifference(values: Tensor, gradient: Tensor, lossOf: () => number, random: Random): void {
  for (let n = 0; n < 4; n++) {
    const index = random.integer(values.data.length);
    const before = values.data[index];
    values.data[index] = before + 2 ** -8;
    const above = lossOf();
    values.data[index] = before - 2 ** -8;
    const below = lossOf();
    values.data[index] = before;
    expectClose([gradient.data[index]], [(above - below) / 2 ** -7], { absolute: 5e-4, relative: 2e-3 });
  }
}
