import { roundedBytes, roundStates, rowDot } from "./rowDot";
import { rowGates, shortRowGates } from "./rowGates";
import { divideRows, poolStep } from "./rowPooling";
import { rowProduct } from "./rowProduct";

/**
 * One direction of one LSTM layer over one block of texts, for predictions. Rows are ordered by falling length, so
 * that those alive at a step are the first ones; no other row is computed.
 *
 * States lie in slots: slot t + 1 holds the state after step t, [row][unit], units padded to a multiple of four with
 * zeros. Where nobody needs them later, two slots are used in turn. Pre-activations begin with what the token alone
 * decides (bias and input product), prepared in `starts`; in upper layers with the product of the states below. Fields are
 * pointers and byte strides, set from TypeScript.
 */
@unmanaged
class RowLstm {
  /** [token's slot][group][16], or of one row (the bias) where there is an input. */
  starts: usize;
  startBytes: i32;
  /** [position] slots of the tokens, text after text. */
  tokens: usize;
  /** [row] position of each text's first token. */
  positions: usize;
  /** [row], falling. */
  lengths: usize;
  rows: i32;
  /** [slot][row][inputSize] or 0: states of the layer below. */
  input: usize;
  inputSlotBytes: i32;
  inputStride: i32;
  inputSize: i32;
  inputPanels: usize;
  /** [slot][row][unit]; slot s lies at s & slotMask. */
  hidden: usize;
  slotBytes: i32;
  slotMask: i32;
  hiddenStride: i32;
  /** [row][unit] */
  cells: usize;
  /** Scratch, [row][group][16]. */
  gates: usize;
  panels: usize;
  /** [group][16] or 0: what the whole-numbered products of 8-bit weights are multiplied by; `panels` is then theirs. */
  scales: usize;
  /** [group][16] whole numbers that their sums begin with, in the build for bytes. */
  sumStarts: usize;
  /** Scratch, [row] pointers to what the whole-numbered products are added to. */
  addends: usize;
  /** Scratch for the states as whole numbers, [row][unit], and what they are multiplied by. */
  rounded: usize;
  stateFactor: f32;
  units: i32;
  reverse: i32;
  /** Pooled features, [row][unit] each, or 0: the last state; the mean (zero at first) and the maximum. */
  last: usize;
  mean: usize;
  maximum: usize;
  pooledStride: i32;
}

// @ts-ignore: decorator
@inline
function lengthOf(block: RowLstm, row: i32): i32 {
  return load<i32>(block.lengths + (<usize>row << 2));
}

// @ts-ignore: decorator
@inline
function slotAt(block: RowLstm, slot: i32): usize {
  return block.hidden + <usize>(slot & block.slotMask) * block.slotBytes;
}

/** Runs the recurrence over all steps of a block. */
export function rowLstm(block: RowLstm): void {
  const steps = lengthOf(block, 0);
  const groups = (block.units + 3) >> 2;
  const stateBytes = <usize>groups << 4;
  const gateBytes = <usize>groups << 6;
  const reverse = block.reverse;
  const poolsLater = block.mean != 0 && reverse != 0;
  let joined = 0;
  let alive = reverse ? 0 : block.rows;
  for (let n = 0; n < steps; n++) {
    const step = reverse ? steps - 1 - n : n;
    const slot = step + 1;
    const previous = slotAt(block, reverse ? slot + 1 : step);
    const states = slotAt(block, slot);
    if (reverse) while (alive < block.rows && lengthOf(block, alive) > step) alive++;
    for (; joined < alive; joined++) {
      memory.fill(previous + <usize>joined * block.hiddenStride, 0, stateBytes);
      memory.fill(block.cells + <usize>joined * stateBytes, 0, stateBytes);
    }
    if (block.scales) {
      wholeGates(block, previous, slot, step, alive, groups);
      shortRowGates(block.gates, gateBytes, block.cells, stateBytes, states, block.hiddenStride, alive, groups);
    } else {
      floatGates(block, previous, slot, step, alive, groups);
      rowGates(block.gates, gateBytes, block.cells, stateBytes, states, block.hiddenStride, alive, groups);
    }
    if (block.mean && !reverse) {
      poolStep(
        block.mean, block.maximum, block.pooledStride, states, block.hiddenStride, alive, groups, step == 0,
      );
    }
    let staying = reverse && step > 0 ? alive : 0;
    if (!reverse) {
      staying = alive;
      while (staying > 0 && lengthOf(block, staying - 1) <= slot) staying--;
    }
    if (block.last) {
      for (let row = staying; row < alive; row++) {
        memory.copy(
          block.last + <usize>row * block.pooledStride, states + <usize>row * block.hiddenStride, stateBytes,
        );
      }
    }
    if (!reverse) alive = staying;
  }
  if (poolsLater) poolAll(block, steps, groups);
  if (block.mean) divideRows(block.mean, block.pooledStride, block.rows, groups, block.lengths);
}

