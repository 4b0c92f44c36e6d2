/**
 * The ONNX file format, as far as it is needed here: its messages as plain data, and their bytes in protocol buffers.
 * Field numbers are those of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto.
 */
import { PbfWriter } from "pbf";

/** Types of tensors, by their numbers in the file. */
export const elementTypes = { float: 1, int32: 6, int64: 7 } as const;
export type ElementType = keyof typeof elementTypes;

/** A constant of the graph; row-major. */
export interface Initializer {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly number[];
  /** Little-endian. */
  readonly bytes: Uint8Array;
}

/** An attribute: a whole number, a text, a list of whole numbers, or one of 32-bit floats. */
export type Attribute = number | string | readonly number[] | Float32Array;

/** One operation. */
export interface GraphNode {
  readonly operator: string;
  readonly name: string;
  /** Names of tensors; empty for an optional input that is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** An input or output of the whole graph; a dimension with a name may have any size. */
export interface GraphValue {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly (number | string)[];
  readonly description: string;
}

export interface OnnxModel {
  readonly irVersion: number;
  /** Version of the set of operators that the nodes come from. */
  readonly operatorSet: number;
  readonly producer: string;
  readonly producerVersion: string;
  readonly description: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly graphName: string;
  readonly inputs: readonly GraphValue[];
  readonly outputs: readonly GraphValue[];
  readonly nodes: readonly GraphNode[];
  readonly initializers: readonly Initializer[];
}

/** The bytes of a `.onnx` file. */
export function encodeOnnx(model: OnnxModel): Uint8Array {
  const writer = new PbfWriter();
  writeModel(model, writer);
  return writer.finish();
}

function writeModel(model: OnnxModel, writer: PbfWriter): void {
  writer.writeVarintField(1, model.irVersion);
  writer.writeStringField(2, model.producer);
  writer.writeStringField(3, model.producerVersion);
  writer.writeStringField(6, model.description);
  writer.writeMessage(7, writeGraph, model);
  writer.writeMessage(8, (version, inner) => inner.writeVarintField(2, version), model.operatorSet);
  for (const entry of Object.entries(model.metadata)) writer.writeMessage(14, writeMetadata, entry);
}

function writeMetadata([key, value]: readonly [string, string], writer: PbfWriter): void {
  writer.writeStringField(1, key);
  writer.writeStringField(2, value);
}

function writeGraph(model: OnnxModel, writer: PbfWriter): void {
  for (const node of model.nodes) writer.writeMessage(1, writeNode, node);
  writer.writeStringField(2, model.graphName);
  for (const initializer of model.initializers) writer.writeMessage(5, writeTensor, initializer);
  for (const input of model.inputs) writer.writeMessage(11, writeValue, input);
  for (const output of model.outputs) writer.writeMessage(12, writeValue, output);
}

function writeNode(node: GraphNode, writer: PbfWriter): void {
  for (const input of node.inputs) writer.writeStringField(1, input);
  for (const output of node.outputs) writer.writeStringField(2, output);
  writer.writeStringField(3, node.name);
  writer.writeStringField(4, node.operator);
  for (const attribute of Object.entries(node.attributes)) writer.writeMessage(5, writeAttribute, attribute);
}

/** Numbers of the kinds of attributes. */
const attributeKinds = { int: 2, string: 3, floats: 6, ints: 7 } as const;

function writeAttribute([name, value]: readonly [string, Attribute], writer: PbfWriter): void {
  writer.writeStringField(1, name);
  if (typeof value === "number") {
    writer.writeVarintField(3, value);
    writer.writeVarintField(20, attributeKinds.int);
  } else if (typeof value === "string") {
    writer.writeStringField(4, value);
    writer.writeVarintField(20, attributeKinds.string);
  } else if (value instanceof Float32Array) {
    for (const item of value) writer.writeFloatField(7, item);
    writer.writeVarintField(20, attributeKinds.floats);
  } else {
    for (const item of value) writer.writeVarintField(8, item);
    writer.writeVarintField(20, attributeKinds.ints);
  }
}

function writeTensor({ name, type, shape, bytes }: Initializer, writer: PbfWriter): void {
  for (const size of shape) writer.writeVarintField(1, size);
  writer.writeVarintField(2, elementTypes[type]);
  writer.writeStringField(8, name);
  writer.writeBytesField(9, bytes);
}

function writeValue(value: GraphValue, writer: PbfWriter): void {
  writer.writeStringField(1, value.name);
  writer.writeMessage(2, writeType, value);
  writer.writeStringField(3, value.description);
}

/** TypeProto { tensor_type: { elem_type, shape: { dim } } }. */
function writeType(value: GraphValue, writer: PbfWriter): void {
  writer.writeMessage(
    1,
    ({ type, shape }, tensor) => {
      tensor.writeVarintField(1, elementTypes[type]);
      tensor.writeMessage(2, writeShape, shape);
    },
    value,
  );
}

function writeShape(shape: readonly (number | string)[], writer: PbfWriter): void {
  for (const size of shape) {
    writer.writeMessage(
      1,
      (one, dimension) => {
        if (typeof one === "number") dimension.writeVarintField(1, one);
        else dimension.writeStringField(2, one);
      },
      size,
    );
  }
}
