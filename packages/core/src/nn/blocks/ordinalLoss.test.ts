import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Arena } from "../../kernels/arena.js";
import { allocateMemory, Kernels } from "../../kernels/kernels.js";
import { compileKernels, planStart } from "../../kernels/trainingKernels.js";
import { BlockLoss } from "./lossFunction.js";

const lanes = 8;
type OrdinalKind = "coral" | "corn" | "cumulativeLink";

/** Loss and gradient, [row][output], of the kernel. */
function run(kind: OrdinalKind, logits: readonly (readonly number[])[], targets: readonly number[], scale: number) {
  const outputs = logits[0].length;
  const arena = new Arena(planStart());
  const loss = new BlockLoss(arena, { kind, outputSize: outputs });
  const [values, gradient, classes] = [outputs * lanes, outputs * lanes, lanes].map((words) => arena.words(words));
  const module = compileKernels({ sharedMemory: false, fusedMultiplyAdd: false });
  const kernels = new Kernels(module, allocateMemory(arena.end, { sharedMemory: false }));
  kernels.floats(gradient, outputs * lanes).fill(Number.NaN);
  logits.forEach((row, lane) => {
    row.forEach((logit, output) => {
      kernels.floats(values, outputs * lanes)[output * lanes + lane] = logit;
    });
  });
  kernels.floats(classes, lanes).set(targets);
  const block = {
    ...{ rows: logits.length, lanes, stride: 4 * lanes, steps: 1 },
    ...{ lengths: 0, active: 0, inputActive: 0, starts: 0 },
  };
  const sum = loss.run(kernels, block, { outputs: values, gradient, targets: classes }, scale);
  const found = kernels.floats(gradient, outputs * lanes);
  const rowsOf = (lane: number) => Array.from({ length: outputs }, (_, output) => found[output * lanes + lane]);
  return { sum, gradients: logits.map((_, lane) => rowsOf(lane)), unused: rowsOf(lanes - 1) };
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const binary = (logit: number, answer: boolean) => -Math.log(answer ? sigmoid(logit) : sigmoid(-logit));

/** The losses as their papers write them. */
const reference: Record<OrdinalKind, (logits: readonly number[], target: number) => number> = {
  coral: (logits, target) => logits.reduce((sum, logit, above) => sum + binary(logit, target > above), 0),
  corn: (logits, target) =>
    logits.reduce((sum, logit, above) => sum + (target >= above ? binary(logit, target > above) : 0), 0),
  cumulativeLink: (logits, target) => {
    const below = target === 0 ? 1 : sigmoid(logits[target - 1]);
    const above = target === logits.length ? 0 : sigmoid(logits[target]);
    return -Math.log(below - above);
  },
};

/** Falling thresholds a little apart, and a class for each row. */
const rowsOf = fc.integer({ min: 1, max: 6 }).chain((outputs) =>
  fc.array(
    fc.record({
      start: fc.double({ min: -3, max: 3, noNaN: true }),
      gaps: fc.array(fc.double({ min: 0.1, max: 2, noNaN: true }), { minLength: outputs, maxLength: outputs }),
      target: fc.integer({ min: 0, max: outputs }),
    }),
    { minLength: 1, maxLength: lanes - 1 },
  ),
);

function logitsOf({ start, gaps }: { start: number; gaps: readonly number[] }): number[] {
  let logit = start;
  return gaps.map((gap) => {
    logit -= gap;
    return Math.fround(logit);
  });
}

describe.each(["coral", "corn", "cumulativeLink"] as const)("the loss %s", (kind) => {
  it("is that of its paper, with the gradient that its differences show, for any outputs and classes", () => {
    fc.assert(
      fc.property(rowsOf, (rows) => {
        const logits = rows.map(logitsOf);
        const targets = rows.map(({ target }) => target);
        const scale = 1 / rows.length;
        const { sum, gradients, unused } = run(kind, logits, targets, scale);
        const lossAt = (row: number, values: readonly number[]) => scale * reference[kind](values, targets[row]);
        expect(sum).toBeCloseTo(
          logits.reduce((total, values, row) => total + lossAt(row, values), 0),
          4,
        );
        const step = 1e-5;
        for (const [row, values] of logits.entries()) {
          for (const output of values.keys()) {
            const moved = (by: number) => values.map((value, index) => (index === output ? value + by : value));
            const slope = (lossAt(row, moved(step)) - lossAt(row, moved(-step))) / (2 * step);
            expect(gradients[row][output]).toBeCloseTo(slope, 3);
          }
        }
        expect(unused).toEqual(logits[0].map(() => 0));
      }),
      { numRuns: 60 },
    );
  });

  it("stays finite for outputs far out", () => {
    const { sum, gradients } = run(kind, [[80, -90]], [1], 1);
    expect([sum, ...gradients[0]].every(Number.isFinite)).toBe(true);
    const wrong = run(kind, [[90, -80]], [0], 1);
    expect([wrong.sum, ...wrong.gradients[0]].every(Number.isFinite)).toBe(true);
  });
});

it("crossed thresholds of the cumulative link are pushed apart", () => {
  const { gradients } = run("cumulativeLink", [[-1, 1]], [1], 1);
  expect(gradients[0][0]).toBeLessThan(0);
  expect(gradients[0][1]).toBeGreaterThan(0);
});
