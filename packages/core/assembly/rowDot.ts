/*
 * The recurrent product of networks with 8-bit weights: states are rounded to whole numbers of 7 bits, multiplied with
 * the weights and summed in 32 bits. Sums of whole numbers are exact, so every build and engine gives the same bits; for
 * the same reason nothing here is fused.
 *
 * Most builds widen both to 16 bits and multiply pairs. The build for bytes (`dotOfBytes`) multiplies quads by the relaxed
 * dot product, which takes signed weights and states from 0 to 127 and is a single instruction on processors that have
 * one. Its states are therefore moved up by 64, and the sums begin with -64 times the sum of the weights. No pair of
 * products, 2 * 127 * 127 at most, leaves 16 bits, so that engines without such an instruction give the same sums.
 */

/** What is added to a state in the build for bytes. */
const shift = 64;

// @ts-ignore: decorator
@inline
function ofBytes(): bool {
  // @ts-ignore: a constant of the build
  return isDefined(dotOfBytes);
}

/** Bytes of a state as a whole number. */
// @ts-ignore: decorator
@inline
export function roundedBytes(): i32 {
  return ofBytes() ? 1 : 2;
}

/**
 * out[row][unit] = states[row][unit] * factor, rounded to the nearest whole number.
 *
 * @param outStride @param statesStride bytes from one row to the next. @param groups of four units.
 */
