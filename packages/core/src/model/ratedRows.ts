import type { Outputs } from "../training/decode.js";

/** A model's answers to labelled rows beside the truth, as numbers, one a row. */
export interface RatedRows extends Outputs {
  /** The 0-based index of each row's label, or its number. */
  readonly truths: Float64Array;
}

/** Answers to some of the rows at a time as those to all, in the order of the rows; each row has to be in one of them. */
export function gatherRated(
  pieces: readonly { readonly rows: Uint32Array; readonly answers: RatedRows }[],
  rowCount: number,
): RatedRows {
  const gather = <T extends Float64Array | Uint32Array>(
    target: T,
    width: number,
    pick: (answers: RatedRows) => Float64Array | Uint32Array | undefined,
  ): T => {
    for (const { rows, answers } of pieces) {
      const from = pick(answers);
      if (!from) continue;
      for (const [index, row] of rows.entries()) {
        target.set(from.subarray(index * width, (index + 1) * width), row * width);
      }
    }
    return target;
  };
  const { expected, classes, probabilities, rows } = pieces[0].answers;
  const width = probabilities ? probabilities.length / rows : 0;
  return {
    rows: rowCount,
    truths: gather(new Float64Array(rowCount), 1, (answers) => answers.truths),
    ...(expected && { expected: gather(new Float64Array(rowCount), 1, (answers) => answers.expected) }),
    ...(classes && { classes: gather(new Uint32Array(rowCount), 1, (answers) => answers.classes) }),
    ...(probabilities && {
      probabilities: gather(new Float64Array(rowCount * width), width, (answers) => answers.probabilities),
    }),
  };
}
