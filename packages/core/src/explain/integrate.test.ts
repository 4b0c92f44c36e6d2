import { describe, expect, it } from "vitest";
import { type Evaluate, integrate } from "./integrate.js";

const options = { tolerance: 0.005, smallestChange: 1e-3, maxPoints: 1024 };

/** A function of two contributors a and b that go the same way: value f(t, t), slopes df/da and df/db. */
function along(
  f: (a: number, b: number) => number,
  slopes: (t: number) => [number, number],
): { evaluate: Evaluate; asked: number[] } {
  const asked: number[] = [];
  const evaluate: Evaluate = (points) => {
    asked.push(...points);
    return points.map((t) => ({ value: f(t, t), slopes: Float64Array.from(slopes(t)) }));
  };
  return { evaluate, asked };
}

const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0);

describe("integrate", () => {
  it("is exact for cubics, with no more points than it begins with", () => {
    const { evaluate, asked } = along(
      (a, b) => 2 * a ** 4 + 3 * b,
      (t) => [8 * t ** 3, 3],
    );
    const integral = integrate(evaluate, options);
    expect(integral.contributions[0]).toBeCloseTo(2, 12);
    expect(integral.contributions[1]).toBeCloseTo(3, 12);
    expect([integral.start, integral.end, integral.points, asked.length]).toEqual([0, 5, 15, 15]);
  });

  it("cuts intervals only where a bend is, until all of them miss less than is allowed", () => {
    const bend = 0.3217;
    const { evaluate, asked } = along(
      (a, b) => Math.max(0, a - bend) * 5 + b,
      (t) => [t > bend ? 5 : 0, 1],
    );
    const integral = integrate(evaluate, options);
    const change = 5 * (1 - bend) + 1;
    expect(Math.abs(sum(integral.contributions) - change)).toBeLessThanOrEqual(0.005 * change);
    expect(integral.points).toBe(asked.length);
    expect(new Set(asked).size).toBe(asked.length);
    expect(asked.slice(15).every((point) => Math.abs(point - bend) < 1 / 7)).toBe(true);
  });

  it("adds up a steep step", () => {
    const steep = (t: number) => 1 / (1 + Math.exp(-400 * (t - 0.9)));
    const { evaluate } = along(
      (a) => steep(a),
      (t) => [400 * steep(t) * (1 - steep(t)), 0],
    );
    expect(sum(integrate(evaluate, options).contributions)).toBeCloseTo(1, 2);
  });

  it("stops at the limit of points with the error that is left", () => {
    const { evaluate, asked } = along(
      (a) => Math.sin(500 * a),
      (t) => [500 * Math.cos(500 * t), 0],
    );
    const integral = integrate(evaluate, { ...options, maxPoints: 40 });
    expect(integral.points).toBeLessThanOrEqual(40);
    expect(asked).toHaveLength(integral.points);
    expect(Math.abs(sum(integral.contributions) - Math.sin(500))).toBeGreaterThan(0.01);
  });
});
