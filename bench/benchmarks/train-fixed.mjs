import { compareTraining } from "../support/training.mjs";

export const description = "One training epoch of the recipe `fixed` (70 steps, batch 5000), against PyTorch";

/** @type {import("../support/types.js").Benchmark["run"]} */
export function run(options) {
  return compareTraining(
    {
      work: "one training epoch of `fixed`: 18,789 reviews of 70 tokens, batch 5000, Adam",
      recipe: "fixed",
      starcast: { trueLengths: false, dropout: 0.2, learningRate: 0.01 },
      peers: [
        { product: "PyTorch", lengthsBy: "none", tuned: false },
        { product: "PyTorch, tuned", lengthsBy: "none", tuned: true },
      ],
    },
    options,
  );
}
