/** The heads of networks: what their outputs mean, for which scales they are made, and what they learn by. */
import { OptionError } from "../errors.js";
import type { LossKind, NetworkConfig } from "../nn/network.js";
import type { RatingScale } from "./scale.js";

/** All heads, in the order in which they are shown to people. */
export const heads = ["softmax", "regression", "coral", "corn", "cumulative"] as const;

/**
 * `softmax`: one logit a class and cross-entropy. `regression`: one output and squared error. The others are for ratings
 * alone, whose order they know: with K ratings, K - 1 outputs, each for "is the rating above j?". `coral` and `corn` learn
 * by the answers (Cao, Mirjalili and Raschka 2020; Shi, Cao and Raschka 2023), `cumulative` by the probability of
 * the rating that follows from them (McCullagh 1980); all outputs of `coral` and `cumulative` share one row of weights.
 */
export type Head = (typeof heads)[number];

const losses: Readonly<Record<Head, LossKind>> = {
  softmax: "crossEntropy",
  regression: "meanSquaredError",
  coral: "coral",
  corn: "corn",
  cumulative: "cumulativeLink",
};

/** What a network with that head is trained to minimise. */
export function lossOf(head: Head): LossKind {
  return losses[head];
}

/** Whether the head knows ratings by their order alone: its outputs are questions, not classes. */
export function isOrdinal(head: Head): boolean {
  return head === "coral" || head === "corn" || head === "cumulative";
}

/**
 * The head that learns this scale with that recipe: numbers always have the regression head.
 *
 * @throws {OptionError} for classes without order with any head but softmax.
 */
export function headFor(scale: RatingScale, head: Head): Head {
  if (scale.task === "number") return "regression";
  if (suits(head, scale)) return head;
  throw new OptionError(
    "head-task-mismatch",
    `The head "${head}" relies on an order, which classes do not have; choose the head softmax or the task "rating".`,
  );
}

/** Whether a network with that head can answer on that scale. */
export function suits(head: Head, scale: RatingScale): boolean {
  if (scale.task === "number") return head === "regression";
  return scale.task === "rating" || head === "softmax";
}

/** What the head asks of the network: its number of outputs, and whether they share their weights. */
export function outputsOf(head: Head, scale: RatingScale): Pick<NetworkConfig, "outputSize" | "sharedOutputWeights"> {
  if (head === "regression" || scale.task === "number") return { outputSize: 1 };
  const labels = scale.labels.length;
  if (!isOrdinal(head)) return { outputSize: labels };
  return head === "corn" ? { outputSize: labels - 1 } : { outputSize: labels - 1, sharedOutputWeights: true };
}

/** Whether a head's outputs can be mixed with those of a linear model. */
export function takesWideBranch(head: Head): boolean {
  return head === "softmax" || head === "regression";
}
