/** The kernels for predictions with 8-bit weights that multiply bytes, in engines that do it right. */

import { allocateMemory, Kernels } from "./kernels.js";
import { compileBase64, engineInfo, isNode20 } from "./module.js";
import { kernelsAreGiven, type PredictionFunctions, predictionPlanStart } from "./predictionKernels.js";

let isRight: boolean | undefined;

/**
 * The kernels whose products are of bytes, as a compiled module; the same sums as those of the others, so the same
 * answers, in less time on processors with an instruction for them.
 *
 * @returns undefined where the engine has no relaxed SIMD, or gives wrong sums: the baseline compiler of Node 20 does.
 */
export async function compileByteKernels(options: {
  readonly sharedMemory: boolean;
}): Promise<WebAssembly.Module | undefined> {
  if (isRight === false || kernelsAreGiven() || isNode20() || !engineInfo().relaxedSimd) return undefined;
  // Loaded on demand, since only models with 8-bit weights need them.
  const { byteBase64 } = await import("./byteBinary.generated.js");
  isRight ??= givesRightSums(compileBase64(byteBase64, { sharedMemory: false }));
  return isRight ? compileBase64(byteBase64, options) : undefined;
}

/** Sizes of a product that take every way through the kernel: rows in pairs and alone, one group and several; small, since a start waits. */
const shapes = [1, 2, 5].flatMap((rows) => [1, 3].map((words) => ({ rows, words, groups: rows === 1 ? 1 : 2 })));

/**
 * Holds the products of a module against sums in JavaScript. The module has to be fresh: its first calls run as its engine's
 * baseline compiler made them, which is where an engine was wrong.
 */
export function givesRightSums(module: WebAssembly.Module): boolean {
  const start = predictionPlanStart();
  const kernels = new Kernels<PredictionFunctions>(module, allocateMemory(start + 2 ** 16, { sharedMemory: false }));
  return shapes.every((shape, round) => productIsRight(kernels, start, shape, round));
}

function productIsRight(
  kernels: Kernels<PredictionFunctions>,
  start: number,
  { rows, words, groups }: (typeof shapes)[number],
  round: number,
): boolean {
  const bytes = new Int8Array(kernels.memory.buffer);
  const columns = 16 * groups;
  const units = 4 * words;
  const panels = start;
  const input = panels + columns * units;
  const starts = input + rows * units;
  const scales = starts + 4 * columns;
  const addend = scales + 4 * columns;
  const addends = addend + 4 * columns;
  const out = addends + 4 * rows;
  // The largest numbers of either sign, and a mixture.
  const weightOf = (at: number): number =>
    round % 3 === 0 ? 127 * (1 - 2 * (at & 1)) : ((at * 89 + round) % 255) - 127;
  const stateOf = (at: number): number => (round % 3 < 2 && at % 5 < 4 ? 127 : (at * 37 + round) % 128);
  for (let at = 0; at < columns * units; at++) bytes[panels + at] = weightOf(at);
  for (let at = 0; at < rows * units; at++) bytes[input + at] = stateOf(at);
  kernels.ints(starts, columns).forEach((_, column, all) => {
    all[column] = 1000 - column;
  });
  kernels.floats(scales, columns).fill(1);
  kernels.floats(addend, columns).fill(1);
  kernels.ints(addends, rows).fill(addend);
  kernels.run.rowDot(out, 4 * columns, addends, scales, starts, input, units, rows, panels, groups, words);
  return kernels.floats(out, rows * columns).every((sum, index) => {
    const [row, column] = [Math.floor(index / columns), index % columns];
    const panel = Math.floor(column / 16) * 16 * units;
    let expected = 1 + 1000 - column;
    for (let unit = 0; unit < units; unit++) {
      expected += stateOf(row * units + unit) * weightOf(panel + 64 * (unit >> 2) + 4 * (column % 16) + (unit & 3));
    }
    return sum === expected;
  });
}
