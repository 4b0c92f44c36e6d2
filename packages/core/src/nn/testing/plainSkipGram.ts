/** Skip-gram in plain TypeScript and double precision, step by step as the kernel takes them. */
import { Random } from "../../random.js";
import type { SkipGramOptions } from "../skipGram.js";

const drawBits = 20;

/** The random bits of the kernels: see assembly/random.ts. */
function randomBits(counter: number, key0: number, key1: number): number {
  const mix = (x: number): number => {
    let mixed = Math.imul(x ^ (x >>> 16), 0x7feb352d);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x846ca68b);
    return mixed ^ (mixed >>> 16);
  };
  return mix((mix(counter ^ key0) + key1) | 0) >>> 0;
}

/** Vectors `[ids][vectorSize]` after so many passes over the texts. */
export function learnPlainly(
  texts: readonly (readonly number[])[],
  { counts, vectorSize, window, seed }: SkipGramOptions,
  { passes, learningRate }: { readonly passes: number; readonly learningRate: number },
): Float64Array {
  const random = new Random(seed, "skip-gram");
  const rowSize = Math.ceil(vectorSize / 4) * 4;
  const [first0, first1] = [random.uint32(), random.uint32()];
  const vectors = Array.from(counts, (_, id) =>
    Array.from({ length: vectorSize }, (_unused, index) => {
      const uniform = (randomBits(id * rowSize + index, first0, first1) >>> 8) / 2 ** 24;
      return (uniform - 0.5) / vectorSize;
    }),
  );
  const outputs = Array.from(counts, () => new Array<number>(vectorSize).fill(0));
  const draw = drawer(counts);
  const total = counts.reduce((sum, count) => sum + count, 0);
  for (let pass = 0; pass < passes; pass++) {
    const [key0, key1] = [random.uint32(), random.uint32()];
    let position = 0;
    for (const text of texts) {
      const kept = text.filter((id, index) => {
        if (id < 2) return false;
        const ratio = (1e-3 * total) / counts[id];
        return randomBits(position + index, key0, key1) <= Math.min(1, Math.sqrt(ratio) + ratio) * 0xffffffff;
      });
      kept.forEach((word, center) => {
        const bits = (offset: number): number => randomBits((2 * (position + center) + offset) | 0, key1, key0);
        const drawn = [0, 1, -0x80000000, -0x7fffffff, 0x40000000].map((offset) => draw(bits(offset)));
        const reach = 1 + (bits(0x40000001) % window);
        for (let near = Math.max(center - reach, 0); near <= Math.min(center + reach, kept.length - 1); near++) {
          if (near !== center) learnPair(vectors[kept[near]], word, drawn, outputs, learningRate);
        }
      });
      position += text.length;
    }
  }
  return Float64Array.from(vectors.flat());
}

function learnPair(
  input: number[],
  word: number,
  drawn: readonly number[],
  outputs: number[][],
  learningRate: number,
): void {
  const before = [...input];
  const gradients = [word, ...drawn].map((id, place) => {
    if (place > 0 && id === word) return 0;
    const product = outputs[id].reduce((sum, value, index) => sum + value * before[index], 0);
    return learningRate * ((place === 0 ? 1 : 0) - 1 / (1 + Math.exp(-product)));
  });
  [word, ...drawn].forEach((id, place) => {
    before.forEach((value, index) => {
      input[index] += gradients[place] * outputs[id][index];
      outputs[id][index] += gradients[place] * value;
    });
  });
}

/** Words by their frequency to the power of 3/4. */
function drawer(counts: Float64Array): (bits: number) => number {
  const shares = Array.from(counts, (count) => count ** 0.75);
  const total = shares.reduce((sum, share) => sum + share, 0);
  return (bits) => {
    const place = bits >>> (32 - drawBits);
    const point = ((place + 0.5) / 2 ** drawBits) * total;
    let end = shares[0];
    let id = 0;
    while (point > end && id + 1 < shares.length) end += shares[++id];
    return id;
  };
}
