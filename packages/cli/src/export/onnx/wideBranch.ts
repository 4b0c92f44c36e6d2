/** The linear branch on words and pairs of words as ONNX operators. */
import { type ModelConfig, type NamedTensor, unknownId } from "@starcast/core";
import type { GraphBuilder, TensorName } from "./graphBuilder.js";

/** No token has this id: it stands where a text has ended. */
const noToken = -1;

/**
 * Adds the branch and its mixture with the networks' outputs. Words and pairs are counted by `TfIdfVectorizer`, which
 * takes ids as they are.
 *
 * @param names.deep the networks' outputs, [B, outputSize]. @returns the name of the logits, [B, outputSize].
 */
export function addWideBranch(
  graph: GraphBuilder,
  names: { readonly inputs: { readonly ids: TensorName; readonly lengths: TensorName }; readonly deep: TensorName },
  config: ModelConfig,
  tensors: readonly NamedTensor[],
): TensorName {
  const data = (name: string): Float32Array =>
    tensors.find((tensor) => tensor.name === `wide.${name}`)?.data ?? new Float32Array();
  const { outputSize } = config.network;
  const share = data("share")[0];
  const features = gatherFeatures(data, outputSize);
  const counted = graph.node("TfIdfVectorizer", [addTokens(graph, names.inputs, config.maxLength)], {
    attributes: {
      mode: "TFIDF",
      min_gram_length: 1,
      max_gram_length: 2,
      max_skip_count: 0,
      ngram_counts: [0, features.words],
      ngram_indexes: Array.from(features.scales.keys()),
      pool_int64s: features.pool,
      weights: features.scales,
    },
  });
  const squares = graph.node("ReduceSum", [graph.node("Mul", [counted, counted]), graph.integers([1])]);
  const length = graph.node("Max", [
    graph.node("Sqrt", [squares]),
    graph.floats("wide.least_length", Float32Array.of(1e-12), []),
  ]);
  const weight = graph.floats("wide.weight", features.weights, [features.scales.length, outputSize]);
  const product = graph.node("MatMul", [graph.node("Div", [counted, length]), weight]);
  const wide = graph.node("Add", [product, graph.floats("wide.bias", data("bias"), [outputSize])]);
  const ofWide = graph.node("Mul", [wide, graph.floats("wide.share", Float32Array.of(share), [])]);
  const ofDeep = graph.node("Mul", [names.deep, graph.floats("wide.rest", Float32Array.of(1 - share), [])]);
  return graph.node("Add", [ofDeep, ofWide], { name: "logits" });
}

interface PooledFeatures {
  /** Ids of the words, then those of the pairs, two each. */
  readonly pool: readonly number[];
  readonly words: number;
  /** Of all features. */
  readonly scales: Float32Array;
  /** [feature][output] */
  readonly weights: Float32Array;
}

/** The words that are features, and all pairs. */
function gatherFeatures(data: (name: string) => Float32Array, outputSize: number): PooledFeatures {
  const [wordScale, pairScale, wordWeight] = [data("word_scale"), data("pair_scale"), data("word_weight")];
  const words = Array.from(wordScale.keys()).filter((id) => id > unknownId && wordScale[id] > 0);
  const [firsts, seconds] = [data("pair_first"), data("pair_second")];
  const ofWords = words.flatMap((id) => [...wordWeight.subarray(id * outputSize, (id + 1) * outputSize)]);
  return {
    pool: [...words, ...Array.from(firsts).flatMap((first, pair) => [first, seconds[pair]])],
    words: words.length,
    scales: Float32Array.from([...words.map((id) => wordScale[id]), ...pairScale]),
    weights: Float32Array.from([...ofWords, ...data("pair_weight")]),
  };
}

/** Ids of the tokens that are read, [B, S], and {@link noToken} after them. */
function addTokens(
  graph: GraphBuilder,
  { ids, lengths }: { readonly ids: TensorName; readonly lengths: TensorName },
  maxLength: number,
): TensorName {
  const steps = graph.node("Squeeze", [
    graph.node("Shape", [ids], { attributes: { start: 1, end: 2 } }),
    graph.integers([0]),
  ]);
  const positions = graph.node("Range", [graph.integer(0), steps, graph.integer(1)]);
  const read = graph.node("Min", [lengths, graph.integer(maxLength)]);
  const isToken = graph.node("Less", [positions, graph.node("Unsqueeze", [read, graph.integers([1])])]);
  return graph.node("Where", [isToken, ids, graph.integer(noToken)]);
}
