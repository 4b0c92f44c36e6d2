import { compareTraining } from "../support/training.mjs";
import { bidirectional } from "../support/trainings.mjs";

export const description = "One training epoch of a bidirectional LSTM in batches of 64 by length, against PyTorch";

/** @type {import("../support/types.js").Benchmark["run"]} */
export function run(options) {
  const { rounds } = options;
  return compareTraining(
    {
      work: "one training epoch, bidirectional, embedding and hidden 64, mean and max pooling, dropout by word type, batches of 64 by length, Adam",
      training: bidirectional,
      recipe: "bidirectional",
      peers: [
        { product: "PyTorch, packed, tuned", lengthsBy: "packed", tuned: true, maxRounds: rounds },
        { product: "PyTorch, padded, tuned", lengthsBy: "mask", tuned: true, maxRounds: rounds },
      ],
    },
    options,
  );
}
