/**
 * A network laid out in memory, with the tasks that a training or prediction step is made of. The layout is a pure
 * function of the settings: every thread that works on a network makes the same program over the same memory, and all
 * that changes from step to step lies in that memory.
 */
import { Arena, type Kernels } from "../kernels/index.js";
import { BatchPlan } from "./batchPlan.js";
import { attentionParameterShapes } from "./blocks/attention.js";
import type { Block } from "./blocks/block.js";
import { DropoutMask, noDropout } from "./blocks/dropout.js";
import { BlockLinear, type LinearWorkspace } from "./blocks/linear.js";
import { BlockLoss } from "./blocks/lossFunction.js";
import { LstmStack, type LstmWorkspace, lstmParameterShapes } from "./blocks/lstmStack.js";
import { Optimizer } from "./blocks/optimizer.js";
import { Parameters } from "./blocks/parameters.js";
import { Pooling, type PoolingWorkspace, pooledRows } from "./blocks/pooling.js";
import type { TokenGroups } from "./blocks/tokenGroups.js";
import type { NetworkConfig, TrainerConfig } from "./network.js";
import { featureCount } from "./notation.js";
import { type Job, TextInput, type TextInputWorkspace } from "./textInput.js";

/** All that determines a program; the same settings give the same layout in every thread. */
export interface ProgramSettings {
  readonly config: NetworkConfig;
  /** What is to be learnt. */
  readonly trainer: TrainerConfig;
  /** First byte of the memory that may be used. */
  readonly start: number;

  /** Most rows of a batch. */
  readonly maxRows: number;
  /** Most tokens of a text. */
  readonly maxLength: number;
  /** Workspaces, one a thread. */
  readonly threads: number;
}

/** Kinds of tasks; within a kind, tasks may run in any order and on any thread. */
export const tasks = {
  projectTokens: 0,
  projectTokensInTraining: 1,
  forwardBlock: 2,
  trainLane: 3,
  tokenGradients: 4,
  reduce: 5,
  optimise: 6,
  pack: 7,
} as const;

/** Random words that each training step draws: two for each of three kinds of dropout. */
export const dropoutKeyWords = 6;

/** Shares into which the optimizer's work over all parameters is cut. */
export const optimizerShares = 8;

/**
 * Gradients of a batch are summed in this many accumulators at most, block by block, and then in order: the sum does
 * not depend on the number of threads. More would allow more threads and cost more memory and additions.
 */
const maxGradientLanes = 8;

interface Workspace {
  readonly input: TextInputWorkspace;
  readonly states: LstmWorkspace;
  readonly pooling: PoolingWorkspace;
  readonly linear: LinearWorkspace;
}

interface Masks {
  readonly embedding: DropoutMask;
  readonly word: DropoutMask;
  readonly output: DropoutMask;
}

const noMasks: Masks = { embedding: noDropout, word: noDropout, output: noDropout };

export class Program {
  readonly parameters: Parameters;
  readonly batch: BatchPlan;
  /** Most gradient accumulators in use at once. */
  readonly gradientLanes: number;
  /** First free byte after everything that was planned so far. */
  readonly arena: Arena;
  readonly optimizer: Optimizer;
  readonly #trainer: TrainerConfig;
  readonly #input: TextInput;
  readonly #stack: LstmStack;
  readonly #pooling: Pooling;
  readonly #linear: BlockLinear;
  readonly #loss: BlockLoss;
  readonly #workspaces: readonly Workspace[];
  readonly #packJobs: readonly Job[];
  readonly #reduceJobs: readonly Job[];
  readonly #embeddingSize: number;
  readonly #stepMasks: Masks;

