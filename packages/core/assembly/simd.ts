/**
 * Vector helpers shared by the kernels: four 32-bit floats at a time.
 *
 * Constants come from memory: `f32x4.splat` of a constant inside a loop was measured 1.05 to 1.9 times
 * slower than a load, and `pmin`/`pmax` 1.6 to 2 times faster than `min`/`max` (no NaN rules).
 */

/** a * b + c; one rounding in the builds with relaxed SIMD but that for bytes, two elsewhere. */
// @ts-ignore: decorator
@inline
export function multiplyAdd(a: v128, b: v128, c: v128): v128 {
  // @ts-ignore: a constant of the build
  if (ASC_FEATURE_RELAXED_SIMD && !isDefined(dotOfBytes)) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

/** Keeps x within [-limit, limit]; NaN stays NaN. */
// @ts-ignore: decorator
@inline
export function clamp(x: v128, low: v128, high: v128): v128 {
  // The order of the operands matters: pmin and pmax give the first one when the comparison fails, as it does for NaN.
  return f32x4.pmin(f32x4.pmax(x, low), high);
}

/** Sum of the four elements, in a fixed order. */
// @ts-ignore: decorator
@inline
export function horizontalSum(x: v128): f32 {
  return (
    f32x4.extract_lane(x, 0) + f32x4.extract_lane(x, 1) + (f32x4.extract_lane(x, 2) + f32x4.extract_lane(x, 3))
  );
}

/** The four lanes of the mask `step < length`, for four consecutive rows. */
// @ts-ignore: decorator
@inline
export function aliveMask(lengths: usize, lane: usize, step: i32): v128 {
  return i32x4.gt_s(v128.load(lengths + (lane << 2)), i32x4.splat(step));
}

/**
 * x with elements of magnitude below `tiny` set to 0. Products of vanishing gradients reach the subnormal numbers,
 * on which some processors compute a hundred times slower, long before they matter to any sum. NaN stays.
 */
// @ts-ignore: decorator
@inline
export function flushTiny(x: v128, tiny: v128): v128 {
  return v128.andnot(x, f32x4.lt(f32x4.abs(x), tiny));
}
