/**
 * Finds `nn.Embedding`, `nn.LSTM` and `nn.Linear` in a PyTorch state dict, whatever they were called: an LSTM by the
 * endings of its names, the others by their shapes.
 */
import { FormatError, type NamedTensor } from "@starcast/core";

/** The sizes that shapes tell: all of a network's but how it reads texts. */
export interface FoundNetwork {
  readonly embeddingSize: number;
  readonly hiddenSize: number;
  readonly numLayers: number;
  readonly bidirectional: boolean;
  readonly pooling: "last" | "meanMax";
  readonly outputSize: number;
  /** Rows of the embedding. */
  readonly vocabularySize: number;
  /** The parameters under Starcast's names. */
  readonly tensors: readonly NamedTensor[];
  /** Where they were found: `encoder.embedding.weight`, `encoder.lstm`, `head.weight`. */
  readonly names: { readonly embedding: string; readonly lstm: string; readonly linear: string };
}

/** What makes a name one of an LSTM's: prefix, kind, layer, direction. */
const lstmName = /^(?:(.*)\.)?(weight_ih|weight_hh|bias_ih|bias_hh|weight_hr)_l(\d{1,2})(_reverse)?$/;

interface Found {
  readonly fileName: string;
  readonly tensors: ReadonlyMap<string, NamedTensor>;
}

/**
 * @throws {FormatError} `not-this-network`, naming the tensors that do not fit, when the file holds anything but an
 *   embedding, an LSTM and one linear layer.
 */
export function findNetwork(tensors: readonly NamedTensor[], fileName: string): FoundNetwork {
  const found = { fileName, tensors: new Map(tensors.map((tensor) => [tensor.name, tensor])) };
  const lstm = findLstm(found);
  const rest = tensors.filter(({ name }) => !lstmName.test(name));
  const { embedding, linear, bias } = findOuterLayers(found, rest, lstm);
  const features = linear.shape[1];
  const statesSize = lstm.hiddenSize * (lstm.bidirectional ? 2 : 1);
  if (features !== statesSize && features !== 2 * statesSize) {
    throw misfit(
      found,
      `${described(linear)} takes ${features} features, but the last states of the LSTM have ${statesSize} and mean and maximum of its outputs ${2 * statesSize}; other ways of pooling cannot be imported`,
    );
  }
  const outputSize = linear.shape[0];
  return {
    embeddingSize: lstm.embeddingSize,
    hiddenSize: lstm.hiddenSize,
    numLayers: lstm.numLayers,
    bidirectional: lstm.bidirectional,
    pooling: features === statesSize ? "last" : "meanMax",
    outputSize,
    vocabularySize: embedding.shape[0],
    tensors: [
      { ...embedding, name: "embeddings.weight" },
      ...lstm.tensors,
      { ...linear, name: "linear.weight" },
      { name: "linear.bias", shape: [outputSize], data: bias?.data ?? new Float32Array(outputSize) },
    ],
    names: { embedding: visible(embedding.name), lstm: visible(lstm.prefix), linear: visible(linear.name) },
  };
}

interface FoundLstm extends Pick<FoundNetwork, "embeddingSize" | "hiddenSize" | "numLayers" | "bidirectional"> {
  readonly prefix: string;
  readonly tensors: readonly NamedTensor[];
}

function findLstm(found: Found): FoundLstm {
  const parts = [...found.tensors.keys()].flatMap((name) => {
    const match = lstmName.exec(name);
    return match === null
      ? []
      : [{ prefix: match[1] ?? "", kind: match[2], layer: Number(match[3]), reverse: match[4] }];
  });
  if (parts.length === 0) throw misfit(found, "no name ends in weight_ih_l0, so there is no nn.LSTM");
  const prefixes = [...new Set(parts.map(({ prefix }) => prefix))];
  if (prefixes.length > 1) {
    throw misfit(
      found,
      `there are ${prefixes.length} recurrent layers, ${prefixes.map(visible).join(" and ")}, but only one nn.LSTM (of any number of layers) can be imported`,
    );
  }
  if (parts.some(({ kind }) => kind === "weight_hr")) {
    throw misfit(found, "the LSTM has projections (proj_size), which Starcast's has not");
  }
  const [prefix] = prefixes;
  const inside = (name: string) => (prefix === "" ? name : `${prefix}.${name}`);
  const first = required(found, inside("weight_hh_l0"));
  const input = required(found, inside("weight_ih_l0"));
  const hiddenSize = first.shape[1];
  refuseOtherCells(found, first);
  const numLayers = Math.max(...parts.map(({ layer }) => layer)) + 1;
  const bidirectional = parts.some(({ reverse }) => reverse !== undefined);
  const embeddingSize = input.shape[1];
  const tensors: NamedTensor[] = [];
  for (let layer = 0; layer < numLayers; layer++) {
    const inputs = layer === 0 ? embeddingSize : hiddenSize * (bidirectional ? 2 : 1);
    for (const ending of bidirectional ? ["", "_reverse"] : [""]) {
      const shapes = { weight_ih: [4 * hiddenSize, inputs], weight_hh: [4 * hiddenSize, hiddenSize] };
      for (const [kind, shape] of Object.entries(shapes)) {
        const name = `${kind}_l${layer}${ending}`;
        tensors.push({ ...ofShape(found, inside(name), shape), name: `lstm.${name}` });
      }
      for (const kind of ["bias_ih", "bias_hh"]) {
        const name = `${kind}_l${layer}${ending}`;
        // nn.LSTM(bias=False) has none, which is the same as zeros.
        const none = { shape: [4 * hiddenSize], data: new Float32Array(4 * hiddenSize) };
        const bias = found.tensors.has(inside(name)) ? ofShape(found, inside(name), none.shape) : none;
        tensors.push({ ...bias, name: `lstm.${name}` });
      }
    }
  }
  return { prefix: prefix === "" ? "lstm" : prefix, embeddingSize, hiddenSize, numLayers, bidirectional, tensors };
}

