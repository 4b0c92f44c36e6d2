import type { Attribute, GraphNode, Initializer } from "./format.js";

/** Name of a tensor in the graph under construction. */
export type TensorName = string;

/** Options of a node besides its inputs. */
export interface NodeOptions {
  readonly attributes?: Readonly<Record<string, Attribute>>;
  /** Name of the first output; made from the operator's when absent. */
  readonly name?: string;
}

/** Collects nodes and constants; every method returns the name of the tensor that it makes. */
export class GraphBuilder {
  readonly nodes: GraphNode[] = [];
  readonly initializers: Initializer[] = [];
  readonly #constants = new Set<string>();

  /** Adds an operation with one output. */
  node(operator: string, inputs: readonly TensorName[], options: NodeOptions = {}): TensorName {
    const { attributes = {}, name = `${operator.toLowerCase()}_${this.nodes.length}` } = options;
    this.nodes.push({ operator, name, inputs, outputs: [name], attributes });
    return name;
  }

  /** Adds an operation with several outputs, whose names are given. */
  nodeWithOutputs(
    operator: string,
    inputs: readonly TensorName[],
    outputs: readonly TensorName[],
    attributes: Readonly<Record<string, Attribute>>,
  ): void {
    this.nodes.push({ operator, name: outputs[0], inputs, outputs, attributes });
  }

  /** A list of whole numbers (64-bit), such as axes; the same list is stored once. */
  integers(values: readonly number[]): TensorName {
    return this.#integers(values, [values.length]);
  }

  /** One whole number (64-bit) without dimensions. */
  integer(value: number): TensorName {
    return this.#integers([value], []);
  }

  /** Weights or other 32-bit floats. */
  floats(name: string, values: Float32Array, shape: readonly number[]): TensorName {
    const bytes = new Uint8Array(values.length * 4);
    const view = new DataView(bytes.buffer);
    for (let index = 0; index < values.length; index++) view.setFloat32(index * 4, values[index], true);
    this.initializers.push({ name, type: "float", shape, bytes });
    return name;
  }

  #integers(values: readonly number[], shape: readonly number[]): TensorName {
    const name = `${shape.length === 0 ? "integer" : "integers"}_${values.join("_")}`;
    if (this.#constants.has(name)) return name;
    this.#constants.add(name);
    const view = new DataView(new ArrayBuffer(values.length * 8));
    for (const [index, value] of values.entries()) view.setBigInt64(index * 8, BigInt(value), true);
    this.initializers.push({ name, type: "int64", shape, bytes: new Uint8Array(view.buffer) });
    return name;
  }
}
