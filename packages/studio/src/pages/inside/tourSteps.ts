import type { Demo } from "../../protocol.js";

/** What a step of the tour shows: rows of numbers over the tokens. */
export interface TourStep {
  readonly title: string;
  readonly text: string;
  readonly formula?: string;
  readonly rows: (demo: Demo) => readonly { readonly name: string; readonly values: ArrayLike<number> }[];
  /** The value of the strongest colour. */
  readonly most: number;
}

/** One row a unit, out of [steps][units]. */
function unitsOf(name: string, values: Float32Array, units: number) {
  return Array.from({ length: units }, (_, unit) => ({
    name: `${name} ${unit + 1}`,
    values: values.filter((_value, index) => index % units === unit),
  }));
}

/** The tour, from tokens to the hidden state; the notation is that of the equations in the documentation. */
export const tourSteps: readonly TourStep[] = [
  {
    title: "Tokens become vectors",
    text: "A text is a row of numbers of words, here eight of a hundred. The embedding has seven numbers for each of the hundred, by chance before it is trained: its row is what the LSTM reads. Change a token and see its column change; number 0 is padding, all zeros.",
    rows: ({ embedded }) =>
      Array.from({ length: embedded[0]?.length ?? 0 }, (_, feature) => ({
        name: `x ${feature + 1}`,
        values: embedded.map((vector) => vector[feature]),
      })),
    most: 2.5,
  },
  {
    title: "The forget gate",
    text: "At each token every unit asks: how much of my memory do I keep? 1 keeps all, 0 wipes it. The answer depends on the token and on what the network showed one step before. Untrained gates stand near one half; trained ones learn to open and shut.",
    formula: "f = sigmoid(W x + U h + b)",
    rows: ({ trace }) => unitsOf("f", trace.forgetGate, trace.hiddenSize),
    most: 1,
  },
  {
    title: "The input gate and what it lets in",
    text: "The candidate g is what the token would write into memory, between −1 and 1. The input gate i says how much of it is written. A word that tells nothing finds it shut.",
    formula: "i = sigmoid(…),  g = tanh(…)",
    rows: ({ trace }) => [
      ...unitsOf("i", trace.inputGate, trace.hiddenSize),
      ...unitsOf("g", trace.candidate, trace.hiddenSize),
    ],
    most: 1,
  },
  {
    title: "The memory",
    text: "The cell is what is kept of the old memory plus what is let in. Nothing multiplies it on its way but the forget gate: that is why an LSTM can remember a “not” over many words, where simpler networks lose it.",
    formula: "c = f · c before + i · g",
    rows: ({ trace }) => unitsOf("c", trace.cell, trace.hiddenSize),
    most: 1,
  },
  {
    title: "The output gate, and what is shown",
    text: "The output gate o decides how much of the memory is shown: to the next step, and to the layer that turns it into a rating. The last column is all that a plain LSTM tells about the whole text.",
    formula: "h = o · tanh(c)",
    rows: ({ trace }) => [
      ...unitsOf("o", trace.outputGate, trace.hiddenSize),
      ...unitsOf("h", trace.hidden, trace.hiddenSize),
    ],
    most: 1,
  },
];
