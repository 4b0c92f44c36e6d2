import type { TextsReport } from "@starcast/core";
import type { ChosenColumns } from "./columns.js";
import type { SkippedRow } from "./readTable.js";

/** What `starcast check` finds out about the data. */
export interface CheckReport extends TextsReport {
  readonly sources: readonly string[];
  readonly columns: ChosenColumns & { readonly label: string };
  /** Rows without a usable rating, and ragged ones. */
  readonly skipped: { readonly count: number; readonly examples: readonly SkippedRow[] };
  /** Whether training would refuse the data, and the reason that it would give. */
  readonly blocked?: { readonly code: string; readonly message: string };
}
