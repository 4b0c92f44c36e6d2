import { checkTexts, DataError, type TextsCheckOptions, type TextsReport } from "@starcast/core";
import type { CheckReport } from "./checkReport.js";
import { checkLabels } from "./labels.js";
import { minimumTrainingRows, openLabelledTexts, type ReadLabelledOptions } from "./readTexts.js";

export type { CheckReport } from "./checkReport.js";

/** Rows without a usable rating that are named. */
const shownSkipped = 3;

/**
 * Reads data and looks for what spoils training or flatters its result. Rows without a usable rating are
 * counted, not refused.
 *
 * @throws {DataError} for what makes the rest meaningless: unreadable files, unclear columns, words as ratings.
 */
export async function checkData(
  paths: string | readonly string[],
  options: Omit<ReadLabelledOptions, "skipBadRows" | "purpose"> & TextsCheckOptions = {},
): Promise<CheckReport> {
  const data = await openLabelledTexts(paths, { ...options, skipBadRows: true, purpose: "check" });
  const { columns, skipped, sources } = data;
  const report = await checkTexts(data.rows, options);
  return {
    ...report,
    sources,
    columns,
    skipped: { count: skipped.length, examples: skipped.slice(0, shownSkipped) },
    blocked: whyBlocked(report, columns.label),
  };
}

function whyBlocked(report: TextsReport, column: string): CheckReport["blocked"] {
  const { rows, distinctLabels: distinct, histogram, values, task } = report;
  const first = histogram.find(({ count }) => count > 0)?.label ?? values?.minimum ?? "";
  try {
    checkLabels({ rows, distinct, first }, { task }, column, minimumTrainingRows);
    return undefined;
  } catch (error) {
    if (error instanceof DataError) return { code: error.code, message: error.message };
    throw error;
  }
}
