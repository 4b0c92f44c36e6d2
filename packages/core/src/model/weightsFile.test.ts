import { describe, expect, it } from "vitest";
import { decodeSafetensors, encodeSafetensors, type StorableTensor } from "../storage/index.js";
import { decodeWeights, encodeWeights } from "./weightsFile.js";

const shapes = [
  { name: "matrix", shape: [2, 3] },
  { name: "bias", shape: [2] },
];
const tensors = [
  { name: "matrix", shape: [2, 3], data: Float32Array.of(1, -0.5, 0.25, 0, 3, -3) },
  { name: "bias", shape: [2], data: Float32Array.of(0.1, -7) },
];
const read = (bytes: Uint8Array) => decodeWeights(bytes, { fileName: "w", shapes, weights: "int8" });

describe("8-bit weights", () => {
  const file = encodeWeights(tensors, "int8");

  it("are bytes with a scale for each row, beside biases as floats", () => {
    const stored = decodeSafetensors(file).tensors;
    expect(stored.map(({ name, shape }) => [name, shape])).toEqual([
      ["bias", [2]],
      ["matrix.scale", [2]],
      ["matrix", [2, 3]],
    ]);
    expect([...stored[2].data]).toEqual([127, -63, 32, 0, 127, -127]);
  });

  it("are read as the floats that they stand for, which are written as the same file", () => {
    const once = read(file);
    expect(once[0].data[1]).toBeCloseTo(-0.5, 2);
    expect(once[1]).toEqual(tensors[1]);
    expect(encodeWeights(once, "int8")).toEqual(file);
  });

  it("are refused with a code where the file does not fit", () => {
    const stored: StorableTensor[] = decodeSafetensors(file).tensors.map((tensor) =>
      tensor.name === "matrix" ? { ...tensor, data: Int8Array.from(tensor.data) } : tensor,
    );
    const codeOf = (changed: readonly StorableTensor[]) => {
      try {
        read(encodeSafetensors(changed));
      } catch (error) {
        return (error as { code?: string }).code;
      }
      return "none";
    };
    const replace = (name: string, change: Partial<StorableTensor>) =>
      stored.map((tensor) => (tensor.name === name ? { ...tensor, ...change } : tensor));
    expect(codeOf(stored)).toBe("none");
    expect(codeOf(stored.slice(1))).toBe("missing-tensor");
    expect(codeOf(stored.filter(({ name }) => name !== "matrix.scale"))).toBe("missing-tensor");
    expect(codeOf(replace("matrix", { data: new Float32Array(6) }))).toBe("wrong-dtype");
    expect(codeOf(replace("bias", { data: new Int8Array(2) }))).toBe("wrong-dtype");
    expect(codeOf(replace("matrix.scale", { data: Float32Array.of(1, Number.NaN) }))).toBe("not-finite");
    expect(codeOf(replace("matrix.scale", { data: Float32Array.of(1, 1e38) }))).toBe("not-finite");
    expect(codeOf(replace("matrix.scale", { shape: [1], data: Float32Array.of(1) }))).toBe("wrong-shape");
  });

  it("are refused by a model of floats, and floats by a model of 8 bits", () => {
    expect(() => decodeWeights(file, { fileName: "w", shapes, weights: undefined })).toThrow("unknown to the network");
    expect(() => read(encodeWeights(tensors, undefined))).toThrow("lack the tensor matrix.scale");
  });
});
