import { sameAnswer, worseThanBaseline } from "@starcast/core";
import { count, percent, score } from "../numbers.js";
import { describeScale } from "../units.js";
import { baselineName, judge, listBaselines, northStar, type Verdict } from "../verdict.js";
import type { ReportInput } from "./input.js";
import { html, type Markup } from "./markup.js";
import { dataTable, section, unit, withInterval } from "./shared.js";

/** What the part is called in sentences. */
export const partNames = { test: "test rows", validation: "validation rows", given: "rows that were given" } as const;

/** The result in words and numbers, against the baselines. */
export function resultSection(input: ReportInput): Markup {
  const { measures, scale, metrics, examination } = input;
  const baselines = comparable(input);
  const star = northStar(measures);
  const verdict = baselines && judge(measures, baselines, { sameAnswer, worseThanBaseline });
  const inUnit = star.name === "RMSE" ? ` ${unit(scale)}` : "";
  const part = partNames[examination.part];
  return section(
    "result",
    "Result",
    html`<p class="verdict ${verdict?.mood ?? ""}"><strong>${signOf(verdict)}${star.name} ${score(star.value)}${inUnit}</strong> on ${count(measures.rows)} ${part} (95 % interval ${score(star.interval[0])} to ${score(star.interval[1])}). ${verdict?.text}</p>`,
    html`<p>Scale: ${describeScale(scale)}. ${meaning(star.name, star.value, inUnit)}</p>`,
    cautions(input),
    tiles(input),
    baselines &&
      dataTable(
        `The model and what can be had without a network, on the same ${part}: ${star.name}, ${star.lowerIsBetter ? "lower is better" : "higher is better"}`,
        ["", `${star.name} (95 % interval)`, "exactly right"],
        [
          [html`<strong>this model</strong>`, withInterval(star.value, star.interval), shareOr(measures.accuracy)],
          ...listBaselines(baselines).map(([name, found]) => {
            const theirs = northStar(found);
            return [
              baselineName(name, baselines),
              withInterval(theirs.value, theirs.interval),
              shareOr(found.accuracy),
            ];
          }),
        ],
      ),
    decodingTable(input),
    metrics === undefined &&
      html`<p class="quiet">The model has no account of its training, so there is nothing to compare it with.</p>`,
  );
}

/** The baselines, where they were measured on the rows that are shown. */
function comparable({ metrics, examination }: ReportInput) {
  return metrics?.baselines?.evaluatedOn === examination.part ? metrics.baselines : undefined;
}

function signOf(verdict: Verdict | undefined): string {
  return verdict === undefined ? "" : { good: "✔ ", unsure: "≈ ", bad: "✘ " }[verdict.mood];
}

function meaning(name: string, value: number, inUnit: string): string {
  if (name !== "RMSE")
    return "Macro F1 is the mean over all labels of the harmonic mean of precision and recall; 1 is perfect.";
  return `RMSE is the root of the mean squared difference of predicted and true rating: a typical error is about ${score(value)}${inUnit}, with large errors counting more.`;
}

function cautions({ metrics, examination }: ReportInput): Markup[] {
  const { part, partRows, rows, withoutWords } = examination;
  const found: Markup[] = [];
  if (metrics?.reason === "aborted")
    found.push(
      html`<p><strong>The training was stopped early.</strong> The model is the best of the epochs that were done.</p>`,
    );
  if (part === "validation" && metrics?.validation.usedForEarlyStopping) {
    found.push(
      html`<p>These rows also chose which epoch was kept, so the result is a little flattering; a test part gives an untouched estimate.</p>`,
    );
  }
  if (rows + withoutWords < partRows) {
    found.push(
      html`<p class="quiet">The sections below look at ${count(rows)} of the ${count(partRows)} rows, spread evenly.</p>`,
    );
  }
  if (withoutWords > 0)
    found.push(html`<p class="quiet">${count(withoutWords)} rows without any word are left out below.</p>`);
  return found;
}

function tiles({ measures, examination }: ReportInput): Markup {
  const three = (value: number | undefined): string | undefined => (value === undefined ? undefined : score(value));
  const share = (value: number | undefined): string | undefined => (value === undefined ? undefined : percent(value));
  const all: [name: string, value: string | undefined][] = [
    ["mean absolute error", three(measures.mae)],
    ["exactly right", share(measures.accuracy)],
    ["at most one rating off", share(measures.offByOne)],
    ["quadratic weighted kappa", three(measures.qwk)],
    ["macro F1", three(measures.macroF1)],
    ["log loss", three(measures.logLoss)],
    ["expected calibration error", three(examination.calibration?.expectedCalibrationError)],
  ];
  return html`<ul class="tiles">${all.map(([name, value]) => value !== undefined && html`<li><b>${value}</b><span>${name}</span></li>`)}</ul>`;
}

function shareOr(value: number | undefined): string {
  return value === undefined ? "" : percent(value);
}

/** What each way to make one answer of a distribution costs on the other measures. */
function decodingTable({ metrics, examination }: ReportInput): Markup | undefined {
  if (metrics?.decodings === undefined || examination.part === "given") return undefined;
  const { mean, median, mode, cut } = metrics.decodings;
  const ways = [
    ["expected rating (least squared error)", mean],
    ["median (least absolute error)", median],
    ["most likely rating (most often right)", mode],
    ["expected rating, cut at points tuned on the validation rows (best kappa)", cut],
  ] as const;
  return dataTable(
    "Four answers from one distribution, each best at something",
    ["answer", "RMSE", "mean absolute error", "exactly right", "quadratic kappa"],
    ways.flatMap(([name, found]) =>
      found === undefined
        ? []
        : [[name, score(found.rmse), score(found.mae), percent(found.accuracy), score(found.qwk)]],
    ),
  );
}
