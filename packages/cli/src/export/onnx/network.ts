/**
 * The network as ONNX operators: from ids and lengths to logits.
 *
 * Notation: B texts, S steps of the input, T steps that are read, E embedding size, H hidden size, D directions.
 */
import { type ModelConfig, membersOf, type NamedTensor, wideTensorsOf } from "@starcast/core";
import type { GraphBuilder, TensorName } from "./graphBuilder.js";
import { addWideBranch } from "./wideBranch.js";

/** The graph's inputs: `ids` is int64 [B, S], `lengths` int64 [B]. */
export interface NetworkInputs {
  readonly ids: TensorName;
  readonly lengths: TensorName;
}

/** What the network reads of a text. */
interface Reading {
  /** [T, B]. */
  readonly ids: TensorName;
  /** [B], int32; absent where every text has all steps. */
  readonly lengths?: TensorName;
}

/** Adds the network; of an ensemble all members and the mean of their outputs. @returns the name of the logits, [B, outputSize]. */
export function addNetwork(
  graph: GraphBuilder,
  inputs: NetworkInputs,
  config: ModelConfig,
  weights: readonly NamedTensor[],
): TensorName {
  const reading = config.padToMaxLength
    ? addPadding(graph, inputs, config.maxLength)
    : addCut(graph, inputs, config.maxLength);
  const { wide } = config.network;
  const deep = addMembers(graph, reading, config, { weights, name: wide ? "network_logits" : "logits" });
  return wide ? addWideBranch(graph, { inputs, deep }, config, wideTensorsOf(weights)) : deep;
}

/** The members of an ensemble and the mean of their outputs, or the network alone. */
function addMembers(
  graph: GraphBuilder,
  reading: Reading,
  config: ModelConfig,
  { weights, name }: { readonly weights: readonly NamedTensor[]; readonly name: TensorName },
): TensorName {
  const members = membersOf(config.network, weights);
  if (members.length === 1) return addMember(graph, reading, config, members[0], { prefix: "", logits: name });
  const outputs = members.map((own, index) =>
    addMember(graph, reading, config, own, { prefix: `members.${index}.`, logits: `members.${index}.logits` }),
  );
  return graph.node("Mean", outputs, { name });
}

/** @param names.prefix what the names of its tensors begin with. @returns the name of its outputs. */
function addMember(
  graph: GraphBuilder,
  reading: Reading,
  config: ModelConfig,
  weights: readonly NamedTensor[],
  names: { readonly prefix: string; readonly logits: TensorName },
): TensorName {
  const tensors = new Map(weights.map((tensor) => [tensor.name, tensor]));
  const weight = (name: string): NamedTensor => {
    const tensor = tensors.get(name);
    if (tensor === undefined) throw new Error(`The network has no weight ${name}.`);
    return tensor;
  };
  const plain = (name: string): TensorName => graph.floats(names.prefix + name, weight(name).data, weight(name).shape);
  const embedded = graph.node("Gather", [plain("embeddings.weight"), reading.ids], { name: `${names.prefix}embedded` });
  const { sequence, last } = addLstm(graph, embedded, reading, { config, weight, prefix: names.prefix });
  const { pooling } = config.network;
  const attention = pooling === "meanMaxAttention" && {
    weight: plain("attention.weight"),
    bias: plain("attention.bias"),
    vector: plain("attention.vector"),
  };
  const features =
    pooling === "last" ? last : addPooling(graph, sequence, reading, { prefix: names.prefix, attention });
  // Outputs that share their weights are one column, to which the biases are added.
  return graph.node(
    "Add",
    [
      graph.node("MatMul", [
        features,
        graph.node("Transpose", [plain("linear.weight")], { attributes: { perm: [1, 0] } }),
      ]),
      plain("linear.bias"),
    ],
    { name: names.logits },
  );
}

/** Texts keep their own lengths; what is longer than `maxLength` is cut off. */
function addCut(graph: GraphBuilder, { ids, lengths }: NetworkInputs, maxLength: number): Reading {
  const cut = graph.node("Slice", [ids, ...[[0], [maxLength], [1]].map((list) => graph.integers(list))]);
  const shortened = graph.node("Min", [lengths, graph.integer(maxLength)]);
  return {
    ids: graph.node("Transpose", [cut], { attributes: { perm: [1, 0] }, name: "ids_read" }),
    lengths: graph.node("Cast", [shortened], { attributes: { to: 6 }, name: "lengths_read" }),
  };
}

