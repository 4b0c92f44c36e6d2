/** Models with weights by chance, for tests. */
import { type ModelConfig, modelFormat } from "../../model/config.js";
import { RatingModel } from "../../model/ratingModel.js";
import { createNetwork, parameterShapes } from "../../nn/index.js";
import { Random } from "../../random.js";
import { Vocabulary } from "../../text/index.js";
import { outputsOf, takesWideBranch } from "../../training/heads.js";
import type { RatingScale } from "../../training/scale.js";
import type { NetworkSizes } from "../../training/settings.js";

const scales = {
  rating: { task: "rating", labels: [1, 2, 3, 4, 5], values: [1, 2, 3, 4, 5] },
  corn: { task: "rating", labels: [1, 2, 3, 4, 5], values: [1, 2, 3, 4, 5] },
  coral: { task: "rating", labels: [1, 2, 3, 4, 5], values: [1, 2, 3, 4, 5] },
  regression: { task: "rating", labels: [1, 2, 3, 4, 5], values: [1, 2, 3, 4, 5] },
  class: { task: "class", labels: ["a", "b", "c"] },
  number: { task: "number", mean: 10, deviation: 3 },
} as const satisfies Record<string, RatingScale>;

export interface RandomModelOptions {
  readonly seed: number;
  readonly head?: keyof typeof scales;
  readonly network?: NetworkSizes;
  readonly maxLength?: number;
  readonly padToMaxLength?: boolean;
  /** Networks that answer together; 1 by default. */
  readonly members?: number;
  /** With a linear branch that knows some pairs of words; only with heads that take one. */
  readonly wide?: boolean;
  /** Weights are between minus and plus half of this. */
  readonly scale?: number;
}

const words = ["fine", "bad", "good", "not", "!", "w5", "w6", "w7", "w8", "w9"];

/** Ids of pairs of the words above, ascending. */
const knownPairs = [
  [3, 4],
  [5, 4],
  [5, 9],
  [9, 10],
] as const;

/** What stands in a tensor: a number by chance, but for the parts of a linear branch that mean something. */
function valueOf(name: string, index: number, random: number): number {
  if (name === "wide.share") return 0.4;
  if (name === "wide.pair_first") return knownPairs[index][0];
  if (name === "wide.pair_second") return knownPairs[index][1];
  return name.startsWith("wide.") && name.endsWith("_scale") ? 1 + Math.abs(random) : random;
}

/** A model that knows "fine", "bad", "good", "not", "!" and "w5" to "w9". */
export async function randomModel({
  seed,
  head = "rating",
  network = { embeddingSize: 6, hiddenSize: 7, numLayers: 1, bidirectional: true, pooling: "meanMax" },
  maxLength = 20,
  padToMaxLength = false,
  members = 1,
  wide = false,
  scale = 1.5,
}: RandomModelOptions): Promise<RatingModel> {
  const ownHead = head === "rating" || head === "class" ? "softmax" : head === "number" ? "regression" : head;
  const ratingScale = scales[head];
  const config: ModelConfig = {
    format: modelFormat,
    recipe: "random",
    tokenizer: "words",
    maxLength,
    padToMaxLength,
    head: ownHead,
    scale: ratingScale,
    network: {
      vocabularySize: words.length + 2,
      ...network,
      ...outputsOf(ownHead, ratingScale),
      members,
      ...(wide && takesWideBranch(ownHead) && { wide: { pairs: knownPairs.length } }),
    },
    training: { rows: 0, seed, epochs: 0, keptEpochs: [0] },
  };
  const random = new Random(seed, "weights");
  const own = await createNetwork(config.network, config);
  own.loadStateDict(
    parameterShapes(config.network).map(({ name, shape }) => ({
      name,
      shape,
      data: Float32Array.from({ length: shape.reduce((product, size) => product * size, 1) }, (_, index) =>
        valueOf(name, index, scale * (random.uniform() - 0.5)),
      ),
    })),
  );
  return new RatingModel({ config, vocabulary: Vocabulary.fromTokens(words), network: own });
}
