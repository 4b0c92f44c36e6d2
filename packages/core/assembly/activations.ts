import { clamp, multiplyAdd } from "./simd";

/*
 * exp: n = round(x / ln 2), r = x - n ln 2 in two parts (Cody and Waite), then the degree-7 polynomial of
 * Cephes' expf. Relative error below 2e-7 for |x| <= 87.
 */
const EXP = memory.data<f32>([
  1.44269504088896341, 1.44269504088896341, 1.44269504088896341, 1.44269504088896341, // 0: 1 / ln 2
  -0.693359375, -0.693359375, -0.693359375, -0.693359375, // 16: -ln 2, upper part
  2.12194440e-4, 2.12194440e-4, 2.12194440e-4, 2.12194440e-4, // 32: -ln 2, lower part
  1.9875691500e-4, 1.9875691500e-4, 1.9875691500e-4, 1.9875691500e-4, // 48
  1.3981999507e-3, 1.3981999507e-3, 1.3981999507e-3, 1.3981999507e-3, // 64
  8.3334519073e-3, 8.3334519073e-3, 8.3334519073e-3, 8.3334519073e-3, // 80
  4.1665795894e-2, 4.1665795894e-2, 4.1665795894e-2, 4.1665795894e-2, // 96
  1.6666665459e-1, 1.6666665459e-1, 1.6666665459e-1, 1.6666665459e-1, // 112
  5.0000001201e-1, 5.0000001201e-1, 5.0000001201e-1, 5.0000001201e-1, // 128
  1.0, 1.0, 1.0, 1.0, // 144
  -87.0, -87.0, -87.0, -87.0, // 160
  87.0, 87.0, 87.0, 87.0, // 176
]);

/** e^x, with x clamped to [-87, 87]. */
// @ts-ignore: decorator
@inline
export function exp(value: v128): v128 {
  const x = clamp(value, v128.load(EXP, 160), v128.load(EXP, 176));
  const n = f32x4.nearest(f32x4.mul(x, v128.load(EXP, 0)));
  const r = multiplyAdd(n, v128.load(EXP, 32), multiplyAdd(n, v128.load(EXP, 16), x));
  let p = v128.load(EXP, 48);
  p = multiplyAdd(p, r, v128.load(EXP, 64));
  p = multiplyAdd(p, r, v128.load(EXP, 80));
  p = multiplyAdd(p, r, v128.load(EXP, 96));
  p = multiplyAdd(p, r, v128.load(EXP, 112));
  p = multiplyAdd(p, r, v128.load(EXP, 128));
  p = f32x4.add(multiplyAdd(p, f32x4.mul(r, r), r), v128.load(EXP, 144));
  return i32x4.add(p, i32x4.shl(i32x4.trunc_sat_f32x4_s(n), 23));
}

/*
 * sigmoid: e^-x = 2^t = 2^n 2^f with n the whole number nearest to t, and 2^f a minimax polynomial of degree 5 on
 * [-1/2, 1/2] (relative error 7.5e-8). Cheaper than `exp`, which keeps its relative accuracy for large arguments.
 */
const SIGMOID = memory.data<f32>([
  -1.44269504088896341, -1.44269504088896341, -1.44269504088896341, -1.44269504088896341, // 0: -1 / ln 2
  -126.0, -126.0, -126.0, -126.0, // 16
  126.0, 126.0, 126.0, 126.0, // 32
  12582912.0, 12582912.0, 12582912.0, 12582912.0, // 48: 1.5 * 2^23: adding it rounds to a whole number, kept in the lowest bits
  0.0013276471409301104, 0.0013276471409301104, 0.0013276471409301104, 0.0013276471409301104, // 64
  0.009675541329818071, 0.009675541329818071, 0.009675541329818071, 0.009675541329818071, // 80
  0.05550713275303005, 0.05550713275303005, 0.05550713275303005, 0.05550713275303005, // 96
  0.24022119723955648, 0.24022119723955648, 0.24022119723955648, 0.24022119723955648, // 112
  0.6931469670636544, 0.6931469670636544, 0.6931469670636544, 0.6931469670636544, // 128
  1.0000000716546482, 1.0000000716546482, 1.0000000716546482, 1.0000000716546482, // 144
  1.0, 1.0, 1.0, 1.0, // 160
]);

