import { sigmoid, tanh } from "./activations";
import { transpose } from "./layout";
import { outerProduct, product } from "./product";
import { aliveMask, flushTiny, multiplyAdd } from "./simd";

/**
 * One direction of one LSTM layer over one block of sequences. Rows of a block are ordered by falling
 * length, so the rows alive at a step are its first lanes; only groups of 8 lanes with a living row are
 * computed, and a dead row inside such a group keeps its state.
 *
 * Sequences of states have a slot more at either end: slot t + 1 holds the state after step t, slot 0 the
 * initial state of the forward direction and slot steps + 1 that of the reverse one. Gate order inside a
 * unit is PyTorch's: input, forget, cell, output. Pointers and byte strides; the fields are set from TypeScript.
 */
@unmanaged
class LstmBlock {
  /** [step][unit][4][lane]: activations after the forward pass, gradients of the pre-activations after the backward pass. */
  gates: usize;
  gatesStep: usize;
  /** [slot][unit][lane] */
  cells: usize;
  cellsStep: usize;
  /** [step][unit][lane]: tanh of the cell state. */
  tanhCells: usize;
  tanhCellsStep: usize;
  /** [slot][unit][lane], within the rows of both directions. */
  hidden: usize;
  hiddenStep: usize;
  /** [step][feature][lane] */
  input: usize;
  inputStep: usize;
  inputSize: i32;
  units: i32;
  /** Weights of input and hidden state side by side, packed by unit: [unit][inputSize + units][4]. */
  panels: usize;
  /** [unit][4] */
  bias: usize;
  /** Row lengths, one a lane, 0 for a lane without a row. */
  lengths: usize;
  /** [step]: number of lanes to compute, a multiple of 8. */
  active: usize;
  steps: i32;
  /** Bytes from one feature row to the next. */
  stride: usize;
  reverse: i32;

  // Backward pass only.
  /** [step][unit][lane] or 0 when only the last state has a gradient. */
  outputGradient: usize;
  outputGradientStep: usize;
  /** [unit][lane]: in, the gradient of the last state; out, that of the initial state. */
  hiddenGradient: usize;
  cellGradient: usize;
  /** [step][feature][lane] or 0 when nothing below learns. */
  inputGradient: usize;
  inputGradientStep: usize;
  /** Non-zero: add to inputGradient (second direction). */
  addInputGradient: i32;
  /** Transposed weights, [feature / 4][4 * units][4]. */
  hiddenPanels: usize;
  inputPanels: usize;
  inputPanelCount: i32;
  /** [4 * units][columns], columns = input then hidden, each rounded up to 4, the sum to 8. */
  weightGradient: usize;
  columns: i32;
  /** [4 * units][4]: partial sums. */
  biasGradient: usize;
  /** [lane][columns] */
  transposed: usize;
  /** Zeros, at least 4 * inputPanelCount of them. */
  zeros: usize;
}

// @ts-ignore: decorator
@inline
function activeAt(block: LstmBlock, step: i32): i32 {
  return load<i32>(block.active + (<usize>step << 2));
}

/** Runs the recurrence over all steps of a block. */
export function lstmForward(block: LstmBlock): void {
  const steps = block.steps;
  for (let n = 0; n < steps; n++) {
    const step = block.reverse ? steps - 1 - n : n;
    const slot = step + 1;
    const previous = block.reverse ? slot + 1 : slot - 1;
    const active = activeAt(block, step);
    if (block.reverse && n > 0) joinRows(block, previous, activeAt(block, step + 1), active);
    gateProduct(block, step, previous, active);
    activateGates(block, step, slot, previous, active);
  }
}

/** In the reverse direction rows start late: gives them their initial state in the slot that they read from. */
function joinRows(block: LstmBlock, slot: i32, firstLane: i32, endLane: i32): void {
  if (endLane <= firstLane) return;
  const offset = <usize>firstLane << 2;
  const bytes = <usize>(endLane - firstLane) << 2;
  const initial = <usize>(block.steps + 1);
  for (let unit = 0; unit < block.units; unit++) {
    const row = <usize>unit * block.stride + offset;
    const hidden = block.hidden + row;
    const cells = block.cells + row;
    memory.copy(hidden + <usize>slot * block.hiddenStep, hidden + initial * block.hiddenStep, bytes);
    memory.copy(cells + <usize>slot * block.cellsStep, cells + initial * block.cellsStep, bytes);
  }
}

