/** The embedding layer over tensors. */
import { OptionError } from "../../errors.js";
import type { Arena } from "../../kernels/index.js";
import { Random } from "../../random.js";
import { type Block, writeBlock } from "../blocks/block.js";
import { noDropout } from "../blocks/dropout.js";
import { BlockEmbedding, type EmbeddingWorkspace } from "../blocks/embedding.js";
import type { Parameters } from "../blocks/parameters.js";
import { TokenGroups } from "../blocks/tokenGroups.js";
import { roundUp } from "../notation.js";
import { fillNormal } from "./initialise.js";
import { type LaneSequence, readLanes, writeLanes } from "./lanes.js";
import {
  addGradients,
  type Bench,
  BenchKeeper,
  type Layer,
  loadParameters,
  makeParameters,
  type Parameter,
  planParameters,
} from "./layer.js";
import { checkShape, type IdTensor, type Tensor } from "./tensor.js";

/** Options of {@link Embedding}. */
export interface EmbeddingOptions {
  /** Number of tokens, V. */
  readonly numEmbeddings: number;
  /** Numbers a token, E. */
  readonly embeddingSize: number;
  /** This token's row is zero and has no gradient. */
  readonly paddingIndex?: number;
  /** No gradient at all, as for pretrained vectors; false by default. */
  readonly frozen?: boolean;
  /** Pretrained rows, [numEmbeddings][embeddingSize]; drawn from N(0, 1) when absent. */
  readonly weight?: Tensor;
  /** Seed of the initial weights; 1 by default. */
  readonly seed?: number;
}

const withoutDropout = { embedding: noDropout, word: noDropout };

interface EmbeddingPlan {
  readonly parameters: Parameters;
  readonly embedding: BlockEmbedding;
  readonly workspace: EmbeddingWorkspace;
  readonly ids: number;
  readonly starts: number;
  readonly lengths: number;
  readonly active: number;
  readonly blockStarts: number;
  readonly gradientRows: number;
  readonly tokenRows: number;
  readonly groups: TokenGroups;
}

interface EmbeddingCall {
  readonly bench: Bench<EmbeddingPlan>;
  readonly block: Block;
  readonly order: Uint32Array;
  readonly shape: readonly [number, number];
}

/** Token ids, [rows][steps], to their rows of the weight, [rows][steps][embeddingSize]. */
export class Embedding implements Layer<IdTensor, Tensor, Tensor, void> {
  /** `weight`; it is not trained when frozen. */
  readonly parameters: readonly Parameter[];
  readonly #weight: Parameter;
  readonly #options: EmbeddingOptions;
  readonly #keeper = new BenchKeeper<EmbeddingPlan>();
  #call: EmbeddingCall | undefined;

  constructor(options: EmbeddingOptions) {
    const { numEmbeddings, embeddingSize, paddingIndex, weight, seed = 1 } = options;
    this.#options = options;
    const [parameter] = makeParameters([{ name: "weight", shape: [numEmbeddings, embeddingSize] }]);
    this.#weight = parameter;
    if (weight) {
      checkShape("The weight of an embedding", weight.shape, parameter.value.shape);
      parameter.value.data.set(weight.data);
    } else {
      fillNormal(parameter, new Random(seed, "initial embedding"));
    }
    if (paddingIndex !== undefined) {
      parameter.value.data.fill(0, paddingIndex * embeddingSize, (paddingIndex + 1) * embeddingSize);
    }
    this.parameters = options.frozen ? [] : [parameter];
  }

  /** The weight, [numEmbeddings][embeddingSize], frozen or not. */
  get weight(): Tensor {
    return this.#weight.value;
  }

