import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Random } from "../random.js";
import type { EncodedTexts } from "./network.js";
import { createSkipGram, type SkipGramOptions } from "./skipGram.js";
import { learnPlainly } from "./testing/plainSkipGram.js";

function encoded(texts: readonly (readonly number[])[]): EncodedTexts {
  const offsets = new Uint32Array(texts.length + 1);
  texts.forEach((text, row) => {
    offsets[row + 1] = offsets[row] + text.length;
  });
  return { ids: Int32Array.from(texts.flat()), offsets };
}

function countsOf(texts: readonly (readonly number[])[], size: number): Float64Array {
  const counts = new Float64Array(size);
  for (const id of texts.flat()) if (id > 1) counts[id]++;
  return counts;
}

function learn(texts: readonly (readonly number[])[], options: SkipGramOptions, passes: number): Float32Array {
  const given = encoded(texts);
  const learner = createSkipGram(options);
  for (let pass = 0; pass < passes; pass++) {
    learner.beginPass();
    texts.forEach((_, row) => learner.learn(given, row, given.offsets[row], 0.05));
  }
  return learner.vectors();
}

const textsOf = (words: number) =>
  fc.array(fc.array(fc.integer({ min: 0, max: words + 1 }), { minLength: 1, maxLength: 20 }), {
    minLength: 1,
    maxLength: 8,
  });

describe("skip-gram", () => {
  it("takes the steps of a plain program, for any texts and sizes", () => {
    fc.assert(
      fc.property(
        textsOf(12),
        fc.integer({ min: 1, max: 13 }),
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 0, max: 0xffffffff }),
        (texts, vectorSize, window, seed) => {
          const counts = countsOf(texts, 14);
          const options = { counts, vectorSize, window, seed, maxLength: 20 };
          const own = learn(texts, options, 2);
          const plain = learnPlainly(texts, options, { passes: 2, learningRate: 0.05 });
          own.forEach((value, index) => expect(Math.abs(value - plain[index])).toBeLessThan(1e-5));
        },
      ),
      { numRuns: 60 },
    );
  });

  it("gives words that stand near the same words similar vectors", () => {
    const random = new Random(3, "texts");
    // Ids 2 and 3 stand beside 6 to 9, ids 4 and 5 beside 10 to 13.
    const texts = Array.from({ length: 3000 }, () => {
      const kind = random.integer(2);
      const word = 2 + 2 * kind + random.integer(2);
      return [6 + 4 * kind + random.integer(4), word, 6 + 4 * kind + random.integer(4)];
    });
    const vectors = learn(texts, { counts: countsOf(texts, 14), vectorSize: 10, window: 2, seed: 1, maxLength: 3 }, 20);
    const likeness = (a: number, b: number): number => {
      const product = (x: number, y: number) => {
        let sum = 0;
        for (let index = 0; index < 10; index++) sum += vectors[10 * x + index] * vectors[10 * y + index];
        return sum;
      };
      return product(a, b) / Math.sqrt(product(a, a) * product(b, b));
    };
    expect(likeness(2, 3)).toBeGreaterThan(0.9);
    expect(likeness(4, 5)).toBeGreaterThan(0.9);
    expect(likeness(2, 4)).toBeLessThan(likeness(2, 3) - 0.3);
  });

  it("gives the same bits for the same seed, and others for another", () => {
    const texts = [
      [2, 3, 4, 5, 6],
      [4, 2, 6, 3],
      [5, 5, 1, 0, 2],
    ];
    const options = { counts: countsOf(texts, 7), vectorSize: 8, window: 3, seed: 5, maxLength: 8 };
    expect(learn(texts, options, 3)).toEqual(learn(texts, options, 3));
    expect(learn(texts, { ...options, seed: 6 }, 3)).not.toEqual(learn(texts, options, 3));
  });
});
