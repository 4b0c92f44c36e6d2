/** Losses over tensors, with their gradients. */
import { OptionError } from "../../errors.js";
import type { Arena } from "../../kernels/index.js";
import { writeBlock } from "../blocks/block.js";
import { BlockLoss } from "../blocks/lossFunction.js";
import type { LossKind } from "../network.js";
import { roundUp } from "../notation.js";
import { readLanes, writeLanes } from "./lanes.js";
import { makeBench } from "./layer.js";
import { checkShape, type Tensor } from "./tensor.js";

/** A loss and where it comes from. */
export interface Loss {
  /** The mean over the rows. */
  readonly loss: number;
  /** Its gradient by the layer's output, of the same shape. */
  readonly gradient: Tensor;
}

/**
 * Cross-entropy of softmax(logits), mean over the rows, as PyTorch's `nn.CrossEntropyLoss`.
 *
 * @param logits [rows][classes]
 * @param targets class index of each row, 0 to classes - 1.
 * @param options.classWeights weight of each class; the mean is then weighted.
 * @throws {OptionError} `wrong-shape`, `bad-target`
 */
export function crossEntropyLoss(
  logits: Tensor,
  targets: ArrayLike<number>,
  options: { readonly classWeights?: readonly number[] } = {},
): Loss {
  checkShape("Logits", logits.shape, [targets.length, "classes"]);
  const classes = logits.shape[1];
  for (let row = 0; row < targets.length; row++) {
    if (!(Number.isInteger(targets[row]) && targets[row] >= 0 && targets[row] < classes)) {
      throw new OptionError(
        "bad-target",
        `Row ${row} has the target ${targets[row]}, but it must be a class index from 0 to ${classes - 1}.`,
      );
    }
  }
  if (options.classWeights && options.classWeights.length !== classes) {
    throw new OptionError(
      "wrong-shape",
      `There are ${classes} classes, but ${options.classWeights.length} class weights; give one a class.`,
    );
  }
  return runLoss("crossEntropy", logits, targets, options.classWeights);
}

/**
 * Mean of the squared differences, as PyTorch's `nn.MSELoss`.
 *
 * @param predictions [rows][1]
 * @param targets one number a row.
 */
export function meanSquaredErrorLoss(predictions: Tensor, targets: ArrayLike<number>): Loss {
  checkShape("Predictions", predictions.shape, [targets.length, 1]);
  return runLoss("meanSquaredError", predictions, targets, undefined);
}

function runLoss(
  kind: LossKind,
  outputs: Tensor,
  targets: ArrayLike<number>,
  classWeights: readonly number[] | undefined,
): Loss {
  const [rows, outputSize] = outputs.shape;
  const lanes = roundUp(rows, 8);
  const { kernels, plan } = makeBench((arena: Arena) => ({
    loss: new BlockLoss(arena, { kind, outputSize, classWeights }),
    outputs: arena.words(roundUp(outputSize, 4) * lanes),
    gradient: arena.words(roundUp(outputSize, 4) * lanes),
    targets: arena.words(lanes),
    lengths: arena.words(lanes),
    active: arena.words(1),
  }));
  plan.loss.initialise(kernels);
  const block = writeBlock(kernels, new Int32Array(rows).fill(1), { ...plan, lanes });
  const order = Uint32Array.from({ length: rows }, (_, row) => row);
  const sequence = { step: 0, rows: { parts: 1, size: outputSize } };
  writeLanes(kernels, outputs, { ...sequence, pointer: plan.outputs }, block, order, 1);
  const targetValues = Float32Array.from(targets);
  kernels.floats(plan.targets, rows).set(targetValues);
  const loss = plan.loss.run(kernels, block, plan, plan.loss.scale(targetValues));
  const gradient = readLanes(kernels, { ...sequence, pointer: plan.gradient }, block, order, outputs.shape, 1);
  return { loss, gradient };
}
