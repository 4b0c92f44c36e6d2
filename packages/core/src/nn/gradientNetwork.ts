/**
 * The gradient of a network's outputs by the embedded words of one text, at many points at once: each row of a batch is
 * the same text with its embeddings somewhere on the straight way from an average word to the words' own.
 */
import { Arena, allocateMemory, compileKernels, Kernels, planStart } from "../kernels/index.js";
import { type Block, writeBlock } from "./blocks/block.js";
import { BlockLinear, type LinearWorkspace } from "./blocks/linear.js";
import { LstmStack, type LstmWorkspace } from "./blocks/lstmStack.js";
import { Parameters, requireShapes } from "./blocks/parameters.js";
import { Pooling, type PoolingWorkspace } from "./blocks/pooling.js";
import type { NamedTensor, NetworkConfig } from "./network.js";
import { roundUp } from "./notation.js";
import { lstmSizes, parameterShapes } from "./program.js";

/** Points of a batch, a multiple of 8. */
const lanes = 16;

const embeddingName = "embeddings.weight";

/** A plan in the engine's memory for texts of up to `steps` tokens. */
interface Plan {
  readonly kernels: Kernels;
  readonly steps: number;
  readonly stack: LstmStack;
  readonly states: LstmWorkspace;
  readonly pooling: Pooling;
  readonly pooled: PoolingWorkspace;
  readonly linear: BlockLinear;
  readonly logits: LinearWorkspace;
  readonly input: number;
  readonly inputGradient: number;
  readonly lengths: number;
  readonly active: number;
}

/** The text under way. */
interface Text {
  readonly ids: Int32Array;
  /** Tokens that move, from the first; the others stay where they are. */
  readonly words: number;
}

/**
 * A network for gradients by its input. Its arithmetic is without fused multiply-add: the same bits in every engine.
 * Call `read` with a text, then `forward` and `backward` as often as wanted.
 */
export class GradientNetwork {
  /** Most points that `forward` takes at once. */
  static readonly maxPoints = lanes;

  readonly config: NetworkConfig;
  readonly #embedding: Float32Array;
  /** The embedding of an average word, [embeddingSize]. */
  readonly #baseline: Float32Array;
  readonly #weights: readonly NamedTensor[];
  #plan: Plan | undefined;
  #text: Text | undefined;
  #block: Block | undefined;

  /**
   * @param weights as `Network.stateDict` gives them; kept, not copied.
   * @throws {FormatError} when names or shapes are not those of the config.
   */
  constructor(config: NetworkConfig, weights: readonly NamedTensor[]) {
    const shapes = parameterShapes(config);
    requireShapes(shapes, weights);
    this.config = config;
    this.#weights = weights.filter(({ name }) => name !== embeddingName);
    this.#embedding = (weights.find(({ name }) => name === embeddingName) as NamedTensor).data;
    this.#baseline = meanRow(this.#embedding.subarray(2 * config.embeddingSize), config.embeddingSize);
  }

  /** The embedding of a token; a view. */
  embeddingOf(id: number): Float32Array {
    const { embeddingSize } = this.config;
    return this.#embedding.subarray(id * embeddingSize, (id + 1) * embeddingSize);
  }

