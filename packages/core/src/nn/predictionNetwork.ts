/** Networks that only predict. */
import { LstmNetwork, startEngine } from "./lstmNetwork.js";
import type { Network, NetworkConfig, NetworkOptions } from "./network.js";

/** Rows that a network which only predicts works on at once. */
const predictionRows = 256;

/**
 * A network for predictions; its weights are zero until `loadStateDict`.
 *
 * @throws {EngineError} when the engine lacks SIMD or memory.
 */
export async function createNetwork(config: NetworkConfig, options: NetworkOptions): Promise<Network> {
  const engine = await startEngine(config, undefined, { ...options, maxRows: predictionRows });
  return new LstmNetwork(config, engine, options.maxLength);
}
