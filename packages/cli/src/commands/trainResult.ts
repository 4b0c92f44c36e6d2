import { join } from "node:path";
import type { CrossValidation, Examination, TrainEvent, TrainMetrics } from "@starcast/core";
import { count, counted, duration } from "../report/numbers.js";
import { printConfusion, printPart, printTrust, printVerdict } from "../report/result.js";
import type { Measures, ModelAlarms } from "../report/verdict.js";
import { shellWord } from "../shellWord.js";
import type { Output } from "../terminal/output.js";
import { commandOn, type DataFlags } from "./nextCommand.js";

type Done = Extract<TrainEvent, { type: "done" }>;

/** What the report needs of the command line. */
interface ReportOptions extends DataFlags {
  readonly out: string;
  readonly epochs: number | undefined;
  readonly skipBadRows: boolean;
  readonly json: boolean;
  readonly cv: number | undefined;
}

interface ResultContext {
  readonly values: ReportOptions;
  readonly paths: readonly string[];
  readonly alarms: ModelAlarms;
  /** What was found out for `report.html`; absent when there is none. */
  readonly examination: Examination | undefined;
  /** Of the folds, when there were some. */
  readonly crossValidation?: CrossValidation;
  /** Of all seeds, when there were several. */
  readonly seeds?: readonly TrainMetrics[];
}

/** Prints the result of a finished or stopped run, and what can be done with its model. */
export function reportResult(
  output: Output,
  done: Done,
  { values, paths, alarms, examination, crossValidation, seeds }: ResultContext,
): void {
  const { metrics } = done;
  if (values.cv === undefined) reportParts(output, metrics, { values, alarms, examination });
  else reportWhole(output, metrics, crossValidation);
  output.gap();
  const folder = values.out;
  output.line(
    `  ${output.green(output.unicode ? "✔" : "ok")} Model saved in ${output.bold(folder)} after ${duration(metrics.seconds)}`,
  );
  if (examination) {
    const tick = output.green(output.unicode ? "✔" : "ok");
    const report = output.bold(join(folder, "report.html"));
    output.line(`  ${tick} Report with slices, stress suite and the largest errors: ${report}`);
  }
  output.next(nextCommands(done, values, paths));
  if (values.json)
    output.printJson({
      ...metrics,
      ...(examination && { alarms: examination.alarms }),
      ...(crossValidation && summaryOf(crossValidation)),
      ...(seeds && { seeds }),
    });
}

/** The result on rows that were held back. */
function reportParts(
  output: Output,
  metrics: TrainMetrics,
  { values, alarms, examination }: Pick<ResultContext, "values" | "alarms" | "examination">,
): void {
  const { validation, test, baselines, scale } = metrics;
  const judged: Measures = test ?? validation;
  printPart(output, test === undefined ? "Result on the validation rows" : "Result on the test rows", judged, scale);
  const verdict = printVerdict(output, judged, baselines, { scale, alarms });
  if (verdict?.mood === "bad" && values.epochs !== undefined) {
    output.warn(
      `Only ${counted(values.epochs, "epoch")} were asked for; without --epochs the recipe decides how many the data needs.`,
    );
  }
  if (test === undefined && validation.usedForEarlyStopping) {
    output.warn(
      "These rows also chose the epoch that was kept, so the result is a little flattering; --test-fraction 0.2 keeps rows aside for an untouched estimate.",
    );
  }
  for (const { kind, finding, advice } of examination?.alarms ?? []) {
    const isTold = kind === "worseThanBaseline" || (kind === "sameAnswer" && judged.confusion !== undefined);
    if (!isTold) output.warn(`${finding} ${advice}`);
  }
  printTrust(output, metrics);
  printConfusion(output, judged, scale);
}

/** What to expect of a model that no row was kept from. */
function reportWhole(output: Output, { dataset }: TrainMetrics, crossValidation: CrossValidation | undefined): void {
  const result = crossValidation ? "the result of the cross-validation above" : "the cross-validation's result";
  output.note(
    `The model learned from ${count(dataset.train)} rows, with ${count(dataset.validation)} to choose its epoch; what to expect of it is ${result}, or a little better, as each fold's model had fewer rows.`,
  );
}

function summaryOf({ evaluation, spread, linear, folds }: CrossValidation): object {
  return { crossValidation: { evaluation, spread, linear, folds: folds.map(({ test }) => test) } };
}

function nextCommands(done: Done, values: ReportOptions, paths: readonly string[]): [command: string, does: string][] {
  const folder = values.out;
  const resume: [string, string][] =
    done.reason === "aborted" ? [[`starcast train --resume ${shellWord(folder)}`, "go on where it stopped"]] : [];
  const again = [
    ...(values.skipBadRows ? ["--skip-bad-rows"] : []),
    "--test-fraction",
    "0.2",
    "--out",
    shellWord(folder),
    "--force",
  ];
  return [
    ...resume,
    [`starcast predict ${shellWord(folder)} "arrived late but works great"`, "rate a text"],
    [`starcast predict ${shellWord(folder)}`, "rate what you type"],
    done.metrics.test === undefined && values.cv === undefined
      ? [commandOn("train", paths, values, again), "an untouched estimate"]
      : [`starcast evaluate ${shellWord(folder)} DATA`, "measure it on other labelled rows"],
  ];
}
