import type { Slice, SliceReport } from "@starcast/core";
import { count, counted, percent } from "../numbers.js";
import type { ReportInput } from "./input.js";
import { html, type Markup } from "./markup.js";
import { dataTable, section, signed, unit, withInterval } from "./shared.js";

/** Slices that are listed; the clearly worse come first, so that none of them is lost before. */
const mostSlices = 40;

/** The rows in slices: which of them the model is clearly worse on. */
export function sliceSection(input: ReportInput): Markup | undefined {
  const { slices: report } = input.examination;
  const { slices } = report;
  if (slices.length === 0) return undefined;
  const measure = report.measure === "RMSE" ? `RMSE in ${unit(input.scale)}` : "wrong answers";
  const hasBias = report.bias !== undefined;
  const show = report.measure === "RMSE" ? undefined : (value: number) => percent(value);
  const shown = slices.slice(0, mostSlices);
  return section(
    "slices",
    "Slices",
    html`<p>${summary(report)}</p>`,
    dataTable(
      `Slices of the rows, the clearly worse first; all rows: ${withInterval(report.error, report.errorInterval, show)}`,
      ["slice", "against the others", "rows", `${measure} (95 % interval)`, ...(hasBias ? ["bias"] : [])],
      shown.map((slice) => [
        nameOf(slice),
        verdicts[slice.verdict],
        count(slice.rows),
        withInterval(slice.error, slice.errorInterval, show),
        ...(slice.bias === undefined ? [] : [signed(slice.bias)]),
      ]),
    ),
    html`<p class="quiet">${hasBias && "Bias is the mean of predicted less true: below 0 the model rates too low. "}A slice counts as worse or better only when the interval of its difference to all other rows, widened for ${counted(slices.length, "comparison")}, leaves out 0. The extremes of a scale are nearly always worse: predictions are drawn to the middle.${notes(report)}</p>`,
  );
}

const verdicts = { worse: "▼ worse", better: "▲ better", unclear: "≈ unclear" } as const;

function summary({ slices }: SliceReport): string {
  // The truth is not known when a text is rated: these slices say where, not for which texts.
  const worse = slices.filter(({ verdict }) => verdict === "worse");
  if (worse.length === 0) return "On no slice is the model clearly worse than on the other rows.";
  const named = worse.slice(0, 3).map((slice) => `${nameOf(slice)}, ${withInterval(slice.error, slice.errorInterval)}`);
  return `On ${counted(worse.length, "slice")} of ${slices.length} the model is clearly worse than on the other rows: ${named.join("; ")}${worse.length > 3 ? "; and more below" : ""}.`;
}

function nameOf({ attribute, column, name }: Slice): string {
  if (attribute === "truth") return `true rating ${name}`;
  return attribute === "column" ? `${column} = ${name}` : name;
}

/** What is left to say about slices that are not in the table. */
function notes({ slices, tooSmall }: SliceReport): string {
  const more =
    slices.length > mostSlices
      ? ` ${counted(slices.length - mostSlices, "more slice")} without a clear difference or better are not listed.`
      : "";
  return `${more}${tooSmall > 0 ? ` ${counted(tooSmall, "slice")} of fewer than 30 rows ${tooSmall === 1 ? "is" : "are"} left out.` : ""}`;
}
