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
    data: Float32Array.from(tensor.data, () => 2 * random.uniform() - 1),
  }));
  network.loadStateDict(weights);
  return new RatingModel({ config, vocabulary, network });
}