/** Every text is `maxLength` steps long, cut or filled with padding (id 0), which the network reads. */
function addPadding(graph: GraphBuilder, { ids, lengths }: NetworkInputs, maxLength: number): Reading {
  const steps = graph.node("Shape", [ids], { attributes: { start: 1, end: 2 } });
  const ends = graph.node("Unsqueeze", [lengths, graph.integers([1])]);
  const isToken = graph.node("Less", [addPositions(graph, steps), ends]);
  const cleaned = graph.node("Where", [isToken, ids, graph.integer(0)]);
  const missing = graph.node("Max", [graph.node("Sub", [graph.integers([maxLength]), steps]), graph.integer(0)]);
  const amounts = graph.node("Concat", [graph.integers([0, 0, 0]), missing], { attributes: { axis: 0 } });
  const filled = graph.node("Pad", [cleaned, amounts, graph.integer(0)]);
  const cut = graph.node("Slice", [filled, ...[[0], [maxLength], [1]].map((list) => graph.integers(list))]);
  return { ids: graph.node("Transpose", [cut], { attributes: { perm: [1, 0] }, name: "ids_read" }) };
}

/** 0, 1, 2 ... up to a count, [count]; the count is a list of one number. */
function addPositions(graph: GraphBuilder, count: TensorName): TensorName {
  const end = graph.node("Squeeze", [count, graph.integers([0])]);
  return graph.node("Range", [graph.integer(0), end, graph.integer(1)]);
}

/** All layers. @returns the outputs of the last one, [T, B, D*H], and its last hidden states, [B, D*H]. */
function addLstm(
  graph: GraphBuilder,
  embedded: TensorName,
  reading: Reading,
  member: { readonly config: ModelConfig; readonly prefix: string; readonly weight: (name: string) => NamedTensor },
): { sequence: TensorName; last: TensorName } {
  const { config, prefix } = member;
  const { numLayers, bidirectional, hiddenSize } = config.network;
  const attributes = { hidden_size: hiddenSize, direction: bidirectional ? "bidirectional" : "forward" };
  const endings = bidirectional ? ["", "_reverse"] : [""];
  let sequence = embedded;
  let states = "";
  for (let layer = 0; layer < numLayers; layer++) {
    const outputs = `${prefix}lstm_l${layer}.outputs`;
    states = `${prefix}lstm_l${layer}.last`;
    const parameters = addLayerWeights(graph, `l${layer}`, endings, member);
    graph.nodeWithOutputs("LSTM", [sequence, ...parameters, reading.lengths ?? ""], [outputs, states], attributes);
    const stepsAndTexts = graph.node("Transpose", [outputs], { attributes: { perm: [0, 2, 1, 3] } });
    sequence = graph.node("Reshape", [stepsAndTexts, graph.integers([0, 0, -1])]);
  }
  const textsFirst = graph.node("Transpose", [states], { attributes: { perm: [1, 0, 2] } });
  return { sequence, last: graph.node("Reshape", [textsFirst, graph.integers([0, -1])]) };
}

/** W [D, 4H, inputs], R [D, 4H, H] and B [D, 8H] of one layer. */
function addLayerWeights(
  graph: GraphBuilder,
  layer: string,
  endings: readonly string[],
  { prefix, weight }: { readonly prefix: string; readonly weight: (name: string) => NamedTensor },
): TensorName[] {
  const directions = endings.map((ending) => {
    const part = (kind: string) => weight(`lstm.${kind}_${layer}${ending}`);
    return { input: part("weight_ih"), hidden: part("weight_hh"), biases: [part("bias_ih"), part("bias_hh")] };
  });
  const stacked = (name: string, parts: NamedTensor[], shape: readonly number[]) =>
    graph.floats(`${prefix}lstm_${layer}.${name}`, joined(parts.map(inOnnxOrder)), [endings.length, ...shape]);
  const [{ input, hidden, biases }] = directions;
  return [
    stacked(
      "W",
      directions.map((one) => one.input),
      input.shape,
    ),
    stacked(
      "R",
      directions.map((one) => one.hidden),
      hidden.shape,
    ),
    stacked(
      "B",
      directions.flatMap((one) => one.biases),
      [2 * biases[0].shape[0]],
    ),
  ];
}