/** Pre-activations: bias + W_ih x + W_hh h, both products in one tile, so that they are stored once. */
function gateProduct(block: LstmBlock, step: i32, previous: i32, active: i32): void {
  const stride = block.stride;
  const input = block.input + <usize>step * block.inputStep;
  const hidden = block.hidden + <usize>previous * block.hiddenStep;
  const gates = block.gates + <usize>step * block.gatesStep;
  const inputBytes = <usize>block.inputSize << 4;
  const panelBytes = inputBytes + (<usize>block.units << 4);
  const lanesEnd = <usize>active << 2;
  for (let unit = 0; unit < block.units; unit++) {
    const weights = block.panels + <usize>unit * panelBytes;
    const bias = block.bias + (<usize>unit << 4);
    const row = gates + <usize>unit * 4 * stride;
    for (let lane: usize = 0; lane < lanesEnd; lane += 32) {
      let a0 = v128.load32_splat(bias);
      let b0 = v128.load32_splat(bias, 4);
      let c0 = v128.load32_splat(bias, 8);
      let d0 = v128.load32_splat(bias, 12);
      let a1 = a0;
      let b1 = b0;
      let c1 = c0;
      let d1 = d0;
      let x = input + lane;
      let w = weights;
      for (let end = weights + inputBytes; w < end; w += 16, x += stride) {
        const x0 = v128.load(x);
        const x1 = v128.load(x, 16);
        const wa = v128.load32_splat(w);
        a0 = multiplyAdd(wa, x0, a0);
        a1 = multiplyAdd(wa, x1, a1);
        const wb = v128.load32_splat(w, 4);
        b0 = multiplyAdd(wb, x0, b0);
        b1 = multiplyAdd(wb, x1, b1);
        const wc = v128.load32_splat(w, 8);
        c0 = multiplyAdd(wc, x0, c0);
        c1 = multiplyAdd(wc, x1, c1);
        const wd = v128.load32_splat(w, 12);
        d0 = multiplyAdd(wd, x0, d0);
        d1 = multiplyAdd(wd, x1, d1);
      }
      x = hidden + lane;
      for (let end = weights + panelBytes; w < end; w += 16, x += stride) {
        const x0 = v128.load(x);
        const x1 = v128.load(x, 16);
        const wa = v128.load32_splat(w);
        a0 = multiplyAdd(wa, x0, a0);
        a1 = multiplyAdd(wa, x1, a1);
        const wb = v128.load32_splat(w, 4);
        b0 = multiplyAdd(wb, x0, b0);
        b1 = multiplyAdd(wb, x1, b1);
        const wc = v128.load32_splat(w, 8);
        c0 = multiplyAdd(wc, x0, c0);
        c1 = multiplyAdd(wc, x1, c1);
        const wd = v128.load32_splat(w, 12);
        d0 = multiplyAdd(wd, x0, d0);
        d1 = multiplyAdd(wd, x1, d1);
      }
      let out = row + lane;
      v128.store(out, a0);
      v128.store(out, a1, 16);
      out += stride;
      v128.store(out, b0);
      v128.store(out, b1, 16);
      out += stride;
      v128.store(out, c0);
      v128.store(out, c1, 16);
      out += stride;
      v128.store(out, d0);
      v128.store(out, d1, 16);
    }
  }
}

/** i, f, o = sigmoid, g = tanh; c = f c' + i g; h = o tanh c. */
function activateGates(block: LstmBlock, step: i32, slot: i32, previous: i32, active: i32): void {
  const stride = block.stride;
  for (let unit = 0; unit < block.units; unit++) {
    const rowOffset = <usize>unit * stride;
    const gates = block.gates + <usize>step * block.gatesStep + 4 * rowOffset;
    const cells = block.cells + rowOffset;
    const hidden = block.hidden + rowOffset;
    const cellOut = cells + <usize>slot * block.cellsStep;
    const cellIn = cells + <usize>previous * block.cellsStep;
    const hiddenOut = hidden + <usize>slot * block.hiddenStep;
    const hiddenIn = hidden + <usize>previous * block.hiddenStep;
    const tanhOut = block.tanhCells + <usize>step * block.tanhCellsStep + rowOffset;
    for (let lane = 0; lane < active; lane += 4) {
      const offset = <usize>lane << 2;
      const gate = gates + offset;
      const i = sigmoid(v128.load(gate));
      const f = sigmoid(v128.load(gate + stride));
      const g = tanh(v128.load(gate + 2 * stride));
      const o = sigmoid(v128.load(gate + 3 * stride));
      const alive = aliveMask(block.lengths, lane, step);
      const before = v128.load(cellIn + offset);
      const c = v128.bitselect(multiplyAdd(f, before, f32x4.mul(i, g)), before, alive);
      const tanhC = tanh(c);
      v128.store(gate, i);
      v128.store(gate + stride, f);
      v128.store(gate + 2 * stride, g);
      v128.store(gate + 3 * stride, o);
      v128.store(cellOut + offset, c);
      v128.store(tanhOut + offset, tanhC);
      v128.store(hiddenOut + offset, v128.bitselect(f32x4.mul(o, tanhC), v128.load(hiddenIn + offset), alive));
    }
  }
}

