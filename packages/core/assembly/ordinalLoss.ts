/*
 * Losses of ordered classes. Output j of a row speaks for "the class is above j", so K classes have K - 1 outputs:
 * CORAL (Cao, Mirjalili and Raschka 2020), CORN (Shi, Cao and Raschka 2023) and the cumulative link model with a
 * logistic link (McCullagh 1980).
 */

/** Kinds of `ordinalLoss`. */
const coral = 0;
const corn = 1;

/** A class's probability is taken for at least this much: where thresholds have crossed, the gradient parts them again. */
const leastProbability: f32 = 1e-6;

/**
 * The loss and its gradient by the outputs, gradient[output][lane]. Only the first `rows` lanes count; the gradient of
 * the others is 0.
 *
 * @param targets class index of each lane, as floats. @param weights one a class, or 0 for all 1.
 * @param scale 1 / (sum of the weights of the batch's targets).
 * @param kind 0: CORAL, 1: CORN, 2: cumulative link.
 * @returns the sum over the lanes of weight * scale * loss.
 */
export function ordinalLoss(
  gradient: usize,
  logits: usize,
  targets: usize,
  weights: usize,
  outputs: i32,
  rows: i32,
  lanes: i32,
  stride: usize,
  scale: f32,
  kind: i32,
): f64 {
  let loss: f64 = 0;
  for (let lane = 0; lane < lanes; lane++) {
    const offset = <usize>lane << 2;
    for (let row = 0; row < outputs; row++) store<f32>(gradient + offset + <usize>row * stride, 0);
    if (lane >= rows) continue;
    const target = <i32>load<f32>(targets + offset);
    const weight: f32 = (weights ? load<f32>(weights + (<usize>target << 2)) : 1) * scale;
    if (kind == coral) loss += binaryLosses(gradient + offset, logits + offset, target, outputs, stride, weight);
    else if (kind == corn) {
      // Of the question "above j?" only rows that are above j - 1 tell anything.
      const asked = min(target + 1, outputs);
      loss += binaryLosses(gradient + offset, logits + offset, target, asked, stride, weight);
    } else loss += cumulativeLink(gradient + offset, logits + offset, target, outputs, stride, weight);
  }
  return loss;
}

/** Binary cross-entropies of the first `count` questions "is the class above j?". */
function binaryLosses(
  gradient: usize,
  logits: usize,
  target: i32,
  count: i32,
  stride: usize,
  weight: f32,
): f64 {
  let loss: f64 = 0;
  for (let row = 0; row < count; row++) {
    const offset = <usize>row * stride;
    const logit = load<f32>(logits + offset);
    const answer: f32 = target > row ? 1 : 0;
    // ln(1 + e^z) - answer z, without overflow.
    const softplus: f32 = max<f32>(logit, 0) + Mathf.log1p(Mathf.exp(-abs(logit)));
    loss += <f64>(weight * (softplus - answer * logit));
    store<f32>(gradient + offset, weight * (sigmoid(logit) - answer));
  }
  return loss;
}

/** -ln(P(above target - 1) - P(above target)). */
function cumulativeLink(
  gradient: usize,
  logits: usize,
  target: i32,
  outputs: i32,
  stride: usize,
  weight: f32,
): f64 {
  const hasUpper = target < outputs;
  const hasLower = target > 0;
  const upperPlace = <usize>target * stride;
  const lowerPlace = hasLower ? <usize>(target - 1) * stride : 0;
  const upper = hasUpper ? load<f32>(logits + upperPlace) : <f32>-Infinity;
  const lower = hasLower ? load<f32>(logits + lowerPlace) : <f32>Infinity;
  // Two numbers near 1 have lost their difference; their distances from 1 still have it.
  const probability = upper > 0 ? sigmoid(-upper) - sigmoid(-lower) : sigmoid(lower) - sigmoid(upper);
  const divisor = max<f32>(probability, leastProbability);
  if (hasUpper) store<f32>(gradient + upperPlace, (weight * slope(upper)) / divisor);
  if (hasLower) store<f32>(gradient + lowerPlace, (-weight * slope(lower)) / divisor);
  return <f64>(-weight * Mathf.log(divisor));
}

// @ts-ignore: decorator
@inline
function sigmoid(x: f32): f32 {
  return 1 / (1 + Mathf.exp(-x));
}

// @ts-ignore: decorator
@inline
function slope(x: f32): f32 {
  return sigmoid(x) * sigmoid(-x);
}
