/** What a check of the data found, in sentences, with the rows that they speak of. */
import type { DuplicateGroup, RowExample } from "@starcast/core";
import { count, counted, percent } from "../../parts/numbers.js";
import type { DataChoice, DataSummary } from "../../protocol.js";

/** A sentence about the data, and whether it is a warning. */
export interface DataFinding {
  readonly isFine: boolean;
  readonly sentence: string;
  /** Rows that show it. */
  readonly rows: readonly string[];
}

/** All findings, warnings first. */
export function findingsOf(summary: DataSummary, { task }: DataChoice): DataFinding[] {
  const noun = task === "class" ? "label" : task === "number" ? "number" : "rating";
  const findings = [...labelFindings(summary, noun), ...textFindings(summary), ...leakFindings(summary)];
  return findings.toSorted((a, b) => Number(a.isFine) - Number(b.isFine));
}

function finding(isFine: boolean, fine: string, warning: string, rows: readonly string[] = []): DataFinding {
  return { isFine, sentence: isFine ? fine : warning, rows: isFine ? [] : rows };
}

function labelFindings({ report, skipped }: DataSummary, noun: string): DataFinding[] {
  const { imbalance, halfSteps } = report;
  return [
    finding(
      skipped.count === 0,
      `Every row has a ${noun}.`,
      `${counted(skipped.count, "row")} without a usable ${noun} will be left out.`,
      skipped.examples.map(({ row, reason }) => `Row ${count(row)} ${reason}`),
    ),
    ...(imbalance
      ? [
          finding(
            !imbalance.strong,
            `All ${noun}s are well represented: the rarest, ${imbalance.smallest.label}, has ${counted(imbalance.smallest.count, "row")}.`,
            `The ${noun}s are very uneven: ${imbalance.largest.label} has ${percent(imbalance.largest.share, 0)} of the rows, ${imbalance.smallest.label} only ${counted(imbalance.smallest.count, "row")}. The rare ones will be hard to learn.`,
          ),
        ]
      : []),
    ...(halfSteps.count > 0
      ? [
          finding(
            true,
            `${counted(halfSteps.count, "row has", "rows have")} half steps, kept as ratings of their own.`,
            "",
          ),
        ]
      : []),
  ];
}

function textFindings({ report }: DataSummary): DataFinding[] {
  const { withoutWords, veryShort, duplicates, conflicts, rows } = report;
  return [
    finding(
      withoutWords.count === 0,
      "Every text has words.",
      `${counted(withoutWords.count, "text")} without words: a model can only guess there.`,
      withoutWords.examples.map(describeRow),
    ),
    finding(
      veryShort.count <= rows / 20,
      veryShort.count === 0
        ? "No text is shorter than three words."
        : `Only ${counted(veryShort.count, "text is", "texts are")} shorter than three words.`,
      `${counted(veryShort.count, "text")} (${percent(veryShort.count / rows, 0)}) of one or two words, which tell little.`,
      veryShort.examples.map(describeRow),
    ),
    finding(
      duplicates.count === 0,
      "No text stands in the data twice.",
      `${counted(duplicates.count, "row repeats", "rows repeat")} the text of an earlier row.`,
      duplicates.examples.map(describeGroup),
    ),
    finding(
      conflicts.count === 0,
      "Equal texts have equal ratings.",
      `${counted(conflicts.groups, "text has", "texts have")} different ratings in different rows: no model can get them all right.`,
      conflicts.examples.map(describeGroup),
    ),
  ];
}

function leakFindings({ report }: DataSummary): DataFinding[] {
  const { ratingInText, leak } = report;
  return [
    finding(
      ratingInText.count === 0,
      "No text states a rating.",
      `${counted(ratingInText.count, "text states", "texts state")} a rating, ${count(ratingInText.agreeing)} of them that of the row: the result will flatter the model on texts that do not.`,
      ratingInText.examples.map(
        (row, index) => `Row ${count(row.row)} (${row.label}): “${ratingInText.passages[index] ?? row.text}”`,
      ),
    ),
    finding(
      leak.count === 0,
      "No held-back text is also learned from.",
      `${count(leak.count)} of ${counted(leak.validationRows, "held-back text")} would also be learned from; training leaves such rows out of what it is measured on.`,
      leak.examples.map(describeRow),
    ),
  ];
}

function describeRow({ row, label, text }: RowExample): string {
  return `Row ${count(row)} (${label}): ${text === "" ? "no text" : `“${text}”`}`;
}

function describeGroup({ rows, count: times }: DuplicateGroup): string {
  const places = rows.map(({ row, label }) => `row ${count(row)} (${label})`).join(", ");
  const more = times > rows.length ? ` and ${count(times - rows.length)} more` : "";
  return `${places.charAt(0).toUpperCase()}${places.slice(1)}${more}: “${rows[0].text}”`;
}
