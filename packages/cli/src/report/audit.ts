import type { AuditReport, RatingScale, ReversedBlock, SuspiciousRow } from "@starcast/core";
import type { LabelledSource } from "../data/readTexts.js";
import { count, percent, score } from "./numbers.js";
import { unitOf } from "./units.js";

/** The columns `predicted` and `severity` of a row. */
export function suspiciousCells(
  row: SuspiciousRow,
  scale: RatingScale,
): [predicted: string | number, severity: number] {
  const label = row.likely && scale.task !== "number" ? scale.labels[row.likely.index] : "";
  return [row.predicted === undefined ? label : rounded(row.predicted), rounded(row.severity)];
}

/** Why a rating is doubted, in words. */
export function whySuspicious(row: SuspiciousRow, found: { report: AuditReport; scale: RatingScale }): string {
  const { scale, report } = found;
  const block = row.block === undefined ? undefined : report.reversed[row.block];
  const where = block?.group === undefined ? "among rows" : `in "${block.group}"`;
  const turned = block ? `; stands ${where} whose scale seems reversed` : "";
  if (!row.likely || scale.task === "number")
    return `off by ${score(row.severity)} ${unitOf(scale)}, far more than most${turned}`;
  const sure = `${scale.labels[row.likely.index]} is the most likely label (${percent(row.likely.probability, 0)})`;
  return row.predicted === undefined ? `${sure}${turned}` : `reads like ${score(row.predicted)}: ${sure}${turned}`;
}

/** A block whose scale seems to be turned round, in words. */
export function whyBlock({ group, rows }: ReversedBlock, source: Pick<LabelledSource, "sources">): string {
  const first = rows[0] + 1;
  const last = rows[rows.length - 1] + 1;
  const where =
    group === undefined
      ? `Rows ${count(first)} to ${count(last)} (counted over all ${source.sources.length === 1 ? "usable rows" : "files"})`
      : `The ${count(rows.length)} rows of "${group}"`;
  return `${where} fit their texts far better when the scale is turned round: 1 for the best, perhaps.`;
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
