import { describe, expect, it } from "vitest";
import { minimise } from "./minimise.js";
import { Turns } from "./turns.js";

describe("minimise", () => {
  it("finds the minimum of a badly scaled function from afar", async () => {
    // Sum of scale (cosh(x - goal) - 1): convex, far from quadratic at the start.
    const scales = [1, 1000, 0.01, 50, 3];
    const point = new Float64Array(scales.length);
    const objective = (at: Float64Array, gradient: Float64Array) => {
      let value = 0;
      for (const [index, scale] of scales.entries()) {
        gradient[index] = scale * Math.sinh(at[index] - index);
        value += scale * (Math.cosh(at[index] - index) - 1);
      }
      return value;
    };
    await minimise(objective, point, {
      curvatures: new Float64Array(scales.length).fill(1),
      tolerance: 1e-14,
      maxIterations: 500,
      turns: new Turns({}),
    });
    for (const index of scales.keys()) expect(point[index]).toBeCloseTo(index, 5);
  });
});
