import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runDirection } from "../../testdata/referenceLstm.js";
import { DataError } from "../errors.js";
import { membersOf } from "../nn/index.js";
import { Lstm, tensor } from "../nn/layers/index.js";
import { randomModel } from "./testing/models.js";
import { type DirectionWeights, traceDirection, traceText } from "./trace.js";

/** Rows of numbers by chance, -2 to 2. */
const rowsOf = (rows: number, columns: number) =>
  fc.array(
    fc.array(fc.double({ min: -2, max: 2, noNaN: true }).map(Math.fround), {
      minLength: columns,
      maxLength: columns,
    }),
    { minLength: rows, maxLength: rows },
  );

const cases = fc
  .record({
    steps: fc.integer({ min: 1, max: 9 }),
    input: fc.integer({ min: 1, max: 5 }),
    hidden: fc.integer({ min: 1, max: 5 }),
  })
  .chain(({ steps, input, hidden }) =>
    fc.record({
      inputs: rowsOf(steps, input),
      weightInput: rowsOf(1, 4 * hidden * input).map(([row]) => row),
      weightHidden: rowsOf(1, 4 * hidden * hidden).map(([row]) => row),
      biasInput: rowsOf(1, 4 * hidden).map(([row]) => row),
      biasHidden: rowsOf(1, 4 * hidden).map(([row]) => row),
      reverse: fc.boolean(),
    }),
  );

describe("traceDirection", () => {
  it("has the states of the plain reference, and gates that make them, in both directions", () => {
    fc.assert(
      fc.property(cases, ({ inputs, reverse, ...weights }) => {
        const size = weights.biasInput.length / 4;
        const zeros = Array<number>(size).fill(0);
        const reference = runDirection(weights, inputs, { hidden: zeros, cell: zeros }, { reverse });
        const trace = traceDirection(weights, inputs, { reverse });
        const order = reverse ? [...inputs.keys()].reverse() : [...inputs.keys()];
        let before = new Float32Array(size);
        for (const step of order) {
          const at = (states: Float32Array) => states.slice(step * size, (step + 1) * size);
          at(trace.hidden).forEach((value, unit) => {
            expect(value).toBeCloseTo(reference.outputs[step][unit], 5);
            const [i, f, g, o] = [trace.inputGate, trace.forgetGate, trace.candidate, trace.outputGate].map(
              (states) => at(states)[unit],
            );
            expect(at(trace.cell)[unit]).toBeCloseTo(f * before[unit] + i * g, 5);
            expect(value).toBeCloseTo(o * Math.tanh(at(trace.cell)[unit]), 5);
          });
          before = at(trace.cell);
        }
      }),
    );
  });

  it("agrees with the engine's own layer", () => {
    const lstm = new Lstm({ inputSize: 7, hiddenSize: 3, seed: 5 });
    const input = tensor([1, 8, 7]);
    input.data.forEach((_, index) => {
      input.data[index] = Math.sin(index);
    });
    const [weightInput, weightHidden, biasInput, biasHidden] = lstm.parameters.map(({ value }) => value.data);
    const weights: DirectionWeights = { weightInput, weightHidden, biasInput, biasHidden };
    const rows = Array.from({ length: 8 }, (_, step) => input.data.subarray(7 * step, 7 * (step + 1)));
    const { output } = lstm.forward(input);
    const trace = traceDirection(weights, rows, { reverse: false });
    trace.hidden.forEach((value, index) => {
      expect(value).toBeCloseTo(output.data[index], 5);
    });
  });
});

describe("traceText", () => {
  it("ends in the states that the model answers from", async () => {
    const network = { embeddingSize: 5, hiddenSize: 3, numLayers: 2, bidirectional: true, pooling: "last" } as const;
    const model = await randomModel({ seed: 8, head: "regression", network });
    const text = "Not GOOD, zzz";
    const { words, directions } = traceText(model, text);
    expect(words.map((word) => [word.text, word.token, word.known])).toEqual([
      ["Not", "not", true],
      ["GOOD", "good", true],
      ["zzz", "zz", false],
    ]);
    const weights = new Map(model.weights().map(({ name, data }) => [name, data]));
    const [forward, reverse] = directions.slice(2);
    const pooled = [...forward.hidden.subarray(6, 9), ...reverse.hidden.subarray(0, 3)];
    const row = weights.get("linear.weight") as Float32Array;
    const bias = (weights.get("linear.bias") as Float32Array)[0];
    const output = pooled.reduce((sum, value, index) => sum + value * row[index], bias);
    expect(Math.min(5, Math.max(1, 1 + output))).toBeCloseTo(model.predict(text).rating ?? Number.NaN, 4);
    model.dispose();
  });

  it("reads padding where the network does, without telling of it", async () => {
    const network = { embeddingSize: 4, hiddenSize: 2, numLayers: 1, bidirectional: true, pooling: "last" } as const;
    const [padded, plain] = await Promise.all(
      [true, false].map((padToMaxLength) => randomModel({ seed: 3, network, maxLength: 6, padToMaxLength })),
    );
    const [withPadding, without] = [padded, plain].map((model) => traceText(model, "fine bad").directions);
    expect(withPadding.map(({ hidden }) => hidden.length)).toEqual([4, 4]);
    expect(withPadding[0]).toEqual(without[0]);
    expect(withPadding[1].hidden).not.toEqual(without[1].hidden);
    padded.dispose();
    plain.dispose();
  });

  it("follows the member asked for, and refuses one that is not there, and a text without words", async () => {
    const model = await randomModel({ seed: 2, members: 2 });
    expect(membersOf(model.config.network, model.weights())).toHaveLength(2);
    const first = traceText(model, "fine");
    expect(traceText(model, "fine", { member: 0 })).toEqual(first);
    expect(traceText(model, "fine", { member: 1 })).not.toEqual(first);
    expect(() => traceText(model, "fine", { member: 2 })).toThrow(RangeError);
    expect(() => traceText(model, "…")).toThrow(DataError);
    model.dispose();
  });
});
