/** From logits to answers in the user's own scale, as `RatingModel.predict` gives them. */
import { isOrdinal, type ModelConfig } from "@starcast/core";
import type { GraphValue } from "./format.js";
import type { GraphBuilder, TensorName } from "./graphBuilder.js";

/** Adds what the model answers with. @returns the outputs of the graph. */
export function addAnswers(graph: GraphBuilder, logits: TensorName, config: ModelConfig): GraphValue[] {
  const { scale, head, calibration } = config;
  if (scale.task === "number") {
    const scaled = graph.node("Mul", [logits, number(graph, "deviation", scale.deviation)]);
    const values = graph.node("Add", [scaled, number(graph, "mean", scale.mean)]);
    return [rating(squeezed(graph, values, "rating"), "predicted number")];
  }
  if (head === "regression" && scale.task === "rating") {
    const output = graph.node("Add", [logits, number(graph, "lowest_rating", scale.values[0])]);
    const distances = graph.node("Abs", [graph.node("Sub", [output, valuesOf(graph, scale.values)])]);
    return [
      rating(clipped(graph, squeezed(graph, output), scale.values), "predicted rating"),
      classIndex(graph, "ArgMin", distances),
    ];
  }
  const { temperature = 1, offsets } = calibration ?? {};
  const divided = temperature === 1 ? logits : graph.node("Div", [logits, number(graph, "temperature", temperature)]);
  const tempered = offsets
    ? graph.node("Add", [divided, graph.floats("offsets", Float32Array.from(offsets), [offsets.length])])
    : divided;
  const shares = isOrdinal(head)
    ? ordinalShares(graph, tempered, { areConditional: head === "corn", questions: scale.labels.length - 1 })
    : graph.node("Softmax", [tempered], { attributes: { axis: 1 }, name: "probabilities" });
  const probabilities: GraphValue = {
    name: shares,
    type: "float",
    shape: ["batch", scale.labels.length],
    description: "how likely each label is, 0 to 1, in the order of the scale",
  };
  const label = classIndex(graph, "ArgMax", shares);
  if (scale.task === "class") return [probabilities, label];
  const expected = graph.node("MatMul", [shares, valuesOf(graph, scale.values)]);
  return [rating(clipped(graph, expected, scale.values), "expected rating"), probabilities, label];
}

/**
 * Probabilities of ordered classes from the answers to "is the class above j?", as core's `decode` finds them.
 *
 * @param options.areConditional each is asked only of what is above j - 1 (CORN).
 */
function ordinalShares(
  graph: GraphBuilder,
  logits: TensorName,
  { areConditional, questions }: { readonly areConditional: boolean; readonly questions: number },
): TensorName {
  const answers = graph.node("Sigmoid", [logits]);
  const operator = areConditional ? "Mul" : "Min";
  // Above everything is nothing, and below everything is all.
  const one = graph.floats("all_above_nothing", Float32Array.of(1), [1, 1]);
  const zero = graph.floats("nothing_above_all", Float32Array.of(0), [1, 1]);
  let above = one;
  const shares: TensorName[] = [];
  for (let label = 0; label <= questions; label++) {
    const answer = label < questions ? graph.node("Slice", [answers, ...sliceOf(graph, label)]) : zero;
    const next = graph.node(operator, [above, answer]);
    shares.push(graph.node("Sub", [above, next]));
    above = next;
  }
  return graph.node("Concat", shares, { attributes: { axis: 1 }, name: "probabilities" });
}

/** Start, end and axis of one column. */
function sliceOf(graph: GraphBuilder, column: number): TensorName[] {
  return [[column], [column + 1], [1]].map((list) => graph.integers(list));
}

function rating(name: TensorName, description: string): GraphValue {
  return { name, type: "float", shape: ["batch"], description: `${description}, in the units of the training data` };
}

function classIndex(graph: GraphBuilder, operator: "ArgMax" | "ArgMin", of: TensorName): GraphValue {
  const name = graph.node(operator, [of], { attributes: { axis: 1, keepdims: 0 }, name: "class_index" });
  return { name, type: "int64", shape: ["batch"], description: "position of the most likely label in the scale" };
}

function number(graph: GraphBuilder, name: string, value: number): TensorName {
  return graph.floats(name, Float32Array.of(value), []);
}

function valuesOf(graph: GraphBuilder, values: readonly number[]): TensorName {
  return graph.floats("values", Float32Array.from(values), [values.length]);
}

/** [B, 1] to [B]. */
function squeezed(graph: GraphBuilder, tensor: TensorName, name?: string): TensorName {
  return graph.node("Squeeze", [tensor, graph.integers([1])], { name });
}

function clipped(graph: GraphBuilder, tensor: TensorName, values: readonly number[]): TensorName {
  const bounds = [number(graph, "scale_minimum", values[0]), number(graph, "scale_maximum", values[values.length - 1])];
  return graph.node("Clip", [tensor, ...bounds], { name: "rating" });
}