/** An LSTM has four gates; `nn.GRU` and `nn.RNN` have names of the same kind. */
function refuseOtherCells(found: Found, weights: NamedTensor): void {
  const [rows, hiddenSize] = weights.shape;
  if (weights.shape.length !== 2 || rows !== 4 * hiddenSize) {
    const kind = rows === 3 * hiddenSize ? "an nn.GRU" : rows === hiddenSize ? "an nn.RNN" : "no nn.LSTM";
    throw misfit(found, `${described(weights)} belongs to ${kind}; only nn.LSTM can be imported`);
  }
}

function findOuterLayers(found: Found, rest: readonly NamedTensor[], lstm: FoundLstm) {
  const biasOf = ({ name }: NamedTensor) => found.tensors.get(name.replace(/(^|\.)weight$/, "$1bias"));
  const matrices = rest.filter(({ name, shape }) => /(^|\.)weight$/.test(name) && shape.length === 2);
  const bare = matrices.filter((matrix) => biasOf(matrix) === undefined);
  const embeddings = bare.filter(({ shape }) => shape[1] === lstm.embeddingSize);
  // Without a bias a linear layer looks like an embedding; the embedding has the more rows.
  const embedding = embeddings.toSorted((a, b) => b.shape[0] - a.shape[0])[0];
  if (embedding === undefined) {
    throw misfit(
      found,
      `no weight of ${lstm.embeddingSize} columns, the inputs of the LSTM, could be its nn.Embedding`,
    );
  }
  const linears = matrices.filter((matrix) => matrix !== embedding);
  if (linears.length !== 1) {
    const which = linears.length === 0 ? "there is none" : `there are ${linears.map(described).join(", ")}`;
    throw misfit(found, `one nn.Linear is expected after the LSTM, but ${which}`);
  }
  const [linear] = linears;
  const bias = biasOf(linear);
  if (bias !== undefined) ofShape(found, bias.name, [linear.shape[0]]);
  const strangers = rest.filter((tensor) => ![embedding, linear, bias].includes(tensor));
  if (strangers.length > 0) {
    throw misfit(
      found,
      `it also holds ${strangers.slice(0, 4).map(described).join(", ")}${strangers.length > 4 ? ` and ${strangers.length - 4} more` : ""}`,
    );
  }
  return { embedding, linear, bias };
}

function required({ fileName, tensors }: Found, name: string): NamedTensor {
  const tensor = tensors.get(name);
  if (tensor === undefined)
    throw new FormatError("not-this-network", `${fileName} has no ${visible(name)}, a part of its nn.LSTM.`);
  return tensor;
}

function ofShape(found: Found, name: string, shape: readonly number[]): NamedTensor {
  const tensor = required(found, name);
  if (tensor.shape.join() === shape.join()) return tensor;
  throw misfit(found, `${described(tensor)} should have the shape [${shape.join(", ")}]`);
}

function described({ name, shape }: NamedTensor): string {
  return `${visible(name)} [${shape.join(", ")}]`;
}

/** A name from a file as a terminal may show it. */
function visible(name: string): string {
  return name.slice(0, 80).replace(/[^\x20-\x7e]/g, "?");
}

function misfit({ fileName }: Found, problem: string): FormatError {
  return new FormatError(
    "not-this-network",
    `${fileName} is not the state dict of an nn.Embedding, an nn.LSTM and an nn.Linear: ${problem}.`,
  );
}
