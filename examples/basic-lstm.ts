/**
 * The article's basic demo: token ids through an embedding and an LSTM, first one by one, then as one sequence of layers.
 *
 *     npx tsx examples/basic-lstm.ts        (or any TypeScript runner; Node 22.18 and later runs it as it is)
 */
import { Embedding, idTensor, Lstm, Sequential } from "@starcast/core";

const ids = idTensor([
  [1, 2, 12, 34, 56, 78, 90, 80],
  [12, 45, 99, 67, 6, 23, 77, 82],
  [3, 24, 6, 99, 12, 56, 21, 22],
]);
const embedding = new Embedding({ numEmbeddings: 100, embeddingSize: 7, paddingIndex: 0 });
const lstm = new Lstm({ inputSize: 7, hiddenSize: 3 });

const embedded = embedding.forward(ids);
const { output, hidden, cell } = lstm.forward(embedded);
const shape = (tensor: { readonly shape: readonly number[] }) => tensor.shape.join("x");
console.log(`ids ${shape(ids)}, embedded ${shape(embedded)}`);
console.log(`output ${shape(output)}, last hidden state ${shape(hidden)}, cell state ${shape(cell)}`);

const model = new Sequential(embedding, lstm);
const again = model.forward(ids);
console.log(
  `as one sequence: output ${shape(again.output)}, same numbers: ${again.output.data.every((value, n) => value === output.data[n])}`,
);
