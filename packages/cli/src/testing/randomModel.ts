import {
  createNetwork,
  type ModelConfig,
  modelFormat,
  outputsOf,
  Random,
  RatingModel,
  Vocabulary,
} from "@starcast/core";

/** What a random model should differ in from a small bidirectional classifier of 1 to 5 stars. */
export interface RandomModelOptions extends Partial<Omit<ModelConfig, "network" | "format">> {
  readonly network?: Partial<ModelConfig["network"]>;
  readonly tokens?: readonly string[];
  readonly seed?: number;
}

const someTokens = ["good", "bad", "fit", "is", "the", "not", "it", "colour", "lovely", "poor", "!", "don't", "i", " "];

/** Ids of pairs of words, ascending; a linear branch of up to so many pairs knows them. */
const knownPairs = [
  [2, 3],
  [3, 4],
  [5, 6],
  [6, 7],
  [10, 10],
] as const;

/** What stands in a tensor: a number by chance, but for the parts of a linear branch that mean something. */
function valueOf(name: string, index: number, random: number): number {
  if (name === "wide.share") return 0.4;
  if (name === "wide.pair_first") return knownPairs[index][0];
  if (name === "wide.pair_second") return knownPairs[index][1];
  // Some words are no features.
  if (name === "wide.word_scale") return index % 4 === 3 ? 0 : 1 + Math.abs(random);
  return name === "wide.pair_scale" ? 1 + Math.abs(random) : random;
}

/** An untrained model whose weights are spread widely, so that every part of it has a say in the answers. */
export async function randomModel(options: RandomModelOptions = {}): Promise<RatingModel> {
  const { tokens = someTokens, seed = 1, network: sizes, ...rest } = options;
  const vocabulary = Vocabulary.fromTokens(tokens);
  const scale = rest.scale ?? { task: "rating", labels: [1, 2, 3, 4, 5], values: [1, 2, 3, 4, 5] };
  const head = rest.head ?? "softmax";
  const config: ModelConfig = {
    format: modelFormat,
    recipe: "random",
    tokenizer: "words",
    maxLength: 9,
    padToMaxLength: false,
    training: { rows: 0, seed, epochs: 0, keptEpochs: [0] },
    ...rest,
    head,
    scale,
    network: {
      vocabularySize: vocabulary.size,
      embeddingSize: 5,
      hiddenSize: 6,
      numLayers: 1,
      bidirectional: true,
      pooling: "meanMax",
      ...sizes,
      ...outputsOf(head, scale),
    },
  };
  const network = await createNetwork(config.network, config);
  const random = new Random(seed, "random model");
  const weights = network.stateDict().map((tensor) => ({
    ...tensor,
    data: Float32Array.from(tensor.data, (_, index) => valueOf(tensor.name, index, 2 * random.uniform() - 1)),
  }));
  network.loadStateDict(weights);
  return new RatingModel({ config, vocabulary, network });
}
