/** Looks at what a model answers to rows that it did not learn from. */
import {
  type ExaminedSource,
  examineRun,
  type Label,
  type Parts,
  type RatedRows,
  type RatingModel,
  type TrainMetrics,
  worseThanBaseline,
} from "@starcast/core";
import { baselineAlarm } from "starcast/browser";
import type { HeldQuestion, HeldRow, Look } from "../protocol.js";
import { columnOf } from "../reading/table.js";
import type { Dataset } from "./dataset.js";

/** The held-out rows of a run with the answers of its model: the test part, or the validation part where there is none. */
export class HeldOut {
  readonly #dataset: Dataset;
  readonly #model: RatingModel;
  readonly #parts: Parts;
  /** Positions in the data set. */
  readonly #rows: Uint32Array;
  readonly rated: RatedRows;

  private constructor(dataset: Dataset, parts: Parts, model: RatingModel, rated: RatedRows) {
    this.#dataset = dataset;
    this.#model = model;
    this.#parts = parts;
    this.#rows = heldRows(parts);
    this.rated = rated;
  }

  /** Rates the held-out rows. @param model belongs to the result from now on. */
  static async rate(dataset: Dataset, parts: Parts, model: RatingModel): Promise<HeldOut> {
    const rows = Array.from(heldRows(parts), (position) => dataset.rows[position]);
    return new HeldOut(dataset, parts, model, await model.rate(rows));
  }

  /** Gives the model's memory back. */
  dispose(): void {
    this.#model.dispose();
  }

  /** Everything that the report shows, and the error of every row. */
  async look(metrics: TrainMetrics): Promise<Look> {
    const sources = { main: sourceOf(this.#dataset) };
    const examined = await examineRun(this.#model, sources, this.#parts, { seed: metrics.seed });
    const measures = metrics.test ?? metrics.validation;
    const alarm = metrics.baselines && baselineAlarm(measures, metrics.baselines, { worseThanBaseline });
    const confusion = this.#confusion();
    return {
      examination: { ...examined, alarms: [...(alarm ? [alarm] : []), ...examined.alarms] },
      errors: Float64Array.from(this.#rows, (_, index) => this.#errorOf(index)),
      ...(confusion && { confusion }),
    };
  }

  /** Rows that a person asks for, the largest errors first. */
  find({ cell, errors, text, most }: HeldQuestion): { count: number; rows: HeldRow[] } {
    const wanted = text?.trim().toLowerCase() ?? "";
    const found: number[] = [];
    for (let index = 0; index < this.#rows.length; index++) {
      const error = this.#errorOf(index);
      if (cell && (this.rated.truths[index] !== cell.truth || this.#classOf(index) !== cell.predicted)) continue;
      if (errors && (error < errors[0] || error > errors[1])) continue;
      if (wanted !== "" && !this.#dataset.rows[this.#rows[index]].text.toLowerCase().includes(wanted)) continue;
      found.push(index);
    }
    found.sort((a, b) => Math.abs(this.#errorOf(b)) - Math.abs(this.#errorOf(a)) || a - b);
    return { count: found.length, rows: found.slice(0, most).map((index) => this.#describe(index)) };
  }

  #describe(index: number): HeldRow {
    const { text, row, file, label: truth } = this.#dataset.rows[this.#rows[index]];
    const label = this.#labelOf(index);
    const { expected } = this.rated;
    return {
      ...((this.#dataset.table.files?.length ?? 1) > 1 && { file }),
      row,
      text,
      truth,
      prediction: expected ? expected[index] : (label ?? Number.NaN),
      ...(label !== undefined && { label }),
      error: this.#errorOf(index),
    };
  }

  #classOf(index: number): number | undefined {
    return this.rated.classes?.[index];
  }

  #labelOf(index: number): Label | undefined {
    const { scale } = this.#model;
    const position = this.#classOf(index);
    return scale.task === "number" || position === undefined ? undefined : scale.labels[position];
  }

  #errorOf(index: number): number {
    const { scale } = this.#model;
    const { truths, expected } = this.rated;
    if (scale.task === "class") return this.#classOf(index) === truths[index] ? 0 : 1;
    const truth = scale.task === "rating" ? scale.values[truths[index]] : truths[index];
    return (expected?.[index] ?? Number.NaN) - truth;
  }

  #confusion(): number[][] | undefined {
    const { scale } = this.#model;
    if (scale.task === "number" || this.rated.classes === undefined) return undefined;
    const table = scale.labels.map(() => scale.labels.map(() => 0));
    for (const [index, truth] of this.rated.truths.entries()) table[truth][this.rated.classes[index]]++;
    return table;
  }
}

/** Positions of the rows that judge a run's model. */
export function heldRows({ test, validation }: Parts): Uint32Array {
  return test.length > 0 ? test : validation;
}

/** A data set as rows to be looked at. */
function sourceOf(dataset: Dataset): ExaminedSource {
  return {
    length: dataset.rows.length,
    columns: dataset.otherColumns,
    *rows(columns) {
      const others = columns.map((name) => columnOf(dataset.table, name));
      for (const [index, { text, label, row }] of dataset.rows.entries()) {
        yield { text, label, row, others: others.map((values) => values[dataset.positions[index]]) };
      }
    },
  };
}
