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
 * tanh: an odd rational function of degree 9 over 6, x P(x^2) / Q(x^2), with x clamped to where the result rounds to 1. Two
 * short chains that run side by side. The coefficients began as those of XNNPACK's `rational-9-8` and were then moved by
 * small steps, so that rounded 32-bit arithmetic, fused or not, has the least error and reaches 1 exactly. Absolute and
 * relative error below 5.1e-7.
 */
const TANH = memory.data<f32>([
  -7.699999809265137, -7.699999809265137, -7.699999809265137, -7.699999809265137, // 0
  7.699999809265137, 7.699999809265137, 7.699999809265137, 7.699999809265137, // 16
  9.285537616587902e-11, 9.285537616587902e-11, 9.285537616587902e-11, 9.285537616587902e-11, // 32
  -1.0833352348527114e-07, -1.0833352348527114e-07, -1.0833352348527114e-07, -1.0833352348527114e-07, // 48
  -4.0798902773531154e-05, -4.0798902773531154e-05, -4.0798902773531154e-05, -4.0798902773531154e-05, // 64
  -0.0019238527165725827, -0.0019238527165725827, -0.0019238527165725827, -0.0019238527165725827, // 80
  -0.015134616754949093, -0.015134616754949093, -0.015134616754949093, -0.015134616754949093, // 96
  -2.976418954858673e-06, -2.976418954858673e-06, -2.976418954858673e-06, -2.976418954858673e-06, // 112
  -0.0003457852581050247, -0.0003457852581050247, -0.0003457852581050247, -0.0003457852581050247, // 128
  -0.006968698464334011, -0.006968698464334011, -0.006968698464334011, -0.006968698464334011, // 144
  -0.015134619548916817, -0.015134619548916817, -0.015134619548916817, -0.015134619548916817, // 160
]);

// @ts-ignore: decorator
@inline
export function tanh(value: v128): v128 {
  const x = clamp(value, v128.load(TANH, 0), v128.load(TANH, 16));
  const square = f32x4.mul(x, x);
  let numerator = v128.load(TANH, 32);
  let denominator = v128.load(TANH, 112);
  numerator = multiplyAdd(numerator, square, v128.load(TANH, 48));
  denominator = multiplyAdd(denominator, square, v128.load(TANH, 128));
  numerator = multiplyAdd(numerator, square, v128.load(TANH, 64));
  denominator = multiplyAdd(denominator, square, v128.load(TANH, 144));
  numerator = multiplyAdd(numerator, square, v128.load(TANH, 80));
  denominator = multiplyAdd(denominator, square, v128.load(TANH, 160));
  numerator = multiplyAdd(numerator, square, v128.load(TANH, 96));
  return f32x4.div(f32x4.mul(x, numerator), denominator);
}

/* sigmoid: (1 + tanh(x / 2)) / 2, the powers of two within the coefficients. Absolute error below 2.8e-7. */
const SIGMOID = memory.data<f32>([
  -15.399999618530273, -15.399999618530273, -15.399999618530273, -15.399999618530273, // 0
  15.399999618530273, 15.399999618530273, 15.399999618530273, 15.399999618530273, // 16
  9.067907828699123e-14, 9.067907828699123e-14, 9.067907828699123e-14, 9.067907828699123e-14, // 32
  -4.231778261143404e-10, -4.231778261143404e-10, -4.231778261143404e-10, -4.231778261143404e-10, // 48
  -6.374828558364243e-07, -6.374828558364243e-07, -6.374828558364243e-07, -6.374828558364243e-07, // 64
  -0.00012024079478578642, -0.00012024079478578642, -0.00012024079478578642, -0.00012024079478578642, // 80
  -0.003783654188737273, -0.003783654188737273, -0.003783654188737273, -0.003783654188737273, // 96
  -4.650654616966676e-08, -4.650654616966676e-08, -4.650654616966676e-08, -4.650654616966676e-08, // 112
  -2.1611578631564043e-05, -2.1611578631564043e-05, -2.1611578631564043e-05, -2.1611578631564043e-05, // 128
  -0.0017421746160835028, -0.0017421746160835028, -0.0017421746160835028, -0.0017421746160835028, // 144
  -0.015134619548916817, -0.015134619548916817, -0.015134619548916817, -0.015134619548916817, // 160
  0.5, 0.5, 0.5, 0.5, // 176
]);

