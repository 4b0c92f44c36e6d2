/** What happens inside an LSTM while it reads: the gates and the states after every word. */
import type { RatingModel } from "../model/ratingModel.js";
import { membersOf } from "../nn/index.js";
import { encodeTokens, tokenSpans } from "../text/index.js";
import { exponential } from "../training/exponential.js";

/** Weights of one direction of one layer, under PyTorch's names, gates in the order input, forget, cell, output. */
export interface DirectionWeights {
  /** `weight_ih`, [4 * hiddenSize][inputSize]. */
  readonly weightInput: ArrayLike<number>;
  /** `weight_hh`, [4 * hiddenSize][hiddenSize]. */
  readonly weightHidden: ArrayLike<number>;
  /** `bias_ih`, [4 * hiddenSize]. */
  readonly biasInput: ArrayLike<number>;
  /** `bias_hh`, [4 * hiddenSize]. */
  readonly biasHidden: ArrayLike<number>;
}

/** All that one direction of a layer computed, each [steps][hiddenSize], in the order of the text. */
export interface DirectionTrace {
  readonly hiddenSize: number;
  /** The direction read from the last step to the first. */
  readonly reverse: boolean;
  /** How much of the candidate is let into the cell, 0 to 1. */
  readonly inputGate: Float32Array;
  /** How much of the cell before is kept, 0 to 1. */
  readonly forgetGate: Float32Array;
  /** What the step would write, -1 to 1. */
  readonly candidate: Float32Array;
  /** How much of the cell is shown, 0 to 1. */
  readonly outputGate: Float32Array;
  /** The memory after the step. */
  readonly cell: Float32Array;
  /** What the step tells the next step and the next layer, -1 to 1. */
  readonly hidden: Float32Array;
}

/** A word that was read. */
export interface TracedWord {
  /** As it stands in the text: `text.slice(start, end)`. */
  readonly text: string;
  /** In UTF-16 code units. */
  readonly start: number;
  readonly end: number;
  /** As the model reads it. */
  readonly token: string;
  readonly known: boolean;
}

/** How a model's network read a text. */
export interface TextTrace {
  readonly words: readonly TracedWord[];
  /** Layer by layer, forward before reverse; one step a word. */
  readonly directions: readonly DirectionTrace[];
}

/**
 * Reads a text with one of a model's networks and keeps what its gates and states were after each word: by the equations
 * i, f, o = sigmoid, g = tanh of W_ih x + b_ih + W_hh h + b_hh; c' = f c + i g; h' = o tanh(c') (Hochreiter and
 * Schmidhuber 1997; notation of PyTorch's `nn.LSTM`), in double precision and with the same bits in every engine. The
 * engine's own arithmetic differs from it in the last bits of 32.
 *
 * @param options.member which of the networks that answer together, from 0; default 0.
 * @throws {DataError} `empty-text` or `text-too-long`, as `RatingModel.predict` does.
 * @throws {RangeError} when the model has no such member.
 */
export function traceText(model: RatingModel, text: string, options: { readonly member?: number } = {}): TextTrace {
  const { member = 0 } = options;
  const { config, vocabulary } = model;
  model.predict(text);
  const tensors = membersOf(config.network, model.weights())[member];
  if (tensors === undefined) {
    throw new RangeError(`The model has ${config.network.members ?? 1} networks, so there is no member ${member}.`);
  }
  const spans = tokenSpans(config.tokenizer, text).slice(0, config.maxLength);
  const tokens = spans.map(({ token }) => token);
  const weights = new Map(tensors.map(({ name, data }) => [name, data]));
  const { embeddingSize, numLayers, bidirectional } = config.network;
  const table = weights.get("embeddings.weight") as Float32Array;
  // Padding that the network reads is read here as well, and left out of what is told.
  let inputs: ArrayLike<number>[] = Array.from(encodeTokens(tokens, vocabulary, config), (id) =>
    table.subarray(id * embeddingSize, (id + 1) * embeddingSize),
  );
  const directions: DirectionTrace[] = [];
  for (let layer = 0; layer < numLayers; layer++) {
    const own = (bidirectional ? [false, true] : [false]).map((reverse) =>
      traceDirection(directionWeights(weights, layer, reverse), inputs, { reverse }),
    );
    directions.push(...own.map((trace) => firstSteps(trace, spans.length)));
    inputs = joinHidden(own, inputs.length);
  }
  const words = spans.map(({ token, start, end }) => ({
    text: text.slice(start, end),
    start,
    end,
    token,
    known: vocabulary.has(token),
  }));
  return { words, directions };
}