  /** @throws {OptionError} `unknown-token` for an id outside 0 to numEmbeddings - 1. */
  forward(ids: IdTensor): Tensor {
    const [rows, steps] = ids.shape;
    const { numEmbeddings, embeddingSize } = this.#options;
    const wrong = ids.data.findIndex((id) => !(id >= 0 && id < numEmbeddings));
    if (wrong >= 0) {
      throw new OptionError(
        "unknown-token",
        `Row ${Math.floor(wrong / steps)}, step ${wrong % steps} has the token id ${ids.data[wrong]}, but this embedding has ids 0 to ${numEmbeddings - 1}.`,
      );
    }
    const lanes = roundUp(rows, 8);
    const bench = this.#keeper.get(`${lanes} ${steps}`, (arena) => this.#plan(arena, lanes, steps));
    const { kernels, plan } = bench;
    loadParameters(kernels, plan.parameters, [this.#weight]);
    kernels.ints(plan.ids, ids.data.length).set(ids.data);
    kernels.ints(plan.starts, rows).set(Int32Array.from({ length: rows }, (_, row) => row * steps));
    const block = writeBlock(kernels, new Int32Array(rows).fill(steps), { ...plan, lanes });
    plan.embedding.forward(kernels, plan.workspace, block, plan, withoutDropout);
    const order = Uint32Array.from({ length: rows }, (_, row) => row);
    this.#call = { bench, block, order, shape: ids.shape };
    const sequence = this.#sequence(plan, plan.workspace.output, block);
    return readLanes(kernels, sequence, block, order, [rows, steps, embeddingSize], steps);
  }

  /** Adds to the weight's gradient; token ids have none. @throws {OptionError} `no-forward` before the first forward pass. */
  backward(outputGradient: Tensor): void {
    const call = this.#call;
    if (!call) throw new OptionError("no-forward", "backward needs a forward pass before it.");
    if (this.#options.frozen) return;
    const { embeddingSize, paddingIndex = -1 } = this.#options;
    const [rows, steps] = call.shape;
    checkShape("The gradient of embedded tokens", outputGradient.shape, [rows, steps, embeddingSize]);
    const { kernels, plan } = call.bench;
    const sequence = this.#sequence(plan, plan.workspace.outputGradient, call.block);
    writeLanes(kernels, outputGradient, sequence, call.block, call.order, steps);
    loadParameters(kernels, plan.parameters, [this.#weight]);
    const { groups, gradientRows } = plan;
    kernels.ints(plan.blockStarts, 2).set([0, rows * steps]);
    groups.group(kernels, { ...plan, blocks: 1 });
    groups.clearBlock(kernels, 0, gradientRows, 4 * plan.embedding.paddedSize);
    plan.embedding.backward(kernels, plan.workspace, call.block, plan, withoutDropout);
    const gradient = plan.parameters.gradient("weight");
    const padded = plan.embedding.paddedSize;
    const { tokens, starts, order } = groups;
    const count = groups.count(kernels);
    kernels.run.sumTokenRows(
      gradient,
      embeddingSize,
      gradientRows,
      padded,
      tokens,
      starts,
      order,
      0,
      count,
      paddingIndex,
    );
    addGradients(kernels, plan.parameters, this.parameters);
  }

  #plan(arena: Arena, lanes: number, steps: number): EmbeddingPlan {
    const { numEmbeddings, embeddingSize } = this.#options;
    const parameters = planParameters(arena, [this.#weight]);
    const table = parameters.value("weight");
    const embedding = new BlockEmbedding(arena, { table, size: embeddingSize, learns: true });
    const groups = new TokenGroups(arena, { vocabularySize: numEmbeddings, maxPositions: lanes * steps, maxBlocks: 1 });
    return {
      parameters,
      embedding,
      workspace: embedding.workspace(arena, lanes, steps),
      ids: arena.words(lanes * steps),
      starts: arena.words(lanes),
      lengths: arena.words(lanes),
      active: arena.words(steps),
      blockStarts: arena.words(2),
      gradientRows: arena.words(groups.maxRows * embedding.paddedSize),
      tokenRows: groups.rows,
      groups,
    };
  }

  #sequence(plan: EmbeddingPlan, pointer: number, block: Block): LaneSequence {
    return { pointer, step: plan.embedding.step(block), rows: plan.embedding.outputRows };
  }
}