/** 1 / (1 + e^-x) */
// @ts-ignore: decorator
@inline
export function sigmoid(value: v128): v128 {
  const x = clamp(value, v128.load(SIGMOID, 0), v128.load(SIGMOID, 16));
  const square = f32x4.mul(x, x);
  let numerator = v128.load(SIGMOID, 32);
  let denominator = v128.load(SIGMOID, 112);
  numerator = multiplyAdd(numerator, square, v128.load(SIGMOID, 48));
  denominator = multiplyAdd(denominator, square, v128.load(SIGMOID, 128));
  numerator = multiplyAdd(numerator, square, v128.load(SIGMOID, 64));
  denominator = multiplyAdd(denominator, square, v128.load(SIGMOID, 144));
  numerator = multiplyAdd(numerator, square, v128.load(SIGMOID, 80));
  denominator = multiplyAdd(denominator, square, v128.load(SIGMOID, 160));
  numerator = multiplyAdd(numerator, square, v128.load(SIGMOID, 96));
  return f32x4.add(f32x4.div(f32x4.mul(x, numerator), denominator), v128.load(SIGMOID, 176));
}

/*
 * tanh for networks with 8-bit weights, whose states are rounded to 7 bits: x P(x^2) / Q(x^2) of degree 5 over 4, fitted to the
 * least absolute error (Lawson's algorithm on the linearised problem). Absolute error below 4.8e-5, never above 1.
 */
const SHORT_TANH = memory.data<f32>([
  -5.0, -5.0, -5.0, -5.0, // 0
  5.0, 5.0, 5.0, 5.0, // 16
  0.0006574451690539718, 0.0006574451690539718, 0.0006574451690539718, 0.0006574451690539718, // 32
  0.10184717923402786, 0.10184717923402786, 0.10184717923402786, 0.10184717923402786, // 48
  0.9998350143432617, 0.9998350143432617, 0.9998350143432617, 0.9998350143432617, // 64
  0.012669834308326244, 0.012669834308326244, 0.012669834308326244, 0.012669834308326244, // 80
  0.4346753656864166, 0.4346753656864166, 0.4346753656864166, 0.4346753656864166, // 96
  1.0, 1.0, 1.0, 1.0, // 112
]);

// @ts-ignore: decorator
@inline
export function shortTanh(value: v128): v128 {
  return shortRational(value, SHORT_TANH);
}

/* sigmoid: (1 + shortTanh(x / 2)) / 2, the powers of two within the coefficients. Absolute error below 2.4e-5. */
const SHORT_SIGMOID = memory.data<f32>([
  -10.0, -10.0, -10.0, -10.0, // 0
  10.0, 10.0, 10.0, 10.0, // 16
  1.0272580766468309e-05, 1.0272580766468309e-05, 1.0272580766468309e-05, 1.0272580766468309e-05, // 32
  0.006365448702126741, 0.006365448702126741, 0.006365448702126741, 0.006365448702126741, // 48
  0.24995875358581543, 0.24995875358581543, 0.24995875358581543, 0.24995875358581543, // 64
  0.0007918646442703903, 0.0007918646442703903, 0.0007918646442703903, 0.0007918646442703903, // 80
  0.10866884142160416, 0.10866884142160416, 0.10866884142160416, 0.10866884142160416, // 96
  1.0, 1.0, 1.0, 1.0, // 112
  0.5, 0.5, 0.5, 0.5, // 128
]);

// @ts-ignore: decorator
@inline
export function shortSigmoid(value: v128): v128 {
  return f32x4.add(shortRational(value, SHORT_SIGMOID), v128.load(SHORT_SIGMOID, 128));
}

// @ts-ignore: decorator
@inline
function shortRational(value: v128, constants: usize): v128 {
  const x = clamp(value, v128.load(constants), v128.load(constants, 16));
  const square = f32x4.mul(x, x);
  let numerator = multiplyAdd(v128.load(constants, 32), square, v128.load(constants, 48));
  const denominator = multiplyAdd(v128.load(constants, 80), square, v128.load(constants, 96));
  numerator = multiplyAdd(numerator, square, v128.load(constants, 64));
  return f32x4.div(f32x4.mul(x, numerator), multiplyAdd(denominator, square, v128.load(constants, 112)));
}

/** Element-wise over `count` floats (a multiple of 4), for tests of the bounds above. kind: 0 exp, 1 sigmoid, 2 tanh, 3 and 4 the short ones. */
export function activate(kind: i32, out: usize, input: usize, count: i32): void {
  const end = input + (<usize>count << 2);
  for (let source = input, target = out; source < end; source += 16, target += 16) {
    const x = v128.load(source);
    if (kind == 0) v128.store(target, exp(x));
    else if (kind == 1) v128.store(target, sigmoid(x));
    else if (kind == 2) v128.store(target, tanh(x));
    else v128.store(target, kind == 3 ? shortSigmoid(x) : shortTanh(x));
  }
}