/**
 * Runs one direction of an LSTM layer from a state of zeros, and keeps its gates and states.
 *
 * @param inputs [steps][inputSize].
 */
export function traceDirection(
  weights: DirectionWeights,
  inputs: readonly ArrayLike<number>[],
  { reverse }: { readonly reverse: boolean },
): DirectionTrace {
  const hiddenSize = weights.biasInput.length / 4;
  const states = () => new Float32Array(inputs.length * hiddenSize);
  const gates = [states(), states(), states(), states()] as const;
  const [inputGate, forgetGate, candidate, outputGate] = gates;
  const [cells, hiddens] = [states(), states()];
  let hidden = new Float64Array(hiddenSize);
  const cell = new Float64Array(hiddenSize);
  for (let turn = 0; turn < inputs.length; turn++) {
    const step = reverse ? inputs.length - 1 - turn : turn;
    const sums = gateSums(weights, inputs[step], hidden);
    const next = new Float64Array(hiddenSize);
    for (let unit = 0; unit < hiddenSize; unit++) {
      const [i, f, g, o] = gates.map((_, kind) => {
        const sum = sums[kind * hiddenSize + unit];
        return kind === 2 ? hyperbolicTangent(sum) : sigmoid(sum);
      });
      cell[unit] = f * cell[unit] + i * g;
      next[unit] = o * hyperbolicTangent(cell[unit]);
      const at = step * hiddenSize + unit;
      [inputGate[at], forgetGate[at], candidate[at], outputGate[at]] = [i, f, g, o];
      cells[at] = cell[unit];
      hiddens[at] = next[unit];
    }
    hidden = next;
  }
  return { hiddenSize, reverse, inputGate, forgetGate, candidate, outputGate, cell: cells, hidden: hiddens };
}

/** W_ih x + b_ih + W_hh h + b_hh, [4 * hiddenSize]. */
function gateSums(weights: DirectionWeights, input: ArrayLike<number>, hidden: Float64Array): Float64Array {
  const { weightInput, weightHidden, biasInput, biasHidden } = weights;
  return Float64Array.from({ length: biasInput.length }, (_, row) => {
    let sum = biasInput[row] + biasHidden[row];
    for (let k = 0; k < input.length; k++) sum += weightInput[row * input.length + k] * input[k];
    for (let k = 0; k < hidden.length; k++) sum += weightHidden[row * hidden.length + k] * hidden[k];
    return sum;
  });
}

function sigmoid(x: number): number {
  return 1 / (1 + exponential(-x));
}

function hyperbolicTangent(x: number): number {
  return 1 - 2 / (exponential(2 * x) + 1);
}

function directionWeights(
  weights: ReadonlyMap<string, Float32Array>,
  layer: number,
  reverse: boolean,
): DirectionWeights {
  const get = (name: string) => weights.get(`lstm.${name}_l${layer}${reverse ? "_reverse" : ""}`) as Float32Array;
  return {
    weightInput: get("weight_ih"),
    weightHidden: get("weight_hh"),
    biasInput: get("bias_ih"),
    biasHidden: get("bias_hh"),
  };
}

/** The hidden states of the directions side by side, [steps][directions * hiddenSize]. */
function joinHidden(directions: readonly DirectionTrace[], steps: number): Float32Array[] {
  return Array.from({ length: steps }, (_, step) =>
    Float32Array.from(
      directions.flatMap(({ hidden, hiddenSize }) =>
        Array.from(hidden.subarray(step * hiddenSize, (step + 1) * hiddenSize)),
      ),
    ),
  );
}

function firstSteps(trace: DirectionTrace, steps: number): DirectionTrace {
  const cut = (states: Float32Array) => states.slice(0, steps * trace.hiddenSize);
  return {
    ...trace,
    inputGate: cut(trace.inputGate),
    forgetGate: cut(trace.forgetGate),
    candidate: cut(trace.candidate),
    outputGate: cut(trace.outputGate),
    cell: cut(trace.cell),
    hidden: cut(trace.hidden),
  };
}
