import type { Slice } from "@starcast/core";
import { count, percent } from "../numbers.js";
import { confusionChart, estimateChart } from "./charts.js";
import type { ReportInput } from "./input.js";
import { html, type Markup } from "./markup.js";
import { dataTable, figure, section, signed, unit, withInterval } from "./shared.js";

/** More labels than this make a table of who was taken for whom that nobody reads. */
const mostLabels = 25;

/** Where the errors are: by label, by true rating, by length. */
export function errorSection(input: ReportInput): Markup {
  const { slices } = input.examination.slices;
  return section(
    "errors",
    "Where it errs",
    html`<div class="charts">${confusionFigure(input)}${sliceFigure(input, "truth", slices)}${sliceFigure(input, "words", slices)}</div>`,
  );
}

function confusionFigure({ measures, scale }: ReportInput): Markup | undefined {
  const { confusion } = measures;
  if (confusion === undefined || scale.task === "number" || scale.labels.length > mostLabels) return undefined;
  const labels = scale.labels.map((label) => shortName(String(label)));
  const names = uniqueNames(labels);
  const worst = confusion
    .flatMap((row, truth) => row.map((rows, answer) => ({ rows, truth, answer })))
    .filter(({ truth, answer }) => truth !== answer)
    .sort((a, b) => b.rows - a.rows)[0];
  return figure(
    "True label against the model's answer",
    confusionChart(
      {
        id: "confusion",
        title: "Confusion matrix",
        description:
          worst === undefined || worst.rows === 0
            ? "Every row gets its true label."
            : `The most frequent confusion: ${count(worst.rows)} rows of ${names[worst.truth]} are taken for ${names[worst.answer]}.`,
      },
      confusion,
      names,
    ),
    "Each line is a true label; its cells tell the share of its rows that get each answer. Framed: right.",
    dataTable(
      "Rows by true label (down) and most likely label (across)",
      ["truth", ...names, "right"],
      confusion.map((row, truth) => {
        const total = row.reduce((sum, rows) => sum + rows, 0);
        return [names[truth], ...row.map(count), total === 0 ? "n/a" : percent(row[truth] / total, 0)];
      }),
    ),
  );
}

const sliceTitles = {
  truth: { title: "Error by true rating", first: "true rating" },
  words: { title: "Error by length of the text", first: "length" },
} as const;

function sliceFigure(
  input: ReportInput,
  attribute: keyof typeof sliceTitles,
  slices: readonly Slice[],
): Markup | undefined {
  const { slices: report } = input.examination;
  const found = slices.filter((slice) => slice.attribute === attribute).sort((a, b) => startOf(a) - startOf(b));
  if (found.length < 2) return undefined;
  const { title, first } = sliceTitles[attribute];
  const measure = report.measure === "RMSE" ? `RMSE in ${unit(input.scale)}` : "share of wrong answers";
  const hasBias = found.some(({ bias }) => bias !== undefined);
  return figure(
    title,
    estimateChart(
      {
        id: `by-${attribute}`,
        title,
        description: found
          .map((slice) => `${slice.name}: ${withInterval(slice.error, slice.errorInterval)}`)
          .join("; "),
      },
      found.map((slice) => ({
        name: shortName(slice.name),
        value: slice.error,
        low: slice.errorInterval[0],
        high: slice.errorInterval[1],
        marked: slice.verdict === "worse",
      })),
      { unit: measure, reference: report.error },
    ),
    "Dashed: all rows. A diamond: clearly worse than the other rows, more than chance would explain.",
    dataTable(
      title,
      [first, "rows", `${measure} (95 % interval)`, ...(hasBias ? ["bias"] : [])],
      found.map((slice) => [
        slice.name,
        count(slice.rows),
        withInterval(slice.error, slice.errorInterval),
        ...(slice.bias === undefined ? [] : [signed(slice.bias)]),
      ]),
    ),
  );
}

/** Ranges in order of their first number; names keep the order in which they were found. */
function startOf({ name }: Slice): number {
  const number = Number.parseFloat(name);
  return Number.isFinite(number) ? number : 0;
}

/** Fits beside an axis. */
function shortName(name: string): string {
  const signs = [...name];
  return signs.length <= 24 ? name : `${signs.slice(0, 23).join("")}…`;
}

/** Charts tell labels apart by their name, so that two may not be cut to the same. */
function uniqueNames(names: readonly string[]): string[] {
  return names.map((name, index) => (names.indexOf(name) === index ? name : `${name} (${index + 1})`));
}
