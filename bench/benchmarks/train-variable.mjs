import { compareTraining } from "../support/training.mjs";
import { variable } from "../support/trainings.mjs";

export const description = "One training epoch of the recipe `variable` (true lengths, batch 5000), against PyTorch";

/** @type {import("../support/types.js").Benchmark["run"]} */
export function run(options) {
  return compareTraining(
    {
      work: "one training epoch of `variable`: 18,789 reviews of up to 70 tokens at their true lengths, batch 5000, Adam",
      training: variable,
      recipe: "variable",
      peers: [
        { product: "PyTorch, all 70 steps, tuned", lengthsBy: "pick", tuned: true },
        { product: "PyTorch, packed", lengthsBy: "packed", tuned: false, maxRounds: 2 },
      ],
    },
    options,
  );
}
