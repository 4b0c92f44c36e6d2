/** Makes `report.html`: looks at what a model answers to rows that it did not learn from, and draws it. */
import { writeFile } from "node:fs/promises";
import { release } from "node:os";
import {
  type Examination,
  examineRows,
  examineRun,
  type Parts,
  type RatingModel,
  type TrainMetrics,
  worseThanBaseline,
} from "@starcast/core";
import { writeAtomically } from "../data/atomicWrite.js";
import type { LabelledSource } from "../data/readTexts.js";
import { version } from "../version.js";
import { examinedSource } from "./examinedSource.js";
import { reportPage } from "./html/index.js";
import { baselineAlarm, type Measures } from "./verdict.js";

/** A report, and what it is made of. */
export interface ModelReport {
  readonly html: string;
  readonly examination: Examination;
}

/** The files of a training run. */
export interface RunFiles {
  readonly main: LabelledSource;
  readonly valid?: LabelledSource;
  readonly test?: LabelledSource;
}

/** A training that has ended. */
export interface EndedRun {
  readonly model: RatingModel;
  readonly metrics: TrainMetrics;
  readonly parts: Parts;
}

/**
 * The report of a training run, on its test part or else its validation part; the data is read again.
 *
 * @param options.name what the report calls the model.
 * @throws {DataError} when the data cannot be read any more.
 */
export async function reportOnRun(
  { model, metrics, parts }: EndedRun,
  files: RunFiles,
  options: { readonly name: string },
): Promise<ModelReport> {
  const { main, valid, test } = files;
  const sources = {
    main: examinedSource(main),
    ...(valid && { valid: examinedSource(valid) }),
    ...(test && { test: examinedSource(test) }),
  };
  const examined = await examineRun(model, sources, parts, { seed: metrics.seed });
  const measures: Measures = metrics.test ?? metrics.validation;
  const alarm = metrics.baselines && baselineAlarm(measures, metrics.baselines, { worseThanBaseline });
  const examination = { ...examined, alarms: [...(alarm ? [alarm] : []), ...examined.alarms] };
  return { examination, html: draw(model, main, { ...options, measures, examination, metrics }) };
}

/**
 * The report of a saved model on other labelled rows.
 *
 * @param options.name what the report calls the model. @param options.measures the model's results on the rows.
 */
export async function reportOnRows(
  model: RatingModel,
  source: LabelledSource,
  options: { readonly name: string; readonly measures: Measures },
): Promise<ModelReport> {
  const examination = await examineRows(model, examinedSource(source), { seed: model.metrics?.seed ?? 1 });
  return { examination, html: draw(model, source, { ...options, examination, metrics: model.metrics }) };
}

/** Writes a report to a file, whole or not at all. @throws {StarcastError} `cannot-write`. */
export function writeReport(path: string, html: string): Promise<void> {
  return writeAtomically(path, (temporary) => writeFile(temporary, html));
}

function draw(
  { scale }: RatingModel,
  { sources, columns }: LabelledSource,
  facts: { name: string; measures: Measures; examination: Examination; metrics?: TrainMetrics },
): string {
  return reportPage({
    ...facts,
    scale,
    data: { sources, text: columns.text, label: columns.label },
    made: {
      at: new Date(),
      version,
      engine: `Node ${process.version}`,
      system: `${process.platform} ${release()}, ${process.arch}`,
    },
  });
}
