/**
 * One direction of one LSTM layer over one block of sequences. Rows of a block are ordered by falling
 * length, so the rows alive at a step are its first lanes; only groups of 8 lanes with a living row are
 * computed, and a dead row inside such a group keeps its state.
 *
 * Sequences of states have a slot more at either end: slot t + 1 holds the state after step t, slot 0 the
 * initial state of the forward direction and slot steps + 1 that of the reverse one. Gate order inside a
 * unit is PyTorch's: input, forget, cell, output. Pointers and byte strides; the fields are set from TypeScript.
 *
 * What the input contributes to the gates is either computed step by step from `input`, or was computed before, once
 * for each distinct token, and is looked up in `projection`.
 */
@unmanaged
export class LstmBlock {
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
  /** [step]: number of lanes whose input is not all zero, a multiple of 8 and at most `active`: padding costs no product. */
  inputActive: usize;
  steps: i32;
  /** Bytes from one feature row to the next. */
  stride: usize;
  reverse: i32;
  /** [slot of a token][unit][4]: bias and input's part of the pre-activations; 0 when they come from `input`. */
  projection: usize;
  /** Bytes from one token's projection, or one row of its gradient, to the next. */
  projectionRow: usize;
  /** [position]: the slot of the token there. */
  tokenSlots: usize;
  /** [lane]: position of the row's first token. */
  starts: usize;
  /** [lane]: scratch for pointers into `projection` or `projectionGradient`. */
  rowPointers: usize;

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
  /** [4 * units][columns], columns = input (none with a projection) then hidden, each rounded up to 4, the sum to 8. */
  weightGradient: usize;
  columns: i32;
  /** [4 * units][4]: partial sums. */
  biasGradient: usize;
  /** [step of a group][lane][columns] */
  transposed: usize;
  /** Steps whose weight gradients are added up together; few enough to stay in the first cache. */
  groupSteps: i32;
  /** [2][step of a group]: scratch for runs of lanes with and without input, a LaneRun each. */
  laneRuns: usize;
  /** Zeros, at least 4 * inputPanelCount of them. */
  zeros: usize;
  /** [row][unit][4]: the gradient of the projection, summed by token. */
  projectionGradient: usize;
  /** [position]: the row where the gradients of the token there are summed, or -1 when nobody asks for them. */
  tokenRows: usize;
  /** A row that takes what nobody asks for. */
  unusedRow: usize;
}

// @ts-ignore: decorator
@inline
export function activeAt(block: LstmBlock, step: i32): i32 {
  return load<i32>(block.active + (<usize>step << 2));
}

// @ts-ignore: decorator
@inline
export function inputActiveAt(block: LstmBlock, step: i32): i32 {
  return load<i32>(block.inputActive + (<usize>step << 2));
}

/** Position in the batch of the token that a lane reads at a step, or -1 when its row has ended. */
// @ts-ignore: decorator
@inline
export function positionAt(block: LstmBlock, lane: i32, step: i32): i32 {
  const offset = <usize>lane << 2;
  return step < load<i32>(block.lengths + offset) ? load<i32>(block.starts + offset) + step : -1;
}
