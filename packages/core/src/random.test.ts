import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { philox, Random } from "./random.js";

function words(hex: string): number[] {
  return hex.split(" ").map((word) => Number.parseInt(word, 16));
}

function draw(random: Random, count: number): number[] {
  return Array.from({ length: count }, () => random.uint32());
}

describe("philox", () => {
  // The three lines for philox4x32-10 in Random123's tests/kat_vectors: counter, key, result.
  it.each([
    ["00000000 00000000 00000000 00000000", "00000000 00000000", "6627e8d5 e169c58d bc57ac4c 9b00dbd8"],
    ["ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff", "408f276d 41c83b0e a20bc7c6 6d5451fd"],
    ["243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0", "d16cfe09 94fdcceb 5001e420 24126ea1"],
  ])("gives the known answer of the Random123 distribution for counter %s, key %s", (counter, key, answer) => {
    const state = Uint32Array.from(words(counter));
    const [key0, key1] = words(key);
    philox(state, key0, key1);
    expect(Array.from(state)).toEqual(words(answer));
  });
});

describe("Random", () => {
  it("draws the words of consecutive counters, so that a stream is the same in every release", () => {
    const key1 = 0x790c294e; // FNV-1a of "shuffle"
    const expected: number[] = [];
    for (let counter = 0; counter < 5; counter++) {
      const state = Uint32Array.of(counter, 0, 0, 0);
      philox(state, 7, key1);
      expected.push(...state);
    }
    expect(draw(new Random(7, "shuffle"), 20)).toEqual(expected);
  });

  it("repeats itself for the same seed and stream", () => {
    expect(draw(new Random(3, "split"), 9)).toEqual(draw(new Random(3, "split"), 9));
  });

  it("draws other numbers for another stream or another seed", () => {
    const first = draw(new Random(3, "split"), 8);
    for (const other of [new Random(3, "shuffle"), new Random(3, "Split"), new Random(4, "split")]) {
      const second = draw(other, 8);
      expect(second.filter((value, index) => value === first[index])).toEqual([]);
    }
  });

  it("has no visible correlation between two streams of one seed", () => {
    const a = new Random(1, "dropout");
    const b = new Random(1, "shuffle");
    const count = 20_000;
    let sum = 0;
    for (let index = 0; index < count; index++) sum += (a.uniform() - 0.5) * (b.uniform() - 0.5);
    const correlation = (sum / count) * 12;
    expect(Math.abs(correlation)).toBeLessThan(4 / Math.sqrt(count));
  });

  it("gives uniform numbers in [0, 1) with the mean and the variance of a uniform distribution", () => {
    const random = new Random(1, "uniform");
    const values = Array.from({ length: 20_000 }, () => random.uniform());
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values)).toBeLessThan(1);
    expect(Math.abs(mean - 0.5)).toBeLessThan(4 * Math.sqrt(1 / 12 / values.length));
    expect(Math.abs(variance - 1 / 12)).toBeLessThan(0.002);
  });
});

describe("Random.integer", () => {
  it.each([2, 3, 5, 6, 7, 10])("gives each value below %i equally often", (limit) => {
    const random = new Random(11, "integer");
    const draws = 6_000 * limit;
    const counts = new Array<number>(limit).fill(0);
    for (let index = 0; index < draws; index++) counts[random.integer(limit)]++;
    const chiSquare = counts.reduce((sum, count) => sum + (count - 6_000) ** 2 / 6_000, 0);
    // Mean limit - 1, standard deviation sqrt(2 (limit - 1)): five of them are one chance in a million.
    expect(chiSquare).toBeLessThan(limit - 1 + 5 * Math.sqrt(2 * (limit - 1)));
  });

  it("is unbiased where rejection matters most, at three quarters of the range", () => {
    // Without the rejection step the remainders 0 mod 3 would be drawn twice as often as the others.
    const limit = 3 * 2 ** 30;
    const random = new Random(5, "integer");
    const counts = [0, 0, 0];
    for (let index = 0; index < 30_000; index++) counts[random.integer(limit) % 3]++;
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(5 * Math.sqrt((30_000 * 2) / 9));
  });

  it("is exact for limits whose product with a draw exceeds 2^53", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 0xffffffff }),
        fc.integer({ min: 0, max: 0xffffffff }),
        fc.integer({ min: 1, max: 4 }),
        (limit, seed, drawn) => {
          const random = new Random(seed, "integer");
          const source = new Random(seed, "integer");
          for (let index = 0; index < drawn; index++) {
            let product: bigint;
            do product = BigInt(source.uint32()) * BigInt(limit);
            while ((product & 0xffffffffn) < 0x1_0000_0000n % BigInt(limit));
            expect(random.integer(limit)).toBe(Number(product >> 32n));
          }
        },
      ),
    );
  });

  it.each([0, -1, 1.5, Number.NaN, 2 ** 32])("refuses the limit %d instead of looping for ever", (limit) => {
    expect(() => new Random(1, "integer").integer(limit)).toThrow(RangeError);
  });
});

describe("Random.moveTo", () => {
  it("goes on as the generator did that had drawn so many numbers", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffffff }), fc.nat(40), (seed, drawn) => {
        const before = new Random(seed, "moved");
        for (let index = 0; index < drawn; index++) before.uint32();
        expect(before.drawn).toBe(drawn);
        const after = new Random(seed, "moved");
        after.uint32();
        after.moveTo(before.drawn);
        expect(after.drawn).toBe(drawn);
        for (let index = 0; index < 9; index++) expect(after.uint32()).toBe(before.uint32());
      }),
    );
  });

  it("reaches far beyond 2^32 numbers", () => {
    const random = new Random(1, "far");
    random.moveTo(2 ** 52 + 3);
    expect(random.drawn).toBe(2 ** 52 + 3);
    random.uint32();
    expect(random.drawn).toBe(2 ** 52 + 4);
  });

  it.each([-1, 0.5, Number.NaN, 2 ** 53])("refuses %d", (drawn) => {
    expect(() => new Random(1, "moved").moveTo(drawn)).toThrow(RangeError);
  });
});

describe("Random.shuffle", () => {
  it("returns a permutation of the very array it was given", () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.nat(), (items, seed) => {
        const shuffled = items.slice();
        expect(new Random(seed, "shuffle").shuffle(shuffled)).toBe(shuffled);
        expect(shuffled.slice().sort((a, b) => a - b)).toEqual(items.slice().sort((a, b) => a - b));
      }),
    );
  });

  it("gives each of the six orders of three items equally often", () => {
    const random = new Random(2, "shuffle");
    const counts = new Map<string, number>();
    for (let index = 0; index < 12_000; index++) {
      const order = random.shuffle(["a", "b", "c"]).join("");
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    for (const count of counts.values()) expect(Math.abs(count - 2_000)).toBeLessThan(5 * Math.sqrt(2_000));
  });
});