/** The product of a step's input, in upper layers. */
function addInput(block: RowLstm, slot: i32, alive: i32, groups: i32): void {
  const input = block.input + <usize>slot * block.inputSlotBytes;
  const gateBytes = <usize>groups << 6;
  rowProduct(
    block.gates, gateBytes, block.starts, 0, input, block.inputStride, alive, block.inputPanels, groups, block.inputSize,
  );
}

/** What a row's token decides of its pre-activations, in the lowest layer. */
// @ts-ignore: decorator
@inline
function startOfToken(block: RowLstm, row: i32, step: i32): usize {
  const position = load<i32>(block.positions + (<usize>row << 2)) + step;
  const token = load<i32>(block.tokens + (<usize>position << 2));
  return block.starts + <usize>token * block.startBytes;
}

/** Pre-activations with the weights as floats. */
function floatGates(block: RowLstm, previous: usize, slot: i32, step: i32, alive: i32, groups: i32): void {
  const gateBytes = <usize>groups << 6;
  const gates = block.gates;
  if (block.input) addInput(block, slot, alive, groups);
  else {
    for (let row = 0; row < alive; row++) {
      let source = startOfToken(block, row, step);
      let target = gates + <usize>row * gateBytes;
      for (const end = target + gateBytes; target < end; target += 64, source += 64) {
        v128.store(target, v128.load(source));
        v128.store(target, v128.load(source, 16), 16);
        v128.store(target, v128.load(source, 32), 32);
        v128.store(target, v128.load(source, 48), 48);
      }
    }
  }
  rowProduct(
    gates, gateBytes, gates, gateBytes, previous, block.hiddenStride, alive, block.panels, groups, block.units,
  );
}

/** Pre-activations with 8-bit weights. */
function wholeGates(block: RowLstm, previous: usize, slot: i32, step: i32, alive: i32, groups: i32): void {
  const gateBytes = <usize>groups << 6;
  if (block.input) addInput(block, slot, alive, groups);
  for (let row = 0; row < alive; row++) {
    const addend = block.input ? block.gates + <usize>row * gateBytes : startOfToken(block, row, step);
    store<usize>(block.addends + (<usize>row << 2), addend);
  }
  const words = groups * roundedBytes();
  const rowBytes = <usize>words << 2;
  roundStates(block.rounded, rowBytes, previous, block.hiddenStride, alive, groups, block.stateFactor);
  rowDot(
    block.gates, gateBytes, block.addends, block.scales, block.sumStarts, block.rounded, rowBytes, alive, block.panels,
    groups, words,
  );
}

/** Pools the stored states of the reverse direction from the first step on, which is the order of the training network. */
function poolAll(block: RowLstm, steps: i32, groups: i32): void {
  let alive = block.rows;
  for (let step = 0; step < steps; step++) {
    while (lengthOf(block, alive - 1) <= step) alive--;
    const states = slotAt(block, step + 1);
    poolStep(
      block.mean, block.maximum, block.pooledStride, states, block.hiddenStride, alive, groups, step == 0,
    );
  }
}
