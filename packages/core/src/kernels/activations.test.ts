import { describe, expect, it } from "vitest";
import { Arena } from "./arena.js";
import { allocateMemory, Kernels } from "./kernels.js";
import { engineInfo } from "./module.js";
import { compileKernels, planStart } from "./trainingKernels.js";

const kinds = { exp: 0, sigmoid: 1, tanh: 2, shortSigmoid: 3, shortTanh: 4 } as const;
const exactSigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const exact = {
  exp: Math.exp,
  sigmoid: exactSigmoid,
  tanh: Math.tanh,
  shortSigmoid: exactSigmoid,
  shortTanh: Math.tanh,
} as const;

function evaluate(kind: keyof typeof kinds, inputs: Float32Array, fusedMultiplyAdd: boolean): Float32Array {
  const count = Math.ceil(inputs.length / 4) * 4;
  const arena = new Arena(planStart());
  const input = arena.words(count);
  const out = arena.words(count);
  const module = compileKernels({ sharedMemory: false, fusedMultiplyAdd });
  const kernels = new Kernels(module, allocateMemory(arena.end, { sharedMemory: false }));
  kernels.floats(input, inputs.length).set(inputs);
  kernels.run.activate(kinds[kind], out, input, count);
  return kernels.floats(out, inputs.length).slice();
}

const range = (limit: number) => Float32Array.from({ length: 200_001 }, (_, n) => limit * (n / 100_000 - 1));

describe.each([true, false])("with fused multiply-add set to %s", (fusedMultiplyAdd) => {
  it.each([
    ["exp", 87, "relative", 2.5e-7],
    ["sigmoid", 100, "absolute", 2.8e-7],
    ["tanh", 20, "absolute", 5.1e-7],
    ["tanh", 20, "relative", 5.1e-7],
    ["shortSigmoid", 100, "absolute", 2.4e-5],
    ["shortTanh", 20, "absolute", 4.8e-5],
  ] as const)("%s for |x| up to %d keeps its %s error below %d", (kind, limit, measure, bound) => {
    const inputs = range(limit);
    const outputs = evaluate(kind, inputs, fusedMultiplyAdd);
    let worst = 0;
    outputs.forEach((output, n) => {
      const expected = exact[kind](inputs[n]);
      const scale = measure === "relative" ? Math.abs(expected) || 1 : 1;
      worst = Math.max(worst, Math.abs(output - expected) / scale);
    });
    expect(worst).toBeLessThan(bound);
  });

  it("the short ones stay within their range, at infinity too, and keep NaN", () => {
    const inputs = range(12);
    inputs.set([Infinity, -Infinity, 1e30, -1e30]);
    for (const [kind, low] of [["shortSigmoid", 0] as const, ["shortTanh", -1] as const]) {
      const outputs = evaluate(kind, inputs, fusedMultiplyAdd);
      expect(outputs.every((value) => value >= low && value <= 1)).toBe(true);
      expect([outputs[0], outputs[1]]).toEqual([expect.closeTo(1, 4), expect.closeTo(low, 4)]);
      expect(evaluate(kind, Float32Array.of(NaN), fusedMultiplyAdd)[0]).toBeNaN();
    }
  });

  it("saturates at infinity and keeps NaN", () => {
    const special = Float32Array.of(Infinity, -Infinity, NaN, -0);
    const sigmoid = evaluate("sigmoid", special, fusedMultiplyAdd);
    expect(Array.from(sigmoid.subarray(0, 2))).toEqual([1, expect.closeTo(0, 30)]);
    expect(sigmoid[2]).toBeNaN();
    const tanh = evaluate("tanh", special, fusedMultiplyAdd);
    expect([tanh[0], tanh[1], tanh[2]]).toEqual([expect.closeTo(1, 6), expect.closeTo(-1, 6), NaN]);
  });
});

describe("engineInfo", () => {
  it("finds SIMD and threads in this Node", () => {
    expect(engineInfo()).toMatchObject({ simd: true, threads: true });
  });
});

describe("allocateMemory", () => {
  it("says what would be needed and what to lower when the plan is too large", () => {
    expect(() => allocateMemory(2 ** 33, { sharedMemory: false })).toThrow(/would need 8590 MB.*lower the batch size/);
  });
});
