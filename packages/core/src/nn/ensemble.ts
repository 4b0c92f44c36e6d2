/**
 * Networks that answer together: the members of an ensemble, whose outputs are averaged, and a linear branch, whose
 * outputs are mixed with that mean.
 */
import { type ParameterShape, requireShapes } from "./blocks/parameters.js";
import type { Batch, NamedTensor, Network, NetworkConfig, NetworkOptions } from "./network.js";
import { createNetwork as createMember } from "./predictionNetwork.js";
import { parameterShapes as memberShapes } from "./program.js";
import { roundToInt8 } from "./quantize.js";
import { WideBranch, wideShapes } from "./wideBranch.js";

/** Names and shapes of all parameters of a network; those of an ensemble's members begin with `members.0.` and so on. */
export function parameterShapes(config: NetworkConfig): ParameterShape[] {
  return ensembleShapes(config, memberShapes(config));
}

/** {@link parameterShapes} for members with parameters of these shapes. */
export function ensembleShapes(config: NetworkConfig, ofMember: readonly ParameterShape[]): ParameterShape[] {
  const ofMembers =
    memberCount(config) === 1
      ? ofMember
      : memberNumbers(config).flatMap((member) => ofMember.map((shape) => ({ ...shape, name: nameOf(member, shape) })));
  return [...ofMembers, ...wideShapes(config)];
}

/**
 * A network for predictions, of as many members as the config says; its weights are zero until `loadStateDict`.
 *
 * @throws {EngineError} when the engine lacks SIMD or memory.
 */
export function createNetwork(config: NetworkConfig, options: NetworkOptions): Promise<Network> {
  return createEnsemble(config, {
    int8: options.weights === "int8",
    memberShapes: memberShapes(config),
    createMember: () => createMember(config, options),
  });
}

/** {@link createNetwork} from members that are made otherwise. */
export async function createEnsemble(
  config: NetworkConfig,
  options: {
    readonly int8?: boolean;
    /** Names and shapes of a member's parameters. */
    readonly memberShapes: readonly ParameterShape[];
    createMember(): Promise<Network>;
  },
): Promise<Network> {
  if (memberCount(config) === 1 && !config.wide) return options.createMember();
  const members: Network[] = [];
  try {
    while (members.length < memberCount(config)) members.push(await options.createMember());
  } catch (error) {
    for (const member of members) member.dispose();
    throw error;
  }
  const { int8 = false, memberShapes } = options;
  return new EnsembleNetwork(config, members, { int8, memberShapes });
}

/** The tensors of each member, under the names that they have in a network alone. */
export function membersOf(config: NetworkConfig, tensors: readonly NamedTensor[]): NamedTensor[][] {
  if (memberCount(config) === 1) return [tensors.filter(({ name }) => !isWide(name))];
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

/** The tensors of the linear branch. */
export function wideTensorsOf(tensors: readonly NamedTensor[]): NamedTensor[] {
  return tensors.filter(({ name }) => isWide(name));
}

function isWide(name: string): boolean {
  return name.startsWith("wide.");
}

class EnsembleNetwork implements Network {
  readonly config: NetworkConfig;
  readonly #members: readonly Network[];
  readonly #int8: boolean;
  readonly #memberShapes: readonly ParameterShape[];
  #wideTensors: readonly NamedTensor[];
  #wide: WideBranch | undefined;

  constructor(
    config: NetworkConfig,
    members: readonly Network[],
    { int8, memberShapes }: { readonly int8: boolean; readonly memberShapes: readonly ParameterShape[] },
  ) {
    this.config = config;
    this.#members = members;
    this.#int8 = int8;
    this.#memberShapes = memberShapes;
    this.#wideTensors = wideShapes(config).map(({ name, shape }) => ({
      name,
      shape,
      data: new Float32Array(shape.reduce((product, size) => product * size, 1)),
    }));
  }

  get memoryBytes(): number {
    const ofMembers = this.#members.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0);
    return this.#wideTensors.reduce((sum, { data }) => sum + data.byteLength, ofMembers);
  }

  forward(batch: Batch): Float32Array {
    const { outputSize } = this.config;
    const sums = new Float64Array(batch.rows.length * outputSize);
    for (const member of this.#members) {
      const outputs = member.forward(batch);
      for (let index = 0; index < sums.length; index++) sums[index] += outputs[index];
    }
    for (let index = 0; index < sums.length; index++) sums[index] /= this.#members.length;
    if (this.#wide && this.#wide.share > 0) this.#mix(this.#wide, batch, sums);
    return Float32Array.from(sums);
  }

  #mix(wide: WideBranch, { texts, rows }: Batch, means: Float64Array): void {
    const { outputSize } = this.config;
    const own = new Float64Array(outputSize);
    for (const [position, row] of rows.entries()) {
      wide.answer(texts, row, own);
      for (let output = 0; output < outputSize; output++) {
        const at = position * outputSize + output;
        means[at] = (1 - wide.share) * means[at] + wide.share * own[output];
      }
    }
  }

  stateDict(): NamedTensor[] {
    return [...joinMembers(this.#members.map((member) => member.stateDict())), ...this.#wideTensors];
  }

  loadStateDict(tensors: readonly NamedTensor[]): void {
    requireShapes(ensembleShapes(this.config, this.#memberShapes), tensors);
    const ofMembers = membersOf(this.config, tensors);
    const wide = wideTensorsOf(tensors);
    for (const [index, own] of ofMembers.entries()) this.#members[index].loadStateDict(own);
    if (!this.config.wide) return;
    this.#wideTensors = this.#int8 ? roundToInt8(wide) : wide;
    this.#wide = new WideBranch(this.#wideTensors);
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
