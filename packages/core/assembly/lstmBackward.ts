import { transpose } from "./layout";
import { activeAt, inputActiveAt, LstmBlock, positionAt } from "./lstmBlock";
import { LaneRun, outerProduct, product } from "./product";
import { aliveMask, flushTiny } from "./simd";

/** The backward pass through time; weight and bias gradients are added to. */
export function lstmBackward(block: LstmBlock): void {
  const steps = block.steps;
  const stride = block.stride;
  const gateRows = 4 * block.units;
  const hiddenPanelCount = (block.units + 3) >> 2;
  for (let n = 0; n < steps; n++) {
    const step = block.reverse ? n : steps - 1 - n;
    const previous = block.reverse ? step + 2 : step;
    const active = activeAt(block, step);
    const gates = block.gates + <usize>step * block.gatesStep;
    gateGradients(block, step, previous, active);
    if (block.projection) addByToken(block, step, active);
    product(block.hiddenGradient, block.hiddenPanels, 0, gates, hiddenPanelCount, gateRows, active, stride);
    if (block.inputGradient) {
      const gradient = block.inputGradient + <usize>step * block.inputGradientStep;
      const start: usize = block.addInputGradient ? 0 : block.zeros;
      const lanes = inputActiveAt(block, step);
      product(gradient, block.inputPanels, start, gates, block.inputPanelCount, gateRows, lanes, stride);
    }
    const inGroup = n % block.groupSteps;
    transposeInputs(block, step, previous, active, inGroup);
    if (inGroup == block.groupSteps - 1 || n == steps - 1) addWeightGradients(block, step, inGroup + 1);
  }
}

/** Input and previous hidden state of a step, one row a lane, as the outer product wants them. */
function transposeInputs(block: LstmBlock, step: i32, previous: i32, active: i32, inGroup: i32): void {
  const stride = block.stride;
  const columnBytes = <usize>block.columns << 2;
  const target = block.transposed + <usize>inGroup * (stride >> 2) * columnBytes;
  let hiddenColumn: usize = 0;
  if (!block.projection) {
    const input = block.input + <usize>step * block.inputStep;
    transpose(target, columnBytes, input, stride, block.inputSize, active);
    hiddenColumn = <usize>((block.inputSize + 3) & ~3) << 2;
  }
  const hidden = block.hidden + <usize>previous * block.hiddenStep;
  transpose(target + hiddenColumn, columnBytes, hidden, stride, block.units, active);
}

/**
 * Weight gradients of the `count` steps that end with `step`. Lanes that read padding have no input, so only the columns
 * of their hidden state count; the column tile that holds both is computed for them too, with zeros for the input.
 */
function addWeightGradients(block: LstmBlock, step: i32, count: i32): void {
  const first = block.reverse ? step - count + 1 : step + count - 1;
  const gates = block.gates + <usize>first * block.gatesStep;
  const columnBytes = <usize>block.columns << 2;
  const withInput = block.laneRuns;
  const withoutInput = withInput + (<usize>block.groupSteps << 4);
  let padded = false;
  for (let n = 0; n < count; n++) {
    const at = block.reverse ? first + n : first - n;
    const active = activeAt(block, at);
    const inputLanes = block.projection ? active : inputActiveAt(block, at);
    if (inputLanes < active) padded = true;
    writeRun(block, withInput, n, 0, inputLanes);
    writeRun(block, withoutInput, n, inputLanes, active);
  }
  const rows = 4 * block.units;
  const gradient = block.weightGradient;
  const right = block.transposed;
  const stride = block.stride;
  outerProduct(gradient, columnBytes, 0, columnBytes, gates, right, rows, withInput, count, stride);
  if (!padded) return;
  const hiddenColumn = <usize>(((block.inputSize + 3) & ~3) & ~7) << 2;
  outerProduct(gradient, columnBytes, hiddenColumn, columnBytes, gates, right, rows, withoutInput, count, stride);
}

/** The run of lanes `from` to `to` in step `n` of a group. */
function writeRun(block: LstmBlock, runs: usize, n: i32, from: i32, to: i32): void {
  const columnBytes = <usize>block.columns << 2;
  const left = <usize>n * (block.reverse ? block.gatesStep : -block.gatesStep);
  const right = <usize>n * (block.stride >> 2) * columnBytes;
  const run = changetype<LaneRun>(runs + (<usize>n << 4));
  run.left = left + (<usize>from << 2);
  run.right = right + <usize>from * columnBytes;
  run.bytes = <usize>(to - from) << 2;
}

/** Pointers to where the gradients of the lanes' tokens are summed. */
function findProjectionGradients(block: LstmBlock, step: i32, active: i32): void {
  for (let lane = 0; lane < active; lane++) {
    const position = positionAt(block, lane, step);
    const row = position < 0 ? -1 : load<i32>(block.tokenRows + (<usize>position << 2));
    store<usize>(
      block.rowPointers + (<usize>lane << 2),
      row < 0 ? block.unusedRow : block.projectionGradient + <usize>row * block.projectionRow,
    );
  }
}

const CONSTANTS = memory.data<f32>([
  1.0, 1.0, 1.0, 1.0, // 0
  1e-20, 1e-20, 1e-20, 1e-20, // 16: gradients below this are as good as none, see `flushTiny`
]);

/**
 * Turns the activations of a step into the gradients of its pre-activations, in place. A dead row gets
 * zeros there, and its state gradients pass through: what is left in hiddenGradient is what the
 * product with the transposed weights is then added to.
 */
