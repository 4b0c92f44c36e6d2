/** `model.safetensors`: the weights as 32-bit floats, or matrices as 8-bit whole numbers with a scale for each row. */
import { FormatError } from "../errors.js";
import {
  dequantizeMatrix,
  isQuantized,
  isRounded,
  type ParameterShape,
  quantizeMatrix,
  requireShapes,
} from "../nn/index.js";
import type { NamedTensor as NetworkTensor } from "../nn/network.js";
import {
  decodeTensor,
  encodeSafetensors,
  type NamedTensor,
  readSafetensors,
  requireFinite,
  type StorableTensor,
  type StoredTensor,
} from "../storage/index.js";
import { type ModelConfig, modelFormat } from "./config.js";

/** The file of some weights. @param weights how the model's config says that they are kept. */
export function encodeWeights(tensors: readonly NamedTensor[], weights: ModelConfig["weights"]): Uint8Array {
  const stored = weights === "int8" ? tensors.flatMap(quantizedTensors) : tensors;
  return encodeSafetensors(stored, { format: modelFormat });
}

function quantizedTensors(tensor: NamedTensor): StorableTensor[] {
  if (!isQuantized(tensor)) return [tensor];
  const { name, shape, data } = tensor;
  const { values, scales } = quantizeMatrix(data, shape[0]);
  return [
    { name, shape, data: values },
    { name: scalesOf(name), shape: [shape[0]], data: scales },
  ];
}

const scalesOf = (name: string) => `${name}.scale`;

/**
 * The weights of a network as floats, for 8-bit ones those that they stand for exactly.
 *
 * @param shapes of the network's parameters.
 * @throws {FormatError} when a tensor is missing, unknown, of another shape or type, or holds what is no number.
 */
export function decodeWeights(
  bytes: Uint8Array,
  options: {
    readonly fileName: string;
    readonly shapes: readonly ParameterShape[];
    readonly weights: ModelConfig["weights"];
  },
): NetworkTensor[] {
  const { fileName, shapes, weights } = options;
  const int8 = weights === "int8";
  const { tensors } = readSafetensors(bytes, { fileName });
  requireShapes(int8 ? shapes.flatMap(quantizedShapes) : shapes, tensors);
  const stored = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  return shapes.map((shape) => {
    const isInt8 = int8 && isQuantized(shape);
    const tensor = stored.get(shape.name) as StoredTensor;
    requireType(tensor, isInt8, fileName);
    if (!isInt8) return requireFinite(decodeTensor(tensor), fileName);
    const scales = stored.get(scalesOf(shape.name)) as StoredTensor;
    requireType(scales, false, fileName);
    return dequantizeTensor(shape, tensor, decodeTensor(scales), fileName);
  });
}

function dequantizeTensor(
  shape: ParameterShape,
  { bytes }: StoredTensor,
  scales: NamedTensor,
  fileName: string,
): NetworkTensor {
  requireFinite(scales, fileName);
  const matrix = { values: new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length), scales: scales.data };
  const tensor = { ...shape, data: dequantizeMatrix(matrix), isRounded: isRounded(matrix) };
  // A weight is at most 128 times its finite scale: only where that may be too much, each has to be looked at.
  if (scales.data.some((scale) => Math.abs(scale) > 1e30)) requireFinite(tensor, fileName);
  return tensor;
}

function quantizedShapes(parameter: ParameterShape): ParameterShape[] {
  const { name, shape } = parameter;
  return isQuantized(parameter) ? [parameter, { name: scalesOf(name), shape: [shape[0]] }] : [parameter];
}

function requireType(stored: StoredTensor, isInt8: boolean, fileName: string): void {
  if ((stored.dtype === "I8") !== isInt8) {
    throw new FormatError(
      "wrong-dtype",
      `${fileName}: the tensor ${stored.name} has the dtype ${stored.dtype}, but config.json asks for ${isInt8 ? "I8" : "floats"} there; the files belong to different models.`,
    );
  }
}
