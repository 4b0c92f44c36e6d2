/** LSTM layers, one or two directions, over a block: plans memory, packs weights, runs the kernels. */
import type { Arena, Kernels } from "../../kernels/index.js";
import { type FeatureRows, featureCount, rowCount } from "../notation.js";
import type { Block } from "./block.js";
import { LstmDirection, type LstmDirectionWorkspace } from "./lstmDirection.js";
import type { ParameterShape, Parameters } from "./parameters.js";
import type { ProjectedInput } from "./tokenProjection.js";

export interface LstmSizes {
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly numLayers: number;
  readonly bidirectional: boolean;
}

/** Names and shapes of the parameters, as PyTorch's `nn.LSTM` has them, each name after `prefix`. */
export function lstmParameterShapes(sizes: LstmSizes, prefix: string): ParameterShape[] {
  const { inputSize, hiddenSize, numLayers, bidirectional } = sizes;
  const shapes: ParameterShape[] = [];
  for (let layer = 0; layer < numLayers; layer++) {
    const width = layer === 0 ? inputSize : hiddenSize * (bidirectional ? 2 : 1);
    for (const suffix of bidirectional ? ["", "_reverse"] : [""]) {
      shapes.push(
        { name: `${prefix}weight_ih_l${layer}${suffix}`, shape: [4 * hiddenSize, width] },
        { name: `${prefix}weight_hh_l${layer}${suffix}`, shape: [4 * hiddenSize, hiddenSize] },
        { name: `${prefix}bias_ih_l${layer}${suffix}`, shape: [4 * hiddenSize] },
        { name: `${prefix}bias_hh_l${layer}${suffix}`, shape: [4 * hiddenSize] },
      );
    }
  }
  return shapes;
}

/** Memory of one thread for one block: activations of every layer. Pointers. */
export interface LstmWorkspace {
  readonly lanes: number;
  /** Per layer: [slot][part rows][lane]; slot t + 1 holds the output of step t. */
  readonly hidden: readonly number[];
  /** Per layer: [step][part rows][lane]; 0 in a workspace that only predicts. */
  readonly outputGradient: readonly number[];
  /** Per layer and direction. */
  readonly directions: readonly (readonly LstmDirectionWorkspace[])[];
}

/** The states of one direction of one layer. Pointers to [unit][lane], or to [slot][unit][lane] where a step is given. */
export interface LstmStates {
  readonly reverse: boolean;
  readonly hidden: number;
  readonly hiddenStep: number;
  readonly cells: number;
  readonly cellsStep: number;
  readonly initialHidden: number;
  readonly initialCell: number;
  readonly hiddenGradient: number;
  readonly cellGradient: number;
}

export interface StackInput {
  /** Pointer to [step][feature row][lane]; 0 when it comes projected. */
  readonly values: number;
  readonly step: number;
  /** Pointer to the gradient of the same layout, or 0 when nothing below learns. */
  readonly gradient: number;
  /** The input of padding is zero: lanes beyond the block's `inputActive` need no product with it. */
  readonly skipsPadding?: boolean;
  /** The input's part of the pre-activations, computed beforehand for each token. */
  readonly projected?: ProjectedInput;
}

/** Parameter names of one direction of one layer, with `%` in the place of `weight_ih` and so on. */
export function directionNames(prefix: string, layer: number, reverse: boolean): string {
  return `${prefix}%_l${layer}${reverse ? "_reverse" : ""}`;
}

export class LstmStack {
  readonly outputRows: FeatureRows;
  /** Every direction of every layer: each packs its weights and finishes its gradients by itself. */
  readonly directions: readonly LstmDirection[];
  readonly #layers: readonly (readonly LstmDirection[])[];