/** Where each of ONNX's gates (input, output, forget, cell) stands in PyTorch's order: input, forget, cell, output. */
const gateOrder = [0, 3, 1, 2];

/** The four blocks of rows in ONNX's order of gates. */
function inOnnxOrder({ data }: NamedTensor): Float32Array {
  const size = data.length / 4;
  return joined(gateOrder.map((gate) => data.subarray(gate * size, (gate + 1) * size)));
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let position = 0;
  for (const part of parts) {
    whole.set(part, position);
    position += part.length;
  }
  return whole;
}

/** The weights of attention pooling. */
interface AttentionWeights {
  readonly weight: TensorName;
  readonly bias: TensorName;
  readonly vector: TensorName;
}

/** Mean over the true length of all outputs, their maximum, and what attention makes of them, [B, 2*D*H] or [B, 3*D*H]. */
function addPooling(
  graph: GraphBuilder,
  sequence: TensorName,
  { lengths }: Reading,
  { prefix, attention }: { readonly prefix: string; readonly attention: AttentionWeights | false },
): TensorName {
  const attributes = { axes: [0], keepdims: 0 };
  const isToken = lengths === undefined ? undefined : addIsToken(graph, sequence, lengths);
  const onlyTokens = (values: TensorName, otherwise: string, value: number) =>
    isToken === undefined
      ? values
      : graph.node("Where", [isToken, values, graph.floats(prefix + otherwise, Float32Array.of(value), [])]);
  const sumOfSteps = (values: TensorName) =>
    graph.node("ReduceSum", [values, graph.integers([0])], { attributes: { keepdims: 0 } });
  const mean = () => {
    if (lengths === undefined) return graph.node("ReduceMean", [sequence], { attributes });
    const counts = graph.node("Cast", [lengths], { attributes: { to: 1 } });
    const sum = sumOfSteps(onlyTokens(sequence, "zero", 0));
    return graph.node("Div", [sum, graph.node("Unsqueeze", [counts, graph.integers([1])])]);
  };
  // No output of an LSTM, a sigmoid times a hyperbolic tangent, is below -1.
  const maximum = () => graph.node("ReduceMax", [onlyTokens(sequence, "below_all_outputs", -1)], { attributes });
  const pooled = [mean(), maximum()];
  if (attention) {
    const scores = onlyTokens(addScores(graph, sequence, attention), "below_all_scores", -1e30);
    const shares = graph.node("Softmax", [scores], { attributes: { axis: 0 } });
    pooled.push(sumOfSteps(graph.node("Mul", [shares, sequence])));
  }
  return graph.node("Concat", pooled, { attributes: { axis: 1 }, name: `${prefix}pooled` });
}

/** What attention gives each step, [T, B, 1]. */
function addScores(graph: GraphBuilder, sequence: TensorName, { weight, bias, vector }: AttentionWeights): TensorName {
  const transposed = graph.node("Transpose", [weight], { attributes: { perm: [1, 0] } });
  const keys = graph.node("Tanh", [graph.node("Add", [graph.node("MatMul", [sequence, transposed]), bias])]);
  return graph.node("MatMul", [keys, graph.node("Unsqueeze", [vector, graph.integers([1])])]);
}

/** Whether a step lies within a text, [T, B, 1]. */
function addIsToken(graph: GraphBuilder, sequence: TensorName, lengths: TensorName): TensorName {
  const steps = graph.node("Shape", [sequence], { attributes: { start: 0, end: 1 } });
  const positions = graph.node("Unsqueeze", [addPositions(graph, steps), graph.integers([1])]);
  const ends = graph.node("Cast", [lengths], { attributes: { to: 7 } });
  return graph.node("Unsqueeze", [graph.node("Less", [positions, ends]), graph.integers([2])]);
}