/** The backward pass through time; weight and bias gradients are added to. */
export function lstmBackward(block: LstmBlock): void {
  const steps = block.steps;
  const stride = block.stride;
  const gateRows = 4 * block.units;
  const hiddenPanelCount = (block.units + 3) >> 2;
  const columnBytes = <usize>block.columns << 2;
  const hiddenColumn = <usize>((block.inputSize + 3) & ~3) << 2;
  for (let n = 0; n < steps; n++) {
    const step = block.reverse ? n : steps - 1 - n;
    const previous = block.reverse ? step + 2 : step;
    const active = activeAt(block, step);
    const gates = block.gates + <usize>step * block.gatesStep;
    gateGradients(block, step, previous, active);
    product(block.hiddenGradient, block.hiddenPanels, 0, gates, hiddenPanelCount, gateRows, active, stride);
    if (block.inputGradient) {
      const gradient = block.inputGradient + <usize>step * block.inputGradientStep;
      const start = block.addInputGradient ? 0 : block.zeros;
      product(gradient, block.inputPanels, start, gates, block.inputPanelCount, gateRows, active, stride);
    }
    const input = block.input + <usize>step * block.inputStep;
    const hidden = block.hidden + <usize>previous * block.hiddenStep;
    transpose(block.transposed, columnBytes, input, stride, block.inputSize, active);
    transpose(block.transposed + hiddenColumn, columnBytes, hidden, stride, block.units, active);
    outerProduct(block.weightGradient, gates, block.transposed, gateRows, block.columns, active, stride);
  }
}

/**
 * Turns the activations of a step into the gradients of its pre-activations, in place. A dead row gets
 * zeros there, and its state gradients pass through: what is left in hiddenGradient is what the
 * product with the transposed weights is then added to.
 */
function gateGradients(block: LstmBlock, step: i32, previous: i32, active: i32): void {
  const stride = block.stride;
  const one = f32x4.splat(1);
  const tiny = f32x4.splat(1e-20);
  for (let unit = 0; unit < block.units; unit++) {
    const rowOffset = <usize>unit * stride;
    const gates = block.gates + <usize>step * block.gatesStep + 4 * rowOffset;
    const cellIn = block.cells + <usize>previous * block.cellsStep + rowOffset;
    const tanhIn = block.tanhCells + <usize>step * block.tanhCellsStep + rowOffset;
    const outputGradient = block.outputGradient
      ? block.outputGradient + <usize>step * block.outputGradientStep + rowOffset
      : 0;
    const biasGradient = block.biasGradient + (<usize>unit << 6);
    let biasI = v128.load(biasGradient);
    let biasF = v128.load(biasGradient, 16);
    let biasG = v128.load(biasGradient, 32);
    let biasO = v128.load(biasGradient, 48);
    for (let lane = 0; lane < active; lane += 4) {
      const offset = <usize>lane << 2;
      const gate = gates + offset;
      const i = v128.load(gate);
      const f = v128.load(gate + stride);
      const g = v128.load(gate + 2 * stride);
      const o = v128.load(gate + 3 * stride);
      const tanhC = v128.load(tanhIn + offset);
      const alive = aliveMask(block.lengths, lane, step);
      const hiddenState = block.hiddenGradient + rowOffset + offset;
      const cellState = block.cellGradient + rowOffset + offset;
      const carried = v128.load(hiddenState);
      const dh = outputGradient ? f32x4.add(carried, v128.load(outputGradient + offset)) : carried;
      const dcAfter = v128.load(cellState);
      const oDh = f32x4.mul(o, dh);
      const dc = f32x4.add(dcAfter, f32x4.sub(oDh, f32x4.mul(oDh, f32x4.mul(tanhC, tanhC))));
      const dO = flushTiny(v128.and(f32x4.mul(f32x4.mul(dh, tanhC), f32x4.mul(o, f32x4.sub(one, o))), alive), tiny);
      const dI = flushTiny(v128.and(f32x4.mul(f32x4.mul(dc, g), f32x4.mul(i, f32x4.sub(one, i))), alive), tiny);
      const dF = flushTiny(
        v128.and(f32x4.mul(f32x4.mul(dc, v128.load(cellIn + offset)), f32x4.mul(f, f32x4.sub(one, f))), alive),
        tiny,
      );
      const dG = flushTiny(v128.and(f32x4.mul(f32x4.mul(dc, i), f32x4.sub(one, f32x4.mul(g, g))), alive), tiny);
      v128.store(gate, dI);
      v128.store(gate + stride, dF);
      v128.store(gate + 2 * stride, dG);
      v128.store(gate + 3 * stride, dO);
      v128.store(cellState, v128.bitselect(flushTiny(f32x4.mul(dc, f), tiny), dcAfter, alive));
      v128.store(hiddenState, v128.andnot(carried, alive));
      biasI = f32x4.add(biasI, dI);
      biasF = f32x4.add(biasF, dF);
      biasG = f32x4.add(biasG, dG);
      biasO = f32x4.add(biasO, dO);
    }
    v128.store(biasGradient, biasI);
    v128.store(biasGradient, biasF, 16);
    v128.store(biasGradient, biasG, 32);
    v128.store(biasGradient, biasO, 48);
  }
}
