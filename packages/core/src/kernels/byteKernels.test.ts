import { describe, expect, it } from "vitest";
import { byteBase64 } from "./byteBinary.generated.js";
import { compileByteKernels, givesRightSums } from "./byteKernels.js";
import { compileBase64, engineInfo, isNode20 } from "./module.js";
import { compilePredictionKernels } from "./predictionKernels.js";

const isNode20Here = process.versions.node.startsWith("20.");

describe("the kernels that multiply bytes", () => {
  it("are used where the engine has the instruction and gets it right, which Node 20 does not", async () => {
    expect(isNode20()).toBe(isNode20Here);
    const module = await compileByteKernels({ sharedMemory: false });
    expect(module !== undefined).toBe(engineInfo().relaxedSimd && !isNode20Here);
    expect(await compileByteKernels({ sharedMemory: false })).toBe(module);
  });

  it("would be refused if they gave other sums", () => {
    // These multiply pairs of 16 bits, which is another sum of the same bytes.
    const others = compilePredictionKernels({ sharedMemory: false, fusedMultiplyAdd: false });
    expect(givesRightSums(others)).toBe(false);
  });

  it.skipIf(isNode20Here)("stay right when the engine compiles them for good", () => {
    const module = compileBase64(byteBase64, { sharedMemory: false });
    for (let round = 0; round < 500; round++) expect(givesRightSums(module)).toBe(true);
  });
});