/** 1 / (1 + e^-x); absolute error below 1.5e-7. */
// @ts-ignore: decorator
@inline
export function sigmoid(x: v128): v128 {
  const t = clamp(f32x4.mul(x, v128.load(SIGMOID, 0)), v128.load(SIGMOID, 16), v128.load(SIGMOID, 32));
  const rounding = v128.load(SIGMOID, 48);
  const shifted = f32x4.add(t, rounding);
  const f = f32x4.sub(t, f32x4.sub(shifted, rounding));
  let p = v128.load(SIGMOID, 64);
  p = multiplyAdd(p, f, v128.load(SIGMOID, 80));
  p = multiplyAdd(p, f, v128.load(SIGMOID, 96));
  p = multiplyAdd(p, f, v128.load(SIGMOID, 112));
  p = multiplyAdd(p, f, v128.load(SIGMOID, 128));
  p = multiplyAdd(p, f, v128.load(SIGMOID, 144));
  const power = i32x4.add(p, i32x4.shl(shifted, 23));
  const one = v128.load(SIGMOID, 160);
  return f32x4.div(one, f32x4.add(one, power));
}

/*
 * tanh: odd rational function of degree 13 over 6, the minimax fit that Eigen made known, with x clamped
 * to where the result rounds to 1. Absolute and relative error below 4e-7.
 */
const TANH = memory.data<f32>([
  -7.90531110763549805, -7.90531110763549805, -7.90531110763549805, -7.90531110763549805, // 0
  7.90531110763549805, 7.90531110763549805, 7.90531110763549805, 7.90531110763549805, // 16
  -2.76076847742355e-16, -2.76076847742355e-16, -2.76076847742355e-16, -2.76076847742355e-16, // 32
  2.00018790482477e-13, 2.00018790482477e-13, 2.00018790482477e-13, 2.00018790482477e-13, // 48
  -8.60467152213735e-11, -8.60467152213735e-11, -8.60467152213735e-11, -8.60467152213735e-11, // 64
  5.12229709037114e-08, 5.12229709037114e-08, 5.12229709037114e-08, 5.12229709037114e-08, // 80
  1.48572235717979e-05, 1.48572235717979e-05, 1.48572235717979e-05, 1.48572235717979e-05, // 96
  6.37261928875436e-04, 6.37261928875436e-04, 6.37261928875436e-04, 6.37261928875436e-04, // 112
  4.89352455891786e-03, 4.89352455891786e-03, 4.89352455891786e-03, 4.89352455891786e-03, // 128
  1.19825839466702e-06, 1.19825839466702e-06, 1.19825839466702e-06, 1.19825839466702e-06, // 144
  1.18534705686654e-04, 1.18534705686654e-04, 1.18534705686654e-04, 1.18534705686654e-04, // 160
  2.26843463243900e-03, 2.26843463243900e-03, 2.26843463243900e-03, 2.26843463243900e-03, // 176
  4.89352518554385e-03, 4.89352518554385e-03, 4.89352518554385e-03, 4.89352518554385e-03, // 192
]);

// @ts-ignore: decorator
@inline
export function tanh(value: v128): v128 {
  const x = clamp(value, v128.load(TANH, 0), v128.load(TANH, 16));
  const square = f32x4.mul(x, x);
  let numerator = v128.load(TANH, 32);
  numerator = multiplyAdd(numerator, square, v128.load(TANH, 48));
  numerator = multiplyAdd(numerator, square, v128.load(TANH, 64));
  numerator = multiplyAdd(numerator, square, v128.load(TANH, 80));
  numerator = multiplyAdd(numerator, square, v128.load(TANH, 96));
  numerator = multiplyAdd(numerator, square, v128.load(TANH, 112));
  numerator = multiplyAdd(numerator, square, v128.load(TANH, 128));
  let denominator = v128.load(TANH, 144);
  denominator = multiplyAdd(denominator, square, v128.load(TANH, 160));
  denominator = multiplyAdd(denominator, square, v128.load(TANH, 176));
  denominator = multiplyAdd(denominator, square, v128.load(TANH, 192));
  return f32x4.div(f32x4.mul(x, numerator), denominator);
}

/** Element-wise over `count` floats (a multiple of 4), for tests of the bounds above. kind: 0 exp, 1 sigmoid, 2 tanh. */
export function activate(kind: i32, out: usize, input: usize, count: i32): void {
  const end = input + (<usize>count << 2);
  for (let source = input, target = out; source < end; source += 16, target += 16) {
    const x = v128.load(source);
    v128.store(target, kind == 0 ? exp(x) : kind == 1 ? sigmoid(x) : tanh(x));
  }
}