  constructor(settings: ProgramSettings) {
    const { config, trainer } = settings;
    this.#trainer = trainer;
    const arena = new Arena(settings.start);
    this.arena = arena;
    this.parameters = new Parameters(arena, parameterShapes(config), { training: true });
    this.batch = new BatchPlan(arena, {
      maxRows: settings.maxRows,
      maxLength: settings.maxLength,
      outputSize: config.outputSize,
    });
    this.gradientLanes = Math.min(maxGradientLanes, this.batch.maxBlocks);
    const { gradientLanes } = this;
    this.#input = new TextInput(arena, this.parameters, this.batch, { config, trainer });
    this.#stack = new LstmStack(arena, this.parameters, lstmSizes(config), {
      prefix: "lstm.",
      input: this.#input.outputRows,
      gradientLanes,
    });
    this.#pooling = new Pooling(arena, this.parameters, this.#stack, { kind: config.pooling, gradientLanes });
    this.#linear = new BlockLinear(arena, this.parameters, {
      names: { weight: "linear.weight", bias: "linear.bias" },
      input: this.#pooling.outputRows,
      outputSize: config.outputSize,
      sharedWeights: config.sharedOutputWeights,
      gradientLanes,
    });
    const { loss: kind, classWeights } = trainer;
    this.#loss = new BlockLoss(arena, { kind, outputSize: config.outputSize, classWeights });
    this.optimizer = new Optimizer(arena, trainer.optimizer, { shares: optimizerShares });
    this.#embeddingSize = config.embeddingSize;
    this.#stepMasks = {
      embedding: new DropoutMask(trainer.embeddingDropout),
      word: new DropoutMask(trainer.wordDropout ?? 0),
      output: new DropoutMask(trainer.outputDropout),
    };
    this.#packJobs = this.#planPacking();
    this.#reduceJobs = this.#planReducing();
    const { lanes } = this.batch;
    this.#workspaces = Array.from({ length: settings.threads }, () => ({
      input: this.#input.workspace(arena, lanes, settings.maxLength),
      states: this.#stack.workspace(arena, lanes, settings.maxLength),
      pooling: this.#pooling.workspace(arena, lanes, settings.maxLength),
      linear: this.#linear.workspace(arena, lanes),
    }));
  }

  /** Packing of different weights is independent work. */
  #planPacking(): Job[] {
    return [
      ...this.#input.packJobs,
      ...this.#stack.directions.map((direction) => (kernels: Kernels) => direction.pack(kernels)),
      (kernels) => this.#pooling.pack(kernels),
      (kernels) => this.#linear.pack(kernels),
    ];
  }

  /** Summing the gradient accumulators of different weights is independent work. */
  #planReducing(): Job[] {
    return [
      ...this.#input.reduceJobs,
      ...this.#stack.directions.map(
        (direction) => (kernels: Kernels) => direction.reduceGradients(kernels, this.lanesInUse(kernels)),
      ),
      (kernels) => this.#pooling.reduceGradients(kernels, this.lanesInUse(kernels)),
      (kernels) => this.#linear.reduceGradients(kernels, this.lanesInUse(kernels)),
    ];
  }

  /** Writes constants; once, by the thread that made the memory. */
  initialise(kernels: Kernels): void {
    this.#input.initialise(kernels);
    this.#stack.initialise(kernels);
    this.#pooling.initialise(kernels);
    this.#linear.initialise(kernels);
    this.#loss.initialise(kernels);
  }

  /** The number of `pack` tasks that bring packed weights up to date after a change of the parameters. */
  get packCount(): number {
    return this.#packJobs.length;
  }

  /** The number of `reduce` tasks that sum gradient accumulators. */
  get reduceCount(): number {
    return this.#reduceJobs.length;
  }

  /** The batch's distinct tokens, where the embedding's gradients are summed by token. */
  get tokenGroups(): TokenGroups | undefined {
    return this.#input.groups;
  }

  /** What the losses of a batch are multiplied by, so that their sum is the mean. */
  lossScale(targets: Float32Array): number {
    return this.#loss.scale(targets);
  }

  /** Does one task of a step that the batch plan describes. */
  runTask(kernels: Kernels, thread: number, kind: number, index: number): void {
    const { input } = this.#workspaces[thread];
    if (kind === tasks.projectTokens) this.#input.projectTokens(kernels, input, index, noDropout);
    else if (kind === tasks.projectTokensInTraining) {
      this.#input.projectTokens(kernels, input, index, this.#masks(kernels).word);
    } else if (kind === tasks.forwardBlock) this.#forwardBlock(kernels, thread, index);
    else if (kind === tasks.trainLane) this.#trainLane(kernels, thread, index);
    else if (kind === tasks.tokenGradients) {
      this.#input.tokenGradients(kernels, input, index, this.#masks(kernels).word);
    } else if (kind === tasks.reduce) this.#reduceJobs[index](kernels);
    else if (kind === tasks.optimise) this.#optimise(kernels, index);
    else this.#packJobs[index](kernels);
  }

  /** Task: a share of the optimizer's step. */
  #optimise(kernels: Kernels, share: number): void {
    const { optimizer } = this;
    optimizer.runShare(kernels, share);
    const { groups } = this.#input;
    if (this.#trainer.sparseEmbedding && groups) optimizer.runRows(kernels, groups, this.#embeddingSize, share);
  }

  /**
   * Finds the distinct tokens of the batch. @returns the number of tasks to be done before its blocks, of the kind
   * `projectTokensInTraining` or `projectTokens`.
   */
  groupTokens(kernels: Kernels, { training }: { readonly training: boolean }): number {
    return this.#input.groupTokens(kernels, training ? this.#masks(kernels).word : noDropout);
  }

  /** The number of `tokenGradients` tasks after the backward pass of all blocks. */
  tokenShares(kernels: Kernels): number {
    return this.#input.tokenShares(kernels);
  }

  /** The masks of the current step, from the keys in memory; the next call overwrites them. */
  #masks(kernels: Kernels): Masks {
    const { batch } = this;
    const masks = this.#stepMasks;
    masks.embedding.setKey(batch.dropoutKey(kernels, 0), batch.dropoutKey(kernels, 1));
    masks.output.setKey(batch.dropoutKey(kernels, 2), batch.dropoutKey(kernels, 3));
    masks.word.setKey(batch.dropoutKey(kernels, 4), batch.dropoutKey(kernels, 5));
    return masks;
  }

  /** Task: logits of one block, into the batch's outputs. */
  #forwardBlock(kernels: Kernels, thread: number, blockIndex: number): void {
    const block = this.batch.block(kernels, blockIndex);
    const workspace = this.#workspaces[thread];
    this.#forward(kernels, workspace, block, blockIndex, noMasks);
    this.batch.storeOutputs(kernels, blockIndex, block, workspace.linear.output);
  }

  /** Task: forward and backward for every block of one gradient lane; the lane's share of the loss is stored. */
  #trainLane(kernels: Kernels, thread: number, gradientLane: number): void {
    const { batch } = this;
    const workspace = this.#workspaces[thread];
    const masks = this.#masks(kernels);
    this.#stack.clearGradients(kernels, gradientLane);
    this.#pooling.clearGradients(kernels, gradientLane);
    this.#linear.clearGradients(kernels, gradientLane);
    const lossScale = batch.lossScale(kernels);
    const laneCount = this.lanesInUse(kernels);
    let total = 0;
    for (let index = gradientLane; index < batch.blockCount(kernels); index += laneCount) {
      const block = batch.block(kernels, index);
      this.#forward(kernels, workspace, block, index, masks);
      const pointers = {
        outputs: workspace.linear.output,
        gradient: workspace.linear.outputGradient,
        targets: batch.targetsOf(index),
      };
      total += this.#loss.run(kernels, block, pointers, lossScale);
      this.#backward(kernels, workspace, block, index, masks, gradientLane);
    }
    batch.storeLoss(kernels, gradientLane, total);
  }

  /** Gradient lanes that the current batch fills; blocks go to them in turn. */
  lanesInUse(kernels: Kernels): number {
    return Math.min(this.gradientLanes, this.batch.blockCount(kernels));
  }

  #forward(kernels: Kernels, workspace: Workspace, block: Block, blockIndex: number, masks: Masks): void {
    this.#input.forward(kernels, workspace.input, block, blockIndex, masks);
    this.#stack.clearInitialState(kernels, workspace.states, block);
    this.#stack.forward(kernels, workspace.states, block, this.#input.stackInput(workspace.input, block));
    this.#pooling.forward(kernels, workspace.pooling, workspace.states, block);
    this.#dropFeatures(kernels, workspace.pooling.output, block, blockIndex, masks.output);
    this.#linear.forward(kernels, workspace.linear, block, workspace.pooling.output);
  }

  #backward(
    kernels: Kernels,
    workspace: Workspace,
    block: Block,
    blockIndex: number,
    masks: Masks,
    gradientLane: number,
  ): void {
    const { pooling, states, linear } = workspace;
    this.#linear.backward(kernels, linear, block, pooling.output, pooling.outputGradient, gradientLane);
    this.#dropFeatures(kernels, pooling.outputGradient, block, blockIndex, masks.output);
    this.#pooling.backward(kernels, pooling, states, block, gradientLane);
    const { fromOutputs } = this.#pooling;
    const input = this.#input.stackInput(workspace.input, block);
    this.#input.clearGradients(kernels, blockIndex);
    this.#stack.backward(kernels, states, block, input, { gradientLane, fromOutputs });
    this.#input.backward(kernels, workspace.input, block, blockIndex, masks);
  }

  #dropFeatures(kernels: Kernels, values: number, block: Block, blockIndex: number, mask: DropoutMask): void {
    if (mask.dropThreshold === 0) return;
    const { parts, size } = this.#pooling.outputRows;
    kernels.run.dropoutFeatures(
      values,
      parts * Math.ceil(size / 4) * 4,
      block.lanes,
      block.stride,
      blockIndex * block.lanes,
      mask.dropThreshold,
      mask.keepScale,
      mask.key0,
      mask.key1,
    );
  }
}

/** The sizes of a network's LSTM layers. */
export function lstmSizes(config: NetworkConfig) {
  const { embeddingSize, hiddenSize, numLayers, bidirectional } = config;
  return { inputSize: embeddingSize, hiddenSize, numLayers, bidirectional };
}

/** Names and shapes of all parameters of a network, as in PyTorch's state dict. */
export function parameterShapes(config: NetworkConfig): { name: string; shape: readonly number[] }[] {
  const { vocabularySize, embeddingSize, hiddenSize, bidirectional, pooling, outputSize, sharedOutputWeights } = config;
  const states = { parts: bidirectional ? 2 : 1, size: hiddenSize };
  return [
    { name: "embeddings.weight", shape: [vocabularySize, embeddingSize] },
    ...lstmParameterShapes(lstmSizes(config), "lstm."),
    ...(pooling === "meanMaxAttention" ? attentionParameterShapes(featureCount(states), hiddenSize) : []),
    { name: "linear.weight", shape: [sharedOutputWeights ? 1 : outputSize, featureCount(pooledRows(states, pooling))] },
    { name: "linear.bias", shape: [outputSize] },
  ];
}