function gateGradients(block: LstmBlock, step: i32, previous: i32, active: i32): void {
  const stride = block.stride;
  const lengths = block.lengths;
  const lanesEnd = <usize>active << 2;
  let gates = block.gates + <usize>step * block.gatesStep;
  let cellIn = block.cells + <usize>previous * block.cellsStep;
  let tanhIn = block.tanhCells + <usize>step * block.tanhCellsStep;
  let outputGradient = block.outputGradient ? block.outputGradient + <usize>step * block.outputGradientStep : 0;
  let hiddenGradient = block.hiddenGradient;
  let cellGradient = block.cellGradient;
  let biasGradient = block.biasGradient;
  for (const end = biasGradient + (<usize>block.units << 6); biasGradient < end; biasGradient += 64) {
    let biasI = v128.load(biasGradient);
    let biasF = v128.load(biasGradient, 16);
    let biasG = v128.load(biasGradient, 32);
    let biasO = v128.load(biasGradient, 48);
    for (let lane: usize = 0; lane < lanesEnd; lane += 16) {
      const one = v128.load(CONSTANTS);
      const tiny = v128.load(CONSTANTS, 16);
      const gate = gates + lane;
      const i = v128.load(gate);
      const f = v128.load(gate + stride);
      const g = v128.load(gate + 2 * stride);
      const o = v128.load(gate + 3 * stride);
      const tanhC = v128.load(tanhIn + lane);
      const alive = aliveMask(lengths, lane >> 2, step);
      const carried = v128.load(hiddenGradient + lane);
      const ofState = outputGradient ? f32x4.add(carried, v128.load(outputGradient + lane)) : carried;
      // Zeros here are zeros in all that follows.
      const dh = v128.and(flushTiny(ofState, tiny), alive);
      const dcAfter = v128.load(cellGradient + lane);
      const oDh = f32x4.mul(o, dh);
      const ofCell = f32x4.add(dcAfter, f32x4.sub(oDh, f32x4.mul(oDh, f32x4.mul(tanhC, tanhC))));
      const dc = v128.and(flushTiny(ofCell, tiny), alive);
      const dI = f32x4.mul(f32x4.mul(dc, g), f32x4.mul(i, f32x4.sub(one, i)));
      const dF = f32x4.mul(f32x4.mul(dc, v128.load(cellIn + lane)), f32x4.mul(f, f32x4.sub(one, f)));
      const dG = f32x4.mul(f32x4.mul(dc, i), f32x4.sub(one, f32x4.mul(g, g)));
      const dO = f32x4.mul(f32x4.mul(dh, tanhC), f32x4.mul(o, f32x4.sub(one, o)));
      v128.store(gate, dI);
      v128.store(gate + stride, dF);
      v128.store(gate + 2 * stride, dG);
      v128.store(gate + 3 * stride, dO);
      v128.store(cellGradient + lane, v128.bitselect(f32x4.mul(dc, f), dcAfter, alive));
      v128.store(hiddenGradient + lane, v128.andnot(carried, alive));
      biasI = f32x4.add(biasI, dI);
      biasF = f32x4.add(biasF, dF);
      biasG = f32x4.add(biasG, dG);
      biasO = f32x4.add(biasO, dO);
    }
    v128.store(biasGradient, biasI);
    v128.store(biasGradient, biasF, 16);
    v128.store(biasGradient, biasG, 32);
    v128.store(biasGradient, biasO, 48);
    gates += 4 * stride;
    cellIn += stride;
    tanhIn += stride;
    hiddenGradient += stride;
    cellGradient += stride;
    if (outputGradient) outputGradient += stride;
  }
}

/** Adds the gates' gradients of each lane, side by side, to the row of its token: a word's row stays in the cache. */
function addByToken(block: LstmBlock, step: i32, active: i32): void {
  const stride = block.stride;
  const gates = block.gates + <usize>step * block.gatesStep;
  findProjectionGradients(block, step, active);
  for (let lane = 0; lane < active; lane += 4) {
    const pointers = block.rowPointers + (<usize>lane << 2);
    let p = load<usize>(pointers);
    let q = load<usize>(pointers, 4);
    let r = load<usize>(pointers, 8);
    let s = load<usize>(pointers, 12);
    let gate = gates + (<usize>lane << 2);
    for (const end = p + (<usize>block.units << 4); p < end; p += 16, q += 16, r += 16, s += 16) {
      const a = v128.load(gate);
      const b = v128.load(gate + stride);
      const c = v128.load(gate + 2 * stride);
      const d = v128.load(gate + 3 * stride);
      const ab0 = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
      const ab1 = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
      const cd0 = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
      const cd1 = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
      // One after the other: lanes that read the same word share its row.
      v128.store(p, f32x4.add(v128.load(p), v128.shuffle<f32>(ab0, cd0, 0, 1, 4, 5)));
      v128.store(q, f32x4.add(v128.load(q), v128.shuffle<f32>(ab0, cd0, 2, 3, 6, 7)));
      v128.store(r, f32x4.add(v128.load(r), v128.shuffle<f32>(ab1, cd1, 0, 1, 4, 5)));
      v128.store(s, f32x4.add(v128.load(s), v128.shuffle<f32>(ab1, cd1, 2, 3, 6, 7)));
      gate += 4 * stride;
    }
  }
}
