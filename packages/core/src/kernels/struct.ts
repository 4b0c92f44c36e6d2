/**
 * Argument records in the engine's memory, laid out as the classes of the same fields in assembly/: every field is
 * four bytes, in the order of declaration.
 */
export type FieldKind = "int" | "float";

/** Writes all the fields of one record. */
export class Struct<Name extends string> {
  readonly #names: Name[];
  readonly #kinds: FieldKind[];

  constructor(fields: Readonly<Record<Name, FieldKind>>) {
    this.#names = Object.keys(fields) as Name[];
    this.#kinds = Object.values(fields);
  }

  /** All fields 0, to be filled in and written again and again: training makes no garbage of records. */
  fields(): Record<Name, number> {
    return Object.fromEntries(this.#names.map((name) => [name, 0])) as Record<Name, number>;
  }

  /** Where a field lies in the record, in words. */
  word(name: Name): number {
    return this.#names.indexOf(name);
  }

  get bytes(): number {
    return 4 * this.#names.length;
  }

  write(
    views: { readonly i32: Int32Array; readonly f32: Float32Array },
    at: number,
    values: Record<Name, number>,
  ): void {
    for (let index = 0; index < this.#names.length; index++) {
      const view = this.#kinds[index] === "float" ? views.f32 : views.i32;
      view[(at >>> 2) + index] = values[this.#names[index]];
    }
  }
}

export const lstmBlock = new Struct({
  gates: "int",
  gatesStep: "int",
  cells: "int",
  cellsStep: "int",
  tanhCells: "int",
  tanhCellsStep: "int",
  hidden: "int",
  hiddenStep: "int",
  input: "int",
  inputStep: "int",
  inputSize: "int",
  units: "int",
  panels: "int",
  bias: "int",
  lengths: "int",
  active: "int",
  inputActive: "int",
  steps: "int",
  stride: "int",
  reverse: "int",
  projection: "int",
  projectionRow: "int",
  tokenSlots: "int",
  starts: "int",
  rowPointers: "int",
  outputGradient: "int",
  outputGradientStep: "int",
  hiddenGradient: "int",
  cellGradient: "int",
  inputGradient: "int",
  inputGradientStep: "int",
  addInputGradient: "int",
  hiddenPanels: "int",
  inputPanels: "int",
  inputPanelCount: "int",
  weightGradient: "int",
  columns: "int",
  biasGradient: "int",
  transposed: "int",
  groupSteps: "int",
  laneRuns: "int",
  zeros: "int",
  projectionGradient: "int",
  tokenRows: "int",
  unusedRow: "int",
});

export const attentionBlock = new Struct({
  input: "int",
  inputStep: "int",
  features: "int",
  units: "int",
  panels: "int",
  bias: "int",
  vector: "int",
  keys: "int",
  keysStep: "int",
  weights: "int",
  output: "int",
  lengths: "int",
  active: "int",
  steps: "int",
  lanes: "int",
  stride: "int",
  outputGradient: "int",
  weightGradients: "int",
  inputGradient: "int",
  inputGradientStep: "int",
  inputPanels: "int",
  weightGradient: "int",
  columns: "int",
  biasGradient: "int",
  vectorGradient: "int",
  transposed: "int",
  groupSteps: "int",
  laneRuns: "int",
});

export const embeddingBlock = new Struct({
  table: "int",
  size: "int",
  paddedSize: "int",
  ids: "int",
  starts: "int",
  lengths: "int",
  active: "int",
  inputActive: "int",
  steps: "int",
  stride: "int",
  output: "int",
  outputStep: "int",
  zeros: "int",
  dropThreshold: "int",
  keepScale: "float",
  key0: "int",
  key1: "int",
  wordDropThreshold: "int",
  wordKeepScale: "float",
  wordKey0: "int",
  wordKey1: "int",
  outputGradient: "int",
  outputGradientStep: "int",
  gradientRows: "int",
  tokenRows: "int",
});

export const tokenGrouping = new Struct({
  ids: "int",
  blockStarts: "int",
  blocks: "int",
  slotOfToken: "int",
  tokens: "int",
  maxTokens: "int",
  slots: "int",
  rows: "int",
  blockRows: "int",
  starts: "int",
  order: "int",
  slotOfRow: "int",
  droppedSlot: "int",
  dropThreshold: "int",
  key0: "int",
  key1: "int",
  count: "int",
  tokenCount: "int",
});

export const adamStep = new Struct({
  parameters: "int",
  gradients: "int",
  firstMoments: "int",
  secondMoments: "int",
  count: "int",
  beta1: "float",
  beta2: "float",
  epsilon: "float",
  stepSize: "float",
  secondMomentScale: "float",
  gradientScale: "float",
  couplingDecay: "float",
  parameterScale: "float",
});

export const skipGramBlock = new Struct({
  vectors: "int",
  outputs: "int",
  size: "int",
  window: "int",
  ids: "int",
  keepThresholds: "int",
  draws: "int",
  drawBits: "int",
  kept: "int",
  learningRate: "float",
  key0: "int",
  key1: "int",
});
