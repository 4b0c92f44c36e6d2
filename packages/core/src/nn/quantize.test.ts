import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dequantizeMatrix, isRounded, quantizeMatrix } from "./quantize.js";

const weight = fc.oneof(
  fc.float({ noNaN: true, min: -100, max: 100 }),
  fc.constantFrom(0, -0, 1e-30, -1e-38, 1e30, -1e30, 1e-45),
);
const matrix = fc
  .record({ rows: fc.integer({ min: 1, max: 5 }), columns: fc.integer({ min: 1, max: 9 }) })
  .chain(({ rows, columns }) =>
    fc.record({
      rows: fc.constant(rows),
      data: fc
        .array(weight, { minLength: rows * columns, maxLength: rows * columns })
        .map((values) => Float32Array.from(values)),
    }),
  );

describe("a matrix in 8 bits", () => {
  it("is off by half a step of its row's scale at most, which is a 254th of the largest weight", () => {
    fc.assert(
      fc.property(matrix, ({ rows, data }) => {
        const quantized = quantizeMatrix(data, rows);
        const columns = data.length / rows;
        dequantizeMatrix(quantized).forEach((value, at) => {
          const row = data.subarray(Math.floor(at / columns) * columns, (Math.floor(at / columns) + 1) * columns);
          const largest = Math.max(...row.map(Math.abs), 127 * 2 ** -100);
          expect(Math.abs(value - data[at])).toBeLessThanOrEqual((largest / 254) * 1.00002);
        });
      }),
    );
  });

  it("stays the same, bit for bit, when what it stands for is quantised again", () => {
    fc.assert(
      fc.property(matrix, ({ rows, data }) => {
        const once = quantizeMatrix(data, rows);
        expect(quantizeMatrix(dequantizeMatrix(once), rows)).toEqual(once);
      }),
    );
  });

  it("is known to stay the same when it was quantised here, whatever other programs make of 8 bits", () => {
    const ordinary = quantizeMatrix(Float32Array.of(0.3, -0.1, 0, 0, 7, 1e-9), 3);
    expect(isRounded(ordinary)).toBe(true);
    const whole = fc.oneof(fc.constantFrom(-128, -127, 0, 127), fc.integer({ min: -128, max: 127 }));
    const scale = fc.oneof(
      fc.constantFrom(...ordinary.scales, -0.5, 2 ** -101),
      fc.float({ noNaN: true, max: 2 ** 99 }),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(whole, whole, scale), { minLength: 1, maxLength: 3 }), (rows) => {
        const values = Int8Array.from(rows.flatMap(([first, second]) => [first, second]));
        const foreign = { values, scales: Float32Array.from(rows, (row) => row[2]) };
        const floats = dequantizeMatrix(foreign);
        const again = dequantizeMatrix(quantizeMatrix(floats, rows.length));
        fc.pre(floats.every(Number.isFinite));
        if (isRounded(foreign)) expect(again.every((value, at) => value === floats[at])).toBe(true);
      }),
    );
    expect(isRounded({ values: Int8Array.of(100, 3), scales: Float32Array.of(0.5) })).toBe(false);
    expect(isRounded({ values: Int8Array.of(-128, 127), scales: Float32Array.of(0.5) })).toBe(false);
    expect(isRounded({ values: Int8Array.of(127, 3), scales: Float32Array.of(0.1) })).toBe(false);
  });
});
