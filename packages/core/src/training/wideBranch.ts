/** Training the linear branch of a model, and finding its share in the mixture with the networks. */
import {
  fitRidge,
  fitSoftmax,
  type IdFeatures,
  type LinearWeights,
  learnIdFeatures,
  Turns,
} from "../baselines/index.js";
import type { NamedTensor } from "../nn/network.js";
import { type PreparedData, spreadRows } from "./prepare.js";
import { scoreLogits } from "./score.js";

/** More rows than this hardly change what a linear model can do. */
const mostRows = 100_000;
/** Pairs of words at most. */
const maxPairs = 200_000;
/** Shares that are tried. */
const shares = Array.from({ length: 19 }, (_, index) => index / 20);

/**
 * Trains the branch on the training part: softmax regression, for the regression head ridge regression, with the
 * penalties of the linear baseline.
 *
 * @returns its parameters, with a share of 0.
 * @throws the signal's reason when it is aborted.
 */
export async function trainWideBranch(
  data: PreparedData,
  options: { readonly signal?: AbortSignal },
): Promise<NamedTensor[]> {
  const { texts, targets, vocabulary, head, parts } = data;
  const rows = spreadRows(parts.train, mostRows);
  const features = learnIdFeatures(texts, rows, { vocabularySize: vocabulary.size, maxPairs });
  const turns = new Turns({ signal: options.signal });
  if (head === "regression") {
    const own = Float64Array.from(rows, (row) => targets[row]);
    const solver = { regularisation: 1, tolerance: 1e-4, maxIterations: 300, turns };
    return tensorsOf(features, await fitRidge(features.rows, own, solver), vocabulary.size);
  }
  const classes = Int32Array.from(rows, (row) => targets[row]);
  const solver = { regularisation: 0.25, tolerance: 3e-5, maxIterations: 300, turns };
  const classCount = data.scale.task === "number" ? 1 : data.scale.labels.length;
  return tensorsOf(features, await fitSoftmax(features.rows, classes, classCount, solver), vocabulary.size);
}

function tensorsOf(features: IdFeatures, { weights, outputs }: LinearWeights, words: number): NamedTensor[] {
  const { wordScales, pairScales, firsts, seconds } = features;
  const pairs = firsts.length;
  const end = (words + pairs) * outputs;
  return [
    {
      name: "wide.word_weight",
      shape: [words, outputs],
      data: Float32Array.from(weights.subarray(0, words * outputs)),
    },
    {
      name: "wide.pair_weight",
      shape: [pairs, outputs],
      data: Float32Array.from(weights.subarray(words * outputs, end)),
    },
    { name: "wide.bias", shape: [outputs], data: Float32Array.from(weights.subarray(end)) },
    { name: "wide.word_scale", shape: [words], data: wordScales },
    { name: "wide.pair_scale", shape: [pairs], data: pairScales },
    { name: "wide.pair_first", shape: [pairs], data: Float32Array.from(firsts) },
    { name: "wide.pair_second", shape: [pairs], data: Float32Array.from(seconds) },
    { name: "wide.share", shape: [1], data: Float32Array.of(0) },
  ];
}

/**
 * The share of the branch at which the validation part's loss is least: of the class heads the cross-entropy, else the
 * squared error.
 *
 * @param deep outputs of the networks, `rows x outputs`. @param wide outputs of the branch.
 */
export function chooseShare(
  { deep, wide }: { readonly deep: Float32Array; readonly wide: Float32Array },
  truths: Float64Array,
  decoding: Pick<PreparedData, "scale" | "head">,
): number {
  let best = { loss: Number.POSITIVE_INFINITY, share: 0 };
  for (const share of shares) {
    const mixed = deep.map((output, index) => (1 - share) * output + share * wide[index]);
    const { loss } = scoreLogits(mixed, truths, decoding);
    if (loss < best.loss) best = { loss, share };
  }
  return best.share;
}
