/** PyTorch's default initial weights, from a seed. */
import type { Kernels } from "../kernels/index.js";
import { Random } from "../random.js";
import type { ParameterSlot, Parameters } from "./blocks/parameters.js";
import type { NetworkConfig } from "./network.js";

/**
 * Fills all parameters: the embedding from a normal distribution with the padding row zero, the LSTM uniform within
 * +-1/sqrt(hiddenSize), the linear layers, attention's too, uniform within +-1/sqrt(their inputs)
 * (`reset_parameters` of PyTorch's Embedding, LSTM and Linear). Every parameter draws from a stream of its own name. Outputs that share their weights
 * begin as falling thresholds at a distance of 1.
 *
 * @param options.embeddingDeviation standard deviation of the embedding's numbers; 1 when absent.
 */
export function initialiseParameters(
  kernels: Kernels,
  parameters: Parameters,
  config: NetworkConfig,
  options: { readonly seed: number; readonly embeddingDeviation?: number },
): void {
  const { seed, embeddingDeviation = 1 } = options;
  for (const slot of parameters.slots) {
    const values = parameters.values + 4 * slot.offset;
    const random = new Random(seed, `initial ${slot.name}`);
    const key0 = random.uint32();
    const key1 = random.uint32();
    if (slot.name === "embeddings.weight") {
      kernels.run.fillNormal(values, slot.count, key0, key1);
      kernels.run.clear(values, 4 * config.embeddingSize);
      if (embeddingDeviation !== 1) scale(kernels.floats(values, slot.count), embeddingDeviation);
    } else if (slot.name === "linear.bias" && config.sharedOutputWeights) {
      const highest = (config.outputSize - 1) / 2;
      kernels.floats(values, slot.count).forEach((_, output, biases) => {
        biases[output] = highest - output;
      });
    } else {
      const bound = 1 / Math.sqrt(fanIn(slot, config, parameters));
      kernels.run.fillUniform(values, slot.count, -bound, bound, key0, key1);
    }
  }
}

function scale(values: Float32Array, factor: number): void {
  for (let index = 0; index < values.length; index++) values[index] *= factor;
}

function fanIn(slot: ParameterSlot, config: NetworkConfig, parameters: Parameters): number {
  if (slot.name.startsWith("linear.")) return parameters.slot("linear.weight").shape[1];
  if (slot.name === "attention.weight" || slot.name === "attention.bias") {
    return parameters.slot("attention.weight").shape[1];
  }
  return config.hiddenSize;
}
