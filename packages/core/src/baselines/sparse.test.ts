import { describe, expect, it } from "vitest";
import { addRowOuter, addRowProduct } from "./sparse.js";

describe("sparse rows times a matrix", () => {
  it.each([1, 3, 4, 5, 9])("are the dense products for %i outputs", (outputs) => {
    const features = {
      rows: 2,
      columns: 4,
      starts: Int32Array.of(0, 2, 5),
      columnIndices: Int32Array.of(3, 0, 1, 2, 3),
      values: Float64Array.of(2, -1, 0.5, 4, 3),
    };
    const dense = [
      [-1, 0, 0, 2],
      [0, 0.5, 4, 3],
    ];
    const matrix = Float64Array.from({ length: 4 * outputs }, (_, index) => index + 1);
    for (const [row, elements] of dense.entries()) {
      const sums = new Float64Array(outputs).fill(10);
      addRowProduct(features, row, matrix, sums);
      const back = matrix.slice();
      addRowOuter(features, row, sums, back);
      for (let output = 0; output < outputs; output++) {
        const wanted = elements.reduce((sum, element, column) => sum + element * matrix[column * outputs + output], 10);
        expect(sums[output]).toBe(wanted);
        for (const [column, element] of elements.entries()) {
          const index = column * outputs + output;
          expect(back[index]).toBe(matrix[index] + element * wanted);
        }
      }
    }
  });
});
