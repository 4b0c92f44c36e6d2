import { aliveMask } from "./simd";

/** out[unit][lane] = states[slot][unit][lane] with slot = the row's length (forward) or 1 (reverse): the last state. */
export function lastState(
  out: usize,
  states: usize,
  slotBytes: usize,
  units: i32,
  lengths: usize,
  lanes: i32,
  stride: usize,
  reverse: i32,
): void {
  for (let lane = 0; lane < lanes; lane++) {
    const length = load<i32>(lengths + (<usize>lane << 2));
    const slot = reverse ? (length > 0 ? 1 : 0) : length;
    let source = states + <usize>slot * slotBytes + (<usize>lane << 2);
    let target = out + (<usize>lane << 2);
    for (let unit = 0; unit < units; unit++, source += stride, target += stride) {
      store<f32>(target, load<f32>(source));
    }
  }
}

/**
 * Mean and maximum over the true length: mean[feature][lane], maximum[feature][lane], and the step of each
 * maximum (the first of equals) for the backward pass. Lanes without a row get zeros.
 *
 * @param input [step][feature][lane], one step every `inputStep` bytes.
 */
export function meanMaxForward(
  mean: usize,
  maximum: usize,
  argument: usize,
  input: usize,
  inputStep: usize,
  features: i32,
  lengths: usize,
  active: usize,
  steps: i32,
  lanes: i32,
  stride: usize,
): void {
  const bytes = <usize>features * stride;
  memory.fill(mean, 0, bytes);
  memory.fill(argument, 0, bytes);
  memory.fill(maximum, 0, bytes);
  for (let step = 0; step < steps; step++) {
    const activeLanes = load<i32>(active + (<usize>step << 2));
    for (let feature = 0; feature < features; feature++) {
      const row = <usize>feature * stride;
      const source = input + <usize>step * inputStep + row;
      for (let lane = 0; lane < activeLanes; lane += 4) {
        const offset = row + (<usize>lane << 2);
        const x = v128.load(source + (<usize>lane << 2));
        const alive = aliveMask(lengths, lane, step);
        v128.store(mean + offset, f32x4.add(v128.load(mean + offset), v128.and(x, alive)));
        const largest = v128.load(maximum + offset);
        const larger = step == 0 ? alive : v128.and(alive, f32x4.gt(x, largest));
        v128.store(maximum + offset, v128.bitselect(x, largest, larger));
        v128.store(argument + offset, v128.bitselect(i32x4.splat(step), v128.load(argument + offset), larger));
      }
    }
  }
  divideByLength(mean, features, lengths, lanes, stride);
}

/** values[feature][lane] /= the row's length; lanes without a row keep their value. */
function divideByLength(values: usize, features: i32, lengths: usize, lanes: i32, stride: usize): void {
  for (let lane = 0; lane < lanes; lane += 4) {
    const length = f32x4.convert_i32x4_s(i32x4.max_s(v128.load(lengths + (<usize>lane << 2)), i32x4.splat(1)));
    let row = values + (<usize>lane << 2);
    for (let feature = 0; feature < features; feature++, row += stride) {
      v128.store(row, f32x4.div(v128.load(row), length));
    }
  }
}

/** The gradient of both: spread over the living steps, and given to the step of the maximum. meanGradient is overwritten. */
export function meanMaxBackward(
  inputGradient: usize,
  inputStep: usize,
  meanGradient: usize,
  maximumGradient: usize,
  argument: usize,
  features: i32,
  lengths: usize,
  active: usize,
  steps: i32,
  lanes: i32,
  stride: usize,
): void {
  divideByLength(meanGradient, features, lengths, lanes, stride);
  for (let step = 0; step < steps; step++) {
    const activeLanes = load<i32>(active + (<usize>step << 2));
    for (let feature = 0; feature < features; feature++) {
      const row = <usize>feature * stride;
      const target = inputGradient + <usize>step * inputStep + row;
      for (let lane = 0; lane < activeLanes; lane += 4) {
        const offset = row + (<usize>lane << 2);
        const isMaximum = i32x4.eq(v128.load(argument + offset), i32x4.splat(step));
        const gradient = f32x4.add(
          v128.load(meanGradient + offset),
          v128.and(v128.load(maximumGradient + offset), isMaximum),
        );
        v128.store(target + (<usize>lane << 2), v128.and(gradient, aliveMask(lengths, lane, step)));
      }
    }
  }
}
