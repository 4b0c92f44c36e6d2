/** Between row-major tensors, [row][step][feature], and blocks, [step][feature row][lane]. */
import type { Kernels } from "../../kernels/index.js";
import type { Block } from "../blocks/block.js";
import { type FeatureRows, featureOfRow } from "../notation.js";
import { type Tensor, tensor } from "./tensor.js";

/** A sequence in the engine's memory; one step further every `step` bytes. */
export interface LaneSequence {
  readonly pointer: number;
  readonly step: number;
  readonly rows: FeatureRows;
}

/** Visits every element of a sequence with its index in the block's memory and in the tensor. */
function forEachElement(
  sequence: LaneSequence,
  block: Block,
  order: ArrayLike<number>,
  steps: number,
  visit: (inBlock: number, inTensor: number, step: number, lane: number) => void,
): void {
  const features = featureOfRow(sequence.rows);
  const featureCount = sequence.rows.parts * sequence.rows.size;
  for (let lane = 0; lane < order.length; lane++) {
    for (let step = 0; step < steps; step++) {
      const tensorRow = (order[lane] * steps + step) * featureCount;
      const blockStep = (sequence.pointer + step * sequence.step) / 4 + lane;
      for (let row = 0; row < features.length; row++) {
        if (features[row] >= 0) visit(blockStep + row * block.lanes, tensorRow + features[row], step, lane);
      }
    }
  }
}

/** Copies a tensor, [rows][steps][features], into lanes; lane n takes row `order[n]`. */
export function writeLanes(
  kernels: Kernels,
  source: Tensor,
  target: LaneSequence,
  block: Block,
  order: ArrayLike<number>,
  steps: number,
): void {
  forEachElement(target, block, order, steps, (inBlock, inTensor) => {
    kernels.f32[inBlock] = source.data[inTensor];
  });
}

/** The way back; steps beyond a row's length are 0. */
export function readLanes(
  kernels: Kernels,
  source: LaneSequence,
  block: Block,
  order: ArrayLike<number>,
  shape: readonly number[],
  steps: number,
): Tensor {
  const result = tensor(shape);
  const lengths = kernels.ints(block.lengths, block.lanes);
  forEachElement(source, block, order, steps, (inBlock, inTensor, step, lane) => {
    if (step < lengths[lane]) result.data[inTensor] = kernels.f32[inBlock];
  });
  return result;
}
