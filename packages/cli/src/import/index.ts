/** A network that PyTorch trained, as a model of Starcast's. */
import {
  createNetwork,
  createTokenizer,
  decodeSafetensors,
  FormatError,
  type ModelConfig,
  modelFormat,
  type NamedTensor,
  RatingModel,
  type RatingScale,
  readModelConfig,
  requireFinite,
  type TokenizerName,
} from "@starcast/core";
import { type FoundNetwork, findNetwork } from "./stateDict.js";
import { readTokens, type SpecialIds } from "./tokens.js";

/** What the file with the weights does not tell. */
export interface ImportOptions {
  /** The labels of the outputs, in their order. */
  readonly scale: RatingScale;
  readonly tokenizer: TokenizerName;
  /** Tokens of a text that are read. */
  readonly maxLength: number;
  /** The network reads padding up to `maxLength`. */
  readonly padToMaxLength: boolean;
  readonly special: SpecialIds;
}

/** A file by its name and content. */
export interface NamedContent<Content> {
  readonly name: string;
  readonly content: Content;
}

/** The model, and what was found in the files. */
export interface Imported {
  readonly model: RatingModel;
  readonly found: FoundNetwork;
  /** Share, 0 to 1, of the vocabulary's tokens that the tokenizer can make. */
  readonly reachableTokens: number;
}

/**
 * A model from the state dict of an `nn.Embedding`, an `nn.LSTM` and an `nn.Linear` in a safetensors file, and its
 * vocabulary, see `readTokens`. Each output is a label of the scale; a network of one output predicts numbers.
 *
 * @throws {FormatError} when a file is damaged, or does not fit the network, the scale or the other file.
 */
export async function importPytorch(
  weights: NamedContent<Uint8Array>,
  tokens: NamedContent<string>,
  options: ImportOptions,
): Promise<Imported> {
  refusePickle(weights);
  const found = findNetwork(decodeSafetensors(weights.content, { fileName: weights.name }).tensors, weights.name);
  for (const tensor of found.tensors) requireFinite(tensor, weights.name);
  // Before the vocabulary, which takes memory for as many tokens as the embedding has rows.
  const config = configOf(found, options, weights.name);
  const { vocabulary, rows } = readTokens(tokens.content, tokens.name, found.vocabularySize, options.special);
  const network = await createNetwork(config.network, config);
  network.loadStateDict(
    found.tensors.map((tensor) => (tensor.name === "embeddings.weight" ? ordered(tensor, rows) : tensor)),
  );
  const model = new RatingModel({ config, vocabulary, network });
  const { tokenize } = createTokenizer(options.tokenizer);
  let reachable = 0;
  for (let id = 2; id < vocabulary.size; id++) {
    const token = vocabulary.tokenOf(id);
    const cut = tokenize(token);
    if (cut.length === 1 && cut[0] === token) reachable++;
  }
  return { model, found, reachableTokens: vocabulary.keptTokens === 0 ? 1 : reachable / vocabulary.keptTokens };
}

function configOf(found: FoundNetwork, options: ImportOptions, fileName: string): ModelConfig {
  const { embeddingSize, hiddenSize, numLayers, bidirectional, pooling, outputSize, vocabularySize } = found;
  const { scale, tokenizer, maxLength, padToMaxLength } = options;
  const labels = scale.task === "number" ? 1 : scale.labels.length;
  const isNumber = outputSize === 1 && scale.task !== "class";
  if (!isNumber && outputSize !== labels) {
    throw new FormatError(
      "wrong-labels",
      `${fileName}: ${found.names.linear} has ${outputSize} outputs, but ${labels} ${labels === 1 ? "is" : "labels are"} expected; give a label for each output, in their order.`,
    );
  }
  const network = { vocabularySize, embeddingSize, hiddenSize, numLayers, bidirectional, pooling, outputSize };
  return readModelConfig({
    format: modelFormat,
    recipe: "imported from PyTorch",
    tokenizer,
    maxLength,
    padToMaxLength,
    head: isNumber ? "regression" : "softmax",
    scale,
    network,
    training: { rows: 0, seed: 0, epochs: 0, keptEpochs: [0] },
  });
}

/** The embedding's rows in Starcast's order of ids. */
function ordered(embedding: NamedTensor, rows: readonly number[]): NamedTensor {
  const size = embedding.shape[1];
  const data = new Float32Array(embedding.data.length);
  for (const [id, row] of rows.entries()) data.set(embedding.data.subarray(row * size, (row + 1) * size), id * size);
  return { ...embedding, data };
}

/** `torch.save` writes a zip archive or a pickle, which can run code when it is opened. */
function refusePickle({ name, content }: NamedContent<Uint8Array>): void {
  const begins = (...bytes: number[]) => bytes.every((byte, index) => content[index] === byte);
  // A safetensors file has its brace at byte 8, and the length before it may begin with any bytes.
  const isOther = content[8] !== 0x7b && (begins(0x50, 0x4b, 3, 4) || begins(0x80, 2));
  if (!isOther) return;
  throw new FormatError(
    "pickle",
    `${name} was written by torch.save, a format that can run code when it is opened, so it is not read. In Python, write its state dict as safetensors: \`from safetensors.torch import save_file\`, then \`save_file({name: tensor.contiguous() for name, tensor in model.state_dict().items()}, "model.safetensors")\`.`,
  );
}
