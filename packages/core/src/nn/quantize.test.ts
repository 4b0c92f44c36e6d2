import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dequantizeMatrix, quantizeMatrix } from "./quantize.js";

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
});
