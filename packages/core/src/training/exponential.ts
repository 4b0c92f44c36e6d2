/** High and low part of ln 2: a multiple of the high part up to 2^11 is exact. */
const ln2High = 0.69314718036912381649;
const ln2Low = 1.90821492927058770002e-10;
/** Below, e^x rounds to 0; above, it is beyond the largest number. */
const lowest = -745.14;
const highest = 709.7827128933841;

/**
 * e^x, within three units in the last place, with the same bits in every JavaScript engine. `Math.exp` is left to the
 * engines by the language, and Node and Chromium do differ in its last bit; sums, products and quotients are exact to
 * the rounding everywhere.
 *
 * Method: x = k ln 2 + r with |r| <= ln 2 / 2; the Taylor series of e^r to the term of degree 14 (the rest is below
 * 2e-19); then a product by 2^k.
 */
export function exponential(x: number): number {
  if (Number.isNaN(x)) return x;
  if (x < lowest) return 0;
  if (x > highest) return Number.POSITIVE_INFINITY;
  const k = Math.round(x / ln2High);
  const r = x - k * ln2High - k * ln2Low;
  let series = 1;
  for (let degree = 14; degree > 0; degree--) series = 1 + (series * r) / degree;
  // Halves, since neither 2^-1074 times a normal number nor 2^1024 fits a single factor.
  const half = Math.trunc(k / 2);
  return series * powerOfTwo(half) * powerOfTwo(k - half);
}

/** 2^exponent for -1022 <= exponent <= 1023, by squaring, which is exact. */
function powerOfTwo(exponent: number): number {
  let power = 1;
  let square = exponent < 0 ? 0.5 : 2;
  for (let rest = Math.abs(exponent); rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) power *= square;
    square *= square;
  }
  return power;
}
