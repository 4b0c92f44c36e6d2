/** Embedding rows of the tokens of a block, and the gradient of the table summed by token. */
import { type Arena, embeddingBlock, type Kernels } from "../../kernels/index.js";
import { type FeatureRows, partRows } from "../notation.js";
import type { Block } from "./block.js";
import type { DropoutMask } from "./dropout.js";

/** Memory of one thread. Pointers. */
export interface EmbeddingWorkspace {
  readonly record: number;
  readonly fields: ReturnType<typeof embeddingBlock.fields>;
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
  /** [row][padded element], gradients of the embedded words, summed over a block's occurrences of each. */
  readonly gradientRows: number;
  /** [position] the row of its token. */
  readonly tokenRows: number;
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
      fields: embeddingBlock.fields(),
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

  /** Adds `workspace.outputGradient` to the batch's gradient rows; the same masks as in `forward`. */
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
    const { fields } = workspace;
    const step = this.step(block);
    fields.table = this.#table;
    fields.size = this.outputRows.size;
    fields.paddedSize = this.paddedSize;
    fields.ids = tokens.ids;
    fields.starts = tokens.starts;
    fields.lengths = block.lengths;
    fields.active = block.active;
    fields.inputActive = block.inputActive;
    fields.steps = block.steps;
    fields.stride = block.stride;
    fields.output = workspace.output;
    fields.outputStep = step;
    fields.zeros = this.#zeros;
    fields.dropThreshold = masks.embedding.dropThreshold;
    fields.keepScale = masks.embedding.keepScale;
    fields.key0 = masks.embedding.key0;
    fields.key1 = masks.embedding.key1;
    fields.wordDropThreshold = masks.word.dropThreshold;
    fields.wordKeepScale = masks.word.keepScale;
    fields.wordKey0 = masks.word.key0;
    fields.wordKey1 = masks.word.key1;
    fields.outputGradient = workspace.outputGradient;
    fields.outputGradientStep = step;
    fields.gradientRows = tokens.gradientRows;
    fields.tokenRows = tokens.tokenRows;
    embeddingBlock.write(kernels, workspace.record, fields);
  }
}
