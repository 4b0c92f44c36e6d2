import type { AuditReport, CrossValidation, RatingModel, RatingScale } from "@starcast/core";
import type { LabelledSource } from "../data/readTexts.js";
import { exitCodes, InterruptedError, UsageError } from "../errors.js";
import { checkModelSource, checkNewFile } from "../files.js";
import { suspiciousCells, whyBlock, whySuspicious } from "../report/audit.js";
import { count, counted, percent, score } from "../report/numbers.js";
import { table } from "../report/table.js";
import { unitOf } from "../report/units.js";
import type { Core } from "../services.js";
import { watchInterrupts } from "../terminal/interrupts.js";
import { Output } from "../terminal/output.js";
import { createProgress } from "../terminal/progress.js";
import { wordVectorsFrom } from "../wordVectors.js";
import { type CommandContext, defineCommand } from "./command.js";
import { runCrossValidation } from "./crossValidation.js";
import { printColumns, printSkipped } from "./dataReport.js";
import { numberOptionOr, type OptionValues, switchOption, textOptionOr } from "./options.js";
import {
  columnOptions,
  defaultThreads,
  divisionOptions,
  labelOptions,
  outputOptions,
  settingOptions,
} from "./shared.js";

const options = {
  ...columnOptions,
  skipBadRows: labelOptions.skipBadRows,
  group: divisionOptions.group,
  folds: numberOptionOr(
    "--folds",
    "N",
    "models that are trained, each without one fold of the rows",
    { whole: true, min: 2, max: 100 },
    5,
  ),
  out: textOptionOr("--out", "FILE", "CSV file for the suspicious rows, most doubtful first", "audit.csv"),
  force: switchOption("--force", "replace the file if it is there"),
  vectors: settingOptions.vectors,
  seed: settingOptions.seed,
  threads: settingOptions.threads,
  ...outputOptions,
} as const;

type Options = OptionValues<typeof options>;

export const auditCommand = defineCommand({
  name: "audit",
  summary: "find the rows whose rating contradicts their text",
  description:
    "Trains models with the settings of MODEL, each without one fold of the rows, and doubts the ratings that the text of a row speaks against: a rating beside the expected one hardly, one from the other end of the scale most. Finds sources, groups and runs of rows whose scale is turned round.",
  arguments: [
    { name: "MODEL", help: "folder that `starcast train` wrote; the folds are trained with its settings" },
    { name: "DATA", help: "labelled CSV, TSV, JSON lines or Parquet files, or globs", variadic: true },
  ],
  options,
  examples: ["starcast audit model reviews.csv", "starcast audit model reviews.csv --group shop --out doubtful.csv"],
  run,
});

async function run(words: readonly string[], values: Options, context: CommandContext): Promise<number> {
  const [modelPath, ...paths] = words;
  const output = new Output(context.terminal, values);
  checkModelSource(modelPath);
  checkNewFile(values.out, values.force);
  if (!/\.csv$/i.test(values.out)) {
    throw new UsageError(
      "unknown-extension",
      `The rows are written as CSV: give --out a name that ends in .csv, not ${values.out}.`,
    );
  }
  const [core, data] = await Promise.all([context.services.core(), context.services.data()]);
  const model = await core.RatingModel.load(data.diskFolder(modelPath), {
    threads: values.threads ?? defaultThreads(),
  });
  try {
    const { scale } = model;
    const source = await data.openLabelledTexts(paths, {
      text: values.text,
      label: values.label,
      task: scale.task,
      labels: scale.task === "number" ? undefined : scale.labels,
      skipBadRows: values.skipBadRows,
      split: { group: values.group },
    });
    printColumns(output, source, source.rows.length, scale.task);
    printSkipped(output, source);
    const whole = await isTurnedRound(model, source, core);
    const result = await validate(model, source, { values, context, output, core });
    const report = core.auditRatings({
      ...result.outOfFold,
      values: scale.task === "rating" ? scale.values : undefined,
      groups: await groupsOf(source, values.group),
    });
    const found = { report, scale: result.scale, whole };
    await data.writeCsv(
      values.out,
      ["row", "file", "text", "rating", "predicted", "severity", "why"],
      csvRows(source, found),
    );
    await print(output, source, found, values);
    if (values.json)
      output.printJson({
        data: paths,
        rows: report.rows,
        wholeFileReversed: whole,
        suspicious: report.suspicious,
        reversed: report.reversed,
      });
  } finally {
    model.dispose();
  }
  return exitCodes.ok;
}

interface Found {
  readonly report: AuditReport;
  readonly scale: RatingScale;
  /** Whether MODEL rates the file as a whole the other way round. */
  readonly whole: boolean;
}

