import { count, percent, score } from "../numbers.js";
import { agreementChart } from "./charts.js";
import type { ReportInput } from "./input.js";
import { html, type Markup } from "./markup.js";
import { dataTable, figure, section, unit } from "./shared.js";

/** Whether the model's numbers can be taken at their word. */
export function calibrationSection(input: ReportInput): Markup | undefined {
  const figures = [ratingFigure(input), confidenceFigure(input)].filter((each) => each !== undefined);
  if (figures.length === 0) return undefined;
  return section("calibration", "Calibration", html`<div class="charts">${figures}</div>`, intervalsInWords(input));
}

function ratingFigure({ examination, scale }: ReportInput): Markup | undefined {
  const bins = examination.ratingCalibration;
  if (bins === undefined || bins.length < 2 || scale.task === "class") return undefined;
  const values = bins.flatMap(({ predicted, actual }) => [predicted, actual]);
  const domain: [number, number] =
    scale.task === "rating"
      ? [scale.values[0], scale.values[scale.values.length - 1]]
      : [Math.min(...values), Math.max(...values)];
  const distance =
    bins.reduce((sum, { predicted, actual, rows }) => sum + Math.abs(predicted - actual) * rows, 0) /
    bins.reduce((sum, { rows }) => sum + rows, 0);
  return figure(
    "Predicted and true rating",
    agreementChart(
      {
        id: "rating-calibration",
        title: "Mean true rating of rows with about the same predicted rating",
        description: `On average the two differ by ${score(distance)}.`,
      },
      bins.map(({ predicted, actual, standardError }) => ({
        x: predicted,
        y: actual,
        low: actual - 1.96 * standardError,
        high: actual + 1.96 * standardError,
      })),
      { x: "mean predicted", y: "mean true", domain },
    ),
    `Rows in ${bins.length} groups of about the same prediction. On the dashed line a prediction of 3.2 is 3.2 on average; the groups are ${score(distance)} off it on average. Bars: 95 % intervals of the mean.`,
    dataTable(
      "Groups of rows by predicted rating",
      ["mean predicted", "mean true", "rows"],
      bins.map(({ predicted, actual, rows }) => [score(predicted), score(actual), count(rows)]),
    ),
  );
}

function confidenceFigure({ examination }: ReportInput): Markup | undefined {
  const found = examination.calibration;
  if (found === undefined) return undefined;
  const filled = found.bins.filter(({ rows }) => rows > 0);
  const error = score(found.expectedCalibrationError);
  const chance = score(found.chanceCalibrationError);
  return figure(
    "How sure, and how often right",
    agreementChart(
      {
        id: "confidence",
        title: "Share of right answers by the probability of the most likely label",
        description: `Expected calibration error ${error}.`,
      },
      filled.map(({ confidence, accuracy, rows }) => {
        const half = 1.96 * Math.sqrt((accuracy * (1 - accuracy)) / rows);
        return { x: confidence, y: accuracy, low: Math.max(0, accuracy - half), high: Math.min(1, accuracy + half) };
      }),
      { x: "probability of the most likely label", y: "share right", domain: [0, 1] },
    ),
    html`Expected calibration error ${error}: the mean distance to the dashed line over ${found.bins.length} bins of equal width, weighted by their rows (Guo et al., 2017). Perfect probabilities would show ${chance} on as many rows, by chance.`,
    dataTable(
      "Bins by the probability of the most likely label",
      ["probability", "rows", "mean probability", "right"],
      filled.map(({ low, high, rows, confidence, accuracy }) => [
        `${percent(low, 0)} to ${percent(high, 0)}`,
        count(rows),
        score(confidence),
        score(accuracy),
      ]),
    ),
  );
}

/** How often the truth lies in the interval that the model gives with its answer. */
function intervalsInWords({ metrics, examination, scale }: ReportInput): Markup | undefined {
  const { interval, coverage, meanWidth, evaluatedOn, temperature } = metrics?.calibration ?? {};
  if (interval === undefined || coverage === undefined || evaluatedOn !== examination.part) return undefined;
  return html`<p>Every answer comes with an interval that should hold the truth for ${percent(interval.coverage, 0)} of the texts. On these rows it does for <strong>${percent(coverage)}</strong>; it is ${score(meanWidth)} ${unit(scale)} wide on average. ${evaluatedOn === "validation" && "It was fitted on these very rows, which flatters it a little. "}${
    temperature !== undefined &&
    `A temperature of ${score(temperature)}, found on the validation rows, corrects the probabilities.`
  }</p>`;
}
