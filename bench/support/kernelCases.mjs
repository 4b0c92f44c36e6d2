/** The engine's kernels one by one, called through the engine's own exports on blocks of the sizes that it uses. */
import {
  Arena,
  adamStep,
  allocateMemory,
  compileKernels,
  Kernels,
  planStart,
} from "../../packages/core/dist/kernels/index.js";

/**
 * Sizes of one block: what a thread works on at a time.
 *
 * @typedef {{ name: string, units: number, input: number, lanes: number }} BlockShape
 */

/** @type {readonly BlockShape[]} */
export const blockShapes = [
  { name: "50 units, input 50, 32 rows", units: 50, input: 50, lanes: 32 },
  { name: "64 units, input 64, 16 rows", units: 64, input: 64, lanes: 16 },
];

const roundUp = (/** @type {number} */ value, /** @type {number} */ multiple) => Math.ceil(value / multiple) * multiple;

/**
 * Parameters of the article's network (embedding 8,265 x 50, one LSTM of 50 units), which Adam goes through in a step.
 */
const articleParameters = 433_704;
/** Elements of an activation's call: they stay in the first cache. */
const activationCount = 2048;
/**
 * Arithmetic operations an element, counted in assembly/activations.ts: a multiply-add as two, a comparison, a
 * rounding and a quotient as one each.
 */
const activations = [
  { name: "exp", kind: 0, operations: 22 },
  { name: "sigmoid", kind: 1, operations: 20 },
  { name: "tanh", kind: 2, operations: 19 },
];

const adamFactors = {
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  stepSize: 1e-3,
  secondMomentScale: 1,
  gradientScale: 1,
  couplingDecay: 0,
  parameterScale: 1,
};

/** @returns {import("./types.js").KernelCase[]} */
export function kernelCases() {
  const arena = new Arena(planStart());
  const module = compileKernels({ sharedMemory: false, fusedMultiplyAdd: true });
  /** Cases are planned first and bound to the memory when its size is known. @type {((kernels: Kernels) => import("./types.js").KernelCase[])[]} */
  const planned = [...blockShapes.map((shape) => planProducts(arena, shape)), planActivations(arena), planAdam(arena)];
  const kernels = new Kernels(module, allocateMemory(arena.end, { sharedMemory: false }));
  // Small numbers everywhere: zeros would do as well, subnormal ones would not.
  kernels.f32.subarray(planStart() >>> 2, arena.end >>> 2).fill(0.01);
  return planned.flatMap((bind) => bind(kernels));
}

/**
 * The matrix products of an LSTM step. Only useful operations count, not those on padding.
 *
 * @param {Arena} arena
 * @param {BlockShape} shape
 * @returns {(kernels: Kernels) => import("./types.js").KernelCase[]}
 */
function planProducts(arena, { name: shape, units, input, lanes }) {
  const gates = 4 * units;
  const panelCount = Math.ceil(units / 4);
  const features = input + units;
  const columns = roundUp(roundUp(input, 4) + roundUp(units, 4), 8);
  const stride = 4 * lanes;
  const bias = arena.words(gates);
  const panels = arena.words(gates * roundUp(features, 4));
  const state = arena.words(roundUp(features, 4) * lanes);
  const gateRows = arena.words(gates * lanes);
  const rows = arena.words(lanes * columns);
  const gradient = arena.words(gates * columns);
  const laneRun = arena.words(4);
  return ({ run, i32 }) => {
    i32.set([0, 0, 4 * lanes], laneRun >>> 2);
    return [
      {
        name: "recurrent product",
        shape,
        flops: 2 * gates * units * lanes,
        run: () => run.product(gateRows, panels, bias, state, units, units, lanes, stride),
      },
      {
        name: "gate product (input and state)",
        shape,
        flops: 2 * gates * features * lanes,
        run: () => run.product(gateRows, panels, bias, state, units, features, lanes, stride),
      },
      {
        name: "backward product (to the state)",
        shape,
        flops: 2 * gates * units * lanes,
        run: () => run.product(state, panels, bias, gateRows, panelCount, gates, lanes, stride),
      },
      {
        name: "outer product (weight gradient)",
        shape,
        flops: 2 * gates * features * lanes,
        run: () => run.outerProduct(gradient, 4 * columns, 0, 4 * columns, gateRows, rows, gates, laneRun, 1, stride),
      },
      {
        name: "transpose",
        shape,
        bytes: 8 * units * lanes,
        run: () => run.transpose(rows, 4 * columns, state, stride, units, lanes),
      },
    ];
  };
}

/**
 * @param {Arena} arena
 * @returns {(kernels: Kernels) => import("./types.js").KernelCase[]}
 */
function planActivations(arena) {
  const input = arena.words(activationCount);
  const output = arena.words(activationCount);
  return ({ run }) =>
    activations.map(({ name, kind, operations }) => ({
      name,
      shape: `${activationCount.toLocaleString("en")} elements`,
      flops: operations * activationCount,
      elements: activationCount,
      run: () => run.activate(kind, output, input, activationCount),
    }));
}

/**
 * One step of Adam over the article's parameters: four arrays are read and written.
 *
 * @param {Arena} arena
 * @returns {(kernels: Kernels) => import("./types.js").KernelCase[]}
 */
function planAdam(arena) {
  const count = roundUp(articleParameters, 4);
  const [parameters, gradients, firstMoments, secondMoments] = Array.from({ length: 4 }, () => arena.words(count));
  const record = arena.words(adamStep.bytes / 4);
  return (kernels) => {
    const values = { parameters, gradients, firstMoments, secondMoments, count };
    adamStep.write(kernels, record, { ...values, ...adamFactors });
    return [
      {
        name: "Adam",
        shape: `${count.toLocaleString("en")} parameters`,
        bytes: 32 * count,
        elements: count,
        run: () => kernels.run.adam(record),
      },
    ];
  };
}
