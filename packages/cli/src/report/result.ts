import type { BaselineResults, CalibrationResult, DecodingScore, RatingScale, TrainMetrics } from "@starcast/core";
import type { Output } from "../terminal/output.js";
import { wrap } from "../terminal/wrap.js";
import { count, percent, score } from "./numbers.js";
import { table } from "./table.js";
import { describeScale, unitOf } from "./units.js";
import {
  baselineName,
  judge,
  listBaselines,
  type Measures,
  type ModelAlarms,
  northStar,
  type Verdict,
} from "./verdict.js";

/** The numbers of one part, in words, with units and intervals. */
export function printPart(output: Output, title: string, metrics: Measures, scale: RatingScale): void {
  const unit = unitOf(scale);
  const rows: string[][] = [];
  const interval = (range: readonly number[] | undefined, show: (value: number) => string) =>
    range === undefined ? "" : `95 % interval ${show(range[0])} to ${show(range[1])}`;
  const three = (value: number) => score(value);
  const add = (name: string, value: string, more = "") => rows.push([name, value, more]);
  if (metrics.rmse !== undefined)
    add(
      `RMSE of the ${scale.task === "rating" ? "expected rating" : "prediction"}, in ${unit}`,
      score(metrics.rmse),
      interval(metrics.rmseInterval, three),
    );
  if (metrics.rmseOfMode !== undefined) add("RMSE of the most likely rating", score(metrics.rmseOfMode));
  if (metrics.mae !== undefined) add("mean absolute error", score(metrics.mae), interval(metrics.maeInterval, three));
  if (metrics.rmse === undefined && metrics.macroF1 !== undefined)
    add("macro F1", score(metrics.macroF1), interval(metrics.macroF1Interval, three));
  if (metrics.accuracy !== undefined)
    add(
      "exactly right",
      percent(metrics.accuracy),
      interval(metrics.accuracyInterval, (value) => percent(value)),
    );
  if (metrics.offByOne !== undefined) add("at most one rating off", percent(metrics.offByOne));
  if (metrics.qwk !== undefined) add("quadratic weighted kappa", score(metrics.qwk));
  if (metrics.rmse !== undefined && metrics.macroF1 !== undefined) add("macro F1", score(metrics.macroF1));
  if (metrics.logLoss !== undefined) add("log loss", score(metrics.logLoss));
  output.resultHeading(`${title} (${count(metrics.rows)} rows, ${describeScale(scale)})`);
  const width = Math.max(...rows.map(([name]) => name.length));
  const values = Math.max(...rows.map(([, value]) => value.length));
  for (const [index, [name, value, more]] of rows.entries()) {
    const line = `  ${name.padEnd(width)}  ${value.padStart(values)}`;
    output.line(`${index === 0 ? output.bold(line) : line}${more === "" ? "" : `  ${output.dim(more)}`}`);
  }
}

/** What the four ways to make one answer of a distribution cost, and how far probabilities and intervals hold. */
export function printTrust(
  output: Output,
  { decodings, calibration, scale }: Pick<TrainMetrics, "decodings" | "calibration" | "scale">,
): void {
  if (decodings) {
    const ways: [string, DecodingScore | undefined][] = [
      ["expected (mean)", decodings.mean],
      ["median", decodings.median],
      ["most likely (mode)", decodings.mode],
      ["cut points", decodings.cut],
    ];
    output.heading(`One answer from the probabilities, in ${unitOf(scale)}`);
    const rows = ways.flatMap(([name, one]) =>
      one ? [[name, score(one.rmse), score(one.mae), percent(one.accuracy), score(one.qwk)]] : [],
    );
    for (const line of table([["answer", "RMSE", "MAE", "right", "kappa"], ...rows])) output.line(line);
  }
  if (!calibration) return;
  const { coverage, meanWidth, interval, evaluatedOn } = calibration;
  output.gap();
  printCalibrationError(output, calibration);
  if (coverage !== undefined && interval && meanWidth !== undefined) {
    output.line(
      `  ${percent(interval.coverage, 0)} intervals hold ${percent(coverage)} of the ${evaluatedOn} rows, ${score(meanWidth, 2)} ${unitOf(scale)} wide on average`,
    );
  }
}

