/** The article's basic demo, made small enough to be followed by eye: 8 tokens, vectors of 7, an LSTM of 3 units. */
import { Embedding, idTensor, Lstm, traceDirection } from "@starcast/core";
import type { Demo } from "../protocol.js";

const sizes = { tokens: 100, features: 7, units: 3 } as const;

const embedding = new Embedding({ numEmbeddings: sizes.tokens, embeddingSize: sizes.features, paddingIndex: 0 });
const lstm = new Lstm({ inputSize: sizes.features, hiddenSize: sizes.units });

/** Runs the demo on token ids from 0 to 99. */
export function runDemo(ids: readonly number[]): Demo {
  const { data } = embedding.forward(idTensor([[...ids]]));
  const embedded = ids.map((_, step) => data.slice(step * sizes.features, (step + 1) * sizes.features));
  const [weightInput, weightHidden, biasInput, biasHidden] = lstm.parameters.map(({ value }) => value.data);
  const trace = traceDirection({ weightInput, weightHidden, biasInput, biasHidden }, embedded, { reverse: false });
  return { embedded, trace };
}
