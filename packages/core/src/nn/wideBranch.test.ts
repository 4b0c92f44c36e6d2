import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { learnIdFeatures } from "../baselines/index.js";
import { encode } from "./testing/networks.js";
import { WideBranch } from "./wideBranch.js";

const vocabularySize = 9;
const outputSize = 3;
const texts = fc.array(fc.array(fc.integer({ min: 0, max: vocabularySize - 1 }), { minLength: 1, maxLength: 12 }), {
  minLength: 4,
  maxLength: 12,
});

/** A branch of features learnt from the texts, with weights that follow from their places. */
function makeBranch(lists: readonly (readonly number[])[]) {
  const encoded = encode(lists);
  const rows = Uint32Array.from(lists.keys());
  const features = learnIdFeatures(encoded, rows, { vocabularySize, maxPairs: 50 });
  const { wordScales, pairScales, firsts, seconds } = features;
  const weightOf = (index: number) => Math.fround(Math.sin(index + 1));
  const weights = (rowCount: number, start: number) =>
    Float32Array.from({ length: rowCount * outputSize }, (_, index) => weightOf(start + index));
  const wordWeight = weights(vocabularySize, 0);
  const pairWeight = weights(firsts.length, wordWeight.length);
  const tensor = (name: string, data: Float32Array) => ({ name: `wide.${name}`, shape: [data.length], data });
  const branch = new WideBranch([
    tensor("word_weight", wordWeight),
    tensor("pair_weight", pairWeight),
    tensor("bias", Float32Array.of(0.5, -0.25, 1)),
    tensor("word_scale", wordScales),
    tensor("pair_scale", pairScales),
    tensor("pair_first", Float32Array.from(firsts)),
    tensor("pair_second", Float32Array.from(seconds)),
    tensor("share", Float32Array.of(0.25)),
  ]);
  return { branch, encoded, features, matrix: [...wordWeight, ...pairWeight] };
}

describe("the linear branch", () => {
  it("answers with the features' values times its weights, for any texts", () => {
    fc.assert(
      fc.property(texts, (lists) => {
        const { branch, encoded, features, matrix } = makeBranch(lists);
        const { starts, columnIndices, values } = features.rows;
        const outputs = new Float64Array(outputSize);
        for (const row of lists.keys()) {
          branch.answer(encoded, row, outputs);
          for (let output = 0; output < outputSize; output++) {
            let expected = branch.bias[output];
            for (let index = starts[row]; index < starts[row + 1]; index++) {
              expected += values[index] * matrix[columnIndices[index] * outputSize + output];
            }
            expect(outputs[output]).toBeCloseTo(expected, 5);
          }
        }
      }),
    );
  });

  it("divides its answer among the words of a text without a rest", () => {
    fc.assert(
      fc.property(texts, (lists) => {
        const { branch, encoded } = makeBranch(lists);
        const outputs = new Float64Array(outputSize);
        for (const [row, list] of lists.entries()) {
          branch.answer(encoded, row, outputs);
          const parts = branch.contributions(Int32Array.from(list));
          for (let output = 0; output < outputSize; output++) {
            let sum = branch.bias[output];
            for (let position = 0; position < list.length; position++) sum += parts[position * outputSize + output];
            expect(sum).toBeCloseTo(outputs[output], 9);
          }
        }
      }),
    );
  });

  it("takes rows of Euclidean length 1, leaves padding and unknown words out, and keeps the pairs in the most texts", () => {
    const lists = [[2, 3, 4], [2, 3, 1], [2, 3, 0], [3, 4], [5]];
    const { features } = makeBranch(lists);
    expect([...features.firsts]).toEqual([2, 3]);
    expect([...features.seconds]).toEqual([3, 4]);
    expect(features.wordScales[1]).toBe(0);
    expect(features.wordScales[5]).toBe(0);
    expect(features.wordScales[2]).toBeCloseTo(Math.log(6 / 4) + 1, 6);
    const few = learnIdFeatures(encode(lists), Uint32Array.of(0, 1, 2, 3, 4), { vocabularySize, maxPairs: 1 });
    expect([...few.firsts]).toEqual([2]);
    const { starts, values } = features.rows;
    const squares = values.slice(starts[0], starts[1]).reduce((sum, value) => sum + value * value, 0);
    expect(squares).toBeCloseTo(1, 12);
  });
});