function printCalibrationError(output: Output, calibration: CalibrationResult): void {
  const { calibrationError, rawCalibrationError, chanceCalibrationError } = calibration;
  if (calibrationError === undefined) return;
  const notes = [
    rawCalibrationError !== undefined && `${percent(rawCalibrationError)} before calibration`,
    chanceCalibrationError !== undefined && `${percent(chanceCalibrationError)} would be chance`,
  ].filter((note) => note !== false);
  const more = notes.length > 0 ? ` (${notes.join(", ")})` : "";
  output.line(`  probabilities are off by ${percent(calibrationError)} on average${more}`);
}

/** The verdict in a paragraph: against the baselines, and whether the network learned anything. */
export function printVerdict(
  output: Output,
  metrics: Measures,
  baselines: BaselineResults | undefined,
  { scale, alarms }: { readonly scale: RatingScale; readonly alarms: ModelAlarms },
): Verdict | undefined {
  const ours = northStar(metrics);
  const unit = ours.name === "RMSE" ? ` ${unitOf(scale)}` : "";
  const head = `${ours.name} ${score(ours.value)}${unit} (95 % interval ${score(ours.interval[0])} to ${score(ours.interval[1])}).`;
  const verdict = baselines === undefined ? undefined : judge(metrics, baselines, alarms);
  const text = verdict === undefined ? head : `${head} ${verdict.text}`;
  output.gap();
  const [sign, colour] = signOf(output, verdict?.mood);
  const lines = wrap(text, output.columns - 4);
  lines.forEach((line, index) => {
    output.line(index === 0 ? `  ${colour(sign)} ${line}` : `    ${line}`);
  });
  warnOfSameAnswer(output, metrics, scale, alarms);
  return verdict;
}

/** Warns of a model that gives nearly every row the same label. */
export function warnOfSameAnswer(
  output: Output,
  { confusion }: Measures,
  scale: RatingScale,
  alarms: ModelAlarms,
): void {
  const alarm = scale.task === "number" || !confusion ? undefined : alarms.sameAnswer(confusion, scale.labels);
  if (alarm) output.warn(`${alarm.finding} ${alarm.advice}`);
}

function signOf(output: Output, mood: Verdict["mood"] | undefined): [sign: string, colour: (text: string) => string] {
  switch (mood) {
    case "good":
      return [output.unicode ? "✔" : "ok", output.green];
    case "bad":
      return [output.unicode ? "✘" : "x", output.red];
    case "unsure":
      return [output.unicode ? "≈" : "~", output.yellow];
    case undefined:
      return [output.unicode ? "·" : "-", output.dim];
  }
}

/** The baselines, best first, as rows of name, error and accuracy. */
export function printBaselines(output: Output, baselines: BaselineResults, scale: RatingScale): void {
  const found = listBaselines(baselines);
  if (found.length === 0) return;
  const star = northStar(found[0][1]);
  const unit = star.name === "RMSE" ? `RMSE in ${unitOf(scale)}, lower is better` : "macro F1, higher is better";
  output.heading(`Baselines on the ${baselines.evaluatedOn} rows (${unit})`);
  const sorted = found.sort((a, b) => {
    const difference = northStar(a[1]).value - northStar(b[1]).value;
    return star.lowerIsBetter ? difference : -difference;
  });
  const rows = sorted.map(([name, metrics]) => [
    baselineName(name, baselines),
    score(northStar(metrics).value),
    metrics.accuracy === undefined ? "" : `${percent(metrics.accuracy)} right`,
  ]);
  for (const line of table(rows)) output.info(line);
}

/** How often each label was taken for which: rows are the truth, columns the answer. */
export function printConfusion(output: Output, metrics: Measures, scale: RatingScale): void {
  if (metrics.confusion === undefined || scale.task === "number" || output.quiet) return;
  if (scale.labels.length > 12) {
    output.note(`The confusion matrix of ${scale.labels.length} labels is too wide to print; --json has it.`);
    return;
  }
  const names = scale.labels.map((label) => String(label).slice(0, 12));
  output.heading("True label (down) against most likely label (across)");
  const rows = metrics.confusion.map((row, index) => {
    const total = row.reduce((sum, value) => sum + value, 0);
    const right = total === 0 ? "n/a" : percent(row[index] / total, 0);
    return [names[index], ...row.map((value) => count(value)), `${right} right`];
  });
  for (const line of table([["", ...names, ""], ...rows])) output.info(line);
}
