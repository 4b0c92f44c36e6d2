/** An LSTM in plain TypeScript and double precision, one row at a time: slow, and simple enough to be seen right. */

export interface ReferenceDirection {
  readonly weightInput: ArrayLike<number>;
  readonly weightHidden: ArrayLike<number>;
  readonly biasInput: ArrayLike<number>;
  readonly biasHidden: ArrayLike<number>;
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/** One direction over one row: the hidden state after each step, and the last states. */
export function runDirection(
  weights: ReferenceDirection,
  inputs: readonly (readonly number[])[],
  initial: { readonly hidden: readonly number[]; readonly cell: readonly number[] },
  { reverse }: { readonly reverse: boolean },
): { outputs: number[][]; hidden: number[]; cell: number[] } {
  const size = initial.hidden.length;
  let hidden = [...initial.hidden];
  let cell = [...initial.cell];
  const outputs: number[][] = inputs.map(() => []);
  const steps = [...inputs.keys()];
  for (const step of reverse ? steps.reverse() : steps) {
    const input = inputs[step];
    const gate = (kind: number, unit: number) => {
      const row = kind * size + unit;
      let sum = weights.biasInput[row] + weights.biasHidden[row];
      for (let k = 0; k < input.length; k++) sum += weights.weightInput[row * input.length + k] * input[k];
      for (let k = 0; k < size; k++) sum += weights.weightHidden[row * size + k] * hidden[k];
      return sum;
    };
    const nextCell = cell.map(
      (value, unit) => sigmoid(gate(1, unit)) * value + sigmoid(gate(0, unit)) * Math.tanh(gate(2, unit)),
    );
    hidden = nextCell.map((value, unit) => sigmoid(gate(3, unit)) * Math.tanh(value));
    cell = nextCell;
    outputs[step] = hidden;
  }
  return { outputs, hidden, cell };
}
