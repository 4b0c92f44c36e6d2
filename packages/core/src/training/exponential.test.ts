import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exponential } from "./exponential.js";

/** The bits of a number, in hexadecimal. */
function bits(value: number): string {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return view.getBigUint64(0).toString(16);
}

describe("exponential", () => {
  it("is Math.exp within three units in the last place, over the whole range", () => {
    fc.assert(
      fc.property(fc.double({ min: -708, max: 709.78, noNaN: true }), (x) => {
        const expected = Math.exp(x);
        expect(Math.abs(exponential(x) - expected)).toBeLessThanOrEqual(3 * 2 ** -52 * expected);
      }),
      { numRuns: 20_000 },
    );
  });

  it("is exact where the result is, and keeps the ends of the range", () => {
    expect(exponential(0)).toBe(1);
    expect(exponential(-0)).toBe(1);
    expect(exponential(Number.NEGATIVE_INFINITY)).toBe(0);
    expect(exponential(-1000)).toBe(0);
    expect(exponential(-745)).toBe(5e-324);
    expect(exponential(Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
    expect(exponential(710)).toBe(Number.POSITIVE_INFINITY);
    expect(exponential(Number.NaN)).toBeNaN();
  });

  it("gives the recorded bits, in whatever engine this runs", () => {
    const found = [-0.1, -1, -3.75, -20.000001, -700.5, 0.5, 12.25].map((x) => bits(exponential(x)));
    expect(found).toMatchInlineSnapshot(`
      [
        "3fecf46d99d52b3a",
        "3fd78b56362cef38",
        "3f981509354f0d29",
        "3e21b4852ce8568d",
        "c4ff475c68ca02",
        "3ffa61298e1e069c",
        "410982aa4f9aec90",
      ]
    `);
  });
});