  /**
   * @param options.input how the features of the input lie; absent when it comes projected.
   * @param options.gradientLanes number of separate gradient accumulators, summed in order by `reduce`.
   */
  constructor(
    arena: Arena,
    parameters: Parameters,
    sizes: LstmSizes,
    options: {
      readonly prefix: string;
      readonly input: FeatureRows | undefined;
      readonly gradientLanes: number;
    },
  ) {
    const { hiddenSize, numLayers, bidirectional } = sizes;
    this.outputRows = { parts: bidirectional ? 2 : 1, size: hiddenSize };
    this.#layers = Array.from({ length: numLayers }, (_, layer) =>
      (bidirectional ? [false, true] : [false]).map(
        (reverse) =>
          new LstmDirection(arena, parameters, {
            names: directionNames(options.prefix, layer, reverse),
            input: layer === 0 ? options.input : this.outputRows,
            hiddenSize,
            reverse,
            gradientLanes: options.gradientLanes,
          }),
      ),
    );
    this.directions = this.#layers.flat();
  }

  workspace(arena: Arena, lanes: number, maxLength: number): LstmWorkspace {
    const rows = rowCount(this.outputRows);
    return {
      lanes,
      hidden: this.#layers.map(() => arena.words((maxLength + 2) * rows * lanes)),
      outputGradient: this.#layers.map(() => arena.words(maxLength * rows * lanes)),
      directions: this.#layers.map((layer) => layer.map((direction) => direction.workspace(arena, lanes, maxLength))),
    };
  }

  /** Writes the constant index arrays; once, when the memory exists. */
  initialise(kernels: Kernels): void {
    for (const direction of this.directions) direction.initialise(kernels);
  }

  /** Brings the packed copies up to date with the parameters; after every change of them. */
  pack(kernels: Kernels): void {
    for (const direction of this.directions) direction.pack(kernels);
  }

  /** Pointer to the output of step 0 of the last layer; one step further every `outputStep(workspace)` bytes. */
  output(workspace: LstmWorkspace): number {
    return workspace.hidden[workspace.hidden.length - 1] + this.outputStep(workspace);
  }

  outputStep(workspace: LstmWorkspace): number {
    return 4 * rowCount(this.outputRows) * workspace.lanes;
  }

  /** Sets all initial states to zero; others may then be written to where `states` says. */
  clearInitialState(kernels: Kernels, workspace: LstmWorkspace, block: Block): void {
    this.#forEach(workspace, (direction, own, hidden) =>
      direction.clearInitialState(kernels, own, hidden, this.outputStep(workspace), block),
    );
  }

  forward(kernels: Kernels, workspace: LstmWorkspace, block: Block, input: StackInput): void {
    const step = this.outputStep(workspace);
    for (let index = 0; index < this.#layers.length; index++) {
      const below = this.#inputOf(workspace, index, input);
      const layer = this.#layers[index];
      for (let part = 0; part < layer.length; part++) {
        const own = workspace.directions[index][part];
        layer[part].forward(kernels, own, block, below, { values: workspace.hidden[index], step, part });
      }
    }
  }

  /**
   * The backward pass through all layers. Gradients of the last layer's outputs are expected in
   * `workspace.outputGradient` of that layer when `fromOutputs` is set, those of the last states in the
   * directions' state gradients, which hold the gradients of the initial states afterwards.
   */
  backward(
    kernels: Kernels,
    workspace: LstmWorkspace,
    block: Block,
    input: StackInput,
    options: { readonly gradientLane: number; readonly fromOutputs: boolean },
  ): void {
    const step = this.outputStep(workspace);
    for (let index = this.#layers.length - 1; index >= 0; index--) {
      const below = this.#inputOf(workspace, index, input);
      const isLast = index === this.#layers.length - 1;
      const outputGradient = isLast && !options.fromOutputs ? 0 : workspace.outputGradient[index];
      this.#layers[index].forEach((direction, part) => {
        direction.backward(
          kernels,
          workspace.directions[index][part],
          block,
          below,
          { values: workspace.hidden[index], step, part, gradient: outputGradient },
          options.gradientLane,
        );
      });
    }
  }

  /** Sets the accumulators of one gradient lane to zero. */
  clearGradients(kernels: Kernels, gradientLane: number): void {
    for (const direction of this.directions) direction.clearGradients(kernels, gradientLane);
  }

  /** Adds the accumulators of lanes 0 to `count` - 1, in this order, to the parameters' gradients. */
  reduceGradients(kernels: Kernels, count: number): void {
    for (const direction of this.directions) direction.reduceGradients(kernels, count);
  }

  /** Where the states of every layer and direction lie, in PyTorch's order: layer by layer, forward before reverse. */
  states(workspace: LstmWorkspace, block: Block): LstmStates[] {
    const hiddenStep = this.outputStep(workspace);
    const all: LstmStates[] = [];
    this.#forEach(workspace, (direction, own, hidden) => {
      const slot = direction.initialSlot(block);
      const cellsStep = direction.cellsStep(block);
      all.push({
        reverse: direction.reverse,
        hidden,
        hiddenStep,
        cells: own.cells,
        cellsStep,
        initialHidden: hidden + slot * hiddenStep,
        initialCell: own.cells + slot * cellsStep,
        hiddenGradient: own.hiddenGradient,
        cellGradient: own.cellGradient,
      });
    });
    return all;
  }

  /** Visits every layer and direction in PyTorch's order of states: layer by layer, forward before reverse. */
  #forEach(
    workspace: LstmWorkspace,
    visit: (direction: LstmDirection, own: LstmDirectionWorkspace, hidden: number) => void,
  ): void {
    this.#layers.forEach((layer, index) => {
      layer.forEach((direction, part) => {
        visit(direction, workspace.directions[index][part], this.hiddenPart(workspace, index, part));
      });
    });
  }

  /** Pointer to the rows of one direction in slot 0 of a layer's hidden states. */
  hiddenPart(workspace: LstmWorkspace, layer: number, part: number): number {
    return workspace.hidden[layer] + (part * 4 * rowCount(this.outputRows) * workspace.lanes) / this.outputRows.parts;
  }

  #inputOf(workspace: LstmWorkspace, layer: number, input: StackInput): StackInput {
    if (layer === 0) return input;
    const step = this.outputStep(workspace);
    return { values: workspace.hidden[layer - 1] + step, step, gradient: workspace.outputGradient[layer - 1] };
  }

  /** Number of features that the last layer puts out. */
  get outputSize(): number {
    return featureCount(this.outputRows);
  }
}
