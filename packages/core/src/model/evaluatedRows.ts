import { DataError } from "../errors.js";
import { checkTextLength, type Tokenizer } from "../text/index.js";
import type { Outputs } from "../training/decode.js";
import type { LabelledText } from "../training/labelledText.js";
import { type Label, type RatingScale, readLabels } from "../training/scale.js";
import { type Evaluation, evaluateOutputs } from "../training/score.js";
import type { RatedRows } from "./ratedRows.js";

/** Rows that are rated together: enough to keep the engine busy, few enough for little memory. */
const rowsTogether = 4096;

/** What rows are rated with. */
export interface Rater {
  readonly scale: RatingScale;
  readonly tokenizer: Tokenizer;
  /** Tokens of a text that are read. */
  readonly maxLength: number;
  run(tokenLists: readonly (readonly string[])[]): Outputs;
}

/**
 * Labelled rows of any number, rated some thousands at a time as they arrive: what is kept of a row is its answer and
 * its truth, a few numbers. The answer to a text does not depend on its neighbours, so neither does the evaluation.
 */
export class EvaluatedRows {
  readonly #rater: Rater;
  readonly #outputs: Outputs[] = [];
  readonly #truths: Float64Array[] = [];
  #tokenLists: string[][] = [];
  #labels: Label[] = [];
  #rated = 0;

  constructor(rater: Rater) {
    this.#rater = rater;
  }

  /** @throws {DataError} for a row without a text, or, some rows later, a label that is not on the scale. */
  add(row: LabelledText): void {
    const name = () => `Row ${this.#rated + this.#labels.length + 1}`;
    if (typeof row?.text !== "string") {
      throw new DataError("missing-text", `${name()} has no text; a row is { text, label }.`);
    }
    checkTextLength(row.text, name);
    const { tokenizer, maxLength } = this.#rater;
    this.#tokenLists.push(tokenizer.tokenize(row.text).slice(0, maxLength));
    this.#labels.push(row.label);
    if (this.#labels.length === rowsTogether) this.#rate();
  }

  /** @throws {DataError} when there was no row, or a label that is not on the scale. */
  evaluate(seed: number | undefined): Evaluation {
    const rated = this.rated();
    return evaluateOutputs(rated, rated.truths, this.#rater.scale, seed);
  }

  /** The answers to all rows. @throws {DataError} as {@link evaluate}. */
  rated(): RatedRows {
    if (this.#labels.length > 0) this.#rate();
    if (this.#rated === 0) throw new DataError("too-few-rows", "There are no rows to evaluate the model on.");
    return { ...joinOutputs(this.#outputs), truths: joinNumbers(this.#truths) };
  }

  #rate(): void {
    const { scale } = this.#rater;
    this.#truths.push(readLabels(scale, this.#labels, (position) => `row ${this.#rated + position + 1}`));
    this.#outputs.push(this.#rater.run(this.#tokenLists));
    this.#rated += this.#labels.length;
    this.#tokenLists = [];
    this.#labels = [];
  }
}

/** The answers of several batches as those of one; all have the same parts. */
function joinOutputs(batches: readonly Outputs[]): Outputs {
  const [{ expected, classes, probabilities }] = batches;
  return {
    rows: batches.reduce((sum, { rows }) => sum + rows, 0),
    ...(expected && { expected: joinNumbers(batches.flatMap((batch) => batch.expected ?? [])) }),
    ...(classes && { classes: Uint32Array.from(joinNumbers(batches.flatMap((batch) => batch.classes ?? []))) }),
    ...(probabilities && { probabilities: joinNumbers(batches.flatMap((batch) => batch.probabilities ?? [])) }),
  };
}

function joinNumbers(parts: readonly ArrayLike<number>[]): Float64Array {
  const joined = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let start = 0;
  for (const part of parts) {
    joined.set(part, start);
    start += part.length;
  }
  return joined;
}
