import { compareTraining } from "../support/training.mjs";
import { fixed } from "../support/trainings.mjs";

export const description =
  "One training epoch of the recipe `fixed` (70 steps, batch 5000), against PyTorch and TensorFlow.js";

/** @type {import("../support/types.js").Benchmark["run"]} */
export function run(options) {
  return compareTraining(
    {
      work: "one training epoch of `fixed`: 18,789 reviews of 70 tokens, batch 5000, Adam",
      training: fixed,
      recipe: "fixed",
      peers: [
        { product: "PyTorch", lengthsBy: "none", tuned: false },
        { product: "PyTorch, tuned", lengthsBy: "none", tuned: true },
      ],
    },
    options,
  );
}
