/** Which ratings contradict their texts, and which texts would teach most: by models that have not seen them. */
import { auditRatings, type CrossValidationEvent, crossValidate, type Label, type RatedRows } from "@starcast/core";
import { Problem } from "../problem.js";
import type { Audit, AuditNews, Correction, TeachingRow, TrainChoice } from "../protocol.js";
import type { Dataset } from "./dataset.js";

/** Rows that are listed at most: more than anyone works through. */
const mostDoubtful = 500;
const mostTeaching = 50;
/** Folds, and networks of each, as `starcast audit` has them. */
const folds = 5;

/** Cross-validates a data set and ranks its rows. */
export async function auditDataset(
  dataset: Dataset,
  choice: TrainChoice,
  { signal, tell }: { readonly signal: AbortSignal; readonly tell: (news: AuditNews) => void },
): Promise<Audit> {
  const { task, labels } = dataset.choice;
  const { recipe, epochs, seed, threads } = choice;
  const options = { task, labels, recipe, epochs, seed, threads, folds, members: 1, baselines: false, signal };
  for await (const event of crossValidate(dataset.rows, options)) {
    const news = newsOf(event);
    if (news) tell(news);
    if (event.type !== "done") continue;
    const { scale, outOfFold } = event.result;
    const report = auditRatings({ ...outOfFold, ...(scale.task === "rating" && { values: scale.values }) });
    const names: readonly Label[] = scale.task === "number" ? [] : scale.labels;
    return {
      rows: report.rows,
      reversed: report.reversed,
      doubtful: report.suspicious.slice(0, mostDoubtful).map(({ row, doubt, predicted, likely }) => {
        const { text, label, row: number } = dataset.rows[row];
        return {
          row: number,
          text,
          label,
          doubt,
          ...(predicted !== undefined && { predicted }),
          ...(likely && { likely: names[likely.index] }),
        };
      }),
      teaching: teachingRows(dataset, outOfFold),
    };
  }
  throw new Problem("no-audit", "The audit ended without a result.");
}

function newsOf(event: CrossValidationEvent): AuditNews | undefined {
  if (event.type !== "training") return undefined;
  const { fold, event: inner } = event;
  if (inner.type !== "batch" || (inner.batch % 10 !== 0 && inner.batch !== inner.batches)) return undefined;
  return { fold, folds, share: inner.batch / inner.batches };
}

/**
 * The rows whose answers have the largest entropy: least confident answers are those whose labels teach most (uncertainty
 * sampling; Lewis and Gale, SIGIR 1994). Texts of one or two words are left out: no label makes them say more.
 */
function teachingRows(dataset: Dataset, { probabilities, rows }: RatedRows): TeachingRow[] {
  if (probabilities === undefined) return [];
  const width = probabilities.length / rows;
  const uncertain: { index: number; uncertainty: number }[] = [];
  for (let index = 0; index < rows; index++) {
    if (dataset.rows[index].text.trim().split(/\s+/).length < 3) continue;
    let entropy = 0;
    for (const share of probabilities.subarray(index * width, (index + 1) * width)) {
      if (share > 0) entropy -= share * Math.log(share);
    }
    uncertain.push({ index, uncertainty: entropy / Math.log(width) });
  }
  return uncertain
    .sort((a, b) => b.uncertainty - a.uncertainty || a.index - b.index)
    .slice(0, mostTeaching)
    .map(({ index, uncertainty }) => {
      const { text, label, row } = dataset.rows[index];
      return { row, text, label, uncertainty };
    });
}

/** The data as CSV with every correction made: rows that were left out are missing. */
export function correctedCsv(dataset: Dataset, corrections: readonly Correction[]): string {
  const { table, choice } = dataset;
  const decided = new Map(corrections.map((correction) => [correction.row, correction]));
  const label = table.columns.indexOf(choice.label);
  const lines = [table.columns.map(quoted).join(",")];
  for (const [position, row] of table.rowNumbers.entries()) {
    const correction = decided.get(row);
    if (correction && correction.to === undefined) continue;
    const values = table.values.map((column, index) =>
      index === label && correction?.to !== undefined ? String(correction.to) : (column[position] ?? ""),
    );
    lines.push(values.map(quoted).join(","));
  }
  return `${lines.join("\r\n")}\r\n`;
}

/** A value of a CSV file (RFC 4180). */
function quoted(value: string): string {
  return /[",\r\n]/.test(value) || value !== value.trim() ? `"${value.replaceAll('"', '""')}"` : value;
}
