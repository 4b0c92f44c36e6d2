import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ModelConfig } from "../model/config.js";
import { decode } from "../training/decode.js";
import type { RatingScale } from "../training/scale.js";
import { answerFunction, type ExplainedAnswer } from "./answer.js";

const cases: [string, RatingScale, ModelConfig["head"], ExplainedAnswer, number][] = [
  ["ratings", { task: "rating", labels: [0, 0.5, 3], values: [0, 0.5, 3] }, "softmax", { kind: "rating" }, 3],
  ["words as ratings", { task: "rating", labels: ["bad", "good"], values: [1, 2] }, "softmax", { kind: "rating" }, 2],
  ["softmax", { task: "class", labels: ["a", "b", "c"] }, "softmax", { kind: "probability", label: "b" }, 3],
  ["numbers", { task: "number", mean: 20, deviation: 7 }, "regression", { kind: "number" }, 1],
];

const ordered: RatingScale = { task: "rating", labels: [0, 0.5, 3, 4], values: [0, 0.5, 3, 4] };
for (const head of ["coral", "corn", "cumulative"] as const) {
  cases.push([`ratings by the head ${head}`, ordered, head, { kind: "rating" }, 3]);
}

/** Numbers apart from each other: where two answers to ordinal questions are equal there is a bend, and no gradient. */
const logitsOf = (count: number) =>
  fc
    .uniqueArray(fc.integer({ min: -800, max: 800 }), { minLength: count, maxLength: count })
    .map((hundredths) => hundredths.map((hundredth) => Math.fround(hundredth / 100)));

const calibrations = [
  { temperature: 1 },
  { temperature: 1.7 },
  { temperature: 0.8, offsets: [0.5, -0.3, 0.1, 0, 0.2] },
];

describe("the explained number", () => {
  it.each(cases)(
    "is what decoding gives for %s, with the gradient of central differences",
    (_, scale, head, answer, count) => {
      fc.assert(
        fc.property(logitsOf(count), fc.constantFrom(...calibrations), (logits, calibration) => {
          // Where two answers are equal, there is a bend, and no gradient.
          const read = answerFunction({ scale, head, calibration } as ModelConfig, answer);
          const outputs = decode(Float32Array.from(logits), { scale, head, calibration });
          const { value, gradient } = read(Float64Array.from(logits));
          expect(value).toBeCloseTo((outputs.expected ?? [outputs.probabilities?.[1] ?? Number.NaN])[0], 12);
          const step = 1e-5;
          for (const [index, logit] of logits.entries()) {
            const above = read(Float64Array.from(logits.with(index, logit + step))).value;
            const below = read(Float64Array.from(logits.with(index, logit - step))).value;
            expect(gradient[index]).toBeCloseTo((above - below) / (2 * step), 5);
          }
        }),
      );
    },
  );

  it("clamps a regression's rating to the scale, as predictions do, where words change nothing any more", () => {
    const scale: RatingScale = { task: "rating", labels: [1, 2, 3], values: [1, 2, 3] };
    const read = answerFunction({ scale, head: "regression" } as ModelConfig, { kind: "rating" });
    expect(read(Float64Array.of(1.5))).toEqual({ value: 2.5, gradient: Float64Array.of(1) });
    expect(read(Float64Array.of(2.5))).toEqual({ value: 3, gradient: Float64Array.of(0) });
    expect(read(Float64Array.of(-1))).toEqual({ value: 1, gradient: Float64Array.of(0) });
  });
});
