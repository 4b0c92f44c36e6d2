/**
 * From token ids to what the first LSTM layer reads, and the gradients back. Where the training allows it, the input's
 * part of the gates is computed once for each distinct token of a batch; otherwise tokens are embedded step by step.
 */
import type { Arena, Kernels } from "../kernels/index.js";
import type { BatchPlan } from "./batchPlan.js";
import type { Block } from "./blocks/block.js";
import { type DropoutMask, noDropout } from "./blocks/dropout.js";
import { BlockEmbedding, type EmbeddingMasks, type EmbeddingWorkspace } from "./blocks/embedding.js";
import { directionNames, type StackInput } from "./blocks/lstmStack.js";
import type { Parameters } from "./blocks/parameters.js";
import type { TokenGroups } from "./blocks/tokenGroups.js";
import { type ProjectionWorkspace, TokenProjection } from "./blocks/tokenProjection.js";
import type { NetworkConfig, TrainerConfig } from "./network.js";
import type { FeatureRows } from "./notation.js";

/** Most memory that projecting tokens may take: beyond it, as in huge batches, the input is multiplied step by step. */
const maxProjectionBytes = 256e6;

/** Shares into which work over the tokens of a batch is cut, whatever the number of threads. */
const tokenShares = 8;

/** Memory of one thread: one of the two. */
export interface TextInputWorkspace {
  readonly embedding?: EmbeddingWorkspace;
  readonly projection?: ProjectionWorkspace;
}

/** Work that any thread may do. */
export type Job = (kernels: Kernels) => void;

export interface TextInputOptions {
  readonly config: NetworkConfig;
  readonly trainer: TrainerConfig;
}

export class TextInput {
  readonly #batch: BatchPlan;
  readonly #config: NetworkConfig;
  readonly #tableGradient: number;
  readonly #embedding: BlockEmbedding | undefined;
  readonly #projection: TokenProjection | undefined;
  readonly #projected: StackInput | undefined;