  /**
   * Takes up a text.
   *
   * @param ids of its tokens, and of the padding after them where the network reads it.
   * @param words tokens that are no padding.
   * @throws {EngineError} when the engine lacks memory for a text so long.
   */
  read(ids: Int32Array, words: number): void {
    if (this.#plan === undefined || this.#plan.steps < ids.length) this.#plan = this.#makePlan(ids.length);
    this.#text = { ids, words };
  }

  /**
   * Outputs at points on the way.
   *
   * @param points shares of the way, 0 where every word is the average one and 1 at the text; at most {@link maxPoints}.
   * @returns logits, [points][outputSize].
   */
  forward(points: ArrayLike<number>): Float32Array {
    const { plan, text } = this.#ready();
    const { kernels, stack, states, pooling, pooled, linear, logits } = plan;
    const lengths = new Int32Array(points.length).fill(text.ids.length);
    const block = writeBlock(kernels, lengths, { lengths: plan.lengths, active: plan.active, lanes });
    this.#block = block;
    this.#writeInput(plan, text, points);
    stack.clearInitialState(kernels, states, block);
    stack.forward(kernels, states, block, this.#stackInput(plan));
    pooling.forward(kernels, pooled, states, block);
    linear.forward(kernels, logits, block, pooled.output);
    const { outputSize } = this.config;
    const values = kernels.floats(logits.output, outputSize * lanes);
    const result = new Float32Array(points.length * outputSize);
    for (let index = 0; index < result.length; index++) {
      result[index] = values[(index % outputSize) * lanes + Math.floor(index / outputSize)];
    }
    return result;
  }

  /**
   * The backward pass after the last `forward`; `slopes` and `gradient` then give its results.
   *
   * @param outputGradient [points][outputSize]: the gradient of what is of interest by the logits.
   */
  backward(outputGradient: ArrayLike<number>): void {
    const { plan, block } = this.#ready();
    const { kernels, stack, states, pooling, pooled, linear, logits } = plan;
    const { outputSize } = this.config;
    const gradients = kernels.floats(logits.outputGradient, roundUp(outputSize, 4) * lanes).fill(0);
    for (let index = 0; index < block.rows * outputSize; index++) {
      gradients[(index % outputSize) * lanes + Math.floor(index / outputSize)] = outputGradient[index];
    }
    // Gradients of the weights are a by-product that nobody reads.
    linear.clearGradients(kernels, 0);
    pooling.clearGradients(kernels, 0);
    stack.clearGradients(kernels, 0);
    linear.backward(kernels, logits, block, pooled.output, pooled.outputGradient, 0);
    pooling.backward(kernels, pooled, states, block, 0);
    const { fromOutputs } = pooling;
    stack.backward(kernels, states, block, this.#stackInput(plan), { gradientLane: 0, fromOutputs });
  }

  /** For each word, the derivative at a point by moving that word alone along its way: [words]. */
  slopes(point: number): Float64Array {
    const { text } = this.#ready();
    const { embeddingSize } = this.config;
    const gradient = this.gradient(point);
    return Float64Array.from({ length: text.words }, (_, step) => {
      const own = this.embeddingOf(text.ids[step]);
      let sum = 0;
      for (let feature = 0; feature < embeddingSize; feature++) {
        sum += gradient[step * embeddingSize + feature] * (own[feature] - this.#baseline[feature]);
      }
      return sum;
    });
  }

  /** The gradient by the embeddings at a point: [words][embeddingSize]. */
  gradient(point: number): Float32Array {
    const { plan, text } = this.#ready();
    const { embeddingSize } = this.config;
    const rows = roundUp(embeddingSize, 4);
    const all = plan.kernels.floats(plan.inputGradient, text.words * rows * lanes);
    const result = new Float32Array(text.words * embeddingSize);
    for (let step = 0; step < text.words; step++) {
      for (let feature = 0; feature < embeddingSize; feature++) {
        result[step * embeddingSize + feature] = all[(step * rows + feature) * lanes + point];
      }
    }
    return result;
  }

  #ready(): { readonly plan: Plan; readonly text: Text; readonly block: Block } {
    // Only this library's own code calls in another order.
    return { plan: this.#plan as Plan, text: this.#text as Text, block: this.#block as Block };
  }

  #writeInput({ kernels, input }: Plan, { ids, words }: Text, points: ArrayLike<number>): void {
    const { embeddingSize } = this.config;
    const rows = roundUp(embeddingSize, 4);
    const values = kernels.floats(input, ids.length * rows * lanes);
    for (let step = 0; step < ids.length; step++) {
      const own = this.embeddingOf(ids[step]);
      const from = step < words ? this.#baseline : own;
      for (let feature = 0; feature < embeddingSize; feature++) {
        const start = from[feature];
        const way = own[feature] - start;
        const first = (step * rows + feature) * lanes;
        for (let lane = 0; lane < points.length; lane++) values[first + lane] = start + points[lane] * way;
      }
    }
  }

  #stackInput({ input, inputGradient }: Plan) {
    return { values: input, step: 4 * roundUp(this.config.embeddingSize, 4) * lanes, gradient: inputGradient };
  }

  /** Plans for texts at least so long: twice, so that texts of rising lengths make few plans. */
  #makePlan(length: number): Plan {
    const { config } = this;
    const steps = Math.max(64, 2 ** Math.ceil(Math.log2(length)));
    const arena = new Arena(planStart());
    const shapes = parameterShapes(config).filter(({ name }) => name !== embeddingName);
    const parameters = new Parameters(arena, shapes, { training: false });
    const input = { parts: 1, size: config.embeddingSize };
    const stack = new LstmStack(arena, parameters, lstmSizes(config), { prefix: "lstm.", input, gradientLanes: 1 });
    const pooling = new Pooling(arena, parameters, stack, { kind: config.pooling, gradientLanes: 1 });
    const linear = new BlockLinear(arena, parameters, {
      names: { weight: "linear.weight", bias: "linear.bias" },
      input: pooling.outputRows,
      outputSize: config.outputSize,
      sharedWeights: config.sharedOutputWeights,
      gradientLanes: 1,
    });
    const inputWords = steps * roundUp(config.embeddingSize, 4) * lanes;
    const planned = {
      states: stack.workspace(arena, lanes, steps),
      pooled: pooling.workspace(arena, lanes, steps),
      logits: linear.workspace(arena, lanes),
      input: arena.words(inputWords),
      inputGradient: arena.words(inputWords),
      lengths: arena.words(lanes),
      active: arena.words(steps),
    };
    const memory = allocateMemory(arena.end, { sharedMemory: false });
    const kernels = new Kernels(compileKernels({ sharedMemory: false, fusedMultiplyAdd: false }), memory);
    parameters.loadStateDict(kernels, this.#weights);
    stack.initialise(kernels);
    pooling.initialise(kernels);
    linear.initialise(kernels);
    stack.pack(kernels);
    pooling.pack(kernels);
    linear.pack(kernels);
    return { kernels, steps, stack, pooling, linear, ...planned };
  }
}

/** The mean of the rows of a table, zeros of an empty one. */
function meanRow(table: Float32Array, size: number): Float32Array {
  const sums = new Float64Array(size);
  for (let index = 0; index < table.length; index++) sums[index % size] += table[index];
  const rows = Math.max(1, table.length / size);
  return Float32Array.from(sums, (sum) => sum / rows);
}
