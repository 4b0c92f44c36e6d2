/** Learning vectors of words from texts alone, for an embedding to start from. */
import { Arena, allocateMemory, compileKernels, Kernels, planStart, skipGramBlock } from "../kernels/index.js";
import { Random } from "../random.js";
import type { EncodedTexts } from "./network.js";
import { roundUp } from "./notation.js";

/** Drawing words by their frequency to the power of 3/4 from a list of 2^20. */
const drawBits = 20;
/** Words more frequent than this are read less often (Mikolov et al. 2013, section 2.3, as in their program). */
const frequent = 1e-3;

/** What a {@link SkipGram} must be ready for. */
export interface SkipGramOptions {
  /** How often each id occurs in the texts to come, by id; 0 for ids that are not learned. */
  readonly counts: Float64Array;
  /** Numbers in a vector. */
  readonly vectorSize: number;
  /** Most words to either side that count as near. */
  readonly window: number;
  readonly seed: number;
  /** Ids of the longest text. */
  readonly maxLength: number;
  /** Use fused multiply-add where the engine has it (default): faster, with other last bits than without. */
  readonly fusedMultiplyAdd?: boolean;
}

/** Vectors of words in the making. */
export interface WordLearner {
  /** Begins another pass over the texts: other words are drawn than in the one before. */
  beginPass(): void;
  /**
   * Learns from one text.
   *
   * @param position number of its first token among all of the pass. @param learningRate of its steps.
   */
  learn(texts: EncodedTexts, row: number, position: number, learningRate: number): void;
  /** A copy of the vectors, `[ids][vectorSize]`; those of ids that never occurred are as they were drawn at first. */
  vectors(): Float32Array;
}

/**
 * Skip-gram with negative sampling (Mikolov, Sutskever, Chen, Corrado and Dean 2013): vectors of words that tell which
 * words stand near. One thread; the same seed and texts give the same bits.
 *
 * @throws {EngineError} when the engine lacks SIMD or memory.
 */
export function createSkipGram(options: SkipGramOptions): WordLearner {
  return new SkipGram(options);
}

class SkipGram implements WordLearner {
  readonly #options: SkipGramOptions;
  readonly #kernels: Kernels;
  readonly #rowSize: number;
  readonly #vectors: number;
  readonly #ids: number;
  readonly #block: number;
  readonly #fields = skipGramBlock.fields();
  readonly #random: Random;

  constructor(options: SkipGramOptions) {
    const { counts, vectorSize, window, maxLength, fusedMultiplyAdd = true } = options;
    this.#options = options;
    this.#rowSize = roundUp(vectorSize, 4);
    this.#random = new Random(options.seed, "skip-gram");
    const arena = new Arena(planStart());
    const words = counts.length * this.#rowSize;
    this.#vectors = arena.words(words);
    this.#ids = arena.words(maxLength);
    this.#block = arena.words(skipGramBlock.bytes / 4);
    Object.assign(this.#fields, {
      vectors: this.#vectors,
      outputs: arena.words(words),
      size: this.#rowSize,
      window,
      ids: this.#ids,
      keepThresholds: arena.words(counts.length),
      draws: arena.words(2 ** drawBits),
      drawBits,
      kept: arena.words(maxLength),
    });
    const memory = allocateMemory(arena.end, { sharedMemory: false });
    this.#kernels = new Kernels(compileKernels({ sharedMemory: false, fusedMultiplyAdd }), memory);
    this.#initialise();
  }

  beginPass(): void {
    this.#fields.key0 = this.#random.uint32();
    this.#fields.key1 = this.#random.uint32();
  }

  learn(texts: EncodedTexts, row: number, position: number, learningRate: number): void {
    const { ids, offsets } = texts;
    const count = offsets[row + 1] - offsets[row];
    this.#kernels.ints(this.#ids, count).set(ids.subarray(offsets[row], offsets[row + 1]));
    this.#fields.learningRate = learningRate;
    skipGramBlock.write(this.#kernels, this.#block, this.#fields);
    this.#kernels.run.skipGram(this.#block, count, position);
  }

  vectors(): Float32Array {
    const { counts, vectorSize } = this.#options;
    const rows = this.#kernels.floats(this.#vectors, counts.length * this.#rowSize);
    if (this.#rowSize === vectorSize) return rows.slice();
    const vectors = new Float32Array(counts.length * vectorSize);
    for (let id = 0; id < counts.length; id++) {
      const start = id * this.#rowSize;
      vectors.set(rows.subarray(start, start + vectorSize), id * vectorSize);
    }
    return vectors;
  }

  /** Vectors uniform within half of 1 / size, as in word2vec; the neighbours' begin at zero. */
  #initialise(): void {
    const { counts, vectorSize } = this.#options;
    const { run } = this.#kernels;
    const bound = 0.5 / vectorSize;
    const count = counts.length * this.#rowSize;
    run.fillUniform(this.#vectors, count, -bound, bound, this.#random.uint32(), this.#random.uint32());
    if (this.#rowSize > vectorSize) {
      const rows = this.#kernels.floats(this.#vectors, counts.length * this.#rowSize);
      for (let id = 0; id < counts.length; id++)
        rows.fill(0, id * this.#rowSize + vectorSize, (id + 1) * this.#rowSize);
    }
    this.#kernels.ints(this.#fields.keepThresholds, counts.length).set(keepThresholds(counts));
    this.#kernels.ints(this.#fields.draws, 2 ** drawBits).set(drawList(counts));
  }
}

/** Chances of being read in 2^-32, as bits: sqrt(t / f) + t / f for a word of frequency f. */
function keepThresholds(counts: Float64Array): Uint32Array {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return Uint32Array.from(counts, (count) => {
    const ratio = count === 0 ? 1 : (frequent * total) / count;
    return Math.min(1, Math.sqrt(ratio) + ratio) * 0xffffffff;
  });
}

/** Ids as often as they should be drawn. The power of 3/4 by square roots, which every engine rounds alike. */
function drawList(counts: Float64Array): Int32Array {
  const list = new Int32Array(2 ** drawBits);
  const shares = counts.map((count) => Math.sqrt(count) * Math.sqrt(Math.sqrt(count)));
  const total = shares.reduce((sum, share) => sum + share, 0);
  let id = 0;
  let end = shares[0];
  for (let place = 0; place < list.length; place++) {
    const point = ((place + 0.5) / list.length) * total;
    while (point > end && id + 1 < shares.length) end += shares[++id];
    list[place] = id;
  }
  return list;
}