  constructor(arena: Arena, parameters: Parameters, batch: BatchPlan, options: TextInputOptions) {
    const { config, trainer } = options;
    const { vocabularySize, embeddingSize, hiddenSize } = config;
    this.#batch = batch;
    this.#config = config;
    const learns = !trainer.freezeEmbedding;
    const table = parameters.value("embeddings.weight");
    this.#tableGradient = learns ? parameters.gradient("embeddings.weight") : 0;
    if (projectsTokens(options, batch.maxPositions)) {
      this.#projection = new TokenProjection(arena, parameters, {
        table,
        tableGradient: this.#tableGradient,
        vocabularySize,
        embeddingSize,
        hiddenSize,
        directions: reverses(config).map((reverse) => directionNames("lstm.", 0, reverse)),
        maxPositions: batch.maxPositions,
        maxBlocks: batch.maxBlocks,
        shares: tokenShares,
      });
      this.#projected = { values: 0, step: 0, gradient: 0, projected: this.#projection.output };
    } else {
      this.#embedding = new BlockEmbedding(arena, { table, size: embeddingSize, learns });
      if (learns) batch.planTokenGradients(arena, vocabularySize, this.#embedding.paddedSize);
    }
  }

  /** How the features of the LSTM's input lie; undefined when they come projected. */
  get outputRows(): FeatureRows | undefined {
    return this.#embedding?.outputRows;
  }

  workspace(arena: Arena, lanes: number, maxLength: number): TextInputWorkspace {
    return {
      embedding: this.#embedding?.workspace(arena, lanes, maxLength),
      projection: this.#projection?.workspace(arena),
    };
  }

  /** Writes constants; once, when the memory exists. */
  initialise(kernels: Kernels): void {
    this.#projection?.initialise(kernels);
  }

  /** Independent jobs that bring packed weights up to date; after every change of the parameters. */
  get packJobs(): Job[] {
    const projection = this.#projection;
    if (!projection) return [];
    return Array.from(
      { length: projection.directionCount },
      (_, part) => (kernels: Kernels) => projection.pack(kernels, part),
    );
  }

  /**
   * Finds the distinct tokens of the batch. Where each is computed once, those that `mask` drops are not computed at all.
   *
   * @returns the number of `projectTokens` tasks to be done before its blocks.
   */
  groupTokens(kernels: Kernels, mask: DropoutMask): number {
    const { groups } = this;
    if (groups) this.#batch.groupTokens(kernels, groups, this.#projection ? mask : noDropout);
    return this.#projection?.blockCount(kernels) ?? 0;
  }

  /** Task: projections of one block of tokens. @param mask as in `groupTokens`. */
  projectTokens(kernels: Kernels, workspace: TextInputWorkspace, index: number, mask: DropoutMask): void {
    if (workspace.projection) this.#projection?.projectBlock(kernels, workspace.projection, index, mask.keepScale);
  }

  forward(
    kernels: Kernels,
    workspace: TextInputWorkspace,
    block: Block,
    blockIndex: number,
    masks: EmbeddingMasks,
  ): void {
    if (!workspace.embedding) return;
    this.#embedding?.forward(kernels, workspace.embedding, block, this.#batch.tokensOf(blockIndex), masks);
  }

  /** What the LSTM reads, and where it leaves its gradient. */
  stackInput(workspace: TextInputWorkspace, block: Block): StackInput {
    if (this.#projected) return this.#projected;
    const { output, outputGradient } = workspace.embedding ?? { output: 0, outputGradient: 0 };
    const step = this.#embedding?.step(block) ?? 0;
    return { values: output, step, gradient: outputGradient, skipsPadding: true };
  }

  /** Sets to zero what a block's backward pass adds to; before it. */
  clearGradients(kernels: Kernels, blockIndex: number): void {
    if (this.#projection) this.#projection.clearGradients(kernels, blockIndex);
    else this.#batch.clearTokenGradients(kernels, blockIndex);
  }

  /** Moves the gradients of a block's embedded tokens to where `tokenGradients` sums them. */
  backward(
    kernels: Kernels,
    workspace: TextInputWorkspace,
    block: Block,
    blockIndex: number,
    masks: EmbeddingMasks,
  ): void {
    if (!workspace.embedding || this.#tableGradient === 0) return;
    this.#embedding?.backward(kernels, workspace.embedding, block, this.#batch.tokensOf(blockIndex), masks);
  }

  /** The number of `tokenGradients` tasks after the backward pass of all blocks. */
  tokenShares(kernels: Kernels): number {
    if (this.#projection) return this.#projection.sharesInUse(kernels);
    return this.#tableGradient === 0 ? 0 : tokenShares;
  }

  /** Task: gradients of the embedding, and of projected input weights, from a share of the batch's tokens. */
  tokenGradients(kernels: Kernels, workspace: TextInputWorkspace, share: number, mask: DropoutMask): void {
    if (workspace.projection) this.#projection?.backwardShare(kernels, workspace.projection, share, mask.keepScale);
    else {
      const part = { index: share, count: tokenShares };
      this.#batch.sumTokens(kernels, this.#tableGradient, this.#config.embeddingSize, part);
    }
  }

  /** Independent jobs that finish the gradients of projected input weights, after all `tokenGradients`. */
  get reduceJobs(): Job[] {
    const projection = this.#projection;
    if (!projection) return [];
    return Array.from(
      { length: projection.directionCount },
      (_, part) => (kernels: Kernels) => projection.reduceGradients(kernels, part),
    );
  }

  /** The distinct tokens of the batch, where gradients are summed by token. */
  get groups(): TokenGroups | undefined {
    return this.#projection?.groups ?? this.#batch.gradientGroups;
  }
}

/** Whether the input's part is computed once a token: no element of an embedded word is dropped alone, and there is room. */
function projectsTokens({ config, trainer }: TextInputOptions, maxPositions: number): boolean {
  if (trainer.embeddingDropout > 0) return false;
  const { vocabularySize, hiddenSize } = config;
  const directions = reverses(config).length;
  return TokenProjection.bytes({ vocabularySize, maxPositions, hiddenSize, directions }) <= maxProjectionBytes;
}

/** Of each direction, whether it runs backwards. */
function reverses({ bidirectional }: NetworkConfig): readonly boolean[] {
  return bidirectional ? [false, true] : [false];
}
