/*
 * Counter-based random bits: element n of a mask is a function of (key, n) alone, so forward and backward
 * draw the same mask without storing it, and the order of computation does not matter. The mixing is
 * two rounds of a 32-bit finaliser with full avalanche (multiply and xor-shift), keyed twice.
 */
const MIX = memory.data<u32>([
  0x7feb352d, 0x7feb352d, 0x7feb352d, 0x7feb352d, // 0
  0x846ca68b, 0x846ca68b, 0x846ca68b, 0x846ca68b, // 16
]);

/** 32 random bits for each of four counters. */
// @ts-ignore: decorator
@inline
export function randomBits(counter: v128, key0: v128, key1: v128): v128 {
  const m0 = v128.load(MIX, 0);
  const m1 = v128.load(MIX, 16);
  let x = v128.xor(counter, key0);
  x = i32x4.mul(v128.xor(x, i32x4.shr_u(x, 16)), m0);
  x = i32x4.mul(v128.xor(x, i32x4.shr_u(x, 15)), m1);
  x = i32x4.add(v128.xor(x, i32x4.shr_u(x, 16)), key1);
  x = i32x4.mul(v128.xor(x, i32x4.shr_u(x, 16)), m0);
  x = i32x4.mul(v128.xor(x, i32x4.shr_u(x, 15)), m1);
  return v128.xor(x, i32x4.shr_u(x, 16));
}

/** Four factors, 0 with probability threshold / 2^32 and `scale` otherwise. */
// @ts-ignore: decorator
@inline
export function dropoutFactors(counter: v128, key0: v128, key1: v128, threshold: v128, scale: v128): v128 {
  return v128.and(i32x4.ge_u(randomBits(counter, key0, key1), threshold), scale);
}

// @ts-ignore: decorator
@inline
function uniformAt(counter: u32, key0: u32, key1: u32): f32 {
  const bits = i32x4.extract_lane(randomBits(i32x4.splat(counter), i32x4.splat(key0), i32x4.splat(key1)), 0);
  return <f32>((<u32>bits) >>> 8) * (1.0 / 16777216.0);
}

/** Fills with numbers uniform in [low, high). */
export function fillUniform(out: usize, count: i32, low: f32, high: f32, key0: u32, key1: u32): void {
  for (let index = 0; index < count; index++) {
    store<f32>(out + (<usize>index << 2), low + (high - low) * uniformAt(index, key0, key1));
  }
}

/** Fills with standard normal numbers (Box and Muller 1958); 1 - u keeps the logarithm's argument above 0. */
export function fillNormal(out: usize, count: i32, key0: u32, key1: u32): void {
  for (let index = 0; index < count; index++) {
    const radius = Mathf.sqrt(-2.0 * Mathf.log(1.0 - uniformAt(2 * index, key0, key1)));
    const angle = <f32>(2.0 * Math.PI) * uniformAt(2 * index + 1, key0, key1);
    store<f32>(out + (<usize>index << 2), radius * Mathf.cos(angle));
  }
}