/** By the answers of the model itself: models that learn a reversed file would reverse their answers with it. */
async function isTurnedRound(model: RatingModel, source: LabelledSource, core: Core): Promise<boolean> {
  const { scale } = model;
  if (scale.task !== "rating") return false;
  const { truths, expected } = await model.rate(source.rows);
  return expected !== undefined && core.isReversedThroughout(core.reversalEvidence(truths, expected, scale.values));
}

interface Surroundings {
  readonly values: Options;
  readonly context: CommandContext;
  readonly output: Output;
  readonly core: Core;
}

async function validate(
  model: RatingModel,
  source: LabelledSource,
  { values, context, output, core }: Surroundings,
): Promise<CrossValidation> {
  const { scale, metrics, config } = model;
  const progress = await createProgress(output);
  const interrupts = watchInterrupts(context.terminal, output, () => progress.clear());
  try {
    return await runCrossValidation(
      source.rows,
      {
        // One network a fold is enough to rank by.
        recipe: metrics
          ? { ...metrics.settings, members: 1, name: config.recipe, description: "As the model." }
          : "best",
        wordVectors: values.vectors === undefined ? undefined : wordVectorsFrom(values.vectors, core),
        task: scale.task,
        labels: scale.task === "rating" ? scale.labels : undefined,
        folds: values.folds,
        ...(values.group !== undefined && { splitBy: "group" }),
        baselines: false,
        seed: values.seed,
        threads: values.threads ?? defaultThreads(),
        signal: interrupts.signal,
      },
      { core, output, progress },
    );
  } catch (error) {
    if (interrupts.signal.aborted && error === interrupts.signal.reason) {
      throw new InterruptedError("The audit ended before all rows were rated; nothing was written.");
    }
    throw error;
  } finally {
    progress.stop();
    interrupts.stop();
  }
}

/** Where each row comes from: its group, or its file where there are several. */
async function groupsOf(source: LabelledSource, column: string | undefined): Promise<(string | null)[] | undefined> {
  if (column === undefined && source.sources.length === 1) return undefined;
  const groups: (string | null)[] = [];
  for await (const { group, file } of source.rows) groups.push(column === undefined ? file : (group ?? null));
  return groups;
}

/** The suspicious rows with their texts, most doubtful first; some thousands of texts at most are in memory. */
async function suspiciousTexts(
  source: LabelledSource,
  wanted: ReadonlySet<number>,
): Promise<Map<number, { text: string; file: string; row: number; label: string | number }>> {
  const found = new Map<number, { text: string; file: string; row: number; label: string | number }>();
  let position = 0;
  for await (const row of source.rows) {
    if (wanted.has(position)) found.set(position, row);
    position++;
  }
  return found;
}

async function* csvRows(source: LabelledSource, found: Found): AsyncGenerator<(string | number)[]> {
  const { suspicious } = found.report;
  const texts = await suspiciousTexts(source, new Set(suspicious.map(({ row }) => row)));
  for (const each of suspicious) {
    const origin = texts.get(each.row);
    if (!origin) continue;
    yield [
      origin.row,
      origin.file,
      origin.text,
      origin.label,
      ...suspiciousCells(each, found.scale),
      whySuspicious(each, found),
    ];
  }
}

/** How many rows are shown; the file has them all. */
const shownRows = 10;

async function print(output: Output, source: LabelledSource, found: Found, values: Options): Promise<void> {
  const { report, scale, whole } = found;
  const { suspicious, reversed, rows } = report;
  if (whole)
    output.warn(
      "The model rates these texts the other way round: the whole file seems to be on a reversed scale, or the model was trained on one.",
    );
  for (const block of reversed) output.warn(whyBlock(block, source));
  output.resultHeading(
    `${counted(suspicious.length, "suspicious rating")} of ${count(rows)} (${percent(suspicious.length / rows)})`,
  );
  const top = suspicious.slice(0, shownRows);
  const texts = await suspiciousTexts(source, new Set(top.map(({ row }) => row)));
  const unit = unitOf(scale);
  const lines = top.map((each) => {
    const origin = texts.get(each.row);
    const predicted = each.predicted === undefined ? suspiciousCells(each, scale)[0] : score(each.predicted);
    return [
      `row ${origin?.row ?? ""}`,
      String(origin?.label ?? ""),
      String(predicted),
      score(each.severity),
      shortened(origin?.text ?? "", output.columns - 48),
    ];
  });
  for (const line of table([["", "rating", "reads like", `off by (${unit})`, ""], ...lines])) output.line(line);
  output.gap();
  output.tick(`all of them, with texts, in ${values.out}`);
}

function shortened(text: string, width: number): string {
  const line = text.replace(/\s+/g, " ").trim();
  const most = Math.max(width, 20);
  return line.length <= most ? line : `${line.slice(0, most - 1)}…`;
}
