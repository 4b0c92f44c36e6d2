import { describe, expect, it } from "vitest";
import { engineInfo } from "./module.js";
import { compilePredictionKernels, useKernels } from "./predictionKernels.js";

describe("useKernels", () => {
  it("puts modules that were compiled elsewhere in the place of those that would be compiled here", () => {
    const ours = { sharedMemory: false, fusedMultiplyAdd: false };
    const [simd, relaxedSimd] = [ours, { ...ours, fusedMultiplyAdd: true }].map(compilePredictionKernels);
    const bytes = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]);
    const handed = { simd: new WebAssembly.Module(bytes), relaxedSimd: new WebAssembly.Module(bytes) };
    useKernels(handed);
    expect(compilePredictionKernels(ours)).toBe(handed.simd);
    const fused = compilePredictionKernels({ ...ours, fusedMultiplyAdd: true });
    expect(fused).toBe(engineInfo().relaxedSimd ? handed.relaxedSimd : handed.simd);
    expect(compilePredictionKernels({ ...ours, sharedMemory: true })).not.toBe(handed.simd);
    expect([simd, relaxedSimd]).not.toContain(handed.simd);
  });
});
