/** Embedding rows of the tokens of a block, and the gradient of the table summed by token. */
import { type Arena, embeddingBlock, type Kernels } from "../../kernels/index.js";
import { type FeatureRows, partRows } from "../notation.js";
import type { Block } from "./block.js";
import type { DropoutMask } from "./dropout.js";

/** Memory of one thread. Pointers. */
export interface EmbeddingWorkspace {
  readonly record: number;
  /** [step][padded element][lane] */
  readonly output: number;
  /** The same layout; 0 when the table does not learn. */
  readonly outputGradient: number;
}

/** Where the tokens of a batch lie. Pointers. */
export interface BatchTokens {
  /** [position] token ids, text after text. */
  readonly ids: number;
  /** [lane] position of each text's first token. */
  readonly starts: number;
  /** [position][padded element], gradients of the embedded words. */
  readonly gradientRows: number;
}

/** Dropout of single elements and of whole word types. */
export interface EmbeddingMasks {
  readonly embedding: DropoutMask;
  readonly word: DropoutMask;
}

export class BlockEmbedding {
  readonly outputRows: FeatureRows;
  readonly #table: number;
  readonly #learns: boolean;
  readonly #zeros: number;

  /** @param options.table pointer to the embedding matrix, [vocabularySize][size]. */
  constructor(arena: Arena, options: { readonly table: number; readonly size: number; readonly learns: boolean }) {
    this.outputRows = { parts: 1, size: options.size };
    this.#table = options.table;
    this.#learns = options.learns;
    this.#zeros = arena.words(this.paddedSize);
  }

  get paddedSize(): number {
    return partRows(this.outputRows);
  }

  workspace(arena: Arena, lanes: number, maxLength: number): EmbeddingWorkspace {
    const words = maxLength * this.paddedSize * lanes;
    return {
      record: arena.words(embeddingBlock.bytes / 4),
      output: arena.words(words),
      outputGradient: this.#learns ? arena.words(words) : 0,
    };
  }

  /** Bytes from one step to the next in the workspace's arrays. */
  step(block: Block): number {
    return this.paddedSize * block.stride;
  }

  forward(
    kernels: Kernels,
    workspace: EmbeddingWorkspace,
    block: Block,
    tokens: BatchTokens,
    masks: EmbeddingMasks,
  ): void {
    this.#write(kernels, workspace, block, tokens, masks);
    kernels.run.embeddingForward(workspace.record);
  }

  /** Moves `workspace.outputGradient` into the batch's gradient rows; the same masks as in `forward`. */
  backward(
    kernels: Kernels,
    workspace: EmbeddingWorkspace,
    block: Block,
    tokens: BatchTokens,
    masks: EmbeddingMasks,
  ): void {
    this.#write(kernels, workspace, block, tokens, masks);
    kernels.run.embeddingBackward(workspace.record);
  }

  #write(
    kernels: Kernels,
    workspace: EmbeddingWorkspace,
    block: Block,
    tokens: BatchTokens,
    masks: EmbeddingMasks,
  ): void {
    const step = this.step(block);
    embeddingBlock.write(kernels, workspace.record, {
      table: this.#table,
      size: this.outputRows.size,
      paddedSize: this.paddedSize,
      ids: tokens.ids,
      starts: tokens.starts,
      lengths: block.lengths,
      active: block.active,
      inputActive: block.inputActive,
      steps: block.steps,
      stride: block.stride,
      output: workspace.output,
      outputStep: step,
      zeros: this.#zeros,
      ...masks.embedding,
      wordDropThreshold: masks.word.dropThreshold,
      wordKeepScale: masks.word.keepScale,
      wordKey0: masks.word.key0,
      wordKey1: masks.word.key1,
      outputGradient: workspace.outputGradient,
      outputGradientStep: step,
      gradientRows: tokens.gradientRows,
    });
  }
}
