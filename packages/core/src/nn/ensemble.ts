/** Several networks of the same sizes that answer together: an ensemble, whose outputs are the mean of its members'. */
import type { ParameterShape } from "./blocks/parameters.js";
import { requireShapes } from "./blocks/parameters.js";
import type { Batch, NamedTensor, Network, NetworkConfig, NetworkOptions } from "./network.js";
import { createNetwork as createMember } from "./predictionNetwork.js";
import { parameterShapes as memberShapes } from "./program.js";

/** Names and shapes of all parameters of a network; those of an ensemble's members begin with `members.0.` and so on. */
export function parameterShapes(config: NetworkConfig): ParameterShape[] {
  const shapes = memberShapes(config);
  if (memberCount(config) === 1) return shapes;
  return memberNumbers(config).flatMap((member) => shapes.map((shape) => ({ ...shape, name: nameOf(member, shape) })));
}

/**
 * A network for predictions, of as many members as the config says; its weights are zero until `loadStateDict`.
 *
 * @throws {EngineError} when the engine lacks SIMD or memory.
 */
export async function createNetwork(config: NetworkConfig, options: NetworkOptions): Promise<Network> {
  if (memberCount(config) === 1) return createMember(config, options);
  const members: Network[] = [];
  try {
    while (members.length < memberCount(config)) members.push(await createMember(config, options));
  } catch (error) {
    for (const member of members) member.dispose();
    throw error;
  }
  return new EnsembleNetwork(config, members);
}

/** The tensors of each member, under the names that they have in a network alone. */
export function membersOf(config: NetworkConfig, tensors: readonly NamedTensor[]): NamedTensor[][] {
  if (memberCount(config) === 1) return [[...tensors]];
  return memberNumbers(config).map((member) => {
    const prefix = nameOf(member, { name: "" });
    return tensors.flatMap((tensor) =>
      tensor.name.startsWith(prefix) ? [{ ...tensor, name: tensor.name.slice(prefix.length) }] : [],
    );
  });
}

/** The tensors of an ensemble from those of its members, in order; of one member, its own. */
export function joinMembers(members: readonly (readonly NamedTensor[])[]): NamedTensor[] {
  if (members.length === 1) return [...members[0]];
  return members.flatMap((tensors, member) => tensors.map((tensor) => ({ ...tensor, name: nameOf(member, tensor) })));
}

class EnsembleNetwork implements Network {
  readonly config: NetworkConfig;
  readonly #members: readonly Network[];

  constructor(config: NetworkConfig, members: readonly Network[]) {
    this.config = config;
    this.#members = members;
  }

  get memoryBytes(): number {
    return this.#members.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0);
  }

  forward(batch: Batch): Float32Array {
    const sums = new Float64Array(batch.rows.length * this.config.outputSize);
    for (const member of this.#members) {
      const outputs = member.forward(batch);
      for (let index = 0; index < sums.length; index++) sums[index] += outputs[index];
    }
    const count = this.#members.length;
    return Float32Array.from(sums, (sum) => sum / count);
  }

  stateDict(): NamedTensor[] {
    return joinMembers(this.#members.map((member) => member.stateDict()));
  }

  loadStateDict(tensors: readonly NamedTensor[]): void {
    requireShapes(parameterShapes(this.config), tensors);
    for (const [index, own] of membersOf(this.config, tensors).entries()) this.#members[index].loadStateDict(own);
  }

  dispose(): void {
    for (const member of this.#members) member.dispose();
  }
}

function memberCount({ members = 1 }: NetworkConfig): number {
  return members;
}

function memberNumbers(config: NetworkConfig): number[] {
  return Array.from({ length: memberCount(config) }, (_, member) => member);
}

function nameOf(member: number, { name }: { readonly name: string }): string {
  return `members.${member}.${name}`;
}
