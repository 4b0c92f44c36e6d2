/** PyTorch's default initial weights, from a seed. */
import type { Kernels } from "../kernels/index.js";
import { Random } from "../random.js";
import type { ParameterSlot, Parameters } from "./blocks/parameters.js";
import type { NetworkConfig } from "./network.js";

/**
 * Fills all parameters: the embedding from N(0, 1) with the padding row zero, the LSTM uniform within
 * +-1/sqrt(hiddenSize), the linear layer uniform within +-1/sqrt(its inputs) (`reset_parameters` of PyTorch's
 * Embedding, LSTM and Linear). Every parameter draws from a stream of its own name.
 */
export function initialiseParameters(
  kernels: Kernels,
  parameters: Parameters,
  config: NetworkConfig,
  seed: number,
): void {
  for (const slot of parameters.slots) {
    const values = parameters.values + 4 * slot.offset;
    const random = new Random(seed, `initial ${slot.name}`);
    const key0 = random.uint32();
    const key1 = random.uint32();
    if (slot.name === "embeddings.weight") {
      kernels.run.fillNormal(values, slot.count, key0, key1);
      kernels.run.clear(values, 4 * config.embeddingSize);
    } else {
      const bound = 1 / Math.sqrt(fanIn(slot, config, parameters));
      kernels.run.fillUniform(values, slot.count, -bound, bound, key0, key1);
    }
  }
}

function fanIn(slot: ParameterSlot, config: NetworkConfig, parameters: Parameters): number {
  if (slot.name.startsWith("linear.")) return parameters.slot("linear.weight").shape[1];
  return config.hiddenSize;
}