export function roundStates(
  out: usize,
  outStride: usize,
  states: usize,
  statesStride: usize,
  rows: i32,
  groups: i32,
  factor: f32,
): void {
  const scale = f32x4.splat(factor);
  const up = i32x4.splat(shift);
  for (let row = 0; row < rows; row++) {
    let source = states + <usize>row * statesStride;
    let target = out + <usize>row * outStride;
    for (let group = 0; group < groups; group++, source += 16, target += 4 * roundedBytes()) {
      const whole = i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(v128.load(source), scale)));
      if (ofBytes()) {
        const moved = i32x4.add(whole, up);
        const halves = i16x8.narrow_i32x4_s(moved, moved);
        v128.store32_lane(target, i8x16.narrow_i16x8_u(halves, halves), 0);
      } else {
        v128.store64_lane(target, i16x8.narrow_i32x4_s(whole, whole), 0);
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function addDot(sum: v128, weights: v128, states: v128): v128 {
  if (ofBytes()) return i32x4.relaxed_dot_i8x16_i7x16_add_s(weights, states, sum);
  return i32x4.add(sum, i32x4.dot_i16x8_s(weights, states));
}

// @ts-ignore: decorator
@inline
function storeScaled(out: usize, addend: usize, sum: v128, scale: v128): void {
  v128.store(out, f32x4.add(v128.load(addend), f32x4.mul(f32x4.convert_i32x4_s(sum), scale)));
}

/**
 * out[row][16g + j] = addends[row][16g + j] + scales[16g + j] * (starts[16g + j] + sum over k of input[row][k] *
 * panels[g][k / n][j][k % n]), of whole numbers of 16 bits and n = 2, or of bytes and n = 4.
 *
 * @param addends a pointer for each row. @param words of 32 bits in a row of the input. @param starts read in the build for
 * bytes.
 */
export function rowDot(
  out: usize,
  outStride: usize,
  addends: usize,
  scales: usize,
  starts: usize,
  input: usize,
  inputStride: usize,
  rows: i32,
  panels: usize,
  groups: i32,
  words: i32,
): void {
  const panelBytes = <usize>words << 6;
  const rowPairs = rows >> 1;
  if (rowPairs > 0) {
    for (let group = 0; group < groups; group++) {
      const column = <usize>group << 6;
      const weights = panels + <usize>group * panelBytes;
      const weightsEnd = weights + panelBytes;
      for (let rowPair = 0; rowPair < rowPairs; rowPair++) {
        const row = <usize>rowPair << 1;
        let x0 = input + row * inputStride;
        let x1 = x0 + inputStride;
        let a0 = startOf(starts + column);
        let a1 = startOf(starts + column + 16);
        let a2 = startOf(starts + column + 32);
        let a3 = startOf(starts + column + 48);
        let b0 = a0;
        let b1 = a1;
        let b2 = a2;
        let b3 = a3;
        for (let w = weights; w < weightsEnd; w += 64, x0 += 4, x1 += 4) {
          const a = v128.load32_splat(x0);
          const b = v128.load32_splat(x1);
          const w0 = v128.load(w);
          a0 = addDot(a0, w0, a);
          b0 = addDot(b0, w0, b);
          const w1 = v128.load(w, 16);
          a1 = addDot(a1, w1, a);
          b1 = addDot(b1, w1, b);
          const w2 = v128.load(w, 32);
          a2 = addDot(a2, w2, a);
          b2 = addDot(b2, w2, b);
          const w3 = v128.load(w, 48);
          a3 = addDot(a3, w3, a);
          b3 = addDot(b3, w3, b);
        }
        const scale = scales + column;
        const s0 = v128.load(scale);
        const s1 = v128.load(scale, 16);
        const s2 = v128.load(scale, 32);
        const s3 = v128.load(scale, 48);
        const o0 = out + row * outStride + column;
        const o1 = o0 + outStride;
        const t0 = addendOf(addends, row) + column;
        const t1 = addendOf(addends, row + 1) + column;
        storeScaled(o0, t0, a0, s0);
        storeScaled(o0 + 16, t0 + 16, a1, s1);
        storeScaled(o0 + 32, t0 + 32, a2, s2);
        storeScaled(o0 + 48, t0 + 48, a3, s3);
        storeScaled(o1, t1, b0, s0);
        storeScaled(o1 + 16, t1 + 16, b1, s1);
        storeScaled(o1 + 32, t1 + 32, b2, s2);
        storeScaled(o1 + 48, t1 + 48, b3, s3);
      }
    }
  }
  if (rows & 1) {
    const row = <usize>(rows - 1);
    const addend = addendOf(addends, row);
    oneRow(out + row * outStride, addend, scales, starts, input + row * inputStride, panels, groups, panelBytes);
  }
}

// @ts-ignore: decorator
@inline
function addendOf(addends: usize, row: usize): usize {
  return load<usize>(addends + (row << 2));
}

// @ts-ignore: decorator
@inline
function startOf(starts: usize): v128 {
  return ofBytes() ? v128.load(starts) : i32x4.splat(0);
}

/** The last of an odd number of rows, or the only one. */
function oneRow(
  out: usize,
  addend: usize,
  scales: usize,
  starts: usize,
  input: usize,
  panels: usize,
  groups: i32,
  panelBytes: usize,
): void {
  const inputEnd = input + (panelBytes >> 4);
  for (let group = 0; group < groups; group++) {
    const column = <usize>group << 6;
    let w = panels + <usize>group * panelBytes;
    let a0 = startOf(starts + column);
    let a1 = startOf(starts + column + 16);
    let a2 = startOf(starts + column + 32);
    let a3 = startOf(starts + column + 48);
    for (let x = input; x < inputEnd; x += 4, w += 64) {
      const a = v128.load32_splat(x);
      a0 = addDot(a0, v128.load(w), a);
      a1 = addDot(a1, v128.load(w, 16), a);
      a2 = addDot(a2, v128.load(w, 32), a);
      a3 = addDot(a3, v128.load(w, 48), a);
    }
    storeScaled(out + column, addend + column, a0, v128.load(scales + column));
    storeScaled(out + column + 16, addend + column + 16, a1, v128.load(scales + column, 16));
    storeScaled(out + column + 32, addend + column + 32, a2, v128.load(scales + column, 32));
    storeScaled(out + column + 48, addend + column + 48, a3, v128.load(scales + column, 48));
  }
}
